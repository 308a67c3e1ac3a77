// Speed, duplex and negotiation of a port, as ethtool(8) has them.
//
// A change of them takes the link away for seconds, so they are set on a port that does not serve yet,
// and on one that serves only by an operator's word.  No message tells of them: had asks when it starts,
// and afterwards knows what the driver has taken.
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

struct LinkMode {                             // nothing: the driver does not know, or had.conf does not say
    std::optional<std::uint32_t> speed;       // Mbit/s
    std::optional<Duplex> duplex;
    std::optional<bool> autoneg;

    friend bool operator==(const LinkMode&, const LinkMode&) = default;
};

std::string to_string(const LinkMode& mode);  // "speed 100 duplex full autoneg off"
// Whether all that is wanted is so.
bool agrees(const LinkMode& have, const LinkMode& want);
// What a port has after it was told so.
LinkMode changed(LinkMode have, const LinkMode& told);

} // namespace had::core
