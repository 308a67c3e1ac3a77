#include "had/sys/link_codec.hpp"

#include "had/core/base/number.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <cerrno>

namespace had::sys {

using namespace core;

namespace {

Message link_message(int type, const LinkRef& link, unsigned flags = 0, unsigned change = 0) {
    ifinfomsg header{};
    header.ifi_index = index_of(link);
    header.ifi_flags = flags;
    header.ifi_change = change;
    return message(type, 0, header);
}

// --- Bonds and their ports -----------------------------------------------------------------------
template <class T>
void put_number(const Message& m, int type, const BondValue& value) {
    put(m, type, static_cast<T>(std::get<std::uint64_t>(value)));
}

void put_option(const Message& m, const BondOptionRule& rule, const BondValue& value) {
    const int type = static_cast<int>(rule.id);
    switch (rule.type) {
    case BondType::u8: return put_number<std::uint8_t>(m, type, value);
    case BondType::u16: return put_number<std::uint16_t>(m, type, value);
    case BondType::u32:
    case BondType::ifindex: return put_number<std::uint32_t>(m, type, value);
    case BondType::mac: return put(m, type, std::get<Mac>(value).bytes);
    case BondType::ipv4_list:
    case BondType::ipv6_list: {
        const Nest list(m, type); // replaces the kernel's whole list; an index as type
        int n = 0;
        for (const auto& address : std::get<std::vector<IpAddress>>(value))
            put(m, n++, address);
        return;
    }
    }
}

std::vector<Request> encode_one(const CreateBond& op) {
    auto m = message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
    put(m, IFLA_IFNAME, op.name);
    if (op.mtu) put(m, IFLA_MTU, *op.mtu);
    if (op.address) put(m, IFLA_ADDRESS, op.address->bytes);
    {
        const Nest info(m, IFLA_LINKINFO);
        put(m, IFLA_INFO_KIND, std::string("bond"));
        const Nest data(m, IFLA_INFO_DATA);
        for (const auto& rule : bond_option_rules())
            if (const auto it = op.options.find(rule.id); it != op.options.end())
                put_option(m, rule, it->second);
    }
    return one(std::move(m));
}

std::vector<Request> encode_one(const CreateVlan& op) {
    auto m = message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
    put(m, IFLA_IFNAME, op.name);
    put(m, IFLA_LINK, static_cast<std::uint32_t>(index_of(op.on)));
    if (op.mtu) put(m, IFLA_MTU, *op.mtu);
    {
        const Nest info(m, IFLA_LINKINFO);
        put(m, IFLA_INFO_KIND, std::string("vlan"));
        const Nest data(m, IFLA_INFO_DATA);
        put(m, IFLA_VLAN_ID, op.id);
    }
    return one(std::move(m));
}

// RTM_NEWLINK without NLM_F_CREATE: RTM_SETLINK would leave IFLA_INFO_DATA unread.
std::vector<Request> encode_one(const SetBondOptions& op) {
    std::vector<Request> requests;
    for (const auto& rule : bond_option_rules()) {
        const auto it = op.options.find(rule.id);
        if (it == op.options.end()) continue;
        auto m = link_message(RTM_NEWLINK, op.bond);
        {
            const Nest info(m, IFLA_LINKINFO);
            put(m, IFLA_INFO_KIND, std::string("bond"));
            const Nest data(m, IFLA_INFO_DATA);
            put_option(m, rule, it->second);
        }
        requests.push_back({std::move(m), std::string(rule.name), 0});
    }
    return requests;
}

// The port must be down.  One message could do both, but some kernels (6.2 to 6.4) read IFLA_MASTER
// before the flags: two are right everywhere.  The kernel brings the port up itself.
std::vector<Request> encode_one(const Enslave& op) {
    std::vector<Request> requests;
    if (op.port_is_up)
        requests.push_back({link_message(RTM_SETLINK, op.port, 0, IFF_UP), "down", 0});
    auto m = link_message(RTM_SETLINK, op.port);
    put(m, IFLA_MASTER, static_cast<std::uint32_t>(index_of(op.bond)));
    requests.push_back({std::move(m), "", 0});
    return requests;
}

std::vector<Request> encode_one(const Release& op) {
    auto m = link_message(RTM_SETLINK, op.port);
    put(m, IFLA_MASTER, std::uint32_t{0});
    return one(std::move(m));
}

// The kernel reads these before IFLA_MASTER, so they cannot ride on the enslavement.
template <class T>
Request port_request(const LinkRef& port, int type, T value, const char* what) {
    auto m = link_message(RTM_NEWLINK, port);
    {
        const Nest info(m, IFLA_LINKINFO);
        put(m, IFLA_INFO_SLAVE_KIND, std::string("bond"));
        const Nest data(m, IFLA_INFO_SLAVE_DATA);
        put(m, type, value);
    }
    return {std::move(m), what, 0};
}

std::vector<Request> encode_one(const SetPortOptions& op) {
    constexpr int prio = 9, actor_port_prio = 10; // newer than some headers
    std::vector<Request> requests;
    if (op.options.queue_id)
        requests.push_back(
            port_request(op.port, IFLA_BOND_SLAVE_QUEUE_ID, *op.options.queue_id, "queue_id"));
    if (op.options.prio) requests.push_back(port_request(op.port, prio, *op.options.prio, "prio"));
    if (op.options.actor_port_prio)
        requests.push_back(
            port_request(op.port, actor_port_prio, *op.options.actor_port_prio, "actor_port_prio"));
    return requests;
}

// --- Any link ------------------------------------------------------------------------------------
// The kernel sets address and MTU before the flags, which is right for setting a link up.  For setting it
// down, a driver that takes neither while up needs the flag first, in a message of its own.
std::vector<Request> encode_one(const SetLink& op) {
    std::vector<Request> requests;
    const unsigned flags = op.up == true ? unsigned{IFF_UP} : 0U;
    if (op.usual_flags) {
        auto usual = link_message(RTM_SETLINK, op.link, IFF_MULTICAST, IFF_MULTICAST | IFF_NOARP);
        requests.push_back({std::move(usual), "flags", 0});
    }
    if (!op.mtu && !op.address) {
        if (op.up) requests.push_back({link_message(RTM_SETLINK, op.link, flags, IFF_UP), "", 0});
        return requests;
    }
    // Most drivers take no other address while they are up (net/ethernet/eth.c eth_prepare_mac_addr_change).
    const bool down_first = op.up == false || ((op.member || op.port) && op.address);
    if (down_first) requests.push_back({link_message(RTM_SETLINK, op.link, 0, IFF_UP), "down", 0});
    auto m = link_message(RTM_SETLINK, op.link, flags, flags);
    if (op.mtu) put(m, IFLA_MTU, *op.mtu);
    if (op.address) put(m, IFLA_ADDRESS, op.address->bytes);
    requests.push_back({std::move(m), "", 0});
    return requests;
}

// The kernel reads the name before the flags.
std::vector<Request> encode_one(const RenameLink& op) {
    std::vector<Request> requests;
    if (op.up) requests.push_back({link_message(RTM_SETLINK, op.link, 0, IFF_UP), "down", 0});
    const unsigned flags = op.up ? unsigned{IFF_UP} : 0U;
    auto m = link_message(RTM_SETLINK, op.link, flags, flags);
    put(m, IFLA_IFNAME, op.to);
    requests.push_back({std::move(m), "", 0});
    return requests;
}

std::vector<Request> encode_one(const DeleteLink& op) {
    return one(link_message(RTM_DELLINK, op.link), ENODEV);
}

// --- Addresses -----------------------------------------------------------------------------------
Message address_message(int type, int flags, const LinkRef& link, const IpPrefix& prefix,
                        const std::optional<IpAddress>& peer = {}) {
    ifaddrmsg header{};
    header.ifa_family = prefix.address.family == IpFamily::v4 ? AF_INET : AF_INET6;
    header.ifa_prefixlen = prefix.length;
    header.ifa_index = static_cast<unsigned>(index_of(link));
    header.ifa_scope = RT_SCOPE_UNIVERSE;
    // IPv6 tests for a duplicate before an address may be used (DAD, about 1 s after the bond's
    // first carrier; never again at a failover, since the bond keeps its carrier).  DAD stays on, since
    // a chassis must notice a card or host that comes back with our address.  The optimistic flag
    // asks that the address serve meanwhile; the kernel grants it where
    // net.ipv6.conf.*.optimistic_dad allows it, and otherwise ignores the flag.
    if (type == RTM_NEWADDR && header.ifa_family == AF_INET6) header.ifa_flags = IFA_F_OPTIMISTIC;
    auto m = message(type, flags, header);
    put(m, IFA_LOCAL, prefix.address);
    put(m, IFA_ADDRESS, peer.value_or(prefix.address)); // with it a removal also compares the prefix length
    return m;
}

// The kernel sets no broadcast address by itself; ifconfig, and so the daemon of 2002, set the usual one.
std::vector<Request> encode_one(const AddAddress& op) {
    std::vector<Request> requests;
    if (op.instead)
        requests.push_back({address_message(RTM_DELADDR, 0, op.link, *op.instead, op.instead_peer), "as it was",
                            EADDRNOTAVAIL});
    const int flags = NLM_F_CREATE | (op.renew ? NLM_F_REPLACE : NLM_F_EXCL);
    auto m = address_message(RTM_NEWADDR, flags, op.link, op.prefix);
    if (op.prefix.address.family == IpFamily::v4) {
        if (op.broadcast)
            put(m, IFA_BROADCAST, *op.broadcast);
        else if (op.prefix.length < 31)
            put(m, IFA_BROADCAST, broadcast_of(op.prefix));
        if (!op.label.empty()) put(m, IFA_LABEL, op.label);
    }
    // Who made it meanwhile is heard, and whether it is as wanted is judged by that.
    requests.push_back({std::move(m), "", EEXIST});
    return requests;
}

std::vector<Request> encode_one(const RemoveAddress& op) {
    return one(address_message(RTM_DELADDR, 0, op.link, op.prefix, op.peer), EADDRNOTAVAIL);
}

// Made by ethtool (link_mode.hpp).
std::vector<Request> encode_one(const SetLinkMode&) {
    return {};
}

// All but the queue are made by ethtool and by files (card_words.hpp, tunables.hpp).
std::vector<Request> encode_one(const SetTunable& op) {
    const auto packets = op.word == queue_word ? number<std::uint32_t>(op.value) : std::nullopt;
    if (!packets) return {};
    auto m = link_message(RTM_SETLINK, op.link);
    put(m, IFLA_TXQLEN, *packets);
    return one(std::move(m));
}

} // namespace

std::vector<Request> encode(const Operation& operation) {
    return std::visit(
        []<class Op>(const Op& op) {
            if constexpr (JobOperation<Op>) return std::vector<Request>();
            else return encode_one(op);
        },
        operation);
}

Message link_dump_request() {
    auto m = message(RTM_GETLINK, NLM_F_DUMP, ifinfomsg{});
    put(m, IFLA_EXT_MASK, std::uint32_t{RTEXT_FILTER_SKIP_STATS});
    return m;
}

// A name that is too long for an interface's own is an alternative one.
Message link_request(const LinkRef& link) {
    ifinfomsg header{};
    header.ifi_index = link.index;
    auto m = message(RTM_GETLINK, 0, header);
    if (link.index == 0) put(m, link.name.size() < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, link.name);
    put(m, IFLA_EXT_MASK, std::uint32_t{RTEXT_FILTER_SKIP_STATS});
    return m;
}

Message address_dump_request() {
    return message(RTM_GETADDR, NLM_F_DUMP, ifaddrmsg{});
}

} // namespace had::sys
