#include "had/core/view/alarm.hpp"
#include "had/core/view/view.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <boost/test/data/test_case.hpp>

using namespace had::core;
using namespace had::test;

namespace {

constexpr std::string_view file =
    "[peer there]\nservice = 10.9.0.2\nfrom = 10.9.0.1\nlan = eth0 10.1.0.2\nlan = eth1 10.2.0.2\n"
    "prefix = 10.20.0.0/16\nkey = file /k 1\n";

using Lines = std::vector<std::string>;

// Two cards of no slot, which the file names by their names.
struct Host {
    explicit Host(std::string_view text = file) : world(text) {
        add(nic(1, "lo"));
        add(nic(10, "eth0"));
        add(nic(11, "eth1"));
    }
    void add(Link link) {
        link.up = link.carrier = true;
        world.hear(LinkSeen{link});
    }
    // The kernel has done all that is wanted.
    void obey() {
        for (const Action& action : world.plan().actions) {
            if (const auto* add = std::get_if<AddRoute>(&action.operation))
                world.hear(RouteSeen{add->route, add->link.index});
            if (const auto* remove = std::get_if<RemoveRoute>(&action.operation))
                world.hear(RouteGone{remove->route, remove->link.index});
            if (const auto* set = std::get_if<AddAddress>(&action.operation)) {
                note(world.owned, action.operation, world.observed);
                world.hear(AddressSeen{{.link = set->link.index, .prefix = set->prefix, .broadcast = {}}});
            }
            if (const auto* gone = std::get_if<RemoveAddress>(&action.operation))
                world.hear(AddressGone{{.link = gone->link.index, .prefix = gone->prefix, .broadcast = {}}});
        }
    }
    void use(std::size_t lan) {
        world.peers["there"].chosen = lan;
        world.peers["there"].lans = {{LanState::good, true, true, {}}, {LanState::good, true, true, {}}};
    }
    LanFinding& lan(std::size_t at) { return world.peers["there"].lans.at(at); }

    World world;
};

} // namespace

BOOST_AUTO_TEST_SUITE(plan_peer)

BOOST_AUTO_TEST_CASE(a_pair_of_routes_serves_without_the_daemon) {
    Host host;
    const Lines expected{"add 10.9.0.1/32 to lo",
                         "add route 10.9.0.2/32 via 10.1.0.2 src 10.9.0.1 metric 10 on eth0",
                         "add route 10.20.0.0/16 via 10.1.0.2 src 10.9.0.1 metric 10 on eth0",
                         "add route 10.9.0.2/32 via 10.2.0.2 src 10.9.0.1 metric 20 on eth1",
                         "add route 10.20.0.0/16 via 10.2.0.2 src 10.9.0.1 metric 20 on eth1"};
    BOOST_TEST(host.world.wanted() == expected, boost::test_tools::per_element());
    host.obey();
    BOOST_TEST(host.world.wanted().empty());
}

BOOST_AUTO_TEST_CASE(another_lan_than_the_first_outranks_the_pair_and_the_return_takes_that_away) {
    Host host;
    host.obey();
    host.use(1);
    const Lines there{"add route 10.9.0.2/32 via 10.2.0.2 src 10.9.0.1 metric 5 on eth1",
                      "add route 10.20.0.0/16 via 10.2.0.2 src 10.9.0.1 metric 5 on eth1"};
    BOOST_TEST(host.world.wanted() == there, boost::test_tools::per_element());
    host.obey();
    BOOST_TEST(host.world.wanted().empty());
    host.use(0);
    const Lines back{"remove route 10.9.0.2/32 via 10.2.0.2 src 10.9.0.1 metric 5 from eth1",
                     "remove route 10.20.0.0/16 via 10.2.0.2 src 10.9.0.1 metric 5 from eth1"};
    BOOST_TEST(host.world.wanted() == back, boost::test_tools::per_element());
    host.obey();
    BOOST_TEST(host.world.wanted().empty());
}

BOOST_AUTO_TEST_CASE(a_daemon_that_starts_leaves_the_routes_where_they_lead) {
    Host host;
    host.obey();
    host.use(1);
    host.obey();
    host.world.peers.clear();                 // nothing is known yet
    BOOST_TEST(host.world.wanted().empty());
}

BOOST_AUTO_TEST_CASE(what_somebody_else_has_made_of_a_route_is_replaced) {
    Host host;
    host.obey();
    Route other{{*ip_prefix_from("10.9.0.2/32"), 10, main_table}, *ip_address_from("10.1.0.7")};
    host.world.hear(RouteSeen{other, 10});
    const Lines expected{"replace route 10.9.0.2/32 via 10.1.0.2 src 10.9.0.1 metric 10 on eth0"};
    BOOST_TEST(host.world.wanted() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(routes_and_address_go_with_the_section) {
    Host host;
    host.obey();
    host.world.config = {};
    const Lines expected{"remove route 10.9.0.2/32 via 10.1.0.2 src 10.9.0.1 metric 10 from eth0",
                         "remove route 10.9.0.2/32 via 10.2.0.2 src 10.9.0.1 metric 20 from eth1",
                         "remove route 10.20.0.0/16 via 10.1.0.2 src 10.9.0.1 metric 10 from eth0",
                         "remove route 10.20.0.0/16 via 10.2.0.2 src 10.9.0.1 metric 20 from eth1",
                         "remove 10.9.0.1/32 from lo"};
    BOOST_TEST(host.world.wanted() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_source_that_is_somewhere_else_already_is_left_there) {
    Host host;
    host.world.hear(AddressSeen{{.link = 11, .prefix = *ip_prefix_from("10.9.0.1/24"), .broadcast = {}}});
    BOOST_TEST(host.world.wanted().size() == 4U);
    BOOST_TEST(host.world.wanted().front().starts_with("add route"));
}

BOOST_AUTO_TEST_CASE(a_lan_that_is_not_there_has_no_route_and_the_other_one_serves) {
    Host host;
    host.obey();
    host.world.hear(LinkGone{10});
    BOOST_TEST(host.world.wanted().empty());
    host.use(1);
    BOOST_TEST(host.world.wanted().size() == 2U);
}

// --- What is shown of it -------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_peer_is_well_when_every_lan_serves_in_both_directions) {
    struct Row {
        const char* what;
        LanFinding first, second;
        Health health;
    };
    const LanFinding good{LanState::good, true, true, {}}, unproven{LanState::unproven, true, true, {}};
    const LanFinding lost{LanState::lost, true, true, "hears nothing"};
    const LanFinding one_way{LanState::good, true, false, "hears it, and is not heard there"};
    const LanFinding no_link{LanState::lost, false, true, "has no link"};
    const Row rows[] = {{"both", good, good, Health::healthy},
                        {"one is lost", good, lost, Health::degraded},
                        {"one direction", one_way, good, Health::degraded},
                        {"no link", no_link, good, Health::degraded},
                        {"none", lost, no_link, Health::down},
                        {"not known yet", unproven, unproven, Health::absent}};
    for (const Row& row : rows) {
        Host host;
        host.obey();
        host.use(0);
        host.lan(0) = row.first;
        host.lan(1) = row.second;
        const View view = host.world.view();
        BOOST_TEST((view.peer("there")->health == row.health), row.what);
        const bool ill = row.health == Health::degraded || row.health == Health::down;
        BOOST_TEST((view.health == (ill ? Health::degraded : Health::healthy)), row.what);
    }
}

BOOST_AUTO_TEST_CASE(a_lost_lan_is_an_alarm_with_what_to_look_at) {
    Host host;
    host.obey();
    host.use(0);
    host.lan(1) = {LanState::lost, true, true, "hears nothing"};
    const auto one = find_alarms(host.world.view(), 0);
    BOOST_REQUIRE(one.size() == 1U);
    BOOST_TEST(one.front().id == "there/peer-lan");
    BOOST_TEST(one.front().text == "1 of 2 LANs serve: eth1 hears nothing");
    BOOST_TEST(one.front().repair == "look at the network between eth1 and 10.2.0.2, and whether had runs there");
    host.lan(0) = {LanState::lost, false, true, "has no link"};
    const auto both = find_alarms(host.world.view(), 0);
    BOOST_REQUIRE(both.size() == 1U);
    BOOST_TEST(both.front().id == "there/peer-silent");
}

BOOST_AUTO_TEST_CASE(a_setting_that_drops_what_comes_by_the_other_lan_is_a_problem_and_others_are_advice) {
    Host host;
    host.obey();
    host.use(0);
    host.world.peers["there"].problems = {"rp_filter is 1 on eth1"};
    host.world.peers["there"].advice = {"arp_ignore is 0 on eth1"};
    View view = host.world.view();
    BOOST_TEST((view.peer("there")->health == Health::degraded));
    BOOST_TEST(view.peer("there")->problem == "rp_filter is 1 on eth1");
    BOOST_TEST(find_alarms(view, 0).front().type == "trouble");
    const Situation s = host.world.situation();
    bool advised = false;
    for (const ExplainStep& step : explain(s, plan(s), view, "there", [](const std::string&) { return Parameters{}; }))
        advised = advised || step.why == "arp_ignore is 0 on eth1";
    BOOST_TEST(advised);
}

BOOST_AUTO_TEST_SUITE_END()
