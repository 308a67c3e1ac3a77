// What the kernel tells about a network interface, decoded.  The codec (sys/link_codec) makes these
// from RTM_NEWLINK alone, so that a value here is one moment of the kernel's truth.
#pragma once

#include "had/core/config/bond_option.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace had::core {

// IFLA_BOND_SLAVE_MII_STATUS (include/net/bonding.h BOND_LINK_*).
enum class MiiStatus : std::uint8_t { up = 0, fail = 1, down = 2, back = 3 };
std::string_view to_string(MiiStatus status);

// What 802.3ad has made of a slave (IFLA_BOND_SLAVE_AD_*): the states are the octets of IEEE 802.1AX.
struct LacpPort {
    std::uint16_t aggregator = 0;
    std::uint8_t actor = 0, partner = 0;

    friend bool operator==(const LacpPort&, const LacpPort&) = default;
};

// And of the bond (IFLA_BOND_AD_INFO): the aggregator that carries its traffic.
struct LacpBond {
    std::uint16_t aggregator = 0, ports = 0;
    Mac partner;                              // zero: the other end does not speak

    friend bool operator==(const LacpBond&, const LacpBond&) = default;
};

// IFLA_INFO_SLAVE_DATA of a bond's slave.
struct SlaveInfo {
    bool active = false;                      // IFLA_BOND_SLAVE_STATE == 0
    MiiStatus mii = MiiStatus::down;
    std::uint32_t link_failures = 0;
    Mac permanent;                            // the address it had when it was enslaved
    std::uint16_t queue_id = 0;
    std::optional<std::int32_t> prio;         // absent before Linux 6.0
    std::optional<std::uint16_t> actor_port_prio;
    std::optional<LacpPort> lacp = {};           // in 802.3ad only

    friend bool operator==(const SlaveInfo&, const SlaveInfo&) = default;
};

// IFLA_INFO_DATA of a bond.  Holds every option this kernel knows, active_slave and primary (as
// ifindex) among them: an option that is not in the map does not exist in this kernel.
struct BondInfo {
    BondOptions options;
    std::optional<LacpBond> lacp = {};           // in 802.3ad only, with a port

    friend bool operator==(const BondInfo&, const BondInfo&) = default;
};

struct Link {
    Ifindex index = 0;
    std::string name;
    std::vector<std::string> alternatives;    // IFLA_ALT_IFNAME: names that it has besides, and nobody else may have
    std::string kind;                         // IFLA_INFO_KIND: "bond", "vlan", "" for hardware
    Ifindex master = 0;                       // 0: none
    Ifindex lower = 0;                        // IFLA_LINK: what a VLAN, a macvlan, a tunnel stands on, if it is here
    std::optional<std::uint16_t> vlan_id;     // IFLA_VLAN_ID, of a VLAN by 802.1Q
    std::uint32_t vrf_table = 0;              // IFLA_VRF_TABLE, of a VRF: where its members' routes are
    bool up = false;                          // IFF_UP
    bool carrier = false;                     // IFLA_CARRIER; means nothing while !up
    bool odd_flags = false;                   // IFF_NOARP is set, or IFF_MULTICAST is not
    std::uint32_t mtu = 0;
    std::uint32_t least_mtu = 0, most_mtu = 0; // IFLA_MIN_MTU, IFLA_MAX_MTU; a most of 0: no limit is known
    std::uint32_t queue = 0;                  // IFLA_TXQLEN, in packets
    Mac address;
    std::optional<Mac> permanent;             // IFLA_PERM_ADDRESS
    std::string parent_bus, parent_device;    // IFLA_PARENT_DEV_BUS_NAME/_NAME: "pci", "0000:01:04.0"
    std::uint32_t carrier_changes = 0;        // grows even when a flap made no message
    std::optional<BondInfo> bond;
    std::optional<SlaveInfo> slave;

    friend bool operator==(const Link&, const Link&) = default;
};

// Whether it is the same interface in the same place: by name, kind, and what it belongs to.  All else is its state.
bool is_same_place(const Link& a, const Link& b);

// RTM_NEWADDR.  Only what the daemon sets or must leave alone.
struct Address {
    Ifindex link = 0;
    IpPrefix prefix;
    std::optional<IpAddress> broadcast;       // IPv4
    bool permanent = true;                    // false: DHCP, SLAAC - never the daemon's
    bool link_scope = false;                  // fe80::: the kernel's own
    bool preferred = true;                    // for ever, as it is permanent for ever
    bool tentative = false, duplicate = false;    // IPv6: not tested yet; somebody else on the network has it
    bool secondary = false;                   // IPv4: in the network of another one, which has the route of it
    bool no_route = false;                    // IFA_F_NOPREFIXROUTE: without the route of its network
    bool odd = false;                         // IPv6: of mobile IP, or one that temporary ones are made from
    std::uint8_t scope = 0;                   // IPv4: RT_SCOPE_*; 0: as had would have it
    std::uint32_t metric = 0;                 // of the route of its network; 0: the kernel's own
    std::string label = {};                   // IPv4, IFA_LABEL; empty: the interface's name
    std::optional<IpAddress> peer = {};           // then the prefix's length is that of the peer's network

    // Which of an interface's it is.  IPv6 has an address there once, whatever its prefix and its peer.
    [[nodiscard]] auto identity() const {
        const bool v4 = prefix.address.family == IpFamily::v4;
        return std::tuple(prefix.address, v4 ? prefix.length : std::uint8_t{0}, v4 ? peer : std::nullopt);
    }
    [[nodiscard]] bool is_same(const Address& o) const { return identity() == o.identity(); }
    friend bool operator==(const Address&, const Address&) = default;
};

// The route that an address brings with it, made by the kernel.
struct Connected {
    Ifindex link = 0;
    IpPrefix network;                         // its host part is zero
    std::uint32_t metric = 0, table = 0;      // another one in either is another route

    friend auto operator<=>(const Connected&, const Connected&) = default;
};

} // namespace had::core
