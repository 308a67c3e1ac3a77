#include "had/sys/jobs.hpp"

#include "had/sys/fd.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

using namespace had;
using namespace had::sys;
using namespace std::chrono_literals;

namespace {

int failing_add = 0; // the so-manieth descriptor that is added to the loop is refused

} // namespace

// In the place of the C library's: as when fs.epoll.max_user_watches is reached.
extern "C" int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
    if (operation == EPOLL_CTL_ADD && failing_add > 0 && --failing_add == 0) {
        errno = ENOSPC;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_epoll_ctl, epoll, operation, fd, event));
}

namespace {

// The children become small shell scripts.
JobOptions shell_jobs(core::Duration limit = 10s) {
    JobOptions options;
    options.run = [](std::span<const char* const> arguments) {
        ::execl("/bin/sh", "sh", "-c", arguments[0], nullptr);
        return errno;
    };
    options.limit = limit;
    return options;
}

struct Runner {
    Loop loop;
    Jobs jobs;
    std::vector<core::ActionResult> results;

    explicit Runner(JobOptions options = shell_jobs()) : jobs(loop, std::move(options)) {}
    void start(const std::string& key, const std::string& script) {
        jobs.start({key, "loading e1000", {script}},
                   [this](core::ActionResult result) { results.push_back(std::move(result)); });
    }
    bool wait(std::size_t count) {
        return test::wait_for(loop, [&] { return results.size() >= count; });
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(jobs)

BOOST_AUTO_TEST_CASE(a_childs_exit_status_and_last_line_are_the_result) {
    Runner runner;
    runner.start("slot 2", "echo noise; echo 'module e1000 is not in /lib/modules/6.1'; exit 2");
    BOOST_TEST(runner.results.empty()); // never from within start()
    BOOST_REQUIRE(runner.wait(1));
    const core::ActionResult expected{ENOENT, "module e1000 is not in /lib/modules/6.1"};
    BOOST_CHECK(runner.results.front() == expected);
    BOOST_TEST(runner.jobs.running() == 0);
}

BOOST_AUTO_TEST_CASE(a_child_that_cannot_be_started_is_a_result_too) {
    Runner runner;
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none{0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    runner.start("slot 2", "exit 0");
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST(runner.results.empty());
    BOOST_REQUIRE(runner.wait(1));
    BOOST_TEST(runner.results.front().error == EMFILE);
    BOOST_TEST(runner.results.front().text.find("loading e1000: pipe") == 0);
}

// Its end and its words are watched: the first and the second that are added.
BOOST_AUTO_TEST_CASE(a_child_that_cannot_be_watched_is_a_result_and_is_ended) {
    for (const int which : {1, 2}) {
        Runner runner;
        failing_add = which;
        runner.start("slot 2", "sleep 100");
        failing_add = 0;
        BOOST_TEST(runner.results.empty());
        BOOST_REQUIRE(runner.wait(1));
        BOOST_TEST(runner.results.front().error == ENOSPC);
        BOOST_TEST(runner.results.front().text ==
                   "loading e1000: event loop: cannot watch a descriptor: No space left on device");
        BOOST_TEST(test::wait_for(runner.loop, [&] { return runner.jobs.hanging() == 0; }));
        BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1);                 // no child is left
        runner.start("slot 2", "exit 0");
        BOOST_REQUIRE(runner.wait(2));
        BOOST_TEST(runner.results.back().ok());
    }
}

BOOST_AUTO_TEST_CASE(a_child_without_a_descriptor_of_its_own_is_a_result_and_is_ended) {
    Runner runner;
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    // The two lowest that are free, wherever they are: a pipe takes them, and none is left.
    const int first = ::dup(0), second = ::dup(0);
    ::close(first);
    ::close(second);
    const rlimit pipe_only{static_cast<rlim_t>(second) + 1, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &pipe_only);
    runner.start("slot 2", "sleep 100");
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_REQUIRE(runner.wait(1));
    BOOST_TEST(runner.results.front().error == EMFILE);
    BOOST_TEST(runner.results.front().text.find("loading e1000: pidfd_open") == 0);
    BOOST_TEST(test::wait_for(runner.loop, [&] { return runner.jobs.hanging() == 0; }));
}

BOOST_AUTO_TEST_CASE(every_failure_is_told_once_also_when_the_first_that_hears_of_one_throws) {
    Runner runner;
    int thrown = 0;
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none{0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    runner.jobs.start({"slot 1", "", {""}}, [&](const core::ActionResult&) {
        ++thrown;
        throw std::runtime_error("one bad reconcile");
    });
    for (const char* key : {"slot 2", "slot 3"}) runner.start(key, "");
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_CHECK_THROW(runner.wait(2), std::runtime_error);
    BOOST_REQUIRE(runner.wait(2));
    runner.loop.poll();
    BOOST_TEST(thrown == 1);
    BOOST_TEST(runner.results.size() == 2U);
}

// Whose log has no reader must not hang in it, and what it says is no line of the log.
BOOST_AUTO_TEST_CASE(a_child_does_not_write_to_our_standard_error) {
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    const UniqueFd reader(ends[0]), before(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10));
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    Runner runner;
    runner.start("slot 2", "echo words >&2; echo done");
    const bool ended = runner.wait(1);
    ::dup2(before.get(), STDERR_FILENO);
    BOOST_REQUIRE(ended);
    BOOST_TEST(runner.results.front().text == "done");
    char text[16];
    BOOST_TEST(::read(reader.get(), text, sizeof text) == 0);
}

BOOST_AUTO_TEST_CASE(a_child_that_overruns_is_reported_killed_and_reaped) {
    Runner runner(shell_jobs(50ms));
    runner.start("slot 2", "sleep 100; exit 0");
    BOOST_REQUIRE(runner.wait(1));
    BOOST_TEST(runner.results.front().error == ETIMEDOUT);
    BOOST_TEST(runner.results.front().text.find("loading e1000: no end after 0.05 s") == 0);
    BOOST_TEST(test::wait_for(runner.loop, [&] { return runner.jobs.hanging() == 0; }));
    BOOST_TEST(runner.results.size() == 1); // exactly once
}

BOOST_AUTO_TEST_CASE(four_run_side_by_side_and_the_rest_wait) {
    const test::TempDir dir;
    Runner runner;
    const auto gate = (dir.path() / "gate").string();
    for (int slot = 1; slot <= 6; ++slot)
        runner.start("slot " + std::to_string(slot),
                     "until [ -e " + gate + " ]; do sleep 0.01; done");
    BOOST_TEST(runner.jobs.running() == 4);
    dir.write("gate", "");
    BOOST_TEST(runner.wait(6));
}

BOOST_AUTO_TEST_CASE(one_slot_has_one_job_at_a_time_in_order) {
    const test::TempDir dir;
    Runner runner;
    const auto log = (dir.path() / "log").string();
    runner.start("slot 2", "sleep 0.05; echo first >>" + log);
    runner.start("slot 2", "echo second >>" + log);
    BOOST_TEST(runner.jobs.running() == 1);
    BOOST_REQUIRE(runner.wait(2));
    std::ifstream file(log);
    std::string first, second;
    file >> first >> second;
    BOOST_TEST(first + second == "firstsecond");
}

// A probe that sits in the kernel outlives its kill; here the moment before the kill is seen to
// have worked stands for it.
BOOST_AUTO_TEST_CASE(nothing_is_piled_up_behind_a_job_that_hangs) {
    Runner runner(shell_jobs(50ms));
    runner.jobs.start({"slot 2", "loading e1000", {"sleep 100"}},
                      [&](const core::ActionResult& result) {
                          BOOST_TEST(result.error == ETIMEDOUT);
                          BOOST_TEST(runner.jobs.running() == 0);
                          BOOST_TEST(runner.jobs.hanging() == 1);
                          runner.start("slot 2", "echo tried");
                          runner.start("slot 5", "exit 0");
                          BOOST_TEST(runner.jobs.running() == 1);
                      });
    BOOST_REQUIRE(runner.wait(2));
    BOOST_TEST(runner.results[0].error == EBUSY);
    BOOST_TEST(runner.results[0].text.find("loading e1000 still hangs (process ") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_child_that_dies_of_a_signal_has_failed) {
    Runner runner;
    runner.start("slot 2", "kill -9 $$");
    BOOST_REQUIRE(runner.wait(1));
    BOOST_TEST(runner.results.front().error == ECANCELED);
}

BOOST_AUTO_TEST_CASE(a_talkative_child_is_not_held_up) {
    Runner runner;
    runner.start("slot 2", "head -c 300000 /dev/zero | tr '\\0' x; echo; echo done");
    BOOST_REQUIRE(runner.wait(1));
    BOOST_CHECK(runner.results.front() == (core::ActionResult{0, "done"}));
}

BOOST_AUTO_TEST_CASE(a_child_gets_none_of_our_descriptors) {
    Runner runner;
    const int leaked =
        ::open("/dev/null", O_RDONLY); // without O_CLOEXEC, as a careless library would
    runner.start("slot 2", "ls /proc/self/fd | tr '\\n' ' '");
    BOOST_REQUIRE(runner.wait(1));
    BOOST_TEST(runner.results.front().text == "0 1 2 3 "); // 3 is the directory that ls reads
    ::close(leaked);
}

BOOST_AUTO_TEST_CASE(what_a_child_throws_ends_the_child) {
    JobOptions options;
    options.run = [](std::span<const char* const> arguments) -> int { throw std::string(arguments[0]); };
    Runner runner(options);
    runner.start("slot 2", "thrown");
    BOOST_REQUIRE(runner.wait(1));
    BOOST_CHECK(runner.results.front() == (core::ActionResult{EIO, ""}));
}

// Our handlers tell our loop, by a pipe that the child has too.
BOOST_AUTO_TEST_CASE(a_childs_signals_are_not_taken_for_ours) {
    JobOptions options;
    options.run = [](std::span<const char* const>) { return std::raise(SIGTERM); };
    Runner runner(options);
    bool told = false;
    runner.loop.on_signal(SIGTERM, [&] { told = true; });
    runner.start("slot 2", "");
    BOOST_REQUIRE(runner.wait(1));
    BOOST_TEST(runner.results.front().error == ECANCELED);
    BOOST_TEST(!told);
}

BOOST_AUTO_TEST_CASE(jobs_may_be_given_up_while_they_run) {
    Loop loop;
    bool told = false;
    {
        Jobs jobs(loop, shell_jobs());
        jobs.start({"slot 2", "", {"exit 0"}}, [&](const core::ActionResult&) { told = true; });
    }
    loop.run();
    BOOST_TEST(!told);
}

BOOST_AUTO_TEST_CASE(operations_become_jobs_keyed_by_slot_or_module) {
    core::LoadModule load;
    load.module = "e1000";
    load.options = "debug=1 copybreak=0";
    load.slot = "2";
    auto job = job_of(load);
    BOOST_TEST(job.key == "slot 2");
    BOOST_TEST(job.title == "loading e1000");
    BOOST_CHECK(
        (job.arguments == std::vector<std::string>{"load-module", "e1000", "debug=1 copybreak=0"}));
    job = job_of(core::UnloadModule{"e1000"});
    BOOST_TEST(job.key == "module e1000");
    BOOST_CHECK((job.arguments == std::vector<std::string>{"unload-module", "e1000"}));
}

BOOST_AUTO_TEST_SUITE_END()
