// Which member of a group runs: the first that can, and when a better one comes back.
#include "test/unit/core/services.hpp"

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

std::string two(std::string_view failback) {
    return fmt::format("[service dsl]\ncommand = dsl\nready = notify\nstart_timeout = 40s\nprobe = ask\n"
                       "probe_interval = 5s\nsettle = 15s\nretry = 5s\n"
                       "[service lte]\ncommand = lte\nready = notify\nsettle = 15s\n"
                       "[failover wan]\nmembers = dsl lte\nfailback = {}\n", failback);
}

// On lte, since dsl has failed, and its line is dead.
Programs on_lte(std::string_view failback) {
    Programs p(two(failback));
    p.settle();
    p.ready("dsl");
    p.pass(1min);
    p.answer("dsl", false);
    BOOST_TEST(p.ends("dsl", 16) == "start lte");
    p.ready("lte");
    return p;
}

} // namespace

BOOST_AUTO_TEST_SUITE(group)

BOOST_AUTO_TEST_CASE(the_first_one_runs_and_the_next_only_when_it_has_failed) {
    Programs p(two("never"));
    BOOST_TEST(p.settle() == "start dsl");
    p.ready("dsl");
    BOOST_TEST(p.states.groups["wan"].active == "dsl");
    BOOST_TEST(p.ends("dsl", 16) == "start lte");
    p.ready("lte");
    BOOST_TEST(p.states.groups["wan"].active == "lte");
    BOOST_TEST(p.states.groups["wan"].why == "dsl failed: it ended with 16");
}

BOOST_AUTO_TEST_CASE(at_a_start_the_best_one_is_taken_though_its_link_is_heard_last) {
    Programs p("[service dsl]\ncommand = dsl\nneeds = link eth0\n[service lte]\ncommand = lte\nready = notify\n"
               "[failover wan]\nmembers = dsl lte\nfailback = never\n");
    BOOST_TEST(p.settle() == "start lte");
    p.link("eth0", true);
    BOOST_TEST(p.settle() == "stop lte, start dsl");
    BOOST_TEST(p.states.groups["wan"].active == "dsl");
    // Later it is not: what has failed, or came late, has to prove itself.
    p.link("eth0", false);
    BOOST_TEST(p.settle() == "stop dsl, start lte");
    p.link("eth0", true);
    BOOST_TEST(p.settle() == "");
}

BOOST_AUTO_TEST_CASE(the_next_one_starts_when_nothing_of_the_one_before_is_left) {
    Programs p(two("never"));
    p.settle();
    p.deaf = {"dsl"};
    BOOST_TEST(p.pass(40s) == "stop dsl");    // never ready
    BOOST_TEST(p.pass(5s - 1ms) == "");
    BOOST_TEST(p.pass(1ms) == "kill dsl, start lte");
}

BOOST_AUTO_TEST_CASE(who_could_run_again_waits_for_its_time_and_is_preferred_to_the_next_when_both_have_failed) {
    Programs p(two("never"));
    p.settle();
    BOOST_TEST(p.ends("dsl", 1) == "start lte");
    BOOST_TEST(p.ends("lte", 1) == "");       // both wait
    BOOST_TEST(p.pass(5s) == "start dsl");    // never B before A by turns
}

BOOST_AUTO_TEST_CASE(a_line_that_is_well_takes_back_after_its_time_and_no_sooner) {
    Programs p = on_lte("after 1min");
    BOOST_TEST(p.pass(10min) == "");
    p.answer("dsl", true);
    BOOST_TEST(p.pass(1min - 1s) == "");
    BOOST_TEST(p.pass(10s) == "stop lte, start dsl");
    p.ready("dsl");
    BOOST_TEST(p.states.groups["wan"].active == "dsl");
}

BOOST_AUTO_TEST_CASE(one_probe_that_fails_begins_the_time_anew) {
    Programs p = on_lte("after 1min");
    p.pass(10s);
    for (int i = 0; i < 20; ++i) {
        p.answer("dsl", true);
        BOOST_TEST(p.pass(55s) == "");
        p.answer("dsl", false);
        BOOST_TEST(p.pass(6s) == "");
    }
    p.answer("dsl", true);
    BOOST_TEST(p.pass(70s) == "stop lte, start dsl");
}

BOOST_AUTO_TEST_CASE(a_trial_that_fails_costs_twice_the_wait_and_the_whole_proof_again) {
    Programs p = on_lte("after 1min");
    p.answer("dsl", true);
    BOOST_TEST(p.pass(80s) == "stop lte, start dsl");
    BOOST_TEST(p.ends("dsl", 8) == "start lte");
    p.ready("lte");
    BOOST_TEST(p.of("dsl").failures == 2U);
    BOOST_TEST(p.pass(10s + 1min - 1s) == "");
    BOOST_TEST(p.pass(10s) == "stop lte, start dsl");
}

BOOST_AUTO_TEST_CASE(never_means_until_it_fails_itself) {
    Programs p = on_lte("never");
    p.answer("dsl", true);
    BOOST_TEST(p.pass(24h) == "");
    BOOST_TEST(p.ends("lte", 1) == "start dsl");
}

BOOST_AUTO_TEST_CASE(within_means_in_that_time_of_the_day_with_a_probe_that_succeeds) {
    Programs p = on_lte("within 02:00-04:00");
    p.minute = 12 * 60;
    p.answer("dsl", true);
    BOOST_TEST(p.pass(1h) == "");
    p.minute = 2 * 60 + 5;
    BOOST_TEST(p.pass(10s) == "stop lte, start dsl");
}

BOOST_AUTO_TEST_CASE(an_order_outranks_the_file_and_its_end_gives_the_choice_back) {
    Programs p = on_lte("after 1min");
    p.orders["wan"].use = "dsl";
    vouch(p.states, "dsl");
    BOOST_TEST(p.settle() == "stop lte, start dsl");
    BOOST_TEST(p.ends("dsl", 8) == "start lte");      // it serves who can
    p.ready("lte");
    BOOST_TEST(p.pass(10s) == "stop lte, start dsl"); // and goes back without a proof
    p.ready("dsl");
    p.orders["wan"] = {.held = {{"dsl", "root"}}};
    BOOST_TEST(p.settle() == "stop dsl, start lte");
    BOOST_TEST(p.phase("dsl") == "held");
    p.answer("dsl", true);
    p.ready("lte");
    BOOST_TEST(p.pass(10min) == "");
    p.orders.clear();
    BOOST_TEST(p.pass(75s) == "stop lte, start dsl");
}

BOOST_AUTO_TEST_CASE(together_means_all_of_them) {
    Programs p("[service a]\ncommand = a\n[service b]\ncommand = b\n[failover g]\nmembers = a b\ntogether = yes\n");
    BOOST_TEST(p.settle() == "start a, start b");
    BOOST_TEST(p.ends("a", 1) == "");
    BOOST_TEST(p.states.groups["g"].active == "b");
}

BOOST_AUTO_TEST_SUITE_END()
