// When it is read what interfaces keep, and what one read that fails leaves behind.
#include "test/boost_test.hpp"
#include "test/scenario/rig.hpp"

#include <algorithm>
#include <utility>

using namespace had;
using namespace had::core;
using namespace had::test;

BOOST_FIXTURE_TEST_SUITE(reconciler, Rig)

BOOST_AUTO_TEST_CASE(a_card_that_comes_lets_nobody_read_what_other_interfaces_keep) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nsysctl = net.ipv4.conf.arp_ignore 256\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    BOOST_TEST(std::exchange(kernel.looked, 0) == 1u);
    had->hear(SlotSeen{slot("5", "0000:00:05")});
    had->hear(FunctionSeen{function({"0000:00:05.0"}, 0x1010, "e1000")});
    had->hear(LinkSeen{nic(7, "eth7")});
    run();
    BOOST_TEST(kernel.looked == 0u);
    now += Tuner::interval;
    had->wake();
    run();
    BOOST_TEST(kernel.looked == 1u);
}

BOOST_AUTO_TEST_CASE(what_the_kernel_tells_of_is_read_once_and_when_its_news_are_lost) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nsysctl = net.ipv4.conf.rp_filter 256\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    BOOST_TEST(std::exchange(kernel.looked, 0) == 1u);
    now += Tuner::interval;
    had->wake();
    run();
    const Ifindex bond = world.observed.link("bond0")->index;
    had->hear(TunablesSeen{bond, {{"net.ipv4.conf.rp_filter", "1"}}, false});
    run();
    BOOST_TEST(kernel.looked == 0u);
    BOOST_TEST(std::count(kernel.operations.begin(), kernel.operations.end(),
                          "set bond0 net.ipv4.conf.rp_filter 256") == 1);
    LinksDumped dump;
    for (const auto& [index, link] : had->model().observed.links) dump.links.push_back(link);
    had->hear(dump);
    run();
    BOOST_TEST(kernel.looked == 1u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_cuts_no_link_and_is_read_again_in_a_second) {
    kernel.tunables_throw = true;
    const std::string ring = "[bond bond0]\nmode = active-backup\nmiimon = 100\n[config member]\nbond = bond0\n"
                             "rx_ring = 512\n[devices]\n2 = member\n";
    world.config = World(ring).config;
    kernel.operations.clear();
    had->reload(world.config, {}, false);
    run();
    BOOST_TEST(kernel.looked == 2u);          // of either port
    BOOST_TEST(std::count(kernel.operations.begin(), kernel.operations.end(), "set eth0 rx_ring 512") == 0);
    kernel.tunables_throw = false;
    BOOST_REQUIRE(wake);
    BOOST_TEST((*wake - now <= std::chrono::seconds(1)));
    now = *wake;
    had->wake();
    run();
    BOOST_TEST(kernel.looked == 4u);
    // It serves, so that it waits for force.
    BOOST_TEST(std::count(kernel.operations.begin(), kernel.operations.end(), "set eth0 rx_ring 512") == 0);
    BOOST_TEST(had->view().port({"2", 0, 0})->waiting.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
