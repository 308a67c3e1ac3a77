// What outlives the daemon: that it runs, that it was up, how often it has failed and how long it is left alone.
#include "test/unit/core/services.hpp"

#include <random>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(service_kept)

BOOST_AUTO_TEST_CASE(a_wait_goes_on_over_a_restart_of_the_daemon_and_doubles_behind_it) {
    Programs p("[service a]\ncommand = a\nretry = 10s\nsettle = 1min\n");
    p.settle();
    p.ends("a", 1);
    p.pass(4s);
    p.restart();
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.phase("a") == "failed");
    BOOST_TEST(p.of("a").why == "it ended with 1");
    BOOST_TEST(p.pass(6s - 1ms) == "");
    BOOST_TEST(p.pass(1ms) == "start a");
    p.restart();
    BOOST_TEST(p.ends("a", 1) == "");
    BOOST_TEST(p.of("a").failures == 2U);
    BOOST_TEST(p.pass(20s - 1ms) == "");
    BOOST_TEST(p.pass(1ms) == "start a");
}

BOOST_AUTO_TEST_CASE(what_is_up_for_its_time_to_settle_has_failed_no_more_also_for_the_next_daemon) {
    Programs p("[service a]\ncommand = a\nretry = 10s\nsettle = 1min\n");
    p.settle();
    p.ends("a", 1);
    BOOST_TEST(p.pass(10s) == "start a");
    p.restart();
    p.pass(1min);
    BOOST_TEST(p.of("a").failures == 0U);
    p.restart();
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.of("a").failures == 0U);
    BOOST_TEST(p.phase("a") == "up");
}

BOOST_AUTO_TEST_CASE(no_record_makes_a_wait_longer_than_the_file_allows) {
    Programs p("[service a]\ncommand = a\nretry = 10s\nretry_max = 30s\n");
    const Failures failures{9, TimePoint(1000h), "x"};
    take_over(p.facts(), p.states, {.key = {"a", ""}, .fate = Fate::failed, .failures = failures}, p.now);
    BOOST_TEST(p.pass(30s - 1ms) == "");
    BOOST_TEST(p.pass(1ms) == "start a");
}

BOOST_AUTO_TEST_CASE(what_died_while_no_daemon_looked_has_failed) {
    Programs p("[service a]\ncommand = a\nretry = 10s\n[service once]\ntype = oneshot\ncommand = once\nretry = 10s\n");
    p.settle();
    p.running.clear();
    p.restart();
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.of("a").why == "it ended, nobody knows how");
    BOOST_TEST(p.phase("once") == "failed");
    BOOST_TEST(p.pass(10s) == "start a, start once");
}

BOOST_AUTO_TEST_CASE(an_operators_word_and_a_file_that_names_it_no_more_end_the_wait_for_good) {
    Programs p("[service a]\ncommand = a\nretry = 10s\n[service b]\ncommand = b\n[failover g]\nmembers = a b\n"
               "failback = never\n");
    p.settle();
    p.ends("a", 1);
    BOOST_TEST(p.kept.contains({"a", ""}));
    vouch(p.states, "a");
    p.settle();
    BOOST_TEST(!p.kept.contains({"a", ""}));
    p.ends("b", 1);
    BOOST_TEST((p.kept.at({"b", ""}).fate == Fate::failed));
    p.config = parse_config("[service a]\ncommand = a\n").config;
    p.settle();
    BOOST_TEST(!p.kept.contains({"b", ""}));
    BOOST_TEST(!p.states.services.contains({"b", ""}));
}

// As when it says that it runs, and nobody could adopt it.
BOOST_AUTO_TEST_CASE(the_record_of_what_could_not_be_started_is_left_whatever_ends_the_wait) {
    Programs p("[service a]\ncommand = a\nretry = 10s\n[service b]\ncommand = b\n[failover g]\nmembers = a b\n"
               "failback = never\n");
    const Adopted record{.key = {"a", ""}, .pid = 7, .command = "a"};
    p.kept[{"a", ""}] = record;
    p.refused["a"] = "the record says that it runs";
    p.settle();
    BOOST_TEST(p.phase("a") == "failed");
    vouch(p.states, "a");
    p.settle();
    BOOST_TEST((p.kept.at({"a", ""}) == record));
    p.ends("b", 1);
    p.pass(1min);
    p.config = parse_config("").config;
    p.settle();
    BOOST_TEST((p.kept.at({"a", ""}) == record));
    BOOST_TEST(!p.kept.contains({"b", ""}));
}

BOOST_AUTO_TEST_CASE(another_device_waits_for_nothing_that_the_one_before_has_failed_at) {
    Programs p("[match m]\nsubsystem = tty\n[service a]\nfor = m\ncommand = a %{devnode}\nretry = 1min\n");
    p.devices["m"] = {{"t0", "/dev/t0", "/sys/t0", 7}};
    BOOST_TEST(p.settle() == "start a@t0");
    p.ends("a@t0", 1);
    p.restart();
    BOOST_TEST(p.settle() == "");
    p.devices["m"] = {{"t0", "/dev/t0", "/sys/t0", 8}};
    p.restart();
    BOOST_TEST(p.settle() == "start a@t0");
    p.ends("a@t0", 1);
    p.devices.clear();
    p.settle();
    BOOST_TEST(p.kept.empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_said_of_one_that_is_taken_over_before_it_is_known_whether_it_runs) {
    Programs p("[service base]\ncommand = base\n[service top]\nneeds = base\ncommand = top\n"
               "[service new]\nneeds = base\ncommand = new\n");
    p.tells_later = true;
    p.settle();
    p.tell(ServiceStarted{{"base", ""}, 7});
    p.settle();
    p.tell(ServiceStarted{{"top", ""}, 8});
    p.settle();
    p.running.erase("new");
    p.kept.erase({"new", ""});
    p.restart();
    // What needs it goes on, and nothing new is started behind it.
    BOOST_TEST(p.pass(1h) == "");
    BOOST_TEST(p.phase("base") == "starting");
    p.tell(ServiceSeen{{"base", ""}});
    p.tell(ServiceStarted{{"base", ""}, 7});
    BOOST_TEST(p.settle() == "start new");
    BOOST_TEST(p.phase("base") == "up");
    p.running.erase("base");
    p.tell(ServiceEnded{{"base", ""}, {.known = false}});
    BOOST_TEST(p.settle() == "stop top, stop new");
}

BOOST_AUTO_TEST_CASE(what_waits_for_one_that_nobody_tells_of_says_so_and_after_half_a_minute_that_is_told) {
    Programs p("[service base]\ncommand = base\n[service new]\nneeds = base\ncommand = new\n"
               "[service a]\ncommand = a\n[service b]\ncommand = b\n[failover g]\nmembers = a b\nfailback = never\n");
    p.tells_later = true;
    p.settle();
    p.tell(ServiceStarted{{"base", ""}, 7});
    p.tell(ServiceStarted{{"a", ""}, 8});
    p.settle();
    p.running.erase("new");
    p.kept.erase({"new", ""});
    p.restart();
    p.pass(30s - 1ms);
    BOOST_TEST(p.of("new").waits == "nobody has said yet whether base still runs");
    BOOST_TEST(p.of("b").waits == "nobody has said yet whether a still runs");
    BOOST_TEST(!p.of("base").unheard);
    p.pass(1ms);
    BOOST_TEST(p.of("base").unheard);
    p.tell(ServiceSeen{{"base", ""}});
    p.tell(ServiceStarted{{"base", ""}, 7});
    p.settle();
    BOOST_TEST(!p.of("base").unheard);
    BOOST_TEST(p.phase("base") == "up");
}

BOOST_AUTO_TEST_CASE(one_that_is_seen_and_is_not_ready_has_its_whole_time_for_it_again) {
    Programs p("[service a]\ncommand = a\nready = file /a\nstart_timeout = 30s\n");
    p.tells_later = true;
    p.settle();
    p.restart();
    BOOST_TEST(p.pass(1min) == "");
    p.tell(ServiceSeen{{"a", ""}});
    BOOST_TEST(p.pass(30s - 1ms) == "");
    BOOST_TEST(p.pass(1ms) == "stop a");
}

namespace {

struct Killed {};

} // namespace

// However often and wherever the daemon is killed: a service that dies at once is left alone as long as each failure
// asks, and it is tried again.
BOOST_AUTO_TEST_CASE(a_daemon_that_is_killed_at_any_moment_never_tries_too_soon_and_never_forgets_to_try) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        std::minstd_rand random(seed);
        Programs p("[service a]\ncommand = a\nready = notify\nretry = 1s\nretry_max = 8s\nsettle = 1min\n");
        unsigned ends = 0, starts = 0;
        TimePoint ended{};
        p.looked = [&] {
            if (p.running.contains("a") && p.done.back() == "start a") {
                ++starts;
                const Duration asked = ends > 3 ? 8s : Duration(1s) * (1 << ends) / 2;
                if (ends > 0) BOOST_REQUIRE(p.now - ended >= asked);
                p.done.push_back("checked");
            }
            if (random() % 3 == 0) throw Killed();
        };
        for (const TimePoint end = p.now + 3min; p.now < end; p.now += 500ms) {
            try {
                if (random() % 3 == 0 && p.running.erase("a") != 0) {
                    ++ends;
                    ended = p.now;
                    if (random() % 2 == 0) p.tell(ServiceEnded{{"a", ""}, {.code = 1}});
                    else p.restart();
                }
                p.settle();
            } catch (const Killed&) {
                p.restart();
            }
        }
        BOOST_TEST(ends <= starts);
        BOOST_TEST(starts >= 10U, "seed " << seed << ": " << starts);
    }
}

BOOST_AUTO_TEST_SUITE_END()
