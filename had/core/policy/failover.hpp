// Which port of a bond is the active one: one function, for the fast path and for the plan alike.
//
// In the modes that have an active port (active-backup, balance-tlb, balance-alb) the daemon decides.
// The current port stays as long as it is good, unless a port of better rank has earned its place and
// `failback` lets it take over.  When the current port fails the best other port takes over at once:
//
//   1. one that had.conf names, before one that another hand has put into the bond: nobody has said that this
//      one reaches anything.  It is left as soon as a port of the file has earned its place, whatever
//      `failback` says, and it is no home for what hangs by a card that is to be let go
//   2. one that has earned its place, before one that has not - but any good port before none
//   3. rank: `primary` first, then the higher `prio`
//   4. a port of another card before one of the card that just failed, and of another domain before one
//      of the same: two ports of one card fall together
//   5. the order of the ports
//
// An operator's order (`hadctl bond activate`) outranks all of it.  The bond returns to the port that it names as
// soon as that has earned its place, whatever `failback` says, and returns to no other.  While that port is out, the
// others serve as above, and none of them takes over from another that is good.
//
// A port whose card says "no link" beside a carrier (sensing.hpp) is chosen only when the kernel would leave the
// current port too: the card may be wrong, and then a port with carrier is better than none.  Between two such
// ports nothing is moved.
//
// The kernel watches the links too, and must choose the same port when the daemon is late or dead.  So its own
// primary is kept empty, its primary_reselect at `failure`, and each port's prio at its place in the order in which
// the daemon would choose them now (bond_main.c bond_choose_primary_or_current: the highest prio among the ports
// that are up; with `failure` the current one, as long as it is up).
//
// When another program moves the bond off a good port (sysfs has a file for it), the daemon moves it back, as often
// as contest.hpp says.  Then it leaves the bond where it was put for a while, and calls it contested.  A port that
// fails is left in any case.
//
// A port whose card is let go (extraction.hpp) is left as if it had failed, but without haste.  The bond first
// listens on all its ports, so that what the switch still sends to the old one is received.  Then it moves, and
// listens as before when the port is out of it.  It does not move to such a port as long as there is another.
//
// In the other modes every good port carries traffic, and the kernel itself leaves out a port without carrier,
// per packet.  There is nothing to choose.
#pragma once

#include "had/core/policy/situation.hpp"
#include "had/core/policy/standing.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

bool has_active_port(BondMode mode);
// The mode that the kernel has; had.conf may want another, which waits for force.
BondMode mode_in_force(const Link& bond);
// The active port of a bond; 0: it has none now.
Ifindex active_of(const Link& bond);

// Why a bond left a port: the `cause` of a failover, and of a lost port (doc/protocol.md).  Each probe has its own
// (ProbeKind).
namespace cause {
inline constexpr std::string_view carrier = "carrier", mii = "mii", removal = "removal", release = "release",
                                  extraction = "extraction", by_operator = "operator",
                                  failback = "failback", kernel = "kernel", adopted = "adopted",
                                  config = "config", lacp = "lacp", failed = "failed";
}
// The address that a member is to have: the bond's, or its own, as its mode wants it.  Nothing: the kernel trades
// them among the members, and it has one of theirs.
std::optional<Mac> address_of_member(const Link& member, const Link& bond, const Observed& observed);
// Whether a member is as the bond had made it, in address and MTU: else it is no candidate.
bool is_whole(const Link& member, const Link& bond, const Observed& observed);
// What is wrong with a port of the bond now: carrier, mii, release or removal; empty: it could serve.
std::string_view loss_of(const Link* port, const Link& bond);
// Why a bond does not use a port that has a link, as far as its mode and its monitor tell: "has no LACP partner".
// Empty: it uses it, or the port has no link.
std::string_view why_idle(const Link& port, const Link& bond);
std::string_view words_of_cause(std::string_view cause);

struct Candidate {
    Ifindex index = 0;
    bool usable = false;                      // the kernel would take it: up, carrier, miimon agrees
    bool refused = false;                     // the kernel has just refused it: others first
    bool good = false;                        // usable, or within its downdelay
    bool leaving = false;                     // its card is let go
    bool foreign = false;                     // neither the file nor an operator names it for this bond
    bool doubted = false;                     // but the card itself says that it has no link
    bool earned = false;
    bool returns = false;                     // has also waited as long as `failback` says
    std::int64_t rank = 0;                    // higher is better
    bool ordered = false;                     // by an operator: it is the best there is
    bool displaced = false;                   // it was active, and good, when another program moved the bond
    std::string_view slot, domain;            // empty: unknown
    unsigned order = 0;

    friend bool operator==(const Candidate&, const Candidate&) = default;
};

struct Choice {
    Ifindex active = 0;                       // 0: no port is good, and the kernel decides
    // "failback", "an operator's order", "the active port failed", "its card is let go", "another hand moved
    // the bond"; empty: nothing changes.
    std::string_view why;
};

// `current` is 0 when the kernel has no active port.  Then it refuses to be given one (bond_options.c
// bond_option_active_slave_set), and takes the first port that comes up.
Choice choose_active(const std::vector<Candidate>& candidates, Ifindex current);

// The other members in the order in which the daemon would choose them if `current` failed.
std::vector<Ifindex> successors(const std::vector<Candidate>& candidates, Ifindex current);

Trust trust_of(const BondConfig& bond);
// `primary_reselect` is the kernel's word for it: failure is never, the others are auto.
Failback failback_of(const BondConfig& bond);

// Whether neither the file nor an operator's order names this member for that bond.
bool is_foreign(const Situation& situation, const BondConfig& bond, Ifindex member);

// The members of a bond as candidates; `next` as in standing.hpp.
std::vector<Candidate> candidates_of(const Situation& situation, const BondConfig& bond,
                                     const Link& link, std::optional<TimePoint>& next);

// Whether the active port's card is let go, and the bond has another to move to.
bool awaits_move(const Situation& situation, const Link& bond);
// Whether the bond is to receive what arrives on its backup ports, while one of its cards is let go.  Only for a bond
// that the daemon has made: only there it knows the value to restore.
bool listens_on_all(const Situation& situation, const Link& bond);

// The change of active port that is due now, if any.  The fast path makes it at once.
std::optional<Action> failover_of(const Situation& situation, const BondConfig& bond,
                                  std::optional<TimePoint>& next);

// The file's options as the kernel is given them: delays rounded down to a multiple of miimon, as the kernel itself
// would do, and primary_reselect kept at `failure` where the daemon decides.
BondOptions kernel_options(const BondConfig& bond);
inline constexpr std::uint64_t reselect_on_failure = 2;       // primary_reselect

} // namespace had::core
