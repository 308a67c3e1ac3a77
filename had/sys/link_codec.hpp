// rtnetlink bytes to core values and back.  Pure: no socket, no clock, nothing kept.
//
// libnl 3.7 knows neither the options of a bond nor the data of its slaves, nor IFLA_EVENT,
// IFLA_PARENT_DEV_* and IFLA_PERM_ADDRESS, so the attributes are read raw.  An attribute that is too
// short or unknown is treated as missing: kernels differ, and what they have is found by asking.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/action/kernel.hpp"
#include "had/core/world/any_route.hpp"
#include "had/core/world/link.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct nlmsghdr;
struct nl_msg;
extern "C" void nlmsg_free(struct nl_msg*);

namespace had::sys {

// --- What the kernel tells ----------------------------------------------------------------------
// RTM_NEWLINK or RTM_DELLINK.  Nothing: another message, or family AF_BRIDGE, with which a bridge sends
// RTM_DELLINK of ports that merely leave it.
std::optional<core::Link> decode_link(const nlmsghdr& message);
// RTM_NEWADDR or RTM_DELADDR.
std::optional<core::Address> decode_address(const nlmsghdr& message);
// RTM_NEWROUTE or RTM_DELROUTE of the daemon's own protocol number.
std::optional<core::RouteSeen> decode_route(const nlmsghdr& message);
// RTM_NEWROUTE or RTM_DELROUTE of the kernel's own: of the network of an address, but for link-local ones.
std::optional<core::Connected> decode_connected(const nlmsghdr& message);
// RTM_NEWROUTE of whatever protocol.
std::optional<core::AnyRoute> decode_any_route(const nlmsghdr& message);
// RTM_NEWROUTE in the place of another, or RTM_DELROUTE, of any protocol: which place.
std::optional<core::RouteKey> decode_way(const nlmsghdr& message);
// RTM_NEWRULE or RTM_DELRULE of a rule that leads to a table, of whatever protocol.
std::optional<core::SeenRule> decode_rule(const nlmsghdr& message);
// RTM_NEWNETCONF of one interface: of its settings those that are words of had.conf (config/told_word.hpp).
std::optional<core::TunablesSeen> decode_netconf(const nlmsghdr& message);
// A notification as events: none when it does not concern us, two when a bond has told its peers (its value,
// then PeersTold).
void decode(const nlmsghdr& message, const core::EventSink& sink);

// --- What the daemon asks -----------------------------------------------------------------------
struct MessageFree {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
};
using Message = std::unique_ptr<nl_msg, MessageFree>;

struct Request {
    Message message;       // without sequence number
    std::string what;      // which part of the operation: "miimon"; empty: all of it
    int welcome_error = 0; // an errno that means "it is so already", and so success
};

// The messages of an operation, to be sent in order until one is refused.  Empty for jobs, and for an
// operation that asks for nothing.  Throws std::invalid_argument for a LinkRef without an index, since
// IFLA_MASTER 0 would mean release.
std::vector<Request> encode(const core::Operation& operation);
std::vector<Request> encode_one(const core::AddRoute& op);       // route_codec.cpp
std::vector<Request> encode_one(const core::RemoveRoute& op);    // route_codec.cpp
std::vector<Request> encode_one(const core::Connect& op);        // route_codec.cpp
std::vector<Request> encode_one(const core::ForgetNeighbour& op);        // route_codec.cpp
std::vector<Request> encode_one(const core::AddRule& op);        // rule_codec.cpp
std::vector<Request> encode_one(const core::RemoveRule& op);     // rule_codec.cpp

// Dumps.  Links come without their statistics, which are most of a link's bytes.
Message link_dump_request();
// One link: by its index, or by any name that it has.
Message link_request(const core::LinkRef& link);
// What goes with a link that is set down: its IPv6 addresses, of an address_dump_request(), and its routes, of
// this; and each told of as a request that brings it back.  Nothing: it stays, or the kernel makes it anew.
Message routes_through_request(std::uint8_t family, core::Ifindex link);
std::optional<Message> again(const nlmsghdr& told, core::Ifindex link);
bool has_gateway(const nlmsghdr& told);
Message address_dump_request();
Message ipv4_route_dump_request();
Message ipv6_route_dump_request();
Message ipv4_any_route_dump_request();
Message ipv6_any_route_dump_request();
Message ipv4_connected_dump_request();
Message ipv6_connected_dump_request();
Message ipv4_rule_dump_request();
Message ipv6_rule_dump_request();
// Asks which routes are where this one is to be; and whether one of the answers is the same route, of
// whatever protocol.
Message neighbours_of_route_request(const core::AddRoute& op);
bool is_same_route(const nlmsghdr& message, const core::AddRoute& op);
// Asks for the neighbour that is to be forgotten; and whether somebody has set it for good.
Message neighbour_request(const core::ForgetNeighbour& op);
bool is_permanent_neighbour(const nlmsghdr& message);

} // namespace had::sys
