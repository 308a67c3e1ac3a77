// A port and its bond: enslaved, released, and ranked.
#pragma once

#include "had/core/action/operation.hpp"
#include "had/core/config/config.hpp"

#include <tuple>

namespace had::core {

struct Enslave {                              // also takes the port down first, as the kernel demands
    LinkRef port, bond;
    bool port_is_up = false;

    static auto links(auto& o) { return std::tie(o.port, o.bond); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return true; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "enslave " + port.name; }
    bool note(Owned& owned, const Observed& observed) const;
    bool forget(Owned&) const { return false; }
    friend bool operator==(const Enslave&, const Enslave&) = default;
};

struct Release {                              // the kernel closes the port and restores its MAC
    LinkRef port, bond;                       // the bond is for people: a port is in one at most

    static auto links(auto& o) { return std::tie(o.port); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return true; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "release " + port.name; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned& owned) const;
    friend bool operator==(const Release&, const Release&) = default;
};

struct SetPortOptions {                       // only possible once the port is enslaved
    LinkRef port, bond;
    PortOptions options;

    static auto links(auto& o) { return std::tie(o.port, o.bond); }
    // The kernel's ranks of the ports change with every loss of a link, without any program.
    [[nodiscard]] bool contestable() const { return !options.prio; }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "port " + port.name + (options.prio ? " prio" : ""); }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const SetPortOptions&, const SetPortOptions&) = default;
};

} // namespace had::core
