// Any interface: a VLAN made, flags, MTU and address set, a speed, an interface deleted.
#pragma once

#include "had/core/action/operation.hpp"
#include "had/core/base/link_mode.hpp"

#include <cstdint>
#include <optional>
#include <tuple>

namespace had::core {

struct CreateVlan {
    std::string name;
    LinkRef on;
    std::uint16_t id = 0;
    std::optional<std::uint32_t> mtu = {};

    static auto links(auto& o) { return std::tie(o.on); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return true; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "create " + name; }
    bool note(Owned& owned, const Observed& observed) const;
    bool forget(Owned&) const { return false; }
    friend bool operator==(const CreateVlan&, const CreateVlan&) = default;
};

struct SetLink {                              // what is nothing stays as it is
    LinkRef link;
    std::optional<bool> up = {};
    std::optional<std::uint32_t> mtu = {};
    std::optional<Mac> address = {};
    bool usual_flags = false;                 // ARP and multicast on
    bool port = false;                        // a port of the chassis, not a bond
    bool member = false;                      // of a bond: it gets back what the bond had given it

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return true; }
    // What can be set only while it is down waits.
    [[nodiscard]] bool holds_rest() const { return up == false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const;
    bool note(Owned& owned, const Observed& observed) const;
    bool forget(Owned& owned) const;
    friend bool operator==(const SetLink&, const SetLink&) = default;
};

struct SetLinkMode {                          // by ethtool; takes the link away, unless it is so already
    LinkRef port;
    LinkMode mode;

    static auto links(auto& o) { return std::tie(o.port); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "mode " + port.name; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const SetLinkMode&, const SetLinkMode&) = default;
};

struct RenameLink {                           // what another hand has renamed
    LinkRef link;
    std::string to;
    bool up = false;                          // now: where the kernel renames none that is, it goes down for it

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return true; }
    [[nodiscard]] std::string text() const { return "rename " + link.name + " to " + to; }
    [[nodiscard]] std::string key() const { return "name " + to; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const RenameLink& a, const RenameLink& b) {
        return a.link == b.link && a.to == b.to;
    }
};

struct DeleteLink {
    LinkRef link;

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return false; } // made once, and owned no more
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const { return "delete " + link.name; }
    [[nodiscard]] std::string key() const { return "delete " + link.name; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned& owned) const;
    friend bool operator==(const DeleteLink&, const DeleteLink&) = default;
};

} // namespace had::core
