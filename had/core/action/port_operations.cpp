#include "had/core/action/port_operations.hpp"

#include "had/core/action/owned.hpp"

#include <fmt/format.h>

namespace had::core {

std::string Enslave::text() const { return fmt::format("enslave {} to {}", port.name, bond.name); }

bool Enslave::note(Owned& owned, const Observed&) const {
    std::string& in = owned.members[port.index];
    const bool fresh = in != bond.name;
    in = bond.name;
    return owned.raised.erase(port.index) > 0 || fresh;
}

std::string Release::text() const { return fmt::format("release {} from {}", port.name, bond.name); }

bool Release::forget(Owned& owned) const { return owned.members.erase(port.index) > 0; }

std::string SetPortOptions::text() const {
    std::string out = fmt::format("set {} in {}", port.name, bond.name);
    if (options.prio) out += fmt::format(" prio {}", *options.prio);
    if (options.queue_id) out += fmt::format(" queue_id {}", *options.queue_id);
    if (options.actor_port_prio) out += fmt::format(" actor_port_prio {}", *options.actor_port_prio);
    return out;
}

} // namespace had::core
