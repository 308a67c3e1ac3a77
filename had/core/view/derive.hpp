// What the two halves of the derivation share: slots and their ports (derive.cpp), and what stands on them
// (derive_bonds.cpp).
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/core/policy/failover.hpp"
#include "had/core/view/view.hpp"

#include <optional>
#include <string>
#include <vector>

namespace had::core {

std::vector<IpPrefix> addresses_of(const Observed& observed, Ifindex index);
std::vector<std::string> routes_of(const Situation& situation, const Link& link);

// What failed last for an object, with the kernel's words, which an operator asks for first.
const Attempt* failed_attempt(const Situation& s, const Plan& plan, const ObjectId& object);
std::string failure_text(const Attempt& attempt);
// Whether the object serves all the same, though not everybody.
bool can_do_without(const Situation& s, const Attempt& failed);
// An MTU that cannot be had (plan_mtu): what has it not serves with the one that it has.
bool is_about_size(const std::string& problem);

// Which probe says that the port has no link, and is believed.
std::optional<Probe> no_link_by(const Situation& s, Ifindex index);

// Of a bond's port, or of an interface as a whole.
std::vector<PathView> paths_of(const Situation& s, const std::string& interface, Ifindex port);
// Why a bond does not use a port that has a link: what its mode, the kernel's monitor and its paths tell.
std::string idle_of(const Situation& s, const Link& port, const Link& bond);

// The monitors that have an answer through a port of a bond, asked for itself: they prove that it would serve.
std::vector<std::string> proven_by(const Situation& s, const BondConfig& bond, Ifindex port);
// Whether a backup port of the bond, whose members are there, would serve now.
void judge_readiness(const Situation& s, const BondConfig& config, BondView& bond);

// What the plan says of an object.
template <class V>
void take_note(V& view, const Plan& plan) {
    static_cast<Note&>(view) = plan.note_of(id_of(view));
}

struct ServiceFacts;
// What the names in a service's keys mean.
ServiceFacts facts_of(const Situation& situation);
// Services and their groups.
void derive_services(const Situation& situation, const Plan& plan, View& view);
void derive_peers(const Situation& situation, const Plan& plan, View& view);
// All bonds, or, where the view has them already, those that are to be looked at; and all VLANs.  Requires: the slots
// are there.  Adds to `again` those that time alone changes.
void derive_bonds(const Situation& situation, const Plan& plan, const Worklist& anew, View& view, Worklist& again);

} // namespace had::core
