// What the next daemon is told of services, and takes over.
#include "test/unit/sys/service_life.hpp"

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace had;
using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(service_runner)

BOOST_AUTO_TEST_CASE(a_record_is_read_as_it_was_written_and_a_torn_one_is_none) {
    using Word = sys::RecordWord;
    const Failures failures{3, TimePoint(90s), "dsl0 has no address"};
    const sys::ServiceRecord records[] = {
        {Word::starting, 12, 345, 6, "pppd file x"},
        {Word::ready, 12, 345, 6, "a"},
        {Word::done, 0, 0, 9, "-"},
        {Word::ready, 0, 0, 6, "pppd", "had-dsl.service"},
        {Word::starting, 0, 0, 0, "x.service", "x.service", failures},
        {.word = Word::failed, .failures = failures},
        {.word = Word::failed, .failures = {1, TimePoint(1us), ""}},
        {.word = Word::bare},
        {.word = Word::bare, .failures = failures}};
    for (const sys::ServiceRecord& one : records)
        BOOST_TEST((sys::parse_service_record(sys::print(one)) == one));
    BOOST_TEST(sys::print({.word = Word::failed, .failures = {1, TimePoint(1us), "a\nb"}}) ==
               "0 0 0 failed -\n1 1 a b\n");
    for (const char* wrong : {"", "\n", "12\n", "12 345 6 starting\n", "12 345 6 asleep a\n", "-1 2 3 ready a\n",
                              "0 0 0 ready a\n", "x.service 0 0 done a\n", "x.socket 0 0 ready a\n",
                              "12 345 6 done a\n", "12 345 6 ready a\nb\n", "12 345 6 failed a\n1 2 c\n",
                              "0 0 0 failed -\n", "0 0 0 failed -\n1 x c\n", "0 0 0 failed -\n0 1 c\n",
                              "0 0 0 failed -\n1 2 c\nd\n", "12 345 6 bare -\n", "12 345 6 ready a\n\n"})
        BOOST_TEST(!sys::parse_service_record(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(the_next_daemon_takes_over_what_runs_and_starts_no_second_one) {
    Life life;
    const int pid = life.start({"sleep", "1000"}, 42);
    life.runner->note_ready(key);
    life.next_daemon();
    const std::vector<Adopted> adopted = life.runner->adopt();
    BOOST_REQUIRE(adopted.size() == 1U);
    BOOST_TEST((adopted[0] == Adopted{key, Fate::runs, pid, 42, true, "its command"}));
    BOOST_TEST(life.refused() == "a process of it is still there");
    life.runner->stop(key, false);
    const ProcessEnd end = life.wait_for<ServiceEnded>()->end;
    BOOST_TEST(end.code == 128 + SIGTERM);    // here the next daemon is the same process, and so its parent
}

BOOST_AUTO_TEST_CASE(what_is_left_of_a_group_whose_first_process_died_unseen_is_ended_before_another_starts) {
    Life life;
    const int pid = life.start({"sh", "-c", "sleep 1000 & echo $! > " + life.dir.path().string() + "/child; wait"});
    BOOST_TEST(had::test::wait_for(*life.loop, [&] { return !read(life.dir.path() / "child").empty(); }));
    const int child = std::stoi(read(life.dir.path() / "child"));
    life.next_daemon();
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    BOOST_TEST(sys::is_group_of(pid, "sleeper"));
    BOOST_TEST(!sys::is_group_of(pid, "sleep"));
    // Nothing that needs it may be started for it, and nothing in its place.
    const auto adopted = life.runner->adopt();
    BOOST_REQUIRE(adopted.size() == 1U);
    BOOST_TEST((adopted[0].fate == Fate::unseen));
    BOOST_TEST(!adopted[0].ready);
    BOOST_TEST(life.refused() == "a process of it is still there");
    BOOST_TEST(!life.wait_for<ServiceEnded>()->end.known);
    wait_until_gone(life, child);
    life.start({"sleep", "1000"});
}

BOOST_AUTO_TEST_CASE(what_cannot_be_looked_at_is_not_taken_for_gone) {
    Life life;
    const int pid = life.start({"sleep", "1000"});
    const auto record = sys::parse_service_record(read(life.dir.path() / "services/sleeper") + "\n");
    BOOST_REQUIRE(record);
    life.next_daemon();
    sys::ServiceChildren children(*life.loop, life.dir.path(), [](const auto&) {}, [](const auto&) {});
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none{0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    BOOST_CHECK_THROW(children.adopt(key, *record), std::system_error);
    BOOST_CHECK_THROW((void)sys::start_time_of(pid), std::system_error);
    BOOST_CHECK_THROW((void)sys::group_lives(pid), std::system_error);
    BOOST_CHECK_THROW((void)sys::is_group_of(pid, "sleeper"), std::system_error);
    BOOST_TEST(life.refused() != "");
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST(!children.has(key));
    BOOST_TEST(sys::start_time_of(pid).has_value());
    BOOST_TEST(life.runner->adopt().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_unit_is_never_started_twice_by_a_daemon_that_has_no_systemd) {
    Life life;
    life.record("had-sleeper.service 0 0 ready x\n");
    BOOST_TEST(life.runner->adopt().empty());
    BOOST_TEST(life.logged.size() == 1U);
    const std::string trouble = life.refused();
    BOOST_TEST(trouble.find("says that it runs") != std::string::npos, trouble);
}

BOOST_AUTO_TEST_CASE(a_number_that_another_process_has_now_is_not_taken_over) {
    Life life;
    life.record(std::to_string(::getpid()) + " 1 0 ready x\n");
    const auto adopted = life.runner->adopt();
    BOOST_REQUIRE(adopted.size() == 1U);
    BOOST_TEST((adopted[0].fate == Fate::ended));
    life.start({"sleep", "1000"});
}

BOOST_AUTO_TEST_CASE(a_record_that_cannot_be_read_is_not_taken_for_none) {
    Life life;
    life.record("garbage\n");
    BOOST_TEST(life.runner->adopt().empty());
    BOOST_TEST(life.logged.size() == 1U);
    const std::string trouble = life.refused();
    BOOST_TEST(trouble.find("cannot be read") != std::string::npos, trouble);
    life.runner->note_failed(key, 0, {1, TimePoint(1s), trouble}, false);
    life.runner->note_bare(key);
    BOOST_TEST(read(life.dir.path() / "services/sleeper") == "garbage");
}

// It is the only sign of what runs: without it a second one would be started beside that.
BOOST_AUTO_TEST_CASE(a_record_that_cannot_be_read_or_says_that_something_runs_is_not_forgotten_and_that_is_told) {
    Life life;
    const std::string runs = std::to_string(::getpid()) + " 1 0 ready x", failed = "0 0 0 failed -\n1 1 x\n";
    for (const std::string& text : {std::string("garbage"), runs}) {
        life.record(text + "\n");
        life.logged.clear();
        life.runner->forget(key, false);
        BOOST_TEST(read(life.dir.path() / "services/sleeper") == text);
        BOOST_REQUIRE(life.logged.size() == 1U);
        BOOST_TEST(life.logged[0].ends_with(": it is left as it is"), life.logged[0]);
    }
    life.runner->forget(key, true);           // its end was told
    BOOST_TEST(!std::filesystem::exists(life.dir.path() / "services/sleeper"));
    life.record(failed);
    life.runner->forget(key, false);
    BOOST_TEST(!std::filesystem::exists(life.dir.path() / "services/sleeper"));
    BOOST_TEST(life.logged.size() == 1U);
}

BOOST_AUTO_TEST_CASE(how_often_it_has_failed_is_told_to_the_next_daemon_until_it_is_well_or_forgotten) {
    Life life;
    const Failures twice{2, TimePoint(1h), "it ended with 1"};
    const auto told = [&]() -> Adopted {
        life.next_daemon();
        const auto all = life.runner->adopt();
        BOOST_REQUIRE(all.size() == 1U);
        return all[0];
    };
    life.runner->note_failed(key, 7, twice, true);
    BOOST_TEST((told() == Adopted{.key = key, .fate = Fate::failed, .device = 7, .command = "-", .failures = twice}));
    // While it runs it still has failed.
    const int pid = life.start({"sleep", "1000"}, 7);
    BOOST_TEST((told() == Adopted{key, Fate::runs, pid, 7, false, "its command", twice}));
    life.runner->note_ready(key);
    BOOST_TEST((told() == Adopted{key, Fate::runs, pid, 7, true, "its command", twice}));
    life.runner->note_well(key);
    BOOST_TEST((told() == Adopted{key, Fate::runs, pid, 7, true, "its command"}));
    // What could not be started beside one that runs says nothing of that one.
    life.runner->note_failed(key, 7, twice, false);
    BOOST_TEST((told().fate == Fate::runs));
    life.runner->note_failed(key, 7, twice, true);
    BOOST_TEST((told().fate == Fate::failed));
    life.runner->forget(key, true);
    life.next_daemon();
    BOOST_TEST(life.runner->adopt().empty());
}

BOOST_AUTO_TEST_CASE(who_only_looks_sees_what_is_kept_and_nothing_of_what_cannot_be_read) {
    Life life;
    BOOST_TEST(sys::kept_services(life.dir.path() / "services").empty());
    const int pid = life.start({"sleep", "1000"}, 7);
    life.runner->note_failed({"other", ""}, 0, {1, TimePoint(1s), "x"}, true);
    std::ofstream(life.dir.path() / "services/odd") << "garbage\n";
    const auto all = sys::kept_services(life.dir.path() / "services");
    BOOST_REQUIRE(all.size() == 2U);
    BOOST_TEST(std::any_of(all.begin(), all.end(), [&](const Adopted& one) { return one.pid == pid; }));
}

BOOST_AUTO_TEST_CASE(one_without_a_process_is_told_to_the_next_daemon_as_well) {
    Life life;
    life.runner->note_failed(key, 0, {1, TimePoint(1h), "x"}, true);
    life.runner->note_bare(key);
    life.next_daemon();
    const auto adopted = life.runner->adopt();
    BOOST_REQUIRE(adopted.size() == 1U);
    BOOST_TEST((adopted[0].fate == Fate::bare));
    BOOST_TEST(adopted[0].failures.count == 1U);
}

// A torn file is none: its writer replaces it whole.
BOOST_AUTO_TEST_CASE(a_wait_that_cannot_be_read_is_told_and_nothing_is_started) {
    Life life;
    life.record("0 0 0 failed -\n3 soon dsl0 has no address\n");
    BOOST_TEST(life.runner->adopt().empty());
    BOOST_TEST(life.logged.size() == 1U);
    BOOST_TEST(life.refused().find("cannot be read") != std::string::npos);
    life.record("0 0 0 failed -\n3 1 dsl0 has no address\n");
    life.start({"sleep", "1000"});
}

BOOST_AUTO_TEST_CASE(what_has_no_record_gets_none_by_being_ready) {
    Life life;
    std::filesystem::create_directories(life.dir.path() / "services");
    life.runner->note_ready(key);
    BOOST_TEST(!std::filesystem::exists(life.dir.path() / "services/sleeper"));
    BOOST_TEST(life.logged.empty());
    life.record("garbage\n");
    life.runner->note_ready(key);
    BOOST_TEST(read(life.dir.path() / "services/sleeper") == "garbage");
}

BOOST_AUTO_TEST_CASE(a_oneshot_that_is_done_is_remembered_until_it_is_forgotten) {
    Life life;
    life.start({"true"}, 7);
    life.wait_for<ServiceEnded>();
    life.runner->note_done(key, 7);
    life.next_daemon();
    const auto adopted = life.runner->adopt();
    BOOST_REQUIRE(adopted.size() == 1U);
    BOOST_TEST((adopted[0].fate == Fate::done));
    BOOST_TEST(adopted[0].device == 7U);
    life.runner->forget(key, true);
    BOOST_TEST(life.runner->adopt().empty());
}

BOOST_AUTO_TEST_SUITE_END()
