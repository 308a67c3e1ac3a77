// What had may do to the machine, as values: each carries its reason, can be printed before it is made
// (`had -n`, `hadctl plan`), compared, and refused.  Objects are named by ifindex where one exists, since
// names move; the name beside it is for people, and for what does not exist yet.
#pragma once

#include "had/core/config/bond_option.hpp"
#include "had/core/config/config.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/base/link_mode.hpp"
#include "had/core/base/pci.hpp"
#include "had/core/config/route.hpp"
#include "had/core/base/types.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace had::core {

struct LinkRef {
    Ifindex index = 0;                        // 0: not there yet; known by name alone
    std::string name;
    friend auto operator<=>(const LinkRef&, const LinkRef&) = default;
};

// Netlink: made at once, in order.
struct CreateBond {                           // RTM_NEWLINK, kind bond, all options in one message
    std::string name;
    BondOptions options;
    std::optional<Mac> address;
    std::optional<std::uint32_t> mtu;
    friend bool operator==(const CreateBond&, const CreateBond&) = default;
};
struct CreateVlan {
    std::string name;
    LinkRef on;
    std::uint16_t id = 0;
    std::optional<std::uint32_t> mtu;
    friend bool operator==(const CreateVlan&, const CreateVlan&) = default;
};
struct SetBondOptions {                       // one message an option, so that one refusal spoils no other
    LinkRef bond;
    BondOptions options;
    friend bool operator==(const SetBondOptions&, const SetBondOptions&) = default;
};
struct SetLink {                              // what is nothing stays as it is
    LinkRef link;
    std::optional<bool> up;
    std::optional<std::uint32_t> mtu;
    std::optional<Mac> address;
    bool port = false;                        // a port of the chassis, not a bond
    friend bool operator==(const SetLink&, const SetLink&) = default;
};
struct SetLinkMode {                          // takes the link away, unless it is so already
    LinkRef port;
    LinkMode mode;
    friend bool operator==(const SetLinkMode&, const SetLinkMode&) = default;
};
struct Enslave {                              // also takes the port down first, as the kernel demands
    LinkRef port, bond;
    bool port_is_up = false;
    friend bool operator==(const Enslave&, const Enslave&) = default;
};
struct Release {                              // the kernel closes the port and gives it its MAC back
    LinkRef port, bond;
    friend bool operator==(const Release&, const Release&) = default;
};
struct SetPortOptions {                       // only possible once the port is enslaved
    LinkRef port, bond;
    PortOptions options;
    friend bool operator==(const SetPortOptions&, const SetPortOptions&) = default;
};
struct AddAddress {
    LinkRef link;
    IpPrefix prefix;
    std::optional<IpAddress> broadcast;
    bool port = false;                        // a port of the chassis, not a bond
    friend bool operator==(const AddAddress&, const AddAddress&) = default;
};
struct RemoveAddress {
    LinkRef link;
    IpPrefix prefix;
    friend bool operator==(const RemoveAddress&, const RemoveAddress&) = default;
};
struct AddRoute {
    LinkRef link;
    Route route;
    bool replace = false;                     // another of had's stands in its place: exchanged at once
    friend bool operator==(const AddRoute&, const AddRoute&) = default;
};
struct RemoveRoute {
    LinkRef link;
    Route route;
    friend bool operator==(const RemoveRoute&, const RemoveRoute&) = default;
};
struct DeleteLink {
    LinkRef link;
    friend bool operator==(const DeleteLink&, const DeleteLink&) = default;
};

// Jobs: what can block for seconds, each in a child process.
struct LoadModule {                           // with its dependencies; `options` as the table has them
    std::string module, options;
    SlotName slot;                            // for whom; empty: the driver of bonds, or of VLANs
    unsigned insertion = 0;                   // of the card: another card is another try
    friend bool operator==(const LoadModule&, const LoadModule&) = default;
};
struct UnloadModule {                         // only when nothing uses it any more
    std::string module;
    friend bool operator==(const UnloadModule&, const UnloadModule&) = default;
};

struct UnbindDrivers {                        // the drivers of a card let these functions go
    SlotName slot;
    std::vector<PciAddress> functions;
    friend bool operator==(const UnbindDrivers&, const UnbindDrivers&) = default;
};
struct BindDrivers {                          // the kernel looks for drivers again
    SlotName slot;
    std::vector<PciAddress> functions;
    friend bool operator==(const BindDrivers&, const BindDrivers&) = default;
};
struct PowerSlot {                            // with what the kernel does of itself: the card goes, or comes
    SlotName slot;
    std::string kernel;                       // its name of the slot
    bool on = false;
    std::vector<PciAddress> bound;            // off: whose drivers let go first; no other job for being fewer
    friend bool operator==(const PowerSlot& a, const PowerSlot& b) {
        return a.slot == b.slot && a.kernel == b.kernel && a.on == b.on;
    }
};
struct IdentifySlot {                         // its LED blinks for a while
    SlotName slot;
    std::string kernel;
    friend bool operator==(const IdentifySlot&, const IdentifySlot&) = default;
};
struct RescanBus {                            // the kernel looks for cards that nobody has announced
    std::string bus;                          // "0000:01"
    friend bool operator==(const RescanBus&, const RescanBus&) = default;
};
struct RemoveCard {                           // out of the kernel's books, whatever became of the card
    SlotName slot;
    std::string kernel;                       // its name of the slot
    std::vector<PciAddress> functions;        // at the slot itself; what is behind them goes with them
    unsigned insertion = 0;
    bool lamp = false;                        // the blue LED is had's to light
    friend bool operator==(const RemoveCard&, const RemoveCard&) = default;
};

using Operation =
    std::variant<CreateBond, CreateVlan, SetBondOptions, SetLink, SetLinkMode, Enslave, Release,
                 SetPortOptions, AddAddress, RemoveAddress, AddRoute, RemoveRoute, DeleteLink, LoadModule,
                 UnloadModule, UnbindDrivers, BindDrivers, PowerSlot, IdentifySlot, RemoveCard,
                 RescanBus>;

struct Action {
    Operation operation;
    std::string reason;                       // "had.conf:19: 2.0 = config2"
    std::string object;                       // whose list this belongs to: "bond0", "16.0", "slot 2"
    std::string needs;                        // "bond0": not tried while that bond cannot be made

    friend bool operator==(const Action&, const Action&) = default;
};

// What a step that has not worked holds back: the rest of its list, where that makes no sense without
// it, and whoever needs the bond that it was to make.  All else may fail alone: an address that is
// refused keeps no port out of a bond.
class Held {
public:
    void by(const Action& action);
    [[nodiscard]] bool holds(const Action& action) const;

private:
    std::set<std::string> objects_, bonds_;
};

bool is_job(const Operation& operation);
// The slot for whose card a job is; empty: for none.
SlotName slot_of(const Operation& job);
// "enslave eth3 (2.1) to bond0": one line, in the imperative, the names an operator knows.
std::string to_string(const Operation& operation);

// What makes two actions the same attempt: kind and object, not the values.  "enslave 7".
std::string key_of(const Operation& operation);

// What became of an action.
struct ActionResult {
    int error = 0;                            // errno as the kernel gave it; 0: acknowledged
    std::string text;                         // the kernel's own words (extended ACK) or the job's, or empty

    [[nodiscard]] bool ok() const { return error == 0; }
    friend bool operator==(const ActionResult&, const ActionResult&) = default;
};

// The text of a load that found the module there: it was another who had loaded it.
inline constexpr std::string_view already_loaded = "already loaded";

} // namespace had::core
