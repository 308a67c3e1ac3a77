// RTM_NEWLINK of a link as the kernel writes it, with the statistics and the settings that nobody here reads: most of
// its bytes (net/core/rtnetlink.c rtnl_fill_ifinfo).
#pragma once

#include "had/core/config/bond_option.hpp"
#include "had/core/world/link.hpp"
#include "test/unit/sys/netlink_message.hpp"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cstdint>
#include <string>

namespace had::test {

inline void put_slave(Bytes& info, const core::SlaveInfo& slave) {
    constexpr std::uint16_t prio = 9;         // newer than some headers
    info.text(IFLA_INFO_SLAVE_KIND, "bond").nest(IFLA_INFO_SLAVE_DATA, [&](Bytes& data) {
        data.put(IFLA_BOND_SLAVE_STATE, static_cast<std::uint8_t>(slave.active ? 0 : 1));
        data.put(IFLA_BOND_SLAVE_MII_STATUS, static_cast<std::uint8_t>(slave.mii));
        data.put(IFLA_BOND_SLAVE_LINK_FAILURE_COUNT, slave.link_failures);
        data.put(IFLA_BOND_SLAVE_PERM_HWADDR, slave.permanent.bytes);
        data.put(IFLA_BOND_SLAVE_QUEUE_ID, slave.queue_id);
        if (slave.prio) data.put(prio, *slave.prio);
    });
}

inline void put_info(Bytes& info, const core::Link& link) {
    if (!link.kind.empty()) info.text(IFLA_INFO_KIND, link.kind);
    if (link.slave) put_slave(info, *link.slave);
}

// Of what is no bond and no VLAN.
inline Bytes link_message(const core::Link& link) {
    ifinfomsg header{};
    header.ifi_index = link.index;
    header.ifi_flags = IFF_MULTICAST | (link.up ? unsigned{IFF_UP} : 0U);
    Bytes m(RTM_NEWLINK, header);
    m.text(IFLA_IFNAME, link.name).put(IFLA_TXQLEN, std::uint32_t{1000}).put(IFLA_OPERSTATE, std::uint8_t{6});
    m.put(IFLA_LINKMODE, std::uint8_t{0}).put(IFLA_MTU, link.mtu);
    m.put(IFLA_MIN_MTU, link.least_mtu).put(IFLA_MAX_MTU, link.most_mtu);
    for (const std::uint16_t number : {IFLA_GROUP, IFLA_PROMISCUITY, IFLA_NUM_TX_QUEUES, IFLA_GSO_MAX_SEGS,
                                       IFLA_GSO_MAX_SIZE, IFLA_NUM_RX_QUEUES})
        m.put(number, std::uint32_t{1});
    if (link.lower != 0) m.put(IFLA_LINK, static_cast<std::uint32_t>(link.lower));
    if (link.master != 0) m.put(IFLA_MASTER, static_cast<std::uint32_t>(link.master));
    m.put(IFLA_CARRIER, static_cast<std::uint8_t>(link.carrier)).text(IFLA_QDISC, "fq_codel");
    m.put(IFLA_CARRIER_CHANGES, link.carrier_changes).put(IFLA_PROTO_DOWN, std::uint8_t{0});
    m.put(IFLA_MAP, std::array<std::uint8_t, 32>{}).put(IFLA_ADDRESS, link.address.bytes);
    m.put(IFLA_BROADCAST, std::array<std::uint8_t, 6>{}).put(IFLA_STATS64, std::array<std::uint64_t, 25>{});
    m.put(IFLA_STATS, std::array<std::uint32_t, 25>{});
    m.nest(IFLA_LINKINFO, [&](Bytes& info) { put_info(info, link); });
    if (link.permanent) m.put(IFLA_PERM_ADDRESS, link.permanent->bytes);
    m.put(IFLA_AF_SPEC, std::array<std::uint8_t, 800>{});
    if (!link.parent_device.empty()) {
        constexpr std::uint16_t device = 56, bus = 57;        // newer than some headers
        m.text(device, link.parent_device).text(bus, link.parent_bus);
    }
    return m;
}

} // namespace had::test
