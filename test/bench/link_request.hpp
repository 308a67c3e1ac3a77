// What the bench's bare programs ask of the kernel: the requests that had makes, through libnl, on a socket of
// their own, each until it is acknowledged.
#pragma once

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <cstdint>
#include <cstdio>
#include <stdexcept>

namespace had::test {

class LinkRequests {
public:
    LinkRequests() : socket_(nl_socket_alloc()) {
        if (const int error = nl_connect(socket_, NETLINK_ROUTE); error < 0)
            throw std::runtime_error(nl_geterror(error));
    }
    LinkRequests(const LinkRequests&) = delete;
    LinkRequests& operator=(const LinkRequests&) = delete;
    ~LinkRequests() { nl_socket_free(socket_); }

    // 0: the port is released.
    bool set_master(int port, int master) {
        nl_msg* message = link_message(RTM_SETLINK, port);
        nla_put_s32(message, IFLA_MASTER, master);
        return send(message, port);
    }
    bool set_active(int bond, std::int32_t port) { return set_option(bond, IFLA_BOND_ACTIVE_SLAVE, port); }
    bool set_all_slaves_active(int bond, bool on) {
        return set_option(bond, IFLA_BOND_ALL_SLAVES_ACTIVE, static_cast<std::uint8_t>(on));
    }

private:
    template <class T>
    bool set_option(int bond, int option, T value) {
        nl_msg* message = link_message(RTM_NEWLINK, bond);
        nlattr* info = nla_nest_start(message, IFLA_LINKINFO);
        nla_put_string(message, IFLA_INFO_KIND, "bond");
        nlattr* data = nla_nest_start(message, IFLA_INFO_DATA);
        nla_put(message, option, sizeof value, &value);
        nla_nest_end(message, data);
        nla_nest_end(message, info);
        return send(message, bond);
    }

    static nl_msg* link_message(int type, int index) {
        nl_msg* message = nlmsg_alloc_simple(type, 0);
        ifinfomsg header{};
        header.ifi_index = index;
        nlmsg_append(message, &header, sizeof header, NLMSG_ALIGNTO);
        return message;
    }

    // Frees the message.
    bool send(nl_msg* message, int index) {
        const int error = nl_send_sync(socket_, message);
        if (error < 0) std::fprintf(stderr, "interface %d: %s\n", index, nl_geterror(error));
        return error >= 0;
    }

    nl_sock* socket_;
};

} // namespace had::test
