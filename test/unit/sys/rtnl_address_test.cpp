// Addresses as another hand may make them, against the real kernel: what is planned brings them back.
#include "had/core/plan/plan.hpp"
#include "had/sys/rtnl.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"
#include "test/unit/sys/support.hpp"

#include <poll.h>

using namespace had;
using namespace had::core;
using namespace had::sys;

namespace {

// One end of a cable, on which plan_net wants some addresses of each kind.  Duplicate detection asks nobody and is
// over in a moment; while it goes on the kernel tells of no change, but at its end (net/ipv6/addrconf.c
// inet6_addr_modify).
struct Wire {
    const bool there = test::fresh_network() &&
                       test::shell("ip link add had0 type veth peer name had1 && ip link set had1 up && "
                                   "for what in accept_dad dad_transmits router_solicitation_delay; do"
                                   " echo 0 >/proc/sys/net/ipv6/conf/had0/$what; done; "
                                   "ip link set had0 up && ip link set lo up");
    Rtnl rtnl;
    test::World world{""};
    EventSink sink = [this](Event event) { fold(world.observed, std::move(event)); };
    Addressing net;
    LinkRef had0;

    Wire() {
        for (const char* text : {"10.0.1.1/24", "10.0.1.2/24", "10.0.3.1/31", "10.0.4.1/32", "fd00:1::1/64",
                                 "fd00:2::1/128"})
            net.addresses.push_back(ip_prefix_from(text).value());
        net.labels[ip_prefix_from("10.0.1.2/24").value()] = ":two";
        rtnl.resync(sink);
        if (const Link* link = world.observed.link("had0")) had0 = {link->index, "had0"};
    }

    std::vector<Operation> wanted() {
        rtnl.drain(sink);
        std::vector<Operation> operations;
        Note note;
        plan_net(world.situation(), net, {.link = had0, .port = true, .up = true}, note,
                 [&](Operation operation, std::string_view) { operations.push_back(std::move(operation)); });
        return operations;
    }

    // Until `so` holds, which only news can bring about.
    template <class So>
    bool wait_until(So so) {
        constexpr int most = 1000, patience = 10'000; // ms
        pollfd news{.fd = rtnl.fd(), .events = POLLIN, .revents = 0};
        for (int n = 0; n < most; ++n) {
            rtnl.drain(sink);
            if (so()) return true;
            if (::poll(&news, 1, patience) <= 0) return false;
        }
        return false;
    }
    bool is_tested() {
        const auto& all = world.observed.addresses_of(had0.index);
        return std::none_of(all.begin(), all.end(), [](const Address& a) { return a.tentative && !a.duplicate; });
    }

    // What is left to be done after some turns, in words.
    std::string left() {
        constexpr int turns = 4;
        for (int n = 0; n < turns; ++n) {
            if (!wait_until([this] { return is_tested(); })) return "duplicate detection does not end";
            const auto operations = wanted();
            if (operations.empty()) return "";
            for (const Operation& operation : operations) {
                const ActionResult result = rtnl.apply(operation);
                if (!result.ok()) return to_string(operation) + ": " + result.text;
            }
        }
        return to_string(wanted().front());
    }

    // What was heard bit by bit is what the kernel has, but for link-local addresses, which it tells of later.
    bool has_heard_all() {
        const auto ours = [this] {
            std::vector<Address> all = world.observed.addresses_of(had0.index);
            std::erase_if(all, [](const Address& a) { return a.link_scope; });
            return std::pair(all, world.observed.connected);
        };
        const auto heard = ours();
        rtnl.resync(sink);
        return heard == ours();
    }
};

constexpr const char* other_hands[] = {
    "ip addr flush dev had0",
    "ip addr del 10.0.1.1/24 dev had0",
    "ip addr del 10.0.1.2/24 dev had0",
    "ip addr change 10.0.1.1/24 dev had0 valid_lft 60 preferred_lft 60",
    "ip addr change 10.0.1.2/24 dev had0 valid_lft 60 preferred_lft 0",
    "ip addr change 10.0.1.1/24 dev had0 metric 7",
    "ip addr del 10.0.1.1/24 dev had0; ip addr add 10.0.1.1/24 broadcast 10.0.1.7 dev had0",
    "ip addr del 10.0.1.1/24 dev had0; ip addr add 10.0.1.1/24 dev had0",
    "ip addr del 10.0.1.1/24 dev had0; ip addr add 10.0.1.1/24 broadcast + noprefixroute dev had0",
    "ip addr del 10.0.1.1/24 dev had0; ip addr add 10.0.1.1/24 broadcast + scope host dev had0",
    "ip addr del 10.0.1.2/24 dev had0; ip addr add 10.0.1.2/24 broadcast + label had0:other dev had0",
    "ip addr del 10.0.1.2/24 dev had0; ip addr add 10.0.1.2/24 broadcast + dev had0",
    "ip addr del 10.0.1.1/24 dev had0; ip addr add 10.0.1.1 peer 10.0.1.9/24 dev had0",
    "ip addr del 10.0.1.1/24 dev had0; ip addr add 10.0.1.1 peer 10.7.7.7/24 dev had0",
    "ip addr add 10.0.1.1 peer 10.7.7.7/24 dev had0",
    "ip addr add 10.0.1.1/25 dev had0",
    "ip addr del 10.0.4.1/32 dev had0; ip addr add 10.0.4.1/32 broadcast 10.0.4.9 dev had0",
    "ip route del 10.0.1.0/24 dev had0",
    "ip route flush dev had0",
    "ip route del 10.0.1.0/24 dev had0; ip route add 10.0.1.0/24 dev had1",
    "ip link set had0 down; ip link set had0 up",
    "ip link set had0 mtu 1000; ip link set had0 mtu 1500",
    "ip addr del fd00:1::1/64 dev had0",
    "ip addr del fd00:1::1/64 dev had0; ip addr add fd00:1::1/128 dev had0",
    "ip addr del fd00:2::1/128 dev had0; ip addr add fd00:2::1/64 dev had0",
    "ip addr change fd00:1::1/64 dev had0 valid_lft 60 preferred_lft 0",
    "ip addr change fd00:1::1/64 dev had0 preferred_lft 60",
    "ip addr change fd00:1::1/64 dev had0 noprefixroute",
    "ip addr change fd00:1::1/64 dev had0 home",
    "ip addr change fd00:1::1/64 dev had0 mngtmpaddr",
    "ip addr change fd00:1::1/64 dev had0 metric 5",
    "ip addr change fd00:1::1 peer fd00:1::9/64 dev had0",
    "ip -6 route del fd00:1::/64 dev had0",
    "ip -6 route del fd00:2::1/128 dev had0",
    "ip -6 route flush dev had0",
    "for off in 1 0; do echo $off >/proc/sys/net/ipv6/conf/had0/disable_ipv6; done",
};

} // namespace

BOOST_AUTO_TEST_SUITE(rtnl_address)

BOOST_FIXTURE_TEST_CASE(whatever_another_hand_makes_of_an_address_it_is_seen_and_brought_back, Wire) {
    HAD_TRY(there);
    BOOST_REQUIRE(left() == "");
    BOOST_REQUIRE(world.observed.addresses_of(had0.index).size() >= net.addresses.size());
    // What the kernel itself brings back, or what is no business of the daemon's.
    constexpr std::string_view harmless[] = {"ip addr add 10.0.1.1 peer", "ip addr add 10.0.1.1/25",
                                             "ip link set had0 mtu", "ip link set had0 down"};
    for (const std::string_view hand : other_hands) {
        static_cast<void>(test::shell(std::string(hand)));
        const bool harms = std::none_of(std::begin(harmless), std::end(harmless),
                                        [&](std::string_view begin) { return hand.starts_with(begin); });
        BOOST_TEST((!harms || !wanted().empty()), hand << ": nobody sees it");
        BOOST_TEST(left() == "", hand);
        BOOST_TEST(has_heard_all(), hand);
    }
}

BOOST_FIXTURE_TEST_CASE(an_address_that_another_machine_has_is_known_as_such, Wire) {
    HAD_TRY(there);
    HAD_TRY(test::shell("for what in accept_dad dad_transmits; do"
                        " echo 1 >/proc/sys/net/ipv6/conf/had0/$what; done; "
                        "ip addr add fd00:1::1/64 dev had1 nodad"));
    for (const Operation& operation : wanted()) BOOST_TEST(rtnl.apply(operation).ok());
    const IpPrefix prefix = ip_prefix_from("fd00:1::1/64").value();
    BOOST_TEST(wait_until([&] {
        const Address* address = world.observed.address(had0.index, prefix);
        return address && address->duplicate;
    }));
    const auto operations = wanted();
    BOOST_REQUIRE(operations.size() == 1u);
    const auto* again = std::get_if<AddAddress>(&operations.front());
    BOOST_TEST((again && again->instead == prefix));
    BOOST_TEST(test::shell("ip addr del fd00:1::1/64 dev had1"));
    BOOST_TEST(left() == "");
}

BOOST_AUTO_TEST_SUITE_END()
