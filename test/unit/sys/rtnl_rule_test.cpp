// Policy rules among those of others, and routes on the link, against the real kernel.
#include "test/boost_test.hpp"
#include "test/unit/sys/netlink_message.hpp"
#include "test/unit/sys/rtnl_wire.hpp"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <sys/socket.h>

#include <cerrno>

using namespace had;
using namespace had::core;
using namespace had::sys;
using namespace had::test;

namespace {

// With an address that can be a source, and a rule of another program's.
struct Ruled : Wire {
    const bool rules = there && shell("ip rule add from 10.99.0.0/16 table 99 priority 99");

    Ruled() : Wire("ip link set lo up && ip addr add 10.0.1.2/24 dev had0") { rtnl.resync(sink); }
};

Route route(const std::string& destination, RouteWay way, unsigned metric = 0) {
    RouteConfig config;
    config.destination = ip_prefix_from(destination);
    config.way = std::move(way);
    if (metric != 0) config.metric = metric;
    return route_of(config);
}

std::optional<IpAddress> at(const char* text) { return ip_address_from(text); }

Rule rule(const std::string& from, unsigned table, unsigned priority) {
    return {ip_prefix_from(from).value(), table, priority};
}

} // namespace

BOOST_AUTO_TEST_SUITE(rtnl_rule)

BOOST_FIXTURE_TEST_CASE(rules_come_and_go_and_are_known_as_hads, Ruled) {
    HAD_TRY(rules);
    std::vector<Rule> all = {rule("10.1.0.0/16", 100, 32765), rule("10.1.2.3/32", 70000, 5),
                             rule("0.0.0.0/0", 7, 40000)};
    if (v6) all.push_back(rule("fd00:1::/64", 100, 32765));
    for (const Rule& one : all) {
        BOOST_TEST_CONTEXT(to_string(one)) {
            BOOST_TEST(!world.has_rule(one));
            const ActionResult made = rtnl.apply(AddRule{one});
            BOOST_TEST(made.ok(), made.text);
            rtnl.drain(sink);
            BOOST_TEST(world.has_rule(one));
            BOOST_TEST(world.rules.contains({one}));
            BOOST_TEST(!world.has_like_rule(one));
            BOOST_TEST(rtnl.apply(AddRule{one}).error == EEXIST);
        }
    }
    check_heard();
    for (const Rule& one : all) {
        BOOST_TEST(rtnl.apply(RemoveRule{one}).ok());
        BOOST_TEST(rtnl.apply(RemoveRule{one}).ok()); // gone already
    }
    check_heard();
    for (const Rule& one : all) BOOST_TEST(!world.has_rule(one));
    BOOST_TEST(test::shell("ip rule | grep -q '99:.*from 10.99.0.0/16 lookup 99'"));
}

BOOST_FIXTURE_TEST_CASE(a_rule_of_others_that_the_kernel_would_take_for_hads_is_known, Ruled) {
    HAD_TRY(rules);
    const Rule one = rule("10.1.0.0/16", 100, 1000);
    HAD_TRY(test::shell("ip rule add from 10.1.0.0/16 iif had0 table 100 priority 1000"));
    rtnl.drain(sink);
    BOOST_TEST(!world.has_rule(one));
    BOOST_TEST(world.has_like_rule(one));
    BOOST_TEST(rtnl.apply(AddRule{one}).ok());
    rtnl.drain(sink);
    BOOST_TEST(world.has_rule(one));
    BOOST_TEST(world.has_like_rule(one));
    HAD_TRY(test::shell("ip rule del from 10.1.0.0/16 iif had0 table 100 priority 1000"));
    rtnl.drain(sink);
    BOOST_TEST(world.has_rule(one));
    BOOST_TEST(!world.has_like_rule(one));
    check_heard();
}

BOOST_FIXTURE_TEST_CASE(the_very_rule_of_another_serves_as_well, Ruled) {
    HAD_TRY(rules);
    const Rule theirs = rule("10.99.0.0/16", 99, 99);
    BOOST_TEST(world.has_rule(theirs));
    BOOST_TEST(!world.rules.contains({theirs}));
}

BOOST_FIXTURE_TEST_CASE(ways_of_every_kind_come_back_as_they_were_asked_for, Ruled) {
    HAD_TRY(there);
    std::vector<Route> all = {route("172.16.0.0/24", {}),
                              route("10.2.0.0/16", {.via = at("172.16.0.9"), .mtu = 1400, .rto_min = 60}),
                              route("10.3.0.0/16", {.via = at("192.0.2.1"), .onlink = true}),
                              route("10.4.0.0/16", {.via = at("10.0.1.9"), .source = at("10.0.1.2")}),
                              route("10.0.0.0/8", {.blackhole = true}, 500)};
    if (v6) {
        all.push_back(route("fd00:2::/64", {}));
        all.push_back(route("fd00:3::/64", {.via = at("fd00:2::1"), .mtu = 1300}));
        all.push_back(route("fd00:4::/64", {.via = at("2001:db8::1"), .onlink = true}));
        all.push_back(route("fd00:5::/64", {.via = at("fd00:1::9"), .source = at("fd00:1::1")}));
        all.push_back(route("2001:db8::/32", {.blackhole = true}));
    }
    const auto of = [&](const Route& one) { return one.way.blackhole ? LinkRef{} : had0; };
    for (const Route& one : all) {
        BOOST_TEST_CONTEXT(to_string(one)) {
            const ActionResult made = rtnl.apply(AddRoute{of(one), one, false});
            BOOST_TEST(made.ok(), made.text);
            rtnl.drain(sink);
            BOOST_TEST(world.has_route(had0.index, one));
        }
    }
    check_heard();
    // Of another kind, in one message.
    for (const Route& one : all) {
        if (one.way.via) continue;
        Route other = one;
        other.way = one.way.blackhole ? RouteWay{} : RouteWay{.blackhole = true};
        BOOST_TEST_CONTEXT(to_string(other)) {
            BOOST_TEST(rtnl.apply(AddRoute{of(other), other, true}).ok());
            rtnl.drain(sink);
            BOOST_TEST(world.has_route(had0.index, other));
            BOOST_TEST(rtnl.apply(AddRoute{of(one), one, true}).ok());
            rtnl.drain(sink);
            BOOST_TEST(world.has_route(had0.index, one));
        }
    }
    check_heard();
    // With its source a route goes, or loses it; what has no interface stays when that goes down.
    HAD_TRY(test::shell("ip addr del 10.0.1.2/24 dev had0"));
    if (v6) HAD_TRY(test::shell("ip addr del fd00:1::1/64 dev had0"));
    check_heard();
    BOOST_TEST(!world.has_route(had0.index, all[3]));
    HAD_TRY(test::shell("ip link set had0 down"));
    check_heard();
    BOOST_TEST(world.routes.size() == (v6 ? 2u : 1u));
    for (const Route& one : all) {
        BOOST_TEST(rtnl.apply(RemoveRoute{of(one), one}).ok());
        rtnl.drain(sink);
    }
    BOOST_TEST(world.routes.empty());
    check_heard();
}

BOOST_AUTO_TEST_CASE(what_leads_to_no_table_and_what_is_too_long_is_no_rule) {
    const auto decoded = [](std::uint8_t action, std::uint8_t length, std::uint8_t family = AF_INET) {
        fib_rule_hdr header{};
        header.family = family;
        header.src_len = length;
        header.action = action;
        test::Bytes bytes(RTM_NEWRULE, header);
        bytes.put(FRA_PRIORITY, std::uint32_t{5}).put(FRA_TABLE, std::uint32_t{100});
        return decode_rule(bytes.message());
    };
    BOOST_TEST(decoded(FR_ACT_TO_TBL, 0).has_value());
    BOOST_TEST(!decoded(FR_ACT_UNREACHABLE, 0).has_value());
    BOOST_TEST(!decoded(FR_ACT_TO_TBL, 33).has_value());
    BOOST_TEST(!decoded(FR_ACT_TO_TBL, 0, AF_BRIDGE).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
