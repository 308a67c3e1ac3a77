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

BOOST_AUTO_TEST_CASE(what_the_kernel_copies_into_all_interfaces_is_read_anew) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nsysctl = net.ipv4.conf.rp_filter 256\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    BOOST_TEST(std::exchange(kernel.looked, 0) == 1u);
    had->hear(TunablesSeen{0, {{"net.ipv4.conf.proxy_arp", "1"}}, false});              // of which nobody has asked
    run();
    BOOST_TEST(kernel.looked == 0u);
    had->hear(TunablesSeen{0, {{"net.ipv4.conf.rp_filter", "1"}}, false});
    run();
    BOOST_TEST(kernel.looked == 1u);
    BOOST_TEST(*had->model().observed.tunable(world.observed.link("bond0")->index, "net.ipv4.conf.rp_filter") == "256");
}

// As where IPv6 begins only when the MTU is large enough for it.
BOOST_AUTO_TEST_CASE(a_word_that_was_not_there_when_it_was_read_is_looked_for_again) {
    const std::string word = "net.ipv6.conf.proxy_ndp";
    kernel.absent = word;
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nsysctl = " + word + " 256\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    BOOST_TEST(std::exchange(kernel.looked, 0) == 1u);
    const Ifindex bond = world.observed.link("bond0")->index;
    kernel.absent.clear();
    now += Tuner::interval;
    had->wake();
    run();
    BOOST_TEST(kernel.looked == 1u);
    had->hear(TunablesSeen{bond, {{word, "1"}}, false});      // from now on the kernel tells
    now += Tuner::interval;
    had->wake();
    run();
    BOOST_TEST(kernel.looked == 1u);
    BOOST_TEST(*had->model().observed.tunable(bond, word) == "1");
}

BOOST_AUTO_TEST_CASE(a_word_that_a_card_does_not_say_takes_no_other_along_and_is_asked_for_ever_more_rarely) {
    kernel.unread = "eee";
    world.config = World("[bond bond0]\nmode = active-backup\nmiimon = 100\n[config member]\nbond = bond0\n"
                         "sysctl = net.ipv4.conf.arp_ignore 256\neee = off\n[devices]\n2 = member\n").config;
    kernel.operations.clear();
    had->reload(world.config, {}, false);
    run();
    BOOST_TEST(*had->model().observed.tunable(world.observed.link("eth0")->index, "net.ipv4.conf.arp_ignore") == "256");
    BOOST_TEST(kernel.operations.empty());
    BOOST_TEST(had->view().port({"2", 0, 0})->problem.starts_with("eee cannot be read: Input/output error"));
    std::vector<long> pauses;
    for (int n = 0; n < 6; ++n) {
        BOOST_REQUIRE(wake);
        pauses.push_back((*wake - now) / std::chrono::seconds(1));
        now = *wake;
        had->wake();
        run();
    }
    BOOST_TEST(pauses == (std::vector<long>{1, 2, 4, 8, 10, 10}), boost::test_tools::per_element());
    kernel.unread.clear();
    now = *wake;
    had->wake();
    run();
    BOOST_TEST(had->view().port({"2", 0, 0})->problem.empty());
    // What was read counts until it is read again, and that is told once.
    kernel.unread = "eee";
    logged.clear();
    for (int n = 0; n < 3; ++n) {
        now = *wake;
        had->wake();
        run();
    }
    BOOST_TEST(had->view().port({"2", 0, 0})->problem.empty());
    BOOST_TEST(std::count(logged.begin(), logged.end(),
                          "eth0: cannot be read, and counts as it was read last: eee (Input/output error)") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
