#include "had/core/base/link_mode.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {

std::optional<Duplex> duplex_named(std::string_view name) {
    const auto found = std::find(std::begin(duplex_names), std::end(duplex_names), name);
    if (found == std::end(duplex_names)) return std::nullopt;
    return static_cast<Duplex>(found - std::begin(duplex_names));
}

std::string to_string(const LinkMode& mode) {
    std::string text;
    const auto add = [&](std::string_view key, auto value) {
        text += fmt::format("{}{} {}", text.empty() ? "" : " ", key, value);
    };
    if (mode.speed) add("speed", *mode.speed);
    if (mode.duplex) add("duplex", name_of(*mode.duplex));
    if (mode.autoneg) add("autoneg", *mode.autoneg ? "on" : "off");
    return text;
}

bool agrees(const LinkMode& have, const LinkMode& want) { return changed(have, want) == have; }

LinkMode changed(LinkMode have, const LinkMode& told) {
    if (told.speed) have.speed = told.speed;
    if (told.duplex) have.duplex = told.duplex;
    if (told.autoneg) have.autoneg = told.autoneg;
    return have;
}

} // namespace had::core
