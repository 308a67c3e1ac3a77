// What services give their interfaces, and where the routes of a group lead.
#include "had/core/plan/plan.hpp"
#include "had/core/view/view.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

constexpr std::string_view two_ways =
    "[service pppoe]\ncommand = pppd\nalive = address dsl0\nprobe = ask\n"
    "[service lte-net]\ninterface = usb1\naddress = 192.168.8.100/24\nroute = 203.0.113.1/32 via 192.168.8.1\n"
    "mtu = 1400\n"
    "[member dsl]\nservice = pppoe\ninterface = dsl0\n"
    "[member lte]\nservice = lte-net\ngateway = 192.168.8.1\n"
    "[failover wan]\nmembers = dsl lte\nfailback = after 5min\nroute = default metric 50\n"
    "route = 10.9.0.0/16 table 7\n";

using Lines = std::vector<std::string>;

// A kernel that does what it is told.
struct Host {
    explicit Host(std::string_view text = two_ways) : world(text) {
        add(10, "dsl0");
        add(11, "usb1");
        world.observed.links.at(10).up = true;
    }
    void add(Ifindex index, const std::string& name) {
        Link link = nic(index, name);
        link.up = false;
        link.carrier = true;
        link.parent_bus = "usb";
        world.hear(LinkSeen{link});
    }
    void become(const std::string& service, Phase phase, bool adopted = false) {
        world.services.services[{service, ""}] = {.phase = phase, .adopted = adopted, .told_ready = adopted};
    }
    void obey() {
        for (const Action& action : world.plan().actions) {
            note(world.owned, action.operation, world.observed);
            if (const auto* add = std::get_if<AddRoute>(&action.operation))
                world.hear(RouteSeen{add->route, add->link.index});
            if (const auto* remove = std::get_if<RemoveRoute>(&action.operation))
                world.hear(RouteGone{remove->route, remove->link.index});
            if (const auto* set = std::get_if<AddAddress>(&action.operation)) {
                Address one = address(set->link.index, to_string(set->prefix));
                world.hear(AddressSeen{one});
                world.hear(ConnectedSeen{{.link = one.link, .network = {network_of(one.prefix), one.prefix.length}}});
            }
            if (const auto* gone = std::get_if<RemoveAddress>(&action.operation))
                world.hear(AddressGone{address(gone->link.index, to_string(gone->prefix))});
            if (const auto* set = std::get_if<SetLink>(&action.operation)) {
                Link link = *world.observed.link(set->link.index);
                link.up = set->up.value_or(link.up);
                link.mtu = set->mtu.value_or(link.mtu);
                world.hear(LinkSeen{link});
            }
            forget(world.owned, action.operation);
        }
    }

    World world;
};

} // namespace

BOOST_AUTO_TEST_SUITE(plan_service)

BOOST_AUTO_TEST_CASE(a_service_gives_its_interface_what_the_file_says_while_it_is_up_or_on_its_way) {
    Host host;
    BOOST_TEST(host.world.wanted().empty());
    host.become("lte-net", Phase::starting);
    const Lines expected{"set usb1 mtu 1400", "set usb1 up", "add 192.168.8.100/24 to usb1",
                         "add route 203.0.113.1/32 via 192.168.8.1 on usb1"};
    BOOST_TEST(host.world.wanted() == expected, boost::test_tools::per_element());
    host.obey();
    BOOST_TEST(host.world.wanted().empty());
    const View view = host.world.view();
    BOOST_TEST(view.service("lte-net")->interface == "usb1");
    BOOST_TEST(view.service("lte-net")->addresses.size() == 1U);
    BOOST_TEST(view.service("lte-net")->routes == Lines{"203.0.113.1/32 via 192.168.8.1"},
               boost::test_tools::per_element());
    // It stays set up: its carrier may be what the service waits for.
    host.become("lte-net", Phase::absent);
    const Lines back{"remove route 203.0.113.1/32 via 192.168.8.1 from usb1", "remove 192.168.8.100/24 from usb1",
                     "set usb1 mtu 1500"};
    BOOST_TEST(host.world.wanted() == back, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_service_gave_goes_with_its_section) {
    Host host;
    host.become("lte-net", Phase::up);
    host.obey();
    host.world.services = {};
    host.world.config = {};
    host.obey();
    BOOST_TEST(!host.world.observed.link("usb1")->up);
    BOOST_TEST(host.world.observed.addresses_of(11).empty());
    BOOST_TEST(host.world.observed.routes.empty());
    BOOST_TEST(host.world.wanted().empty());
}

BOOST_AUTO_TEST_CASE(the_routes_of_a_group_follow_the_member_that_serves_in_one_message) {
    Host host;
    host.become("pppoe", Phase::up);
    const Lines by_dsl{"add route 0.0.0.0/0 metric 50 on dsl0", "add route 10.9.0.0/16 table 7 on dsl0"};
    BOOST_TEST(host.world.wanted() == by_dsl, boost::test_tools::per_element());
    host.obey();
    BOOST_TEST(host.world.view().failover("wan")->routes.size() == 2U);
    host.become("pppoe", Phase::failed);
    host.become("lte-net", Phase::starting);
    host.obey();
    // Nobody serves: what has a higher metric does.
    BOOST_TEST(!host.world.observed.routes.contains({*ip_prefix_from("0.0.0.0/0"), 50, main_table}));
    host.become("lte-net", Phase::up);
    const Lines by_lte{"add route default via 192.168.8.1 metric 50 on usb1",
                       "add route 10.9.0.0/16 via 192.168.8.1 table 7 on usb1"};
    BOOST_TEST(host.world.wanted() == by_lte, boost::test_tools::per_element());
    host.obey();
    host.become("lte-net", Phase::idle);
    host.become("pppoe", Phase::up);
    const auto back = host.world.wanted();
    BOOST_TEST(back.at(0) == "replace route 0.0.0.0/0 metric 50 on dsl0");
    BOOST_TEST(back.at(1) == "replace route 10.9.0.0/16 table 7 on dsl0");
    host.obey();
    host.obey();
    BOOST_TEST(host.world.wanted().empty());
    BOOST_TEST(host.world.observed.routes.at({*ip_prefix_from("0.0.0.0/0"), 50, main_table}).link == 10);
}

BOOST_AUTO_TEST_CASE(a_daemon_that_starts_leaves_addresses_and_routes_of_what_was_up_where_they_are) {
    Host host;
    host.become("lte-net", Phase::up);
    for (int i = 0; i < 2; ++i) host.obey();
    host.become("lte-net", Phase::starting, true);            // adopted, and nobody has looked yet
    BOOST_TEST(host.world.wanted().empty());
}

BOOST_AUTO_TEST_CASE(routes_wait_for_an_interface_that_is_not_there_and_say_so) {
    Host host("[service a]\ncommand = a\n[member m]\nservice = a\ninterface = tun0\n"
              "[failover g]\nmembers = m\nfailback = never\nroute = default\n");
    host.become("a", Phase::up);
    BOOST_TEST(host.world.wanted().empty());
    host.world.services.groups["g"].active = "m";
    const View view = host.world.view();
    BOOST_TEST(view.failover("g")->problem == "its routes wait for tun0, which is not there: m serves");
    BOOST_TEST((view.failover("g")->health == Health::degraded));
    host.add(12, "tun0");
    BOOST_TEST(host.world.view().failover("g")->problem == "its routes wait for tun0, which is down: m serves");
}

BOOST_AUTO_TEST_CASE(a_route_of_another_program_in_its_place_is_replaced_and_one_that_nobody_leads_stays) {
    Host host;
    host.become("pppoe", Phase::up);
    host.obey();
    Route other{{*ip_prefix_from("10.7.0.0/16"), 0, main_table}, {}};
    host.world.hear(RouteSeen{other, 10});
    BOOST_TEST(host.world.wanted() == Lines{"remove route 10.7.0.0/16 from dsl0"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(two_services_that_exclude_each_other_may_have_one_address_and_one_route) {
    Host host("[service a]\ncommand = a\ninterface = dsl0\naddress = 10.67.0.10/24\ngateway = 10.67.0.1\nprobe = p\n"
              "[service b]\ncommand = b\ninterface = usb1\naddress = 10.67.0.10/24\ngateway = 10.67.0.1\n"
              "[failover g]\nmembers = a b\nfailback = after 1min\n");
    host.become("a", Phase::up);
    host.obey();
    BOOST_TEST(host.world.wanted().empty());
    host.become("a", Phase::failed);
    host.become("b", Phase::starting);
    for (int i = 0; i < 3; ++i) host.obey();
    BOOST_TEST(host.world.wanted().empty());
    BOOST_TEST(host.world.observed.addresses_of(10).empty());
    BOOST_TEST(host.world.observed.addresses_of(11).size() == 1U);
    BOOST_TEST(host.world.observed.routes.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
