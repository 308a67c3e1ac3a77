#include "had/sys/rtnl.hpp"

#include "had/sys/netlink_socket.hpp"
#include "had/sys/route_filter.hpp"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <system_error>

namespace had::sys {

using core::ActionResult;

namespace {

constexpr int drain_budget = 4096;              // then the loop's other descriptors have their turn
constexpr int dumps_in_a_row = 3;
constexpr int most_errors = 64;                 // of the socket, in one go
constexpr int dump_tries = 5;

UniqueFd open_monitor(std::size_t receive_buffer) {
    auto fd = open_netlink(NETLINK_ROUTE, SOCK_NONBLOCK);
    const int size = static_cast<int>(receive_buffer);
    // FORCE goes beyond net.core.rmem_max; without CAP_NET_ADMIN one gets what that allows.
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size) < 0)
            netlink_failed(errno, "cannot size the receive buffer");
    attach_route_filter(fd.get(), {});
    for (const int group : {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
                            RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_IFINFO, RTNLGRP_IPV4_RULE,
                            RTNLGRP_IPV6_RULE, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF})
        set_netlink(fd.get(), NETLINK_ADD_MEMBERSHIP, group, "cannot join a group");
    return fd;
}

UniqueFd open_requests() {
    UniqueFd fd = open_netlink_requests(NETLINK_ROUTE);
    // A dump of routes is then filtered by the kernel; before Linux 4.20 it is not.
    const int strict = 1;
    static_cast<void>(
        ::setsockopt(fd.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &strict, sizeof strict));
    return fd;
}

// What ended the dump before its end; 0: nothing.  A kernel that has nothing of the kind says so.
int error_of_done(const nlmsghdr& done) {
    int error = 0;
    if (nlmsg_valid_hdr(&done, sizeof error)) std::memcpy(&error, nlmsg_data(&done), sizeof error);
    const bool none = error >= 0 || error == -ENOENT || error == -EOPNOTSUPP || error == -EAFNOSUPPORT;
    return none ? 0 : -error;
}

std::vector<Request> requests_for(const core::Operation& operation) {
    bool known = true;
    core::for_each_link(operation, [&](const core::LinkRef& link) {
        known = known && (link.index != 0 || is_none(link));
    });
    if (known) return encode(operation);
    // A plan may name a link that an earlier action of it has just made.
    auto resolved = operation;
    core::for_each_link(resolved, [](core::LinkRef& link) {
        if (link.index == 0)
            link.index = static_cast<core::Ifindex>(::if_nametoindex(link.name.c_str()));
    });
    return encode(resolved);
}

} // namespace

Rtnl::Rtnl(std::size_t receive_buffer)
    : monitor_(open_monitor(receive_buffer)), requests_(open_requests()), heard_(datagram_max),
      answers_(datagram_max) {}

int Rtnl::fd() const {
    return monitor_.get();
}

void Rtnl::drain(const core::EventSink& sink) try {
    int dumps = 0, errors = 0;
    // After an overrun the budget does not count.  Until the queue is empty the kernel adds nothing to
    // it, so the reading ends; stopping earlier would leave the daemon deaf, without another ENOBUFS.
    for (int budget = drain_budget; budget > 0 || stale_; --budget) {
        const long n = receive_netlink(monitor_.get(), heard_);
        if (n == -EAGAIN) {
            if (!stale_) return;
            sink(dump_all());
            stale_ = false;
            if (++dumps == dumps_in_a_row) return;
        } else if (n < 0 && ++errors <= most_errors) {
            // ENOBUFS is an overrun.  Any other error (EMSGSIZE of a driver whose message does not fit) comes
            // once too, and means the same: something was lost (net/netlink/af_netlink.c).
            stale_ = true;
            ++counters_.overruns;
        } else if (n < 0) {
            netlink_failed(static_cast<int>(-n), "cannot receive");
        } else {
            for_each_message(heard_, n, [&](const nlmsghdr& message) {
                ++counters_.messages;
                if (const auto route = decode_connected(message)) listen_at({route->network});
                decode(message, sink);
            });
        }
    }
} catch (...) {
    stale_ = true;                            // what could not be handed over is asked for again
    throw;
}

void Rtnl::resync(const core::EventSink& sink) {
    stale_ = true;
    drain(sink);
}

ActionResult Rtnl::apply(const core::Operation& operation) try {
    if (const auto* port = std::get_if<core::Enslave>(&operation); port && port->port_is_up) return enslave(*port);
    if (const auto* name = std::get_if<core::RenameLink>(&operation)) return rename(*name);
    if (const auto* neighbour = std::get_if<core::ForgetNeighbour>(&operation)) return forget(*neighbour);
    const auto* route = std::get_if<core::AddRoute>(&operation);
    return route ? add(*route) : request_all(operation);
} catch (const std::invalid_argument& e) {
    return {ENODEV, e.what()};
} catch (const std::exception& e) {
    return {.error = ENOMEM, .text = e.what(), .unasked = true};
}

class Rtnl::Ready final : public core::Prepared {
public:
    Ready(Rtnl& rtnl, std::vector<Request> requests) : rtnl_(rtnl), requests_(std::move(requests)) {}
    ActionResult send() override { return rtnl_.send_all(requests_); }

private:
    Rtnl& rtnl_;
    std::vector<Request> requests_;
};

std::unique_ptr<core::Prepared> Rtnl::prepare(const core::Operation& operation) {
    return std::make_unique<Ready>(*this, encode(operation));
}

ActionResult Rtnl::add(const core::AddRoute& route) {
    listen_at({route.route.key.destination});  // before it is refused: who has the place may leave it at once
    ActionResult result = request_all(route);
    if (result.error != EEXIST || !is_there(route)) return result;
    // The very same route, made by another program: had.conf names it, so it is the daemon's from now on.
    // In one message, so that there is no moment without the route.
    core::AddRoute taken = route;
    taken.replace = true;
    return request_all(taken);
}

// An operator's static entry waits for no answer, so that it holds up nobody.  A kernel before 5.0 cannot be asked for
// one neighbour; what it would have said is not known, so that nothing is deleted there.
ActionResult Rtnl::forget(const core::ForgetNeighbour& neighbour) {
    bool permanent = false;
    const Message message = neighbour_request(neighbour);
    nlmsghdr& header = *nlmsg_hdr(message.get());
    header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    header.nlmsg_seq = ++sequence_;
    const ActionResult asked =
        ask_netlink(requests_.get(), header, answers_,
                    [&](const nlmsghdr& answer) { permanent = permanent || is_permanent_neighbour(answer); });
    if (asked.error == ENOENT || permanent) return {};
    return asked.ok() ? request_all(neighbour) : asked;
}

// What is no more there costs an instruction of each foreign route, until the next dump.
void Rtnl::listen_at(const std::vector<core::IpPrefix>& destinations) {
    const std::size_t before = places_.size();
    for (const core::IpPrefix& destination : destinations)
        if (places_.size() < most_route_places) places_.insert(route_place_of(destination));
    if (places_.size() != before) attach_route_filter(monitor_.get(), places_);
}

// One that is up keeps its name before Linux 6.2 (net/core/dev.c dev_change_name).
ActionResult Rtnl::rename(const core::RenameLink& operation) {
    core::RenameLink as_it_is = operation;
    as_it_is.up = false;
    const ActionResult answer = request_all(as_it_is);
    return answer.error == EBUSY && operation.up ? request_all(operation) : answer;
}

ActionResult Rtnl::request_all(const core::Operation& operation) { return send_all(requests_for(operation)); }

ActionResult Rtnl::send_all(const std::vector<Request>& requests) {
    ActionResult result;
    for (const auto& one : requests) {
        result = request(one);
        if (!result.ok() && result.error == one.welcome_error) result = {};
        if (result.ok()) continue;
        if (result.text.empty()) result.text = std::strerror(result.error);
        if (!one.what.empty()) result.text = one.what + ": " + result.text;
        return result;
    }
    return result;
}

bool Rtnl::is_there(const core::AddRoute& route) {
    bool there = false;
    dump_once(neighbours_of_route_request(route),
              [&](const nlmsghdr& message) { there = there || is_same_route(message, route); });
    return there;
}

std::optional<core::Link> Rtnl::link_now(const core::LinkRef& link) try {
    std::optional<core::Link> found;
    const Message message = link_request(link);
    nlmsghdr& header = *nlmsg_hdr(message.get());
    header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    header.nlmsg_seq = ++sequence_;
    ask_netlink(requests_.get(), header, answers_, [&](const nlmsghdr& answer) { found = decode_link(answer); });
    return found;
} catch (const std::exception&) {
    return std::nullopt;
}

// A port that is up has to be set down first, and may serve others until it is in.  So the bond is asked while it
// is up: what stands against it otherwise is told before that (bond_main.c bond_enslave), and nothing is
// disturbed, however often it is tried.  What is refused after all finds the port as it was.
ActionResult Rtnl::enslave(const core::Enslave& operation) {
    const auto port = link_now(operation.port);
    if (!port || port->master != 0) return request_all(operation);   // in another: its release is asked for, too
    core::Enslave as_it_is = operation;
    as_it_is.port_is_up = false;
    ActionResult answer = request_all(as_it_is);
    if (answer.error != EPERM) return answer;
    const std::vector<Message> lost = that_goes_with(port->index);
    answer = request_all(operation);
    if (answer.ok()) return answer;
    request_all(core::SetLink{.link = operation.port, .up = true});
    for (const Message& message : lost) send_request(*nlmsg_hdr(message.get()));
    return answer;
}

// A route may need another that is no gateway's.
std::vector<Message> Rtnl::that_goes_with(core::Ifindex link) {
    std::vector<Message> lost, behind;
    const auto keep = [&](const nlmsghdr& told) {
        auto message = again(told, link);
        if (message) (has_gateway(told) ? behind : lost).push_back(*std::move(message));
    };
    dump_once(address_dump_request(), keep);
    for (const std::uint8_t family : {AF_INET, AF_INET6}) dump_once(routes_through_request(family, link), keep);
    std::move(behind.begin(), behind.end(), std::back_inserter(lost));
    return lost;
}

ActionResult Rtnl::request(const Request& request) { return send_request(*nlmsg_hdr(request.message.get())); }

ActionResult Rtnl::send_request(nlmsghdr& header) {
    header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    header.nlmsg_seq = ++sequence_;
    ++counters_.requests;
    return ask_netlink(requests_.get(), header, answers_);
}

// The values of a dump, as the codec understands them.
template <class T>
std::vector<T> Rtnl::all_of(Message (*ask)(), std::optional<T> (*decode)(const nlmsghdr&)) {
    std::vector<T> all;
    dump(
        ask, [&] { all.clear(); },
        [&](const nlmsghdr& message) {
            if (auto value = decode(message)) all.push_back(*std::move(value));
        });
    return all;
}

// A kernel may have none, or none of IPv6: then nobody has a rule.
std::vector<core::SeenRule> Rtnl::all_rules() {
    std::vector<core::SeenRule> all;
    for (const auto ask : {ipv4_rule_dump_request, ipv6_rule_dump_request}) {
        try {
            for (const core::SeenRule& rule : all_of(ask, decode_rule)) all.push_back(rule);
        } catch (const std::system_error& e) {
            const int error = e.code().value();
            if (error != EOPNOTSUPP && error != EAFNOSUPPORT) throw;
        }
    }
    return all;
}

core::LinksDumped Rtnl::dump_all() {
    ++counters_.dumps;
    core::LinksDumped all;
    all.links = all_of(link_dump_request, decode_link);
    all.addresses = all_of(address_dump_request, decode_address);
    all.routes = all_of(ipv4_route_dump_request, decode_route);
    for (core::RouteSeen& route : all_of(ipv6_route_dump_request, decode_route))
        all.routes.push_back(std::move(route));
    all.connected = all_of(ipv4_connected_dump_request, decode_connected);
    for (const core::Connected& route : all_of(ipv6_connected_dump_request, decode_connected))
        all.connected.push_back(route);
    all.rules = all_rules();
    places_.clear();
    std::vector<core::IpPrefix> destinations;
    for (const core::RouteSeen& seen : all.routes) destinations.push_back(seen.route.key.destination);
    for (const core::Connected& route : all.connected) destinations.push_back(route.network);
    listen_at(destinations);
    return all;
}

// The last try counts even if it was interrupted: what changed meanwhile is in the listening socket's queue.
void Rtnl::dump(Message (*ask)(), const std::function<void()>& restart, const MessageSink& sink) {
    for (int i = 0; i < dump_tries; ++i) {
        restart();
        if (dump_once(ask(), sink)) return;
    }
}

bool Rtnl::dump_once(Message message, const MessageSink& sink) {
    nlmsghdr& header = *nlmsg_hdr(message.get());
    header.nlmsg_flags |= NLM_F_REQUEST;
    header.nlmsg_seq = ++sequence_;
    if (::send(requests_.get(), &header, header.nlmsg_len, 0) < 0)
        netlink_failed(errno, "cannot ask for a dump");
    bool whole = true, done = false;
    while (!done) {
        const long n = receive_netlink(requests_.get(), answers_);
        if (n < 0) netlink_failed(static_cast<int>(-n), "cannot receive a dump");
        for_each_message(answers_, n, [&](const nlmsghdr& part) {
            if (part.nlmsg_seq != header.nlmsg_seq || done) return;
            if (part.nlmsg_flags & NLM_F_DUMP_INTR) whole = false;
            if (part.nlmsg_type == NLMSG_ERROR) netlink_failed(acknowledged(part).error, "a dump was refused");
            if (part.nlmsg_type != NLMSG_DONE) return sink(part);
            done = true;
            if (const int error = error_of_done(part)) netlink_failed(error, "a dump broke off");
        });
    }
    return whole;
}

} // namespace had::sys
