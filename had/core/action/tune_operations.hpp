// What an interface forgets when it goes: sysctls, its queue.
#pragma once

#include "had/core/action/operation.hpp"

#include <string>
#include <tuple>

namespace had::core {

struct SetTunable {
    LinkRef link;
    std::string word, value;                  // "net.ipv4.conf.rp_filter", "2"
    bool port = false;                        // a port of the chassis, not a bond or VLAN

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const { return "set " + link.name + " " + word + " " + value; }
    [[nodiscard]] std::string key() const { return "tune " + link.name + " " + word; }
    bool note(Owned& owned, const Observed& observed) const;
    bool forget(Owned& owned) const;
    friend bool operator==(const SetTunable&, const SetTunable&) = default;
};

} // namespace had::core
