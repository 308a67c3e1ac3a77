// What the daemon may do to the machine, as values.  Each has its reason, and can be printed before it is made
// (`had -n`, `hadctl plan`), compared, and refused.  Objects are named by ifindex where one exists, since names
// change; the name beside it is for people, and for what does not exist yet.
#pragma once

#include "had/core/action/bond_operations.hpp"
#include "had/core/action/card_operations.hpp"
#include "had/core/action/link_operations.hpp"
#include "had/core/action/net_operations.hpp"
#include "had/core/action/port_operations.hpp"
#include "had/core/action/tune_operations.hpp"
#include "had/core/base/object.hpp"

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>

namespace had::core {

using Operation =
    std::variant<CreateBond, CreateVlan, SetBondOptions, SetLink, SetLinkMode, Enslave, Release,
                 SetPortOptions, AddAddress, RemoveAddress, Connect, AddRoute, RemoveRoute, ForgetNeighbour, AddRule,
                 RemoveRule, SetTunable, RenameLink, DeleteLink, LoadModule, UnloadModule, UnbindDrivers, BindDrivers,
                 PowerSlot, IdentifySlot, RemoveCard, RescanBus>;

struct Action {
    Operation operation;
    std::string reason;                       // "had.conf:19: 2.0 = config2"
    ObjectId object;                          // whose list this belongs to
    std::string needs = {};                   // "bond0": not tried while that bond cannot be made

    friend bool operator==(const Action&, const Action&) = default;
};

// What a failed step blocks: the rest of its list, where that makes no sense without it, and every list that needs
// the bond that it was to make.  Everything else may fail alone: a refused address keeps no port out of a bond.
class Blocked {
public:
    void add(const Action& failed);
    [[nodiscard]] bool blocks(const Action& action) const;

private:
    std::set<ObjectId> objects_;
    std::set<std::string> bonds_;
};

// What the operation says of itself (operation.hpp).
bool is_job(const Operation& operation);
std::string to_string(const Operation& operation);
std::string key_of(const Operation& operation);
bool is_contestable(const Operation& operation);
bool note(Owned& owned, const Operation& operation, const Observed& observed);
bool forget(Owned& owned, const Operation& operation);
// Of a job; of a request, empty.
Job job_of(const Operation& operation);
SlotName slot_of(const Operation& operation);

// Calls f with each LinkRef that must exist when the operation is made, the port's first; of a blackhole, with none.
template <class AnyOperation, class F>
    requires std::same_as<std::remove_const_t<AnyOperation>, Operation>
void for_each_link(AnyOperation& operation, F f) {
    std::visit(
        [&]<class O>(O& o) {
            using Kind = std::remove_const_t<O>;
            if constexpr (RequestOperation<Kind>)
                std::apply([&](auto&... link) { (f(link), ...); }, Kind::links(o));
            else static_assert(JobOperation<Kind>);
        },
        operation);
}

// The result of an action.
struct ActionResult {
    int error = 0;                            // errno as the kernel gave it; 0: acknowledged
    std::string text;                         // the kernel's own words (extended ACK) or the job's, or empty
    bool was_so = false;                      // nothing was to be done: the module was loaded already
    bool unasked = false;                     // it could not be sent, or its job not started: nothing has refused it

    [[nodiscard]] bool ok() const { return error == 0; }
    // For want of something that the next moment may bring, as memory is.
    [[nodiscard]] bool may_pass() const;
    friend bool operator==(const ActionResult&, const ActionResult&) = default;
};

// Why it failed: the kernel's own words, and the cause where the daemon knows it and they do not say it.
std::string why_failed(const Operation& operation, const ActionResult& result);

} // namespace had::core
