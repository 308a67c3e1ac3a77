#include "had/core/policy/concern.hpp"

#include <algorithm>

namespace had::core {
namespace {

// Hardware has no kind.  Bonds and VLANs may be in the way of the file's by their kind alone.
bool is_of_watched_kind(const Link& link) {
    return link.kind.empty() || link.kind == "bond" || link.kind == "vlan" || link.kind == "vrf" || link.slave;
}

class Concern {
public:
    explicit Concern(const Situation& s) : s_(s) {}

    [[nodiscard]] bool of(const Link& link) const {
        return is_of_watched_kind(link) || is_named(link) || touches_ours(link) || has_addresses(link.index);
    }
    [[nodiscard]] bool of(Ifindex index) const {
        const Link* link = s_.observed.link(index);
        return link && of(*link);
    }

private:
    [[nodiscard]] bool is_named(const std::string& name) const {
        const auto is_ordered = [&](const auto& entry) { return entry.second.port == name; };
        return s_.chassis.named.contains(name) || s_.owned.bonds.contains(name) || s_.owned.vlans.contains(name) ||
               s_.owned.actives.contains(name) ||
               std::any_of(s_.orders.active.begin(), s_.orders.active.end(), is_ordered);
    }
    [[nodiscard]] bool is_named(const Link& link) const {
        return is_named(link.name) || std::any_of(link.alternatives.begin(), link.alternatives.end(),
                                                  [&](const std::string& name) { return is_named(name); });
    }
    // What is a port of it, what it is a port of, and what it stands on.
    [[nodiscard]] bool touches_ours(const Link& link) const {
        const auto& slaves = s_.observed.slaves_of(link.index);
        return is_ours(link.index) || is_ours(link.lower) || is_ours(link.master) ||
               std::any_of(slaves.begin(), slaves.end(), [&](Ifindex slave) { return is_ours(slave); });
    }
    [[nodiscard]] bool is_ours(Ifindex index) const {
        if (index == 0) return false;
        if (s_.chassis.port(index) || s_.standings.contains(index) || s_.owned.raised.contains(index)) return true;
        const Link* link = s_.observed.link(index);
        return link && (is_of_watched_kind(*link) || is_named(*link));
    }
    // Every interface has a link-local one, which is in nobody's way.
    [[nodiscard]] bool has_addresses(Ifindex index) const {
        const auto& all = s_.observed.addresses_of(index);
        return !std::all_of(all.begin(), all.end(), [](const Address& a) { return a.link_scope; });
    }

    const Situation& s_;
};

} // namespace

bool concerns(const Situation& s, const Event& event) {
    const Concern concern(s);
    const auto about = [&](Ifindex index) { return !s.observed.link(index) || concern.of(index); };
    return std::visit(
        overloaded{[&](const LinkSeen& e) {
                       const Link* before = s.observed.link(e.link.index);
                       return concern.of(e.link) || (before && concern.of(*before));
                   },
                   [&](const LinkGone& e) { return about(e.index); },
                   [&](const AddressSeen& e) { return !e.address.link_scope || about(e.address.link); },
                   [&](const AddressGone& e) { return !e.address.link_scope || about(e.address.link); },
                   [&](const Ipv6Seen& e) { return about(e.link); },
                   [](const auto&) { return true; }},
        event);
}

} // namespace had::core
