// The chassis as an operator sees it: slots, cards, ports, bonds, and what is wrong.
//
// One value, derived from what is observed and what is wanted (derive.cpp).  `hadctl status` prints it, notices are
// the difference of two of them, and `explain` walks through it.  So all of them say the same.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/monitor/judgement.hpp"
#include "had/core/peer/state.hpp"
#include "had/core/policy/extraction.hpp"
#include "had/core/service/state.hpp"
#include "had/core/world/link.hpp"
#include "had/core/world/module_options.hpp"
#include "had/core/world/probe.hpp"
#include "had/core/base/named.hpp"
#include "had/core/base/note.hpp"
#include "had/core/base/notice.hpp"
#include "had/core/base/object.hpp"
#include "had/core/base/pci.hpp"
#include "had/core/base/shared_list.hpp"
#include "had/core/base/types.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// The status words, the same everywhere.  The best comes first, except for the last three.
enum class Health : std::uint8_t { healthy, degraded, down, absent, offline, quarantined, contested };
std::string_view to_string(Health health);
std::optional<Health> health_from(std::string_view word);
// Serves, and not as it should: degraded or contested.
bool is_impaired(Health health);

// What every object has.  What is asked of all of them, and how each says what is wrong, is in view.cpp.
struct Status : Note {
    Health health = Health::absent;

    friend bool operator==(const Status&, const Status&) = default;
};

// What a monitor of had.conf has found; of a port as one of its bond, or of an interface as a whole.
struct PathView {
    std::string monitor;                      // its name
    PathState state = PathState::unproven;
    bool doubted = false;                     // the bond does not choose the port for this
    std::string text;                         // why, or why nothing follows: "the far end is silent"; or empty

    friend bool operator==(const PathView&, const PathView&) = default;
};

// The switch at the other end, as LLDP tells it.
struct NeighbourView {
    std::string system = {}, port = {};       // "sw1", "Gi0/1"; empty: none is heard now
    std::string since = {}, was = {};         // when it was first heard there; "sw1 Gi0/7", before it
    std::string expected = {};                // had.conf's expect_neighbour

    friend bool operator==(const NeighbourView&, const NeighbourView&) = default;
};

struct PortView : Status {
    PortName name;
    std::string config, bond;                 // "config2", "bond0"; config empty: had.conf says nothing of it

    std::optional<PciAddress> function;       // nothing: there is no such function now
    std::string path;                         // relative to the slot: "00.0"
    std::string driver;
    Ifindex index = 0;                        // 0: no network device
    std::string interface;
    Mac mac;
    bool up = false, carrier = false;
    std::optional<Probe> no_link_by;          // the card itself says so, beside a carrier
    std::string idle;                         // why its bond does not use it, beside a link: "has no LACP partner"
    std::string role;                         // "active", "backup" of a bond; "plain"; or empty
    std::vector<IpPrefix> addresses;
    std::vector<std::string> routes;          // the daemon's own: "default via 10.0.1.254"
    std::vector<PathView> paths;
    std::optional<NeighbourView> neighbour;   // nothing: never heard, and none is expected
    std::string last_loss;                    // when its link was last lost, and why, as far as anybody knows
    unsigned config_line = 0;
    std::string config_file;                  // of that line, where it is not had.conf itself
    bool has_served = false;                  // since this interface came: so a loss can be followed by a return

    friend bool operator==(const PortView&, const PortView&) = default;
};

struct CardView {
    std::uint16_t vendor = 0, device = 0, subvendor = 0, subdevice = 0;
    std::uint32_t class_code = 0;
    PciAddress address;                       // of its first function

    friend bool operator==(const CardView&, const CardView&) = default;
};

struct SlotView : Status {                   // what it is doing: how far the card is on its way out
    SlotName name;
    std::string domain;                       // empty: in none
    bool controlled = true;
    std::string location;                     // "path 0000:00:05", "kernel 5"; as resolved or as configured
    std::optional<CardView> card;             // nothing: empty
    std::vector<PortView> ports;
    Extraction extraction = Extraction::none; // the same, as a word
    std::string model_before;                 // "8086:100e": of the card before this one, if it was another
    std::string missing;                      // the same, of the card that served here and is gone; or empty

    friend bool operator==(const SlotView&, const SlotView&) = default;
};

struct MemberView {
    std::string interface, port;              // port empty: a foreign member, not of had.conf
    bool active = false, carrier = false;
    std::string mii;                          // "up", "fail", "down", "back"
    std::optional<Probe> no_link_by = {};     // as of a port
    bool earned = false;                      // its place: the bond would move to it rather than to another
    bool damped = false;                      // it came and went so often that the bond does not prefer it yet
    bool whole = true;                        // in address and MTU as the bond had made it
    std::string idle = {};                    // as of a port
    std::vector<std::string> proven_by = {};  // the monitors that have an answer through it, asked as a port by itself

    friend bool operator==(const MemberView&, const MemberView&) = default;
};

struct BondView : Status {
    std::string name;
    std::string mode;
    Mac mac;
    std::uint32_t mtu = 0;
    Duration miimon{};
    bool up = false, carrier = false;
    std::string active;                       // interface; empty in modes that have none
    std::vector<IpPrefix> addresses;
    std::vector<std::string> routes;          // the daemon's own
    std::vector<MemberView> members;
    std::vector<PathView> paths;              // as a whole
    unsigned wanted = 0;                      // ports that had.conf names for it, present or not
    std::string exposure;                     // the one failure that would take it down; or empty
    bool provable = false;                    // it has an active port, and a monitor asks through its backup ports
    bool ready = false;                       // a backup port would serve now, and a monitor has proven it
    std::string unready;                      // why none would, or why nobody can know; or empty
    std::string silence;                      // "path gw: the far end is silent", which nothing here mends; or empty

    friend bool operator==(const BondView&, const BondView&) = default;
};

struct VlanView : Status {                    // absent: what carries it is not there
    std::string name, on;                     // `on` as had.conf has it
    std::uint16_t id = 0;
    Ifindex index = 0;                        // 0: it does not exist
    Mac mac;
    std::uint32_t mtu = 0;
    bool up = false, carrier = false;
    std::vector<IpPrefix> addresses;
    std::vector<std::string> routes;          // the daemon's own
    std::vector<PathView> paths;

    friend bool operator==(const VlanView&, const VlanView&) = default;
};

// One for each instance.  Offline: an operator holds it; absent: something that it needs is not there.
struct ServiceView : Status {
    std::string name;                         // "pppoe"; "at@ttyACM0" of one with `for`
    Phase phase = Phase::absent;
    std::string since;                        // of the phase
    std::string group, member;                // of which it is a member, and as which; or empty
    std::string device;                       // "ttyACM0", or empty
    std::string interface;                    // that it makes or serves, as far as the file says; or empty
    std::vector<IpPrefix> addresses;          // of that: a lease, for example
    std::uint64_t pid = 0;                    // 0: no process
    unsigned failures = 0;                    // in a row
    std::string good_since;                   // since then each probe has succeeded; or empty
    std::string text;                         // why, or what would have to happen; or empty

    friend bool operator==(const ServiceView&, const ServiceView&) = default;
};

// Healthy: its first choice serves.  Down: nobody does.
struct FailoverView : Status {
    std::string name;
    std::string active;                       // the member that serves; empty: none
    std::string since;
    std::vector<std::string> members;         // in the order of the file
    std::vector<std::string> services;        // of each member
    std::string failback;                     // "after 5min": as had.conf has it
    std::string text;                         // why this one: "dsl failed: ..."; or empty

    friend bool operator==(const FailoverView&, const FailoverView&) = default;
};

struct PeerLanView {                          // a network between two hosts
    std::string lan, interface;               // as had.conf has it; interface empty: it is not there
    IpAddress address;                        // the peer's
    LanState state = LanState::unproven;      // whether the peer is heard
    bool peer_hears = true;                   // false: it has said that it hears nothing
    bool link = false, used = false;          // used: the routes lead there
    std::string text;                         // why it would not serve; or empty

    [[nodiscard]] bool usable() const { return lan_serves(link, state, peer_hears); }
    [[nodiscard]] bool lost() const { return lan_is_lost(link, state, peer_hears); }
    friend bool operator==(const PeerLanView&, const PeerLanView&) = default;
};

struct PeerView : Status {                    // absent: it is not known yet whether it answers
    std::string name;
    std::optional<IpAddress> service, from;
    PeerRole role = PeerRole::both;
    std::vector<PeerLanView> lans;
    std::vector<std::string> routes;          // as the daemon has made them
    std::vector<std::string> advice;          // settings of the kernel with which it would serve better

    [[nodiscard]] const PeerLanView* used() const;
    friend bool operator==(const PeerView&, const PeerView&) = default;
};
// "1 of 2 LANs serve: 16.0 hears nothing".
std::string how_many_serve(const PeerView& peer);

struct OrderView {                            // an operator's, by hand
    std::string what = {};                    // "activate" and so on, as doc/protocol.md lists them
    std::string bond = {}, port = {};         // of activate and leave_out
    std::string interface = {};               // of those; empty: the port has none now
    std::string slot = {}, domain = {};       // of offline and accept; of release and take
    std::string group = {}, member = {};      // of use and hold
    std::string by = {}, since = {};          // who, and when
    std::string until = {};                   // of a pause: when it ends by itself
    std::string text = {};                    // the whole sentence

    friend bool operator==(const OrderView&, const OrderView&) = default;
};

// As of a fault: what it costs, not how it looks.
enum class AlarmSeverity : std::uint8_t { critical, major, minor, warning };
inline constexpr AlarmSeverity alarm_severities[] = {AlarmSeverity::critical, AlarmSeverity::major,
                                                     AlarmSeverity::minor, AlarmSeverity::warning};
std::string_view to_string(AlarmSeverity severity);
std::optional<AlarmSeverity> severity_from(std::string_view word);

// What is wrong and has to be repaired (alarm.hpp).
struct Alarm {
    std::string id = {};                      // "bond0/redundancy": of one object one of each type
    std::string object = {}, type = {};       // "bond0", "2.1", "2", "chassis"; "redundancy"
    AlarmSeverity severity = AlarmSeverity::warning;
    std::string raised = {};                  // since when the daemon knows of it
    unsigned count = 1;                       // how often it has been raised since the daemon's start
    std::string text = {}, repair = {};       // what is so; what to do, in which order, with the command
    std::string locate = {};                  // the slot where that is to be done; or empty
    std::string acked = {}, acked_by = {};    // an operator has taken note, and when; or empty
    bool under_way = false;                   // what is missing is being done: one that was not raised waits for that

    friend bool operator==(const Alarm&, const Alarm&) = default;
};

// Whether a port carries the bond now; and how many of the ports that had.conf names for it do so.
bool serves(const MemberView& member);
unsigned serving(const BondView& bond);
// "1 of 2 ports serve: 6.0 has no LACP partner".
std::string how_many_serve(const BondView& bond);
// Ways that are silent, and for which nobody is left: the far end is, or there is no other way.  Each once.
void add_silent_ways(const std::vector<PathView>& paths, std::vector<std::string>& texts);
std::string silence_of(const std::vector<PathView>& paths);
// Why it does not serve as it should, without its name.
std::string state_of(const PortView& port);
std::string state_of(const VlanView& vlan);
std::string state_of(const ServiceView& service);
std::string state_of(const FailoverView& group);

struct View {
    Health health = Health::healthy;          // of the whole: the worst that is not absence
    std::vector<OrderView> orders;            // shown first, since they outrank the file
    std::string event_source;                 // "udev" or "kernel"
    std::string started, file_taken;          // when the daemon started, and when it took had.conf for the last time
    std::string file_refused;                 // when a reload refused it since; or empty
    std::string alarm;                        // what only a reboot mends; or empty
    SharedList<SlotView> slots;
    SharedList<BondView> bonds;
    SharedList<VlanView> vlans;
    SharedList<FailoverView> failovers;
    SharedList<ServiceView> services;
    SharedList<PeerView> peers;
    std::vector<std::string> problems;        // everything that is wrong, a sentence each, worst first
    std::vector<Alarm> alarms;                // the same as things to be repaired, worst first (alarm.hpp)

    // Each finds one object by its own name, as the answer to an order has it; null: there is none.
    [[nodiscard]] const OrderView* order_of_bond(std::string_view name) const;
    [[nodiscard]] const OrderView* order_of_domain(std::string_view name) const;
    [[nodiscard]] const OrderView* pause() const;
    [[nodiscard]] const OrderView* leave_out_of(const PortName& port) const;
    [[nodiscard]] const SlotView* slot(std::string_view name) const;      // they are in an operator's order
    [[nodiscard]] const BondView* bond(std::string_view name) const { return named(bonds, name); }
    [[nodiscard]] const VlanView* vlan(std::string_view name) const { return named(vlans, name); }
    [[nodiscard]] const ServiceView* service(std::string_view name) const { return named(services, name); }
    [[nodiscard]] const FailoverView* failover(std::string_view name) const { return named(failovers, name); }
    [[nodiscard]] const OrderView* order_of_group(std::string_view what, std::string_view group,
                                                  std::string_view member) const;
    [[nodiscard]] const PeerView* peer(std::string_view name) const { return named(peers, name); }
    [[nodiscard]] const PortView* port(const PortName& name) const;
    [[nodiscard]] const Alarm* alarm_of(std::string_view id) const;
    friend bool operator==(const View&, const View&) = default;
};

inline ObjectId id_of(const SlotView& slot) { return slot_id(slot.name); }
inline ObjectId id_of(const PortView& port) { return port_id(port.name); }
inline ObjectId id_of(const BondView& bond) { return bond_id(bond.name); }
inline ObjectId id_of(const VlanView& vlan) { return vlan_id(vlan.name); }
inline ObjectId id_of(const ServiceView& service) { return service_id(service.name); }
inline ObjectId id_of(const FailoverView& group) { return failover_id(group.name); }
inline ObjectId id_of(const PeerView& peer) { return peer_id(peer.name); }

// Calls f(object) with each object that has a status: bonds, VLANs, groups, services, peers, then each
// slot and its ports.  f takes
// a Status, or is an overload for each kind.
template <class F>
void for_each_status(const View& view, F f) {
    for (const BondView& bond : view.bonds) f(bond);
    for (const VlanView& vlan : view.vlans) f(vlan);
    for (const FailoverView& group : view.failovers) f(group);
    for (const ServiceView& service : view.services) f(service);
    for (const PeerView& peer : view.peers) f(peer);
    for (const SlotView& slot : view.slots) {
        f(slot);
        for (const PortView& port : slot.ports) f(port);
    }
}
// Calls f(id, object) with each.
template <class F>
void for_each_object(const View& view, F f) {
    for_each_status(view, [&](const auto& object) { f(id_of(object), object); });
}

// A step of `explain`: what is so, and why.  The last step is what the daemon does about it.
struct ExplainStep {
    std::string what, why;

    friend bool operator==(const ExplainStep&, const ExplainStep&) = default;
};

// The health of the whole and its problems, from the parts.
void sum_up(View& view);

// The view of a situation and of what is planned for it.
struct Situation;
struct Plan;
View derive_view(const Situation& situation, const Plan& plan, std::string_view event_source);
std::vector<OrderView> order_views(const Situation& situation, const SharedList<SlotView>& slots);

// The whole chain from a slot to the state of its ports, or from a bond to its members, or from a VLAN
// to what carries it, or of a peer, for "2", "2.1", "bond0", "vlan5", "rtr2" or an interface.  Empty: no such object.
// `parameters` is asked for the driver of each port that is explained.
std::vector<ExplainStep> explain(const Situation& situation, const Plan& plan, const View& view,
                                 std::string_view object, const ParametersOf& parameters);

// Carries over has_served, which only the view before knows.
void remember(const View& before, View& now);

// The notices at the daemon's start: what exists is no news, and everything that is wrong is.
View as_if_well(View view);

// What happened between two views, in the order in which an operator would tell it.
std::vector<Notice> notices_between(const View& before, const View& after);

} // namespace had::core
