// What a draft reads of the kernel, which the daemon itself never looks at: routes of others, and rules.
#include "had/look_once.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <algorithm>

using namespace had;
using namespace had::core;

namespace {

struct Routed {
    const bool there =
        test::fresh_network() &&
        test::shell("ip link add had0 type veth peer name had1 && ip link set had1 up && ip link set had0 up && "
                    "ip addr add 10.0.1.1/24 dev had0 && ip addr add fd00:1::1/64 dev had0 nodad && "
                    "ip route add 10.2.0.0/16 via 10.0.1.2 proto static metric 7 table 900 && "
                    "ip -6 route add fd00:2::/64 via fd00:1::2 proto bird && "
                    "ip route add 10.3.0.0/16 dev had0 && ip route add blackhole 10.4.0.0/16 && "
                    "ip route add 10.5.0.0/16 via 10.0.1.2 src 10.0.1.1 && "
                    "ip route add 10.6.0.0/16 via 10.0.9.2 dev had0 onlink && "
                    "ip route add 10.7.0.0/16 nexthop via 10.0.1.2 nexthop via 10.0.1.3 && "
                    "ip route add 10.8.0.0/16 via 10.0.1.2 advmss 500 && ip route add prohibit 10.9.0.0/16");
    std::vector<AnyRoute> routes;

    Routed() {
        for (const IpFamily family : {IpFamily::v4, IpFamily::v6})
            if (there) each_route(family, [] {}, [&](AnyRoute route) { routes.push_back(std::move(route)); });
    }
    const AnyRoute& to(std::string_view destination) {
        const auto at = std::find_if(routes.begin(), routes.end(), [&](const AnyRoute& route) {
            return route.key.destination == *ip_prefix_from(destination);
        });
        BOOST_REQUIRE_MESSAGE(at != routes.end(), destination);
        return *at;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(looking_once)

BOOST_FIXTURE_TEST_CASE(routes_of_every_maker_and_table_are_told_with_what_is_odd_about_them, Routed) {
    HAD_TRY(there);
    const AnyRoute& plain = to("10.2.0.0/16");
    BOOST_TEST(plain.odd == "");
    BOOST_TEST(plain.key.table == 900u);
    BOOST_TEST(plain.key.metric == 7u);
    BOOST_TEST(plain.protocol == 4);
    BOOST_TEST(to_string(plain.way.via.value()) == "10.0.1.2");
    BOOST_TEST(to("fd00:2::/64").protocol == 12);
    BOOST_TEST(to("fd00:2::/64").odd == "");
    BOOST_TEST((to("10.3.0.0/16").way == RouteWay{}));
    BOOST_TEST((to("10.4.0.0/16").way == RouteWay{.blackhole = true}));
    BOOST_TEST(to_string(to("10.5.0.0/16").way) == " via 10.0.1.2 src 10.0.1.1");
    BOOST_TEST(to_string(to("10.6.0.0/16").way) == " via 10.0.9.2 onlink");
    for (const char* said : {"10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16", "10.6.0.0/16"})
        BOOST_TEST(to(said).odd == "");
    BOOST_TEST(to("10.8.0.0/16").odd == "it has values of its own besides an mtu");
    BOOST_TEST(to("10.9.0.0/16").odd == "it is of another type than unicast or blackhole");
    BOOST_TEST(to("10.7.0.0/16").odd == "it has several ways, or a next hop of its own");
}

BOOST_FIXTURE_TEST_CASE(rules_are_told_but_for_the_kernels_own, Routed) {
    HAD_TRY(there);
    HAD_TRY(test::shell("ip rule add from 10.0.1.0/24 to 10.9.0.0/16 iif had0 fwmark 0x10 table 900 priority 100"));
    BOOST_REQUIRE(rules().size() == 1u);
    BOOST_TEST(!rules()[0].plain);
    BOOST_TEST(rules()[0].text == "from 10.0.1.0/24 to 10.9.0.0/16 iif had0 fwmark 0x10 table 900 priority 100");
    BOOST_TEST(test::shell("ip -6 rule add from fd00:1::/64 table 901 priority 101"));
    BOOST_REQUIRE(rules().size() == 2u);
    BOOST_TEST((rules()[1].plain == Rule{*ip_prefix_from("fd00:1::/64"), 901, 101}));
    HAD_TRY(test::shell("ip rule add not from 10.0.1.0/24 table 900 priority 102"));
    HAD_TRY(test::shell("ip rule add to 10.8.0.0/16 prohibit priority 103"));
    BOOST_REQUIRE(rules().size() == 4u);
    BOOST_TEST(rules()[1].text == "not from 10.0.1.0/24 table 900 priority 102");
    BOOST_TEST(rules()[2].text == "from all to 10.8.0.0/16 prohibit priority 103");
}

BOOST_AUTO_TEST_SUITE_END()
