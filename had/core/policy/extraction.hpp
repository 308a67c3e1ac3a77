// Letting a card go in order: from an operator's word, or an opened handle, to "slot 2 is safe to pull".
//
// The word is an order (orders.hpp): it is kept, and what it means is derived anew from what is observed, so
// that a had that is killed in the middle goes on where the kernel is.  In this order:
//
//   waiting     the card holds the last working port of a bond, or an address that has no other home.  It is
//               refused and said.  Who waits has ten minutes for another port that has earned its place;
//               meanwhile the card serves as ever.  `--force` and `last_port = allow` pass over it
//   quiescing   every port of the card goes out of service.  Bonds move to a port of another card first, and
//               what is still on its way to the old port has a moment to arrive; where every port of a bond
//               sends, the port is released while it is up (the release itself tells the other end: set down
//               first, 802.3ad loses forty times as much); plain ports lose had's routes and addresses, and
//               are set down
//   unbinding   the drivers let the card go, since a driver's removal may take its time
//   powering    the slot is switched off, by the same job as long as it lives: two would cost the operator,
//               who waits for a LED, a start of one more
//   detached    all that, where no controller can switch the slot off.  Whether the card may be pulled is
//               then for the operator to know; had only does not touch it any more
//   out         nothing is left of the card, and the slot is off: it may be pulled.  A new card ends the
//               order, and so does `slot online`
//
// From `quiescing` to `out` had configures nothing of that card (withholds).  Should the last other port fail
// before the card's own are out of service, it is `waiting` again, and its ports serve again: nothing is
// remembered of how far it was.
//
// Of two orders the older goes first: the ports of its slot are no home for what hangs by the other's.
#pragma once

#include "had/core/world/chassis.hpp"
#include "had/core/policy/orders.hpp"
#include "had/core/base/types.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

struct Situation;

inline constexpr Duration extraction_patience = std::chrono::minutes(10);
// Between the move of a bond and the release of the port it left: what is queued there goes out, and what
// the switch had sent there comes in.
inline constexpr Duration drain_time = std::chrono::milliseconds(200);

enum class Extraction : std::uint8_t { none, waiting, quiescing, unbinding, powering, detached, out };
// "waiting": the `extraction` of a slot in doc/protocol.md.
std::string_view to_string(Extraction extraction);
std::optional<Extraction> extraction_from(std::string_view word);

// From `quiescing` on.
bool is_withheld(Extraction extraction);

// The order by which a slot's card goes: its own, or that about its domain.  A slot of a released domain is
// not switched off, for nobody is to pull anything; and its cards go all or none.
struct Leaving {
    bool force = false, out = false;
    const DomainOrder* domain = nullptr;      // nothing: the slot's own order
    std::string_view by, since;
    std::string reason;                       // "root orders it offline"
};
std::optional<Leaving> leaving_of(const Situation& situation, const SlotName& slot);

// Where the slot is on its way out.  `next` as in standing.hpp.
Extraction extraction_of(const Situation& situation, const SlotName& slot, std::optional<TimePoint>& next);
// Whether had keeps its hands off the slot's card, but for letting it go; or since it is not accepted.
bool withholds(const Situation& situation, const SlotName& slot);
// The same of the slot in which the interface is.
bool withholds(const Situation& situation, Ifindex index);

// What service would end with this card, a phrase each: "bond0, 2.0 is its last working port".
std::vector<std::string> hangs_by(const Situation& situation, const SlotName& slot,
                                  std::optional<TimePoint>& next);
// All of it as one sentence; empty: nothing does.
std::string what_hangs_by(const Situation& situation, const SlotName& slot);
// What of it keeps a card that an order lets go, and of one whose domain is released what hangs by any card of
// that domain; empty: nothing, or the order is by force, or had.conf allows it.
std::string what_keeps(const Situation& situation, const SlotName& slot, std::optional<TimePoint>& next);
std::string what_keeps_domain(const Situation& situation, const std::string& domain,
                              std::optional<TimePoint>& next);

// Why the slot is none that had could let go; service that would be cut is another matter (hangs_by).
std::optional<Refusal> objection_to_slot(const Situation& situation, const SlotName& slot);

// The kernel's slot to be switched: as it is now, or as the order has kept it since the card went.
std::string switch_of(const Situation& situation, const SlotName& slot);
// Its slot is not to be switched off, as in a domain that is given away, or cannot be.
bool ends_detached(const Situation& situation, const SlotName& slot, const Leaving& leaving);
// Its functions that a driver serves, but for bridges, which are no service.
std::vector<PciAddress> bound_functions(const Situation& situation, const PlacedSlot& slot);

} // namespace had::core
