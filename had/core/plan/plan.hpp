// What is to be done now, so that what is observed becomes what had.conf wants.
//
// plan() is a pure function of the situation and keeps no state.  Asked twice it answers the same; when all is as
// wanted it answers nothing.  This empty plan is the steady state, and the reason why a restart of the daemon changes
// nothing.
//
// The order of the actions, and why:
//
//   1. the bonding driver       with max_bonds=0, before anything asks for a bond: if the kernel itself loaded
//                               it, it would make a bond0 that nobody configured
//      names                    of bonds and VLANs that another hand has renamed; then the plan is made anew
//   2. each bond                made with all its options in one message; options, MAC, MTU, up, addresses,
//                               routes.  Bonds exist before any card does, so that services can bind
//                               to them
//   3. each port                out of where it should not be, into its bond or its plain configuration.
//                               The bond's first choice goes first: the kernel makes the first port active
//   4. the kernel's own choice  each port's prio in the daemon's order, and the return to a better port
//      cards that are let go    their ports after the bonds have moved, then their drivers, then the slots
//   5. each VLAN                on what carries it, which is up by now; with addresses and routes
//      peers                    the routes to other hosts, on what leads to them
//      services                 the addresses of their interfaces, and the routes by the member that serves
//   6. what is no longer wanted last, so that a port that changes bonds or an address that moves is absent
//                               from both places as shortly as possible
//   7. drivers                  for cards without one; jobs, which are only started here
//   8. cards that do not answer are removed from the kernel; jobs as well
//
// A bond's or VLAN's steps form one list, and each port's steps form another.  A failing step stops its own
// list and the lists that need it (Action::needs), and no other.  An absent card is a normal state:
// nothing is planned for it, and nothing waits for it.
//
// What the kernel allows only with the bond down or empty is not planned while the bond has ports, and shown as
// waiting (law: do no harm).  A bond without ports serves nobody, and is set down for it.
//
// A port is left alone until its driver is bound.  e100 registers its interface in the middle of its probe,
// and only then makes what opening it needs (drivers/net/ethernet/intel/e100.c e100_probe, cbs_pool).  A program
// that enslaves it in between dies in the kernel with RTNL held, and nobody gets an answer about links any more.
//
// Where udevd runs, a port is left alone until udevd has settled it: an interface that is up cannot be
// renamed (net/core/dev.c dev_change_name), and enslaving sets it up.  After settle_limit the port is used as
// it is: a port under another name serves, and one that waits for a dead udevd does not.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/base/note.hpp"
#include "had/core/plan/worklist.hpp"
#include "had/core/policy/situation.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace had::core {

struct Plan {
    std::vector<Action> actions;
    std::map<ObjectId, Note> notes;           // of those of whom there is something to say
    std::optional<TimePoint> next;            // a candidate driver's turn; nothing: only events matter
    Worklist said = nobody();                 // who had something to say

    [[nodiscard]] bool creates(const std::string& bond) const;
    // An object of which there is nothing to say has an empty note.
    [[nodiscard]] const Note& note_of(const ObjectId& object) const;
    // "bond0: mode = balance-rr: needs reload --force, cuts bond0", of all objects.
    [[nodiscard]] std::vector<std::string> waiting() const;
};

Plan plan(const Situation& situation);
// The same, where the others are known to have nothing to say.
Plan plan(const Situation& situation, const Worklist& worklist);

// Whether asking an object has added anything to the plan: then it has to be asked again.
class Asking {
public:
    explicit Asking(Plan& plan) : plan_(plan), actions_(plan.actions.size()), next_(std::exchange(plan.next, {})) {}
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() {
        if (next_) earlier(plan_.next, *next_);
    }
    [[nodiscard]] bool added() const { return plan_.actions.size() != actions_ || plan_.next; }

private:
    Plan& plan_;
    std::size_t actions_;
    std::optional<TimePoint> next_;
};

// A locally administered address made of machine-id and name: no card owns it, so that exchanging every
// card changes nothing on the wire, and no two machines share it.
Mac stable_mac(std::string_view machine_id, std::string_view bond);

// Whose addresses and routes.
struct NetOf {
    LinkRef link;
    bool port = false;                        // a port of the chassis, not a bond or VLAN
    bool up = false;                          // now, or by an action before these
};
using AddStep = std::function<void(Operation, std::string_view why)>;

// What an interface is to an operator: a port by its place, a bond, a VLAN, or none of these.
ObjectId object_of(const Situation& situation, const Link& link);
// What the file wants of an interface.  Null: nothing.
const Addressing* net_of(const Situation& situation, const Link& link);
// What is missing of an interface's addresses and routes.
void plan_net(const Situation& situation, const Addressing& net, const NetOf& of, Note& note, const AddStep& add);
// What the MTU of an interface is to be: the file's, or, when that names none, the one that it had before the
// daemon changed it, up to `most`.
struct MtuOf {
    const std::optional<std::uint32_t>& wanted;
    const Link& link;
    bool port = false;                        // a port of the chassis
    std::uint32_t most = UINT32_MAX;
};
// As a step; or as a problem, where it cannot be had.  What the kernel has refused is not tried by the clock: a
// bond's is tried on all of its ports, which serve.
void plan_mtu(const Situation& situation, const MtuOf& mtu, Note& note, const AddStep& add);
// Routes and rules of had's that the file no longer names.
void remove_routes(const Situation& situation, Plan& plan);
void remove_rules(const Situation& situation, Plan& plan);

struct TunedLink {
    LinkRef link;
    bool port = false;                        // a port of the chassis
    bool serves = false;                      // what would take its link away waits for force; what is refused is told
};
// What of an interface's words differs from the file, or from what was there before, where the file says nothing.
// What was refused for good is told of an interface that serves, since it is never why one does not; it is not tried
// by the clock.
void plan_tuning(const Situation& situation, const Tuning& tuning, const TunedLink& of, Note& note, const AddStep& add);
// The same of interfaces that no section names any more.
void restore_tuning(const Situation& situation, Plan& plan);
// Which words of which interfaces have to be read for that.
std::map<Ifindex, std::vector<std::string>> tuned_words(const Situation& situation);

// What the kernel makes interfaces of one kind by.
struct KindDriver {
    std::string_view kind, module, name;      // "vlan", "8021q", "VLAN"
    std::string_view noun;                    // "VLAN", to people
};
inline constexpr KindDriver bond_driver{"bond", "bonding", "bonding", "bond"};
inline constexpr KindDriver vlan_driver{"vlan", "8021q", "VLAN", "VLAN"};
using TellProblem = std::function<void(const std::string&)>;

// Loads that driver once, unless an interface of its kind shows that it is there already.  False: not yet.
bool kind_is_there(const Situation& situation, Plan& plan, const KindDriver& driver, const TellProblem& tell);

// Which interface has the name that one of that kind is to have; empty: none, or it is of that kind itself.
std::string who_has_name(const Observed& observed, const std::string& name, const KindDriver& wanted);

// What stands on an interface, so that it cannot be had for a bond, or be taken out of something for a plain
// role; empty: nothing does.
std::string what_stands_on(const Situation& situation, const Link& link, bool plain);

// Which interface cannot have that MTU, and how much it can; empty: each can, as far as is known.  `bond`: the
// ports of one, or that it is to have, count.
std::string who_cannot_have_mtu(const Situation& situation, const Link& link, std::uint32_t mtu);

// The bond or VLAN of the file that another hand has given another name; null: it has not.
const Link* renamed(const Situation& situation, const std::string& name);
// Whether it has.  Then there is nothing to be made: it would be a second one.
bool tell_renamed(const Situation& situation, const std::string& name, Note& note);
// What was renamed gets its name back.  True: before all else, since the file knows it by that name.
bool plan_names(const Situation& situation, const Worklist& worklist, Plan& plan);

// The parts, each in a file of its own; they append to the plan.
void plan_bonds(const Situation& situation, const Worklist& worklist, Plan& plan);
void plan_ports(const Situation& situation, const Worklist& worklist, Plan& plan);
void plan_vlans(const Situation& situation, Plan& plan);
void plan_peers(const Situation& situation, Plan& plan);
void plan_services(const Situation& situation, Plan& plan);
// All routes that lead to peers, on links that are there; and whether the prefix is of an address `from`.
std::map<RouteKey, SeenRoute> peer_routes(const Situation& situation);
bool is_peer_source(const Config& config, const IpPrefix& prefix);
void plan_failover(const Situation& situation, const Worklist& worklist, Plan& plan);
void plan_extractions(const Situation& situation, Plan& plan);
// How the card of a CompactPCI slot is taken out of the kernel's books; nothing: it is in no such slot.
std::optional<RemoveCard> removal_of(const Situation& situation, const PlacedSlot& slot);
void plan_silent_cards(const Situation& situation, Plan& plan);
void plan_removals(const Situation& situation, Plan& plan);
// Nothing to be done, but to be told: addresses and networks of the file on other interfaces.
void plan_in_the_way(const Situation& situation, Plan& plan);
void plan_drivers(const Situation& situation, const Worklist& worklist, Plan& plan);

} // namespace had::core
