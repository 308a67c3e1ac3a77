#include "had/core/world/observed.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

BOOST_AUTO_TEST_SUITE(observed)

BOOST_AUTO_TEST_CASE(what_is_heard_again_changes_nothing) {
    Observed world;
    const std::vector<Event> events = {
        LinkSeen{nic(2, "eth0")}, AddressSeen{address(2, "10.0.0.1/8")},
        FunctionSeen{function({"0000:00:02.0"})}, NetDeviceSeen{{2, at("0000:00:02.0"), 0, true}},
        SlotSeen{slot("2", "0000:00:02")}};
    for (const Event& event : events)
        BOOST_TEST((fold(world, event) != Change::nothing));
    for (const Event& event : events)
        BOOST_TEST((fold(world, event) == Change::nothing));
}

BOOST_AUTO_TEST_CASE(only_a_link_that_is_new_moves_the_chassis) {
    Observed world;
    Link link = nic(2, "eth0");
    BOOST_TEST((fold(world, LinkSeen{link}) == Change::topology));
    link.up = true;
    BOOST_TEST((fold(world, LinkSeen{link}) == Change::state));
}

BOOST_AUTO_TEST_CASE(what_was_never_there_cannot_go) {
    Observed world;
    for (const Event& event :
         {Event(LinkGone{2}), Event(AddressGone{address(2, "10.0.0.1/8")}),
          Event(FunctionGone{at("0000:00:02.0")}), Event(NetDeviceGone{2}), Event(SlotGone{"2"})})
        BOOST_TEST((fold(world, event) == Change::nothing));
    BOOST_TEST((world == Observed{}));
}

BOOST_AUTO_TEST_CASE(a_link_is_found_by_any_of_its_names_and_by_those_of_now_only) {
    Observed world;
    Link link = nic(2, "eth0");
    link.alternatives = {"lan-a", "lan-b"};
    fold(world, LinkSeen{link});
    BOOST_TEST(world.link_called("lan-b") == world.link(2));
    BOOST_TEST(world.link_called("eth0") == world.link(2));
    BOOST_TEST(!world.link("lan-a"));
    link.alternatives = {"lan-a"};
    fold(world, LinkSeen{link});
    BOOST_TEST(!world.link_called("lan-b"));
    Link other = nic(3, "lan-a");              // its own name outranks, as in the kernel nobody else could have it
    fold(world, LinkSeen{other});
    BOOST_TEST(world.link_called("lan-a") == world.link(3));
    fold(world, LinksDumped{{other}, {}, {}});
    fold(world, LinkGone{3});
    BOOST_TEST((world == Observed{}));
}

BOOST_AUTO_TEST_CASE(an_interface_that_has_left_for_another_namespace_is_remembered_until_it_is_back) {
    Observed world;
    fold(world, FunctionSeen{function({"0000:00:02.0"}, 0x100e, "e1000")});
    fold(world, NetDeviceSeen{{2, at("0000:00:02.0"), 0, true}});
    fold(world, LinkSeen{nic(2, "eth0")});
    fold(world, LinkGone{2, true});
    fold(world, NetDeviceGone{2});
    BOOST_TEST(world.elsewhere.at(at("0000:00:02.0")) == "eth0");
    fold(world, NetDeviceSeen{{3, at("0000:00:02.0"), 0, true}});
    BOOST_TEST(world.elsewhere.empty());
    fold(world, LinkSeen{nic(3, "eth0")});
    fold(world, LinkGone{3});                  // gone for good
    BOOST_TEST(world.elsewhere.empty());
    fold(world, NetDeviceGone{3});
    fold(world, FunctionGone{at("0000:00:02.0")});
    Observed nothing;
    nothing.insertions = 1;
    BOOST_TEST((world == nothing));
}

BOOST_AUTO_TEST_CASE(a_link_takes_its_addresses_along) {
    Observed world;
    fold(world, LinkSeen{nic(2, "eth0")});
    fold(world, AddressSeen{address(2, "10.0.0.1/8")});
    fold(world, LinkGone{2});
    BOOST_TEST((world == Observed{}));
}

BOOST_AUTO_TEST_CASE(an_address_may_be_heard_before_its_link) {
    Observed world;
    fold(world, AddressSeen{address(2, "10.0.0.1/8")});
    fold(world, LinkSeen{nic(2, "eth0")});
    BOOST_TEST(world.has_address(2, address(2, "10.0.0.1/8").prefix));
}

BOOST_AUTO_TEST_CASE(addresses_compare_equal_in_whatever_order_they_came) {
    Observed one, other;
    const Address first = address(2, "10.0.0.1/8"), second = address(2, "10.0.0.1/24");
    fold(one, AddressSeen{first});
    fold(one, AddressSeen{second});
    fold(other, LinksDumped{{}, {second, first}, {}});
    BOOST_TEST((one == other));
    BOOST_TEST(one.addresses.at(2).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_link_that_goes_down_takes_its_routes_along_without_a_word) {
    Observed world;
    Link link = nic(2, "eth0");
    link.up = true;
    const Route route{{*ip_prefix_from("10.2.0.0/16"), 0, 254}, *ip_address_from("10.0.0.9")};
    const auto begin = [&] {
        fold(world, LinkSeen{link});
        fold(world, AddressSeen{address(2, "10.0.0.1/8")});
        fold(world, RouteSeen{route, 2});
    };
    begin();
    BOOST_TEST(world.has_route(2, route));
    Link down = link;
    down.up = false;
    fold(world, LinkSeen{down});
    BOOST_TEST(world.routes.empty());
    begin();
    BOOST_TEST((fold(world, AddressGone{address(2, "10.0.0.1/8")}) == Change::state));
    BOOST_TEST(world.routes.empty());
}

BOOST_AUTO_TEST_CASE(a_route_goes_with_the_source_that_it_names_wherever_that_was) {
    Route v4{{*ip_prefix_from("10.9.0.2/32"), 10, 254}, *ip_address_from("10.0.0.9")};
    Route v6{{*ip_prefix_from("fd09::2/128"), 10, 254}, *ip_address_from("fd00::9")};
    v4.how.source = *ip_address_from("10.9.0.1");
    v6.how.source = *ip_address_from("fd09::1");
    const auto begin = [&] {
        Observed world;
        for (const Ifindex index : {1, 2, 3}) {
            Link link = nic(index, "eth" + std::to_string(index));
            link.up = true;
            fold(world, LinkSeen{link});
        }
        fold(world, AddressSeen{address(2, "10.0.0.1/8")});
        fold(world, AddressSeen{address(1, "10.9.0.1/32")});
        fold(world, AddressSeen{address(1, "fd09::1/128")});
        fold(world, RouteSeen{v4, 2});
        fold(world, RouteSeen{v6, 2});
        return world;
    };
    Route bare = v6;                          // the kernel takes the source from it, and leaves it
    bare.how.source.reset();
    Observed one = begin();
    fold(one, AddressGone{address(1, "10.9.0.1/32")});
    fold(one, AddressGone{address(1, "fd09::1/128")});
    BOOST_TEST((!one.has_route(2, v4) && !one.has_route(2, v6) && one.has_route(2, bare)));
    Observed gone = begin();
    fold(gone, LinkGone{1});
    BOOST_TEST((!gone.has_route(2, v4) && gone.has_route(2, bare)));
    Observed twice = begin();                 // as long as any interface has it
    fold(twice, AddressSeen{address(3, "10.9.0.1/24")});
    fold(twice, AddressGone{address(1, "10.9.0.1/32")});
    BOOST_TEST(twice.has_route(2, v4));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_route_that_was_replaced_ends_nothing) {
    Observed world;
    const RouteKey key{*ip_prefix_from("10.2.0.0/16"), 0, 254};
    const Route old{key, *ip_address_from("10.0.0.8")}, now{key, *ip_address_from("10.0.0.9")};
    fold(world, RouteSeen{old, 2});
    fold(world, RouteSeen{now, 2});
    BOOST_TEST((fold(world, RouteGone{old, 2}) == Change::nothing));
    BOOST_TEST(world.has_route(2, now));
    BOOST_TEST((fold(world, RouteGone{now, 2}) == Change::state));
    BOOST_TEST(world.routes.empty());
}

BOOST_AUTO_TEST_CASE(a_driver_that_binds_is_no_new_card) {
    Observed world;
    fold(world, FunctionSeen{function({"0000:00:02.0"})});
    fold(world, FunctionSeen{function({"0000:00:02.0"}, 0x100e, "e1000")});
    BOOST_TEST(world.functions.at(at("0000:00:02.0")).insertion == 1u);
}

BOOST_AUTO_TEST_CASE(the_same_model_put_back_is_another_insertion) {
    Observed world;
    fold(world, FunctionSeen{function({"0000:00:02.0"})});
    fold(world, FunctionGone{at("0000:00:02.0")});
    fold(world, FunctionSeen{function({"0000:00:02.0"})});
    BOOST_TEST(world.functions.at(at("0000:00:02.0")).insertion == 2u);
}

BOOST_AUTO_TEST_CASE(another_model_is_another_insertion_also_when_no_removal_was_heard) {
    Observed world;
    fold(world, FunctionSeen{function({"0000:00:02.0"})});
    fold(world, DevicesScanned{{function({"0000:00:02.0"}, 0x1229)}, {}, {}});
    BOOST_TEST(world.functions.at(at("0000:00:02.0")).insertion == 2u);
}

BOOST_AUTO_TEST_CASE(a_scan_forgets_what_is_not_in_it_and_keeps_who_stayed) {
    Observed world;
    fold(world, FunctionSeen{function({"0000:00:02.0"})});
    fold(world, FunctionSeen{function({"0000:00:03.0"})});
    fold(world, NetDeviceSeen{{3, at("0000:00:03.0"), 0, true}});
    fold(world, SlotSeen{slot("3", "0000:00:03")});
    const auto scan = DevicesScanned{{function({"0000:00:02.0"})}, {}, {slot("2", "0000:00:02")}};
    BOOST_TEST((fold(world, scan) == Change::topology));
    BOOST_TEST(world.functions.size() == 1u);
    BOOST_TEST(world.functions.at(at("0000:00:02.0")).insertion == 1u);
    BOOST_TEST(world.devices.empty());
    BOOST_TEST(world.slots.contains("2"));
    BOOST_TEST((fold(world, scan) == Change::nothing));
}

BOOST_AUTO_TEST_CASE(of_two_links_of_one_name_the_one_heard_of_last_is_there) {
    Observed world, dumped;
    fold(world, LinkSeen{nic(2, "eth0")});
    fold(world, AddressSeen{address(2, "10.0.0.1/8")});
    BOOST_TEST((fold(world, LinkSeen{nic(3, "eth0")}) == Change::topology));
    BOOST_TEST(!world.link(2));
    BOOST_TEST(world.addresses.empty());
    BOOST_TEST(world.link("eth0")->index == 3);
    fold(world, LinkSeen{nic(4, "eth1")});
    BOOST_TEST((fold(world, LinkSeen{nic(4, "eth0")}) == Change::topology));
    BOOST_TEST(world.links.size() == 1u);
    fold(world, LinkSeen{nic(2, "eth1")});
    BOOST_TEST(world.links.size() == 2u);
    fold(dumped, LinksDumped{{nic(2, "eth0"), nic(4, "eth1"), nic(2, "eth1"), nic(4, "eth0")}, {}, {}});
    BOOST_TEST(dumped.links.size() == 2u);
    fold(dumped, LinksDumped{{nic(2, "eth0"), nic(4, "eth0")}, {}, {}});
    BOOST_TEST(dumped.links.size() == 1u);
    BOOST_TEST(dumped.names.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_link_is_found_by_its_present_name) {
    Observed world;
    fold(world, LinkSeen{nic(2, "eth0")});
    fold(world, LinkSeen{nic(2, "ens2")});
    BOOST_TEST(!world.link("eth0"));
    BOOST_REQUIRE(world.link("ens2"));
    BOOST_TEST(world.link("ens2")->index == 2);
}

BOOST_AUTO_TEST_SUITE_END()
