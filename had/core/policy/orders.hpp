// Orders that operators have given by hand.  An order outranks had.conf until its counterpart ends it.
//
// Orders are kept in /var/lib/had/orders, so that they survive a restart and a reboot.  They are written before
// the kernel is told, with who gave them and when.  An order names a port by its place, "2.1", where there is one:
// the card may be exchanged and its interface renamed, and the place stays.  It names bonds by name, as had.conf
// does.  An order for a bond, slot or domain that the file no longer names is dropped.
//
// What an order means for the choice of the active port is in failover.hpp, what it means for a card in
// extraction.hpp.
#pragma once

#include "had/core/world/chassis.hpp"
#include "had/core/config/config.hpp"
#include "had/core/service/state.hpp"
#include "had/core/base/types.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace had::core {

struct ActivateOrder {                        // `hadctl bond activate`, until `hadctl bond auto`
    std::string port;                         // "2.1"; an interface's name where there is no port
    std::string by;                           // the user
    std::string since;                        // RFC 3339, UTC

    friend bool operator==(const ActivateOrder&, const ActivateOrder&) = default;
};

inline constexpr std::string_view by_handle = "handle";       // the order was given by the card's own handle

struct OfflineOrder {                         // `hadctl slot offline`, or an opened handle (extraction.hpp)
    bool force = false;                       // also what cuts service
    bool out = false;                         // done: nothing is left of the card, and the slot is off
    std::string kernel = {};                  // the kernel's slot that can switch it; empty: none
    std::string by = {}, since = {};          // as above

    // "root orders it offline", "its handle is opened"
    [[nodiscard]] std::string reason() const;
    friend bool operator==(const OfflineOrder&, const OfflineOrder&) = default;
};

// `hadctl slot online`, from the end of the order before until its jobs have ended.  It is kept, so that after a
// daemon was killed the next one knows what is left to do.
struct OnlineOrder {
    std::string kernel;                       // as above
    std::string by, since;

    friend bool operator==(const OnlineOrder&, const OnlineOrder&) = default;
};

struct AcceptOrder {                          // `hadctl slot accept`: as long as a card of this model is there
    ModelId model;
    std::string by, since;

    friend bool operator==(const AcceptOrder&, const AcceptOrder&) = default;
};

struct DomainOrder {                          // `hadctl domain release`, `hadctl domain take`
    bool take = false;                        // of a domain that the file leaves to another host
    bool force = false;                       // released: also what cuts service
    std::string by = {}, since = {};

    [[nodiscard]] std::string reason() const; // "root releases its domain"
    friend bool operator==(const DomainOrder&, const DomainOrder&) = default;
};

// `hadctl pause`: the daemon watches and reports, and changes nothing, until `hadctl resume` or the pause's end.  The
// end is a time of day, since a pause holds through restarts of the daemon and of the machine.  A pause without an
// end is the daemon's own, for when it cannot know which orders hold (had/store.hpp).
struct PauseOrder {
    std::string by, since;
    std::optional<std::int64_t> until;        // seconds since 1970, UTC, 0 to latest_time

    friend bool operator==(const PauseOrder&, const PauseOrder&) = default;
};
inline constexpr std::chrono::seconds pause_least = std::chrono::seconds(1);      // it ends at a full second
inline constexpr std::chrono::seconds pause_most = std::chrono::hours(24);
inline constexpr std::int64_t latest_time = 253'402'300'799;      // the last second of the year 9999
// "2002-05-01T12:00:00Z".  For a time that has no such text, the first or last one that has.
std::string utc_text(std::int64_t seconds);
// "until `hadctl resume` or 2002-05-01T12:00:00Z", and without an end "until `hadctl resume`".
std::string end_of(const PauseOrder& pause);

// `ifenslave -d`: the port stays out of its bond until `ifenslave` enslaves it, another card comes, or the file
// puts it elsewhere.  The daemon itself neither releases nor enslaves it: whoever gave the order does.
struct LeaveOutOrder {
    std::string by, since;
    std::string bond;

    friend bool operator==(const LeaveOutOrder&, const LeaveOutOrder&) = default;
};

// `hadctl failover NAME use MEMBER` and `... hold MEMBER`, until `... release`.
struct UseOrder {
    std::string member;
    std::string by, since;

    friend bool operator==(const UseOrder&, const UseOrder&) = default;
};
struct HoldOrder {
    std::string by, since;

    friend bool operator==(const HoldOrder&, const HoldOrder&) = default;
};

// `hadctl ack`: an operator has taken note of an alarm.  It ends with the alarm, and nothing follows from it.
struct AlarmNote {
    std::string by, since;

    friend bool operator==(const AlarmNote&, const AlarmNote&) = default;
};

struct Orders {
    std::map<std::string, ActivateOrder> active;      // by bond
    std::map<SlotName, OfflineOrder, SlotLess> offline;
    std::map<SlotName, OnlineOrder, SlotLess> online;
    std::map<SlotName, AcceptOrder, SlotLess> accepted;
    std::map<std::string, DomainOrder> domains;       // by domain
    std::map<PortName, LeaveOutOrder> left_out;
    std::map<std::string, UseOrder> used;             // by group
    std::map<std::pair<std::string, std::string>, HoldOrder> held;    // by group and member
    std::optional<PauseOrder> pause;
    std::map<std::string, AlarmNote> acked;           // by the alarm's id

    // Drops and returns the orders for left-out ports whose card has gone, or that the file puts elsewhere.
    std::map<PortName, LeaveOutOrder> prune(const Config& config, const Chassis& chassis);
    [[nodiscard]] const ActivateOrder* of_bond(const std::string& bond) const;
    [[nodiscard]] const OfflineOrder* of_slot(const SlotName& slot) const;
    // The order by which the slot's domain is released, if one is.
    [[nodiscard]] const DomainOrder* release_of(const Config& config, const SlotName& slot) const;
    // Changes in the file what an order outranks: a domain that was taken is this host's, until it is released.
    void apply_to(Config& config) const;
    // Drops and returns the orders for what this file does not name.
    struct Dropped {
        std::vector<std::string> bonds;
        std::vector<SlotName> slots;          // that were offline
        std::vector<std::string> domains;
        std::vector<std::string> groups;      // or a member of them
    };
    Dropped prune(const Config& config);
    friend bool operator==(const Orders&, const Orders&) = default;
};

// One order a line.  A line that cannot be read is left out, and is a mistake with its number.  Of many mistakes
// there are the first `most_mistakes`, and how many more.
inline constexpr std::size_t most_mistakes = 10;
struct ParsedOrders {
    Orders orders;
    std::vector<std::string> mistakes;
};
std::string print(const Orders& orders);
ParsedOrders parse_orders(std::string_view text);

// Why an order cannot be taken.
struct Refusal {
    bool no_such_object = false;              // else it is there, and would not work
    std::string text;

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

// Whether `port`, "2.1" or an interface, is one that the file puts into a bond.  Nothing: it is.
struct Situation;
std::optional<Refusal> objection_to_leave_out(const Situation& situation, const std::string& port);
// Whether it can be made the active port of the bond by hand.  A port that is damped or has not earned its
// place yet can: the operator vouches for it.
std::optional<Refusal> objection_to_bond(const Situation& situation, std::string_view bond);
std::optional<Refusal> objection_to_activate(const Situation& situation, std::string_view bond,
                                             const std::string& port);
// What the orders say of each group.
GroupOrders group_orders(const Orders& orders);
// Whether the group has that member, "dsl".
std::optional<Refusal> objection_to_member(const Situation& situation, std::string_view group,
                                           std::string_view member);
std::optional<Refusal> objection_to_group(const Situation& situation, std::string_view group);
// How an order names an interface: by its port where it has one.
std::string lasting_name(const Situation& situation, Ifindex index);
// "2.1 (eth3)"; "eth3" where both are the same, "2.1" where it has no interface.
std::string both_names(const std::string& port, const std::string& interface);

} // namespace had::core
