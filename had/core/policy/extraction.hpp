// Letting a card go in order: from an operator's command, or an opened handle, to "slot 2 is safe to pull".
//
// It begins with an order (orders.hpp), which is kept.  What is to be done for it is derived anew from what is
// observed, so that after a daemon was killed in the middle the next one goes on where the kernel is.  The stages:
//
//   waiting     The card holds the last working port of a bond, or an address that has no other home.  The order
//               is refused, or waits ten minutes for another port that has earned its place; meanwhile the card
//               serves.  `--force` and `last_port = allow` skip this stage.
//   quiescing   Every port of the card goes out of service.  Bonds move to a port of another card first, and
//               what is still on its way to the old port has a moment to arrive.  Where every port of a bond
//               sends, the port is released while it is up: the release itself tells the other end, and 802.3ad
//               loses forty times as much when the port is set down first.  Plain ports lose the daemon's routes
//               and addresses, and are set down.
//   unbinding   The drivers are unbound, in a stage of its own since a driver's removal may take long.
//   powering    The slot is switched off.  The job that unbinds the drivers does it too, if it is still running:
//               a second job would cost the operator, who waits for a LED, the time of its start.
//   detached    All that is done, and no controller can switch the slot off.  Whether the card may be pulled is
//               for the operator to know; the daemon does not touch it any more.
//   out         Nothing is left of the card, and the slot is off: the card may be pulled.  A new card ends the
//               order, and so does `slot online`.
//
// From `quiescing` to `out` the daemon configures nothing of that card (is_withheld).  When the last other port fails
// before the card's own ports are out of service, the stage is `waiting` again and its ports serve again: how far it
// had come is not remembered.
//
// Of two orders the older goes first: the ports of its slot are no home for what depends on the other's card.
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
// Between the move of a bond and the release of its old port: what is queued there goes out, and what the switch
// still sends there comes in.
inline constexpr Duration drain_time = std::chrono::milliseconds(200);

enum class Extraction : std::uint8_t { none, waiting, quiescing, unbinding, powering, detached, out };
// "waiting": the `extraction` of a slot in doc/protocol.md.
std::string_view to_string(Extraction extraction);
std::optional<Extraction> extraction_from(std::string_view word);

// From `quiescing` on.
bool is_withheld(Extraction extraction);

// The order by which a slot's card is let go: the slot's own, or that about its domain.  A slot of a released domain
// is not switched off, since no card is to be pulled; and the cards of a domain go all or none.
struct Leaving {
    bool force = false, out = false;
    const DomainOrder* domain = nullptr;      // nothing: the slot's own order
    std::string_view by, since;
    std::string reason;                       // "root orders it offline"
};
std::optional<Leaving> leaving_of(const Situation& situation, const SlotName& slot);

// The stage of the slot.  `next` as in standing.hpp.
Extraction extraction_of(const Situation& situation, const SlotName& slot, std::optional<TimePoint>& next);
// Whether the daemon configures nothing of the slot's card, since it is let go or is not accepted.
bool is_withheld(const Situation& situation, const SlotName& slot);
// The same of the slot in which the interface is.
bool is_withheld(const Situation& situation, Ifindex index);

// What service would end with this card, a phrase each: "bond0, 2.0 is its last working port".
std::vector<std::string> hangs_by(const Situation& situation, const SlotName& slot,
                                  std::optional<TimePoint>& next);
// The same as one sentence; empty: no service would end.
std::string what_hangs_by(const Situation& situation, const SlotName& slot);
// Which service keeps a card from being let go by its order; when its domain is released, the service of any card of
// the domain.  Empty: none, or the order is by force, or had.conf allows it.
std::string what_keeps(const Situation& situation, const SlotName& slot, std::optional<TimePoint>& next);
std::string what_keeps_domain(const Situation& situation, const std::string& domain,
                              std::optional<TimePoint>& next);

// Why the daemon cannot let go the card of this slot at all.  Service that would be cut is not asked here (hangs_by).
std::optional<Refusal> objection_to_slot(const Situation& situation, const SlotName& slot);

// The kernel's slot to be switched: the present one, or the one that the order has kept since the card went.
std::string switch_of(const Situation& situation, const SlotName& slot);
// Whether the slot stays on: it cannot be switched off, or its domain is given away.
bool ends_detached(const Situation& situation, const SlotName& slot, const Leaving& leaving);
// The card's functions that have a driver, without bridges, which are no service.
std::vector<PciAddress> bound_functions(const Situation& situation, const PlacedSlot& slot);

} // namespace had::core
