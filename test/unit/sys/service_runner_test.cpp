// Processes of services: started once, and ended whole.
#include "test/unit/sys/service_life.hpp"

#include <csignal>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace had;
using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(service_runner)

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
