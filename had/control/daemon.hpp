// What the control surface may ask of the daemon.  main.cpp implements it over the reconciler; tests
// implement it over a few values.  No transport is known here.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/base/diagnostics.hpp"
#include "had/core/world/link_report.hpp"
#include "had/core/policy/orders.hpp"
#include "had/core/view/view.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::control {

struct PlanAnswer {
    std::vector<core::Action> actions;
    std::vector<std::string> waiting;         // what needs reload --force, a sentence each
    core::Diagnostics diagnostics;
};

struct ReloadAnswer {
    bool taken = false;                       // false: errors in diagnostics, nothing changed
    std::string file;
    core::Diagnostics diagnostics;
    std::vector<std::string> waiting;
};

struct OrderAnswer {
    std::optional<core::Refusal> refusal;     // else it is done
    core::OrderView order;                    // of `bond.auto`: the bond alone
};

struct SlotAnswer {
    std::optional<core::Refusal> refusal;     // else it is done, or begun
    core::SlotView slot;
};
struct SlotRequest {                          // what these verbs have in common, and their own
    core::SlotName slot;
    bool force = false, wait = false;         // of offline
    std::string user;
};
struct DomainRequest {
    std::string domain;
    bool force = false;                       // of release
    std::string user;
};

class Daemon {
public:
    virtual ~Daemon() = default;
    [[nodiscard]] virtual const core::View& view() const = 0;
    // "2", "2.1", "bond0", an interface name.  Empty: no such object.
    [[nodiscard]] virtual std::vector<core::ExplainStep> explain(std::string_view object) const = 0;
    // Of the running file, or of `text` as if it were reloaded.  No file is opened that the text names.
    [[nodiscard]] virtual PlanAnswer plan(std::optional<std::string_view> text) const = 0;
    virtual ReloadAnswer reload(bool force) = 0;
    // An operator's order, by this user.  Throws when it cannot be kept; then it is not taken.
    virtual OrderAnswer activate(const std::string& bond, const std::string& port, const std::string& user) = 0;
    virtual OrderAnswer end_activation(const std::string& bond, const std::string& user) = 0;
    virtual SlotAnswer offline(const SlotRequest& request) = 0;
    virtual SlotAnswer online(const SlotRequest& request) = 0;
    virtual SlotAnswer identify(const SlotRequest& request) = 0;
    virtual SlotAnswer accept(const SlotRequest& request) = 0;
    // Answered with the order that holds now; of a domain that is the file's again, with its name alone.
    virtual OrderAnswer release(const DomainRequest& request) = 0;
    virtual OrderAnswer take(const DomainRequest& request) = 0;
    // Of a port that had.conf puts into a bond: had does not put it back, until that is ended.
    virtual OrderAnswer leave_out(const std::string& port, const std::string& user) = 0;
    virtual OrderAnswer end_leave_out(const std::string& port, const std::string& user) = 0;
    // had changes nothing until then, or until `resume`.  Throws as above.
    virtual OrderAnswer pause(core::Duration duration, const std::string& user) = 0;
    virtual OrderAnswer resume(const std::string& user) = 0;
    // Of an interface, or of the port that has one; `ask_card`: also what only the card can tell, which may take
    // as long as others hold the kernel's lock.  Nothing: there is no such interface.
    [[nodiscard]] virtual std::optional<core::LinkReport> link(std::string_view object, bool ask_card) = 0;
};

} // namespace had::control
