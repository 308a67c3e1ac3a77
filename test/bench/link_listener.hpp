// RTNLGRP_LINK through libnl, for the bench's programs in the guest.
#pragma once

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <net/if.h>
#include <stdexcept>
#include <string>

namespace had::test {

struct LinkMessage {
    int index = 0, master = 0;
    int active_slave = 0; // a bond's
    bool gone = false, carrier = false; // a link that is set down has no carrier here
    std::string name;
};

// The kernel gives indexes out in order: what has a higher one came later.
inline int highest_index() {
    int highest = 0;
    struct if_nameindex* all = ::if_nameindex();
    for (auto* at = all; at && at->if_index != 0; ++at)
        highest = std::max(highest, static_cast<int>(at->if_index));
    ::if_freenameindex(all);
    return highest;
}

// What the bond says of itself; 0 when it has none.
inline int active_slave_of(const std::string& bond) {
    std::string name;
    std::ifstream("/sys/class/net/" + bond + "/bonding/active_slave") >> name;
    return static_cast<int>(::if_nametoindex(name.c_str()));
}

class LinkListener {
public:
    using Sink = std::function<void(const LinkMessage&)>;

    LinkListener() : socket_(nl_socket_alloc()) {
        constexpr int buffer = 8 << 20;
        nl_socket_disable_seq_check(socket_.get());
        check(nl_connect(socket_.get(), NETLINK_ROUTE));
        check(nl_socket_set_buffer_size(socket_.get(), buffer, 0));
        check(nl_socket_add_memberships(socket_.get(), RTNLGRP_LINK, 0));
        check(nl_socket_modify_cb(socket_.get(), NL_CB_VALID, NL_CB_CUSTOM, hear, this));
    }

    // From here on the kernel passes on nothing but this link's messages that have IFLA_MASTER, and
    // wakes us for nothing else.
    void only_slave(int index) {
        constexpr std::uint32_t payload = NLMSG_HDRLEN, attributes = payload + sizeof(ifinfomsg);
        constexpr std::uint32_t find = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_NLATTR);
        const auto wanted = htonl(static_cast<std::uint32_t>(index)); // BPF loads are big-endian
        sock_filter code[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, payload + offsetof(ifinfomsg, ifi_index)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, wanted, 0, 4),
            BPF_STMT(BPF_LD | BPF_IMM, attributes),
            BPF_STMT(BPF_LDX | BPF_IMM, IFLA_MASTER),
            BPF_STMT(BPF_LD | BPF_B | BPF_ABS, find), // 0: there is none
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, 0),
            BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        };
        const sock_fprog program{sizeof code / sizeof *code, code};
        if (::setsockopt(nl_socket_get_fd(socket_.get()), SOL_SOCKET, SO_ATTACH_FILTER, &program,
                         sizeof program) < 0)
            throw std::runtime_error("cannot attach a filter");
    }

    // Waits for one datagram, and hands over what it tells.
    void receive(Sink sink) {
        sink_ = std::move(sink);
        check(nl_recvmsgs_default(socket_.get()));
    }

    static void check(int error) {
        if (error < 0) throw std::runtime_error(nl_geterror(error));
    }

private:
    static int hear(nl_msg* message, void* self) {
        const nlmsghdr& header = *nlmsg_hdr(message);
        nlattr* attributes[IFLA_MAX + 1];
        if (header.nlmsg_type != RTM_NEWLINK && header.nlmsg_type != RTM_DELLINK) return NL_OK;
        if (nlmsg_parse(nlmsg_hdr(message), sizeof(ifinfomsg), attributes, IFLA_MAX, nullptr) < 0)
            return NL_OK;
        LinkMessage link;
        link.index = static_cast<const ifinfomsg*>(nlmsg_data(&header))->ifi_index;
        const unsigned flags = static_cast<const ifinfomsg*>(nlmsg_data(&header))->ifi_flags;
        link.carrier = (flags & IFF_UP) != 0 && attributes[IFLA_CARRIER] &&
                       nla_get_u8(attributes[IFLA_CARRIER]) != 0;
        link.gone = header.nlmsg_type == RTM_DELLINK;
        if (attributes[IFLA_LINKINFO]) link.active_slave = active_slave(attributes[IFLA_LINKINFO]);
        if (attributes[IFLA_MASTER]) link.master = nla_get_s32(attributes[IFLA_MASTER]);
        if (attributes[IFLA_IFNAME]) link.name = nla_get_string(attributes[IFLA_IFNAME]);
        static_cast<LinkListener*>(self)->sink_(link);
        return NL_OK;
    }

    // 0 for all but a bond in a mode with an active port.  Other kinds of interface number their
    // attributes anew.
    static int active_slave(nlattr* linkinfo) {
        nlattr *info[IFLA_INFO_MAX + 1], *data[IFLA_BOND_MAX + 1];
        if (nla_parse_nested(info, IFLA_INFO_MAX, linkinfo, nullptr) < 0) return 0;
        if (!info[IFLA_INFO_KIND] || !info[IFLA_INFO_DATA]) return 0;
        if (nla_strcmp(info[IFLA_INFO_KIND], "bond") != 0) return 0;
        if (nla_parse_nested(data, IFLA_BOND_MAX, info[IFLA_INFO_DATA], nullptr) < 0) return 0;
        nlattr* active = data[IFLA_BOND_ACTIVE_SLAVE];
        return active ? nla_get_s32(active) : 0;
    }

    struct Free {
        void operator()(nl_sock* socket) const { nl_socket_free(socket); }
    };
    std::unique_ptr<nl_sock, Free> socket_;
    Sink sink_;
};

} // namespace had::test
