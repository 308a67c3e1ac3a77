// What is heard of links and of peers, and through the ways that monitors watch.
#include "test/boost_test.hpp"
#include "test/scenario/rig.hpp"

#include <cerrno>
#include <system_error>

using namespace had;
using namespace had::core;
using namespace had::test;

BOOST_FIXTURE_TEST_SUITE(reconciler, Rig)

BOOST_AUTO_TEST_CASE(a_link_whose_end_was_never_heard_is_forgotten) {
    LinksDumped dump;
    Ifindex port = 0;
    for (const auto& [index, link] : had->model().observed.links)
        if (link.slave && port == 0) port = index;
        else dump.links.push_back(link);
    BOOST_REQUIRE(had->model().standings.contains(port));
    had->hear(dump);
    run();
    BOOST_TEST(!had->model().standings.contains(port));
}

BOOST_AUTO_TEST_CASE(that_another_machine_has_an_address_which_is_not_the_daemons_is_not_its_concern) {
    had->hear(LinkSeen{nic(77, "docker0")});
    Address taken = address(77, "2001:db8::77/64");
    taken.duplicate = true;
    had->hear(AddressSeen{taken});
    run();
    BOOST_TEST(had->model().owned.contested.empty());
}

BOOST_AUTO_TEST_CASE(that_the_far_end_is_silent_is_told_later_when_it_cannot_be_told_now) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nmonitor = gw\n[config member]\nbond = bond0\n"
                  "[monitor gw]\nkind = arp\ntargets = 10.0.1.254\nrise = 1\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    ask_for(std::chrono::seconds(2), true);
    notices.clear();
    tells_throw = true;
    ask_for(std::chrono::seconds(2), false);
    BOOST_TEST(!tells_throw);
    BOOST_TEST(was_told(NoticeKind::far_end_silent));
    notices.clear();
    tells_throw = true;
    ask_for(std::chrono::seconds(4), true);
    BOOST_TEST(was_told(NoticeKind::far_end_back));
}

// The LAN in use is the second of the old section and the first of the new one.
BOOST_AUTO_TEST_CASE(peers_are_those_of_the_file_also_when_another_part_has_thrown_at_its_reload) {
    const std::string one = "lan = eth1 10.1.0.2\n", other = "lan = eth2 10.2.0.2\n";
    const auto section = [](const std::string& lans) {
        return parse_config("[peer there]\nservice = 10.9.0.2\nkey = file /k 1\n" + lans).config;
    };
    const IpAddress by_other = *ip_address_from("10.2.0.2");
    for (const auto& [index, name] : {std::pair(11, "eth1"), std::pair(12, "eth2")}) {
        Link link = nic(index, name);
        link.up = link.carrier = true;
        had->hear(LinkSeen{link});
    }
    had->hear(RouteSeen{{{*ip_prefix_from("10.9.0.2/32"), 5, main_table}, by_other}, 12});
    had->reload(section(one + other), {}, false);
    BOOST_TEST((had->model().peers.at("there").chosen == 1U));
    kernel.operations.clear();
    runner.watch_throws = true;
    BOOST_CHECK_THROW(had->reload(section(other + one), {}, false), std::system_error);
    had->wake();
    BOOST_TEST((had->model().peers.at("there").chosen == 0U));
    for (const std::string& operation : kernel.operations)
        BOOST_TEST((operation.find("10.1.0.2 metric 5") == std::string::npos), operation);
    BOOST_TEST(!kernel.operations.empty());
}

BOOST_AUTO_TEST_CASE(a_turn_that_concerns_no_peer_sets_no_timer_of_theirs) {
    Config config = world.config;
    config.peers = parse_config("[peer there]\nlan = eth1 10.1.0.2\nkey = file /k 1\n").config.peers;
    BOOST_REQUIRE(config.peers.size() == 1U);
    had->reload(config, {}, false);
    BOOST_TEST(peer_timers > 0U);
    peer_timers = 0;
    disturb();
    disturb();
    BOOST_TEST(peer_timers == 0U);
}

BOOST_AUTO_TEST_CASE(a_question_that_could_not_be_sent_is_no_loss_and_its_socket_is_opened_anew) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nmonitor = gw\n[config member]\nbond = bond0\n"
                  "[monitor gw]\nkind = arp\ntargets = 10.0.1.254\nrise = 1\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    ask_for(std::chrono::seconds(2), true);
    for (const int error : {EMFILE, ENOMEM, ENOTCONN, EPERM, EMSGSIZE}) {
        const unsigned before = prober.listened;
        prober.error = error;
        ask_for(std::chrono::seconds(10), false);
        BOOST_TEST(!was_told(NoticeKind::far_end_silent), error);
        BOOST_TEST(prober.listened >= before + 9, error);
        BOOST_TEST(prober.listened <= before + 11, error);
    }
    prober.error = 0;
    ask_for(std::chrono::seconds(2), true);
    const unsigned before = prober.listened;
    ask_for(std::chrono::seconds(10), true);
    BOOST_TEST(prober.listened == before);
    prober.error = ENOBUFS;
    ask_for(std::chrono::seconds(2), false);
    BOOST_TEST(was_told(NoticeKind::far_end_silent));
}

BOOST_AUTO_TEST_CASE(what_is_listened_to_at_a_port_is_opened_anew_when_its_link_comes) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nmonitor = gw\n[config member]\nbond = bond0\n"
                  "[monitor gw]\nkind = arp\ntargets = 10.0.1.254\nrise = 1\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    ask_for(std::chrono::seconds(2), true);
    Link port = *had->model().observed.link("eth0");
    port.up = port.carrier = false;
    had->hear(LinkSeen{port});
    run();
    ask_for(std::chrono::seconds(2), true);
    const unsigned before = prober.listened;
    port.up = port.carrier = true;
    had->hear(LinkSeen{port});
    run();
    ask_for(std::chrono::seconds(2), true);
    BOOST_TEST(prober.listened == before + 1);
}

BOOST_AUTO_TEST_SUITE_END()
