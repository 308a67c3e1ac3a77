// Bytes of rtnetlink: read within their bounds, and folded twice they are no news.
#include "had/core/world/chassis.hpp"
#include "had/core/world/observed.hpp"
#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_socket.hpp"
#include "test/fuzz/target.hpp"

#include <cstring>

namespace had::test {
namespace {

using namespace core;

// What the rest of the daemon relies on: a link is told apart from none, a prefix ends within its address.
void check_values(const Event& event) {
    const auto check_prefix = [](const IpPrefix& prefix) {
        must(prefix.length <= 8 * prefix.address.size(), "a prefix is no longer than its address");
    };
    if (const auto* seen = std::get_if<LinkSeen>(&event)) must(seen->link.index > 0, "a link has an index");
    if (const auto* seen = std::get_if<AddressSeen>(&event)) check_prefix(seen->address.prefix);
    if (const auto* seen = std::get_if<RouteSeen>(&event)) check_prefix(seen->route.key.destination);
}

void check_fold(Observed& observed, const Event& event) {
    fold(observed, event);
    must(std::holds_alternative<PeersTold>(event) || fold(observed, event) == Change::nothing,
         "what is heard twice is no news");
    for (const auto& [name, index] : observed.names)
        must(observed.link(index) != nullptr, "a name leads to a link", name);
    for (const auto& [master, slaves] : observed.slaves)
        for (const Ifindex slave : slaves)
            must(observed.link(slave) != nullptr && observed.link(slave)->master == master,
                 "a slave is a link with that master");
}

void run(std::string_view input) {
    std::vector<std::byte> bytes(input.size());
    if (!input.empty()) std::memcpy(bytes.data(), input.data(), input.size());
    Observed observed;
    AddRoute route;
    route.link = {2, "eth0"};
    sys::for_each_message(bytes, static_cast<long>(bytes.size()), [&](const nlmsghdr& message) {
        sys::decode(message, [&](const Event& event) {
            check_values(event);
            check_fold(observed, event);
        });
        (void)sys::is_same_route(message, route);
        if (message.nlmsg_type == NLMSG_ERROR) (void)sys::acknowledged(message);
    });
    (void)place({}, observed);
}

const Registered netlink{"netlink", run};

} // namespace
} // namespace had::test
