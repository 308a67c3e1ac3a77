// had's routes among those of others, against the real kernel.
#include "test/boost_test.hpp"
#include "test/unit/sys/rtnl_wire.hpp"

#include <cerrno>
#include <fmt/format.h>

using namespace had;
using namespace had::core;
using namespace had::test;

namespace {

Route route(const std::string& destination, const std::string& via, unsigned metric = 0,
            unsigned table = 0) {
    RouteConfig config;
    if (destination != "default") config.destination = ip_prefix_from(destination);
    config.way.via = ip_address_from(via).value();
    if (metric != 0) config.metric = metric;
    if (table != 0) config.table = table;
    return route_of(config);
}

} // namespace

BOOST_AUTO_TEST_SUITE(rtnl_route)

BOOST_FIXTURE_TEST_CASE(routes_come_and_go_as_they_are_asked_for, Wire) {
    HAD_TRY(there);
    std::vector<Route> all = {route("default", "10.0.1.254"),
                              route("10.2.0.0/16", "10.0.1.253", 5, 100),
                              route("10.2.0.0/16", "10.0.1.253", 5, 70000)};
    if (v6) {
        all.push_back(route("default", "fd00:1::fe"));
        all.push_back(route("fd00:2::/48", "fe80::1"));
    }
    for (const Route& one : all) {
        BOOST_TEST_CONTEXT(to_string(one)) {
            const ActionResult made = rtnl.apply(AddRoute{had0, one, false});
            BOOST_TEST(made.ok(), made.text);
            heard();
            BOOST_TEST(world.has_route(had0.index, one));
        }
    }
    check_heard();
    for (const Route& one : all) {
        BOOST_TEST(rtnl.apply(RemoveRoute{had0, one}).ok());
        BOOST_TEST(rtnl.apply(RemoveRoute{had0, one}).ok()); // gone already
    }
    BOOST_TEST(heard().empty());
    check_heard();
}

BOOST_FIXTURE_TEST_CASE(the_routes_of_others_are_neither_heard_nor_touched, Wire) {
    HAD_TRY(there);
    heard();
    const auto before = rtnl.counters().messages;
    HAD_TRY(test::shell("for i in 1 2 3 4 5 6 7 8 9; do ip route add 10.9.$i.0/24 via 10.0.1.9; done"));
    BOOST_TEST(heard().empty());
    // Not one for each route; the kernel may still have had a word on the link or its addresses.
    BOOST_TEST(rtnl.counters().messages - before < 9);
    rtnl.resync(sink);
    BOOST_TEST(world.routes.empty());

    const Route taken = route("10.9.5.0/24", "10.0.1.254");
    BOOST_TEST(rtnl.apply(AddRoute{had0, taken, false}).error == EEXIST);
    BOOST_TEST(rtnl.apply(RemoveRoute{had0, route("10.9.5.0/24", "10.0.1.9")}).ok());
    BOOST_TEST(test::shell("ip route show 10.9.5.0/24 | grep -q 'via 10.0.1.9'"));
}

BOOST_FIXTURE_TEST_CASE(who_takes_the_place_of_a_route_is_heard_and_who_leaves_it, Wire) {
    HAD_TRY(there);
    std::optional<RouteKey> taken, freed;
    const EventSink listener = [&](Event event) {
        if (const auto* way = std::get_if<WayTaken>(&event)) taken = way->key;
        if (const auto* way = std::get_if<WayFree>(&event)) freed = way->key;
        fold(world, std::move(event));
    };
    const auto after = [&](const std::string& command) {
        taken = freed = std::nullopt;
        BOOST_TEST(test::shell(command), command);
        rtnl.drain(listener);
        const Observed bit_by_bit = world;
        rtnl.resync(listener);
        BOOST_TEST((bit_by_bit.routes == world.routes), command);
        BOOST_TEST((bit_by_bit.connected == world.connected), command);
    };
    std::vector<std::pair<std::string, Route>> all = {{"ip", route("default", "10.0.1.254")},
                                                      {"ip", route("10.2.0.0/16", "10.0.1.253", 5, 100)}};
    if (v6) all.emplace_back("ip -6", route("fd00:2::/48", "fd00:1::fe"));
    for (const auto& [ip, one] : all) {
        BOOST_TEST_CONTEXT(to_string(one)) {
            BOOST_TEST(rtnl.apply(AddRoute{had0, one, false}).ok());
            heard();
            const std::string where = one.key.destination.length == 0 ? "default" : to_string(one.key.destination);
            const std::string other = one.way.via->family == IpFamily::v4 ? "10.0.1.9" : "fd00:1::9";
            const std::string place = fmt::format(" {} via {} dev had0 metric {} table {}", where, other,
                                                  one.key.metric, one.key.table);
            after(ip + " route replace" + place);
            BOOST_TEST((taken == one.key));
            BOOST_TEST(!world.has_route(had0.index, one));
            BOOST_TEST(rtnl.apply(AddRoute{had0, one, false}).error == EEXIST);
            after(ip + " route del" + place);
            BOOST_TEST((freed == one.key));
            BOOST_TEST(rtnl.apply(AddRoute{had0, one, false}).ok());
            const std::string the_same = fmt::format(" route replace {} via {} dev had0 metric {} table {} proto 72 ",
                                                     where, to_string(*one.way.via), one.key.metric, one.key.table);
            after(ip + the_same + "advmss 1000");          // which no file can name
            BOOST_TEST(!world.has_route(had0.index, one));
            BOOST_TEST(rtnl.apply(AddRoute{had0, one, false}).ok());
            after(ip + the_same + "mtu 1400");
            BOOST_TEST(!world.has_route(had0.index, one));
            BOOST_TEST(world.routes.contains(one.key));
            BOOST_TEST(rtnl.apply(AddRoute{had0, one, true}).ok());
            after("true");
            BOOST_TEST(world.has_route(had0.index, one));
        }
    }
    after("ip route replace 10.0.1.0/24 dev had0 src 10.0.1.1");
    BOOST_TEST(!world.is_connected(had0.index, *ip_prefix_from("10.0.1.0/24")));
}

// By its type of service, which is of IPv4, one destination has many routes.
BOOST_FIXTURE_TEST_CASE(a_route_of_another_type_of_service_has_another_place, Wire) {
    HAD_TRY(there);
    const Route ours = route("10.2.0.0/16", "10.0.1.254");
    BOOST_TEST(rtnl.apply(AddRoute{had0, ours, false}).ok());
    HAD_TRY(test::shell("ip route add 10.2.0.0/16 tos 8 via 10.0.1.9"));
    BOOST_TEST(test::shell("ip route replace 10.2.0.0/16 tos 8 via 10.0.1.8"));
    heard();
    BOOST_TEST(world.has_route(had0.index, ours));
    check_heard();
}

BOOST_FIXTURE_TEST_CASE(neighbours_of_an_ipv6_network_are_not_heard_of, Wire) {
    HAD_TRY(v6);
    BOOST_TEST(rtnl.apply(AddRoute{had0, route("fd00:2:1::/64", "fd00:1::fe"), false}).ok());
    heard();
    const auto before = rtnl.counters().messages;
    HAD_TRY(test::shell("for i in 2 3 4 5 6 7 8 9; do ip -6 route add fd00:2:$i::/64 via fd00:1::9; done"));
    heard();
    BOOST_TEST(rtnl.counters().messages - before < 8);
}

// Before Linux 6.9 a socket has 20 KiB for its filters, while one is changed for the old and the new.
BOOST_FIXTURE_TEST_CASE(as_many_routes_as_a_filter_has_room_for_are_listened_at, Wire) {
    HAD_TRY(there);
    HAD_TRY(test::shell("sysctl -qw net.core.optmem_max=20480"));
    const auto address = [](unsigned i) { return fmt::format("10.{}.{}.1/24", 100 + i / 250, i % 250); };
    constexpr unsigned many = 600;
    for (unsigned i = 0; i < many; ++i) {
        const AddAddress add{.link = had0, .prefix = *ip_prefix_from(address(i)), .broadcast = {}};
        BOOST_REQUIRE(rtnl.apply(add).ok());
    }
    heard();
    BOOST_TEST(world.connected.size() >= many);
    check_heard();
    HAD_TRY(test::shell("ip route replace 10.100.7.0/24 dev had0 src 10.100.7.1"));
    heard();
    BOOST_TEST(!world.is_connected(had0.index, *ip_prefix_from("10.100.7.0/24")));
}

BOOST_FIXTURE_TEST_CASE(a_gateway_that_no_address_reaches_is_refused, Wire) {
    HAD_TRY(there);
    const ActionResult refused = rtnl.apply(AddRoute{had0, route("default", "10.7.0.1"), false});
    BOOST_TEST(refused.error == ENETUNREACH);
    BOOST_TEST(refused.text == "Nexthop has invalid gateway");
}

BOOST_FIXTURE_TEST_CASE(another_way_takes_the_place_of_the_old_one_at_once, Wire) {
    HAD_TRY(there);
    const Route old = route("default", "10.0.1.253"), fresh = route("default", "10.0.1.254");
    BOOST_TEST(rtnl.apply(AddRoute{had0, old, false}).ok());
    BOOST_TEST(rtnl.apply(AddRoute{had0, fresh, true}).ok());
    BOOST_TEST(heard().size() == 1u);
    BOOST_TEST(world.has_route(had0.index, fresh));
    check_heard();
}

BOOST_FIXTURE_TEST_CASE(routes_that_go_with_their_link_or_address_are_known_to_be_gone, Wire) {
    HAD_TRY(there);
    const Route one = route("default", "10.0.1.254"), other = route("default", "fd00:1::fe");
    const auto both = [&] {
        BOOST_TEST(rtnl.apply(AddRoute{had0, one, false}).ok());
        if (v6) BOOST_TEST(rtnl.apply(AddRoute{had0, other, false}).ok());
        BOOST_TEST(heard().size() == (v6 ? 2u : 1u));
    };
    both();
    HAD_TRY(test::shell("ip link set had0 down"));
    BOOST_TEST(heard().empty());
    check_heard();

    HAD_TRY(test::shell("ip link set had0 up"));
    if (v6) HAD_TRY(test::shell("ip addr add fd00:1::1/64 dev had0 nodad"));
    both();
    HAD_TRY(test::shell("ip addr del 10.0.1.1/24 dev had0")); // its last IPv4 address
    BOOST_TEST(heard().size() == (v6 ? 1u : 0u));
    check_heard();
    HAD_TRY(test::shell("ip link del had0"));
    BOOST_TEST(heard().empty());
    check_heard();
}

// Without the lock the kernel takes the value and does not look at it.
BOOST_FIXTURE_TEST_CASE(a_smaller_patience_of_tcp_is_in_force, Wire) {
    HAD_TRY(there);
    Route one = route("10.5.0.0/16", "10.0.1.254", 10);
    one.way.rto_min = 60;
    BOOST_TEST(rtnl.apply(AddRoute{had0, one, false}).ok());
    BOOST_TEST(test::shell("ip route show 10.5.0.0/16 | grep -q 'rto_min lock 60ms'"));
    heard();
    BOOST_TEST(world.has_route(had0.index, one));
    check_heard();
    // By another hand, as the kernel does not use it.
    HAD_TRY(test::shell("ip route del 10.5.0.0/16 metric 10"));
    Route bare = one;
    bare.way.rto_min = 0;
    BOOST_TEST(rtnl.apply(AddRoute{had0, bare, false}).ok());
    heard();
    BOOST_TEST(!world.has_route(had0.index, one));
    BOOST_TEST(rtnl.apply(AddRoute{had0, one, true}).ok());
    heard();
    BOOST_TEST(world.has_route(had0.index, one));
    check_heard();
}

BOOST_FIXTURE_TEST_CASE(a_neighbour_is_forgotten_unless_somebody_has_set_it_for_good, Wire) {
    HAD_TRY(there);
    HAD_TRY(test::shell("ip neigh add 10.0.1.7 lladdr 02:00:00:00:00:07 dev had0 nud reachable && "
                        "ip neigh add 10.0.1.8 lladdr 02:00:00:00:00:08 dev had0 nud permanent"));
    for (const char* address : {"10.0.1.7", "10.0.1.8", "10.0.1.9"}) {
        const ActionResult forgotten = rtnl.apply(ForgetNeighbour{had0, *ip_address_from(address)});
        BOOST_TEST(forgotten.ok(), address << ": " << forgotten.text);
    }
    BOOST_TEST(!test::shell("ip neigh show dev had0 | grep -q '^10.0.1.7 lladdr'"));
    BOOST_TEST(test::shell("ip neigh show dev had0 | grep -q '^10.0.1.8 lladdr 02:00:00:00:00:08 PERMANENT'"));
}

BOOST_AUTO_TEST_SUITE_END()
