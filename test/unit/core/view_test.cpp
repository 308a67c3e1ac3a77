#include "had/core/view/view.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

BOOST_AUTO_TEST_SUITE(view)

BOOST_AUTO_TEST_CASE(every_status_word_is_read_as_it_is_written) {
    for (int i = 0; i <= static_cast<int>(Health::contested); ++i) {
        const auto health = static_cast<Health>(i);
        BOOST_TEST((health_from(to_string(health)) == health));
    }
    BOOST_TEST(!health_from("fine"));
}

BOOST_AUTO_TEST_CASE(a_whole_bond_is_healthy_and_nothing_is_wrong) {
    World world;
    let_serve(world);
    const View view = world.view();
    BOOST_TEST((view.health == Health::healthy));
    BOOST_TEST(view.problems.empty());
    BOOST_TEST(serving(view.bonds.at(0)) == 2u);
    BOOST_TEST(view.port({"2", 0, 0})->role == "active");
    BOOST_TEST(view.port({"2", 1, 0})->role == "backup");
}

BOOST_AUTO_TEST_CASE(a_port_shows_the_address_of_the_card_not_the_bonds) {
    World world;
    let_serve(world);
    Link port = slave(2, "eth0", 9, true);
    port.slave->permanent = Mac{{0, 0x11, 0x22, 0x33, 0x44, 0x55}};
    world.hear(LinkSeen{port});
    BOOST_TEST(to_string(world.view().port({"2", 0, 0})->mac) == "00:11:22:33:44:55");
}

BOOST_AUTO_TEST_CASE(a_bond_that_hangs_by_one_card_or_one_port_says_so) {
    World world("[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24\n[config member]\n"
                "bond = bond0\n[devices]\n2 = member\n12.0 = member\n");
    let_serve(world);
    BOOST_TEST((world.view().bonds.at(0).health == Health::degraded));
    BOOST_TEST(world.view().problems.front() ==
               "bond0: degraded: 2 of 3 ports serve, all ports on one card (slot 2): one pull takes it down");
    world.hear(SlotSeen{slot("12", "0000:00:0c")});
    world.hear(FunctionSeen{function({"0000:00:0c.0"}, 0x1010, "e1000")});
    world.hear(NetDeviceSeen{{4, at("0000:00:0c.0"), 0, true}});
    world.hear(LinkSeen{slave(4, "eth2", 9)});
    BOOST_TEST(world.view().bonds.at(0).exposure == "");
    for (const Ifindex gone : {3, 4}) world.hear(LinkGone{gone});
    BOOST_TEST(world.view().bonds.at(0).exposure ==
               "one port only: nothing takes over when it fails");
}

BOOST_AUTO_TEST_CASE(a_foreign_member_does_not_count_for_a_missing_port) {
    World world;
    let_serve(world);
    world.hear(LinkGone{3});
    world.hear(LinkSeen{slave(5, "eth7", 9)});
    const View view = world.view();
    BOOST_TEST(view.bonds.at(0).members.size() == 2u);
    BOOST_TEST(view.bonds.at(0).members.at(1).port.empty());
    BOOST_TEST((view.bonds.at(0).health == Health::degraded));
}

BOOST_AUTO_TEST_CASE(carrier_means_nothing_on_what_is_down) {
    World world;
    let_serve(world);
    Link port = slave(3, "eth1", 9);
    port.up = false;
    world.hear(LinkSeen{port});
    BOOST_TEST(!world.view().port({"2", 1, 0})->carrier);
    BOOST_TEST((world.view().health == Health::degraded));
}

BOOST_AUTO_TEST_CASE(an_absent_plain_port_is_no_trouble_and_a_dead_one_is) {
    World world("[config plain]\naddress = 10.0.0.1/8\n[devices]\n2.0 = plain\n");
    BOOST_TEST((world.view().port({"2", 0, 0})->health == Health::absent));
    insert_card(world);
    BOOST_TEST((world.view().health == Health::down));
    BOOST_TEST((world.view().slot("2")->health == Health::down));
}

BOOST_AUTO_TEST_CASE(the_kernels_own_link_local_addresses_are_not_shown) {
    World world;
    let_serve(world);
    Address local = address(9, "fe80::1/64");
    local.link_scope = true;
    world.hear(AddressSeen{local});
    BOOST_TEST(world.view().bonds.at(0).addresses.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_port_that_the_card_does_not_have_is_told) {
    World world(
        "[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24\n"
        "[config member]\nbond = bond0\n[devices]\n2.0 = member\n2.1 = member\n2.2 = member\n");
    let_serve(world);
    const View view = world.view();
    BOOST_TEST((view.port({"2", 2, 0})->health == Health::absent));
    BOOST_TEST(view.bonds.at(0).wanted == 3u);
    const std::vector<std::string> expected = {"bond0: degraded: 2 of 3 ports serve, all ports on one "
                                               "card (slot 2): one pull takes it down",
                                               "2.2: the card in slot 2 has no such port"};
    BOOST_TEST(view.problems == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_failed_is_told_in_the_kernels_words) {
    World world;
    insert_card(world);
    world.hear(LinkSeen{bond(9, "bond0")});
    const Enslave operation{{2, "eth0"}, {9, "bond0"}, false};
    world.attempts.began(operation, TimePoint{});
    world.attempts.ended(operation, {16, "Device is in use and cannot be enslaved"}, TimePoint{});
    BOOST_TEST(
        world.view().port({"2", 0, 0})->problem ==
        "cannot enslave eth0 to bond0: Device is in use and cannot be enslaved, something that cannot be seen "
               "from here stands on it, as a container's macvlan would; it is tried again");
}

BOOST_AUTO_TEST_SUITE_END()
