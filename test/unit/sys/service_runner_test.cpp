// Processes of services: started once, ended whole, and taken over by the next daemon.
#include "had/sys/service_runner.hpp"

#include "had/sys/service_child.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <csignal>
#include <fstream>
#include <memory>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace had;
using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

const ServiceKey key{"sleeper", ""};

struct Life {
    TempDir dir;
    std::unique_ptr<sys::Loop> loop = std::make_unique<sys::Loop>();
    std::vector<ServiceEvent> events;
    std::vector<std::string> logged;
    std::unique_ptr<sys::ServiceRunner> runner = make();

    std::unique_ptr<sys::ServiceRunner> make() {
        return std::make_unique<sys::ServiceRunner>(
            *loop, dir.path() / "services", [this](const ServiceEvent& event) { events.push_back(event); },
            [this](const std::string& text) { logged.push_back(text); }, [] { return nullptr; });
    }
    // As by kill -9: what was watched is watched no more, and nothing was told.
    void next_daemon() {
        runner.reset();
        loop = std::make_unique<sys::Loop>();
        runner = make();
    }
    int start(std::vector<std::string> words, std::uint64_t device = 0) {
        std::string trouble;
        const auto pid = runner->start({key, std::move(words), "its command", device}, trouble);
        BOOST_TEST(trouble == "");
        return pid.value_or(0);
    }
    // As a daemon before this one has left it.
    void record(const std::string& text) const {
        std::filesystem::create_directories(dir.path() / "services");
        std::ofstream(dir.path() / "services/sleeper") << text;
    }
    // Why it is not started.
    std::string refused() {
        std::string trouble;
        BOOST_TEST(!runner->start({key, {"sleep", "1000"}, "x", 0}, trouble));
        return trouble;
    }
    template <class E>
    const E* wait_for() {
        const E* found = nullptr;
        const bool came = had::test::wait_for(*loop, [&] {
            for (const ServiceEvent& event : events)
                if (const E* one = std::get_if<E>(&event)) found = one;
            return found != nullptr;
        });
        BOOST_REQUIRE(came);
        return found;
    }
    ~Life() { runner->stop(key, true); }
};

void wait_until_gone(Life& life, int pid) {
    BOOST_TEST(had::test::wait_for(*life.loop, [&] { return !sys::start_time_of(pid); }));
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string text;
    std::getline(file, text);
    return text;
}

} // namespace

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

BOOST_AUTO_TEST_CASE(it_runs_in_a_session_of_its_own_and_its_end_is_told_with_its_code) {
    Life life;
    const int pid = life.start({"sh", "-c", "test $$ = $(ps -o sid= -p $$) && exit 7"}, 5);
    BOOST_TEST(read(life.dir.path() / "services/sleeper").starts_with(std::to_string(pid) + " "));
    BOOST_TEST(life.wait_for<ServiceEnded>()->end.code == 7);
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_told_by_its_name_in_the_systems_words) {
    Life life;
    life.start({"/no/such/program"});
    BOOST_TEST(life.wait_for<ServiceEnded>()->end.trouble == "it cannot be executed: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_stop_ends_its_whole_group_and_kill_ends_what_is_deaf) {
    Life life;
    life.start({"sh", "-c", "trap : TERM; echo $$ > " + life.dir.path().string() + "/pid; sleep 1000 & echo $! > " +
                                life.dir.path().string() + "/child; wait; wait; sleep 1000"});
    BOOST_TEST(had::test::wait_for(*life.loop, [&] { return !read(life.dir.path() / "child").empty(); }));
    const int child = std::stoi(read(life.dir.path() / "child"));
    // Until it is another program it has its shell's trap, and takes no harm from TERM.
    BOOST_TEST(had::test::wait_for(*life.loop, [&] {
        return read("/proc/" + std::to_string(child) + "/comm") == "sleep";
    }));
    life.runner->stop(key, false);
    wait_until_gone(life, child);
    life.loop->poll();
    BOOST_TEST(life.events.empty());
    life.runner->stop(key, true);
    BOOST_TEST(life.wait_for<ServiceEnded>()->end.code == 128 + SIGKILL);
}

BOOST_AUTO_TEST_CASE(the_end_of_what_is_not_there_is_told_as_well) {
    Life life;
    life.runner->stop(key, false);
    BOOST_TEST(!life.wait_for<ServiceEnded>()->end.known);
}

BOOST_AUTO_TEST_CASE(what_its_first_process_leaves_behind_in_its_group_is_ended_before_it_counts_as_ended) {
    Life life;
    life.start({"sh", "-c", "sleep 1000 & echo $! > " + life.dir.path().string() + "/child"});
    BOOST_TEST(life.wait_for<ServiceEnded>()->end.code == 0);
    wait_until_gone(life, std::stoi(read(life.dir.path() / "child")));
}

BOOST_AUTO_TEST_CASE(ready_is_heard_from_whomever_it_has_started) {
    Life life;
    life.start({"sleep", "1000"});
    const std::string path = life.dir.path().string() + "/services/sleeper.notify";
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    const sys::UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM, 0));
    for (const std::string_view text : {"STATUS=READY=1", "STATUS=x\nREADY=1"}) {
        BOOST_TEST(life.events.empty());
        const auto* at = reinterpret_cast<const sockaddr*>(&to);
        BOOST_REQUIRE(::sendto(fd.get(), text.data(), text.size(), 0, at, sizeof to) > 0);
        life.loop->poll();
    }
    BOOST_TEST(life.wait_for<ServiceReady>()->key.service == "sleeper");
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
    life.runner->forget(key);
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
    life.runner->forget(key);
    BOOST_TEST(life.runner->adopt().empty());
}

BOOST_AUTO_TEST_CASE(a_probe_tells_how_it_ended_and_one_that_hangs_is_killed) {
    Life life;
    const Helper probe{key, HelperKind::probe};
    BOOST_TEST(life.runner->run(probe, {"sh", "-c", "exit 1"}, 10s) == "");
    BOOST_TEST(life.wait_for<HelperEnded>()->end.code == 1);
    life.events.clear();
    BOOST_TEST(life.runner->run(probe, {"sleep", "1000"}, 50ms) == "");
    BOOST_TEST(life.wait_for<HelperEnded>()->end.code == 128 + SIGKILL);
}

BOOST_AUTO_TEST_CASE(a_probe_is_not_run_beside_the_one_before_which_keeps_its_time) {
    Life life;
    const Helper probe{key, HelperKind::probe};
    BOOST_TEST(life.runner->run(probe, {"sleep", "1000"}, 50ms) == "");
    BOOST_TEST(life.runner->run(probe, {"true"}, 10s) == "true cannot be started: the one before still runs");
    BOOST_TEST(life.wait_for<HelperEnded>()->end.code == 128 + SIGKILL);
    BOOST_TEST(life.runner->run(probe, {"true"}, 10s) == "");
}

BOOST_AUTO_TEST_CASE(devices_of_a_match_are_found_in_sysfs_with_what_their_ancestors_say) {
    // Where udevd runs, what it has not looked at does not count.
    const bool counts = !std::filesystem::exists("/run/udev/control") || std::filesystem::exists("/run/udev/data/n1");
    Life life;
    MatchConfig match;
    match.subsystem = "net";
    match.attributes = {{"ifindex", "1"}};
    const auto found = life.runner->devices(match);
    BOOST_REQUIRE(found.size() == (counts ? 1U : 0U));
    if (counts) {
        BOOST_TEST(found[0].name == "lo");
        BOOST_TEST(found[0].id != 0U);
    }
    match.attributes[0].value = "none";
    BOOST_TEST(life.runner->devices(match).empty());
}

// As under an init that waits for nobody: kill(2) finds it for ever.
BOOST_AUTO_TEST_CASE(a_group_of_zombies_does_not_live) {
    const int pid = ::fork();
    if (pid == 0) {
        ::setpgid(0, 0);
        ::_exit(0);
    }
    ::setpgid(pid, pid);
    siginfo_t info{};
    BOOST_REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
    BOOST_TEST(::kill(-pid, 0) == 0);
    BOOST_TEST(!sys::group_lives(pid));
    BOOST_TEST(sys::group_lives(::getpgrp()));
    ::waitpid(pid, nullptr, 0);
}

BOOST_AUTO_TEST_SUITE_END()
