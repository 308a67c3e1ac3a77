// Services without a process, and services that a monitor keeps alive.
#include "test/unit/core/services.hpp"

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view watched = "[monitor far]\nkind = icmp\ntargets = 198.51.100.1\n"
                                     "[service a]\ncommand = a\ninterface = dsl0\nalive = monitor far\n"
                                     "start_timeout = 30s\nretry = 10s\n";

struct WatchedPrograms : Programs {
    explicit WatchedPrograms(std::string_view text = watched) : Programs(text) { link("dsl0", true); }
};

// It was up, and the next daemon's monitor has not asked yet.
struct TakenOver : WatchedPrograms {
    TakenOver() {
        settle();
        find("a", "far", PathState::good);
        settle();
        paths.clear();
        restart();
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(service_way)

BOOST_AUTO_TEST_CASE(one_without_a_process_is_up_while_its_interface_is_there_with_its_addresses) {
    Programs p("[service net]\ninterface = usb1\naddress = 10.67.0.10/32\n[service top]\nneeds = net\ncommand = top\n");
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.phase("net") == "absent");
    BOOST_TEST(p.of("net").waits == "there is no interface usb1");
    p.link("usb1", false);
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.phase("net") == "starting");
    p.address("usb1", true);
    BOOST_TEST(p.settle() == "start top");
    BOOST_TEST(p.phase("net") == "up");
    p.restart();
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.phase("net") == "up");
    BOOST_TEST(p.phase("top") == "up");
    fold(p.observed, LinkGone{p.observed.link("usb1")->index});
    BOOST_TEST(p.settle() == "stop top");
    BOOST_TEST(p.phase("net") == "absent");
    BOOST_TEST(!p.kept.contains({"net", ""}));
}

BOOST_AUTO_TEST_CASE(one_whose_address_is_refused_fails_and_is_tried_again) {
    Programs p("[service net]\ninterface = usb1\naddress = 10.67.0.10/32\nstart_timeout = 5s\nretry = 10s\n");
    p.link("usb1", true);
    p.pass(5s);
    BOOST_TEST(p.phase("net") == "failed");
    BOOST_TEST(p.of("net").why == "it was not ready in time: usb1 has no address 10.67.0.10");
    BOOST_TEST((p.kept.at({"net", ""}).fate == Fate::failed));
    p.pass(10s);
    BOOST_TEST(p.phase("net") == "starting");
    p.address("usb1", true);
    p.settle();
    BOOST_TEST(p.phase("net") == "up");
    p.pass(15s);
    BOOST_TEST(p.kept.at({"net", ""}).failures.count == 0U);
}

// Or the next daemon would lead its group's routes there.
BOOST_AUTO_TEST_CASE(one_without_a_process_that_never_was_up_is_not_taken_over_as_if_it_had_been) {
    Programs p("[service net]\ninterface = usb1\naddress = 10.67.0.10/32\n");
    p.link("usb1", true);
    p.pass(1s);
    BOOST_TEST(p.phase("net") == "starting");
    p.restart();
    p.settle();
    BOOST_TEST(p.phase("net") == "starting");
    BOOST_TEST(!is_serving(p.of("net")));
    p.address("usb1", true);
    p.settle();
    p.address("usb1", false);
    p.restart();
    BOOST_TEST(is_serving(p.of("net")));
}

BOOST_AUTO_TEST_CASE(one_that_is_up_without_its_interface_or_addresses_fails_when_they_stay_away) {
    Programs p("[service net]\ninterface = usb1\naddress = 10.67.0.10/32\nstart_timeout = 5s\nretry = 1min\n"
               "[service a]\ncommand = a\ninterface = usb1\naddress = 10.67.0.10/32\nstart_timeout = 5s\nretry = 1min\n"
               "[service bare]\ninterface = usb2\nstart_timeout = 5s\nretry = 1min\n"
               "[failover g]\nmembers = net a\nfailback = never\n");
    p.address("usb1", true);
    p.link("usb2", true);
    p.settle();
    p.address("usb1", false);
    BOOST_TEST(p.pass(4s) == "");
    p.address("usb1", true);
    p.pass(4s);
    BOOST_TEST(p.phase("net") == "up");
    p.address("usb1", false);
    Link down = *p.observed.link("usb2");
    down.up = false;
    fold(p.observed, LinkSeen{down});
    BOOST_TEST(p.pass(5s - 1ms) == "");
    BOOST_TEST(p.phase("net") == "up");
    BOOST_TEST(p.phase("bare") == "up");
    p.pass(1ms);
    BOOST_TEST(p.of("net").why == "usb1 has no address 10.67.0.10");
    BOOST_TEST(p.of("bare").why == "usb2 is down");
    // The other one, whose process has nothing to do without the interface.
    p.address("usb1", true);
    p.settle();
    BOOST_TEST(p.phase("a") == "up");
    fold(p.observed, LinkGone{p.observed.link("usb1")->index});
    BOOST_TEST(p.pass(5s - 1ms) == "");
    BOOST_TEST(p.pass(1ms) == "stop a");
    BOOST_TEST(p.of("a").why == "there is no interface usb1 (signal 15 ended it)");
}

BOOST_AUTO_TEST_CASE(members_without_a_process_take_each_others_place) {
    Programs p("[service a]\nneeds = link eth0\ninterface = eth0\nprobe = ask\n[service b]\ninterface = eth1\n"
               "[failover g]\nmembers = a b\nfailback = after 10s\n");
    p.link("eth0", true);
    p.link("eth1", true);
    p.settle();
    BOOST_TEST(p.states.groups["g"].active == "a");
    p.link("eth0", false);
    p.settle();
    BOOST_TEST(p.states.groups["g"].active == "b");
    p.link("eth0", true);
    p.pass(9s);
    BOOST_TEST(p.states.groups["g"].active == "b");
    p.pass(2s);
    BOOST_TEST(p.states.groups["g"].active == "a");
}

BOOST_AUTO_TEST_CASE(a_service_gets_a_process_or_loses_it_by_force_only) {
    Programs p("[service a]\ninterface = eth0\n");
    p.link("eth0", true);
    p.settle();
    p.config = parse_config("[service a]\ncommand = a\ninterface = eth0\n").config;
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.of("a").another_command);
    p.force = true;
    BOOST_TEST(p.settle() == "start a");
    p.force = false;
    p.config = parse_config("[service a]\ninterface = eth0\n").config;
    BOOST_TEST(p.settle() == "");
    p.force = true;
    BOOST_TEST(p.settle() == "stop a");
    BOOST_TEST(p.phase("a") == "up");
}

BOOST_AUTO_TEST_CASE(it_is_up_when_its_monitor_has_an_answer_and_fails_when_that_is_lost) {
    WatchedPrograms p;
    BOOST_TEST(p.settle() == "start a");
    BOOST_TEST(p.phase("a") == "starting");
    p.find("a", "far", PathState::unproven, "not 5 answers in a row from 198.51.100.1 since the link came");
    p.settle();
    BOOST_TEST(p.phase("a") == "starting");
    p.find("a", "far", PathState::good);
    p.settle();
    BOOST_TEST(p.phase("a") == "up");
    p.find("a", "far", PathState::silent, "no answer from 198.51.100.1");
    BOOST_TEST(p.settle() == "stop a");
    BOOST_TEST(p.of("a").why == "path far: no answer from 198.51.100.1 (signal 15 ended it)");
}

BOOST_AUTO_TEST_CASE(one_whose_monitor_never_has_an_answer_is_not_ready_in_time) {
    WatchedPrograms p;
    BOOST_TEST(p.pass(30s) == "start a, stop a");
    BOOST_TEST(p.of("a").why == "it was not ready in time: path far: nothing has answered yet (signal 15 ended it)");
}

BOOST_AUTO_TEST_CASE(ready_beside_a_monitor_is_not_up_before_that_has_an_answer) {
    WatchedPrograms p("[monitor far]\nkind = icmp\ntargets = 198.51.100.1\n[service a]\ncommand = a\ninterface = dsl0\n"
              "ready = notify\nalive = monitor far\n");
    p.settle();
    BOOST_TEST(p.ready("a") == "");
    BOOST_TEST(p.phase("a") == "starting");
    p.find("a", "far", PathState::good);
    p.settle();
    BOOST_TEST(p.phase("a") == "up");
}

// As after a reload with other targets, or when its link has come anew.
BOOST_AUTO_TEST_CASE(a_monitor_that_begins_anew_has_the_time_of_a_start_for_its_first_answer) {
    WatchedPrograms p;
    p.settle();
    p.find("a", "far", PathState::good);
    p.settle();
    p.paths.clear();
    BOOST_TEST(p.settle() == "");
    p.find("a", "far", PathState::unproven);
    BOOST_TEST(p.pass(30s - 1ms) == "");
    BOOST_TEST(p.phase("a") == "up");
    BOOST_TEST(p.pass(1ms) == "stop a");
}

BOOST_AUTO_TEST_CASE(the_loss_of_the_link_under_a_monitor_is_known_at_once) {
    WatchedPrograms p;
    p.settle();
    p.find("a", "far", PathState::good);
    p.settle();
    p.link("dsl0", false);
    BOOST_TEST(p.settle() == "stop a");
    BOOST_TEST(p.of("a").why == "dsl0 has no carrier (signal 15 ended it)");
}

BOOST_AUTO_TEST_CASE(what_is_taken_over_is_not_cut_before_its_monitor_has_asked) {
    TakenOver p;
    BOOST_TEST(p.pass(29s) == "");
    BOOST_TEST(is_serving(p.of("a")));
    p.find("a", "far", PathState::good);
    p.settle();
    BOOST_TEST(p.phase("a") == "up");
}

BOOST_AUTO_TEST_CASE(what_is_taken_over_fails_as_soon_as_its_monitor_finds_that_nobody_answers) {
    TakenOver p;
    BOOST_TEST(p.pass(3s) == "");
    p.find("a", "far", PathState::silent, "no answer from 198.51.100.1");
    BOOST_TEST(p.settle() == "stop a");
    BOOST_TEST(p.of("a").why == "path far: no answer from 198.51.100.1 (signal 15 ended it)");
    // One that never was up leads nowhere: it has its time.
    p.paths.clear();
    p.pass(10s);
    p.restart();
    p.find("a", "far", PathState::silent, "no answer from 198.51.100.1");
    BOOST_TEST(p.pass(29s) == "");
}

BOOST_AUTO_TEST_SUITE_END()
