// Speed, duplex and negotiation of a port, as ethtool(8) has them.
//
// Setting them takes the link down for seconds, so they are set on a port that does not serve yet; on one that
// serves, only when an operator says so.  No message reports them: the daemon asks at its start, and afterwards
// knows what the driver has accepted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace had::core {

enum class Duplex : std::uint8_t { half, full };

constexpr std::string_view duplex_names[] = {"half", "full"};
constexpr std::string_view name_of(Duplex duplex) { return duplex_names[static_cast<std::size_t>(duplex)]; }
std::optional<Duplex> duplex_named(std::string_view name);

struct LinkMode {                             // nothing: unknown to the driver, or not in had.conf
    std::optional<std::uint32_t> speed;       // Mbit/s
    std::optional<Duplex> duplex;
    std::optional<bool> autoneg;

    friend bool operator==(const LinkMode&, const LinkMode&) = default;
};

std::string to_string(const LinkMode& mode);  // "speed 100 duplex full autoneg off"
// Whether everything that is wanted is so.
bool agrees(const LinkMode& have, const LinkMode& want);
// The mode of a port after it was set so.
LinkMode changed(LinkMode have, const LinkMode& told);

} // namespace had::core
