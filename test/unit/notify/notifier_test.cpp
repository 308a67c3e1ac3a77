#include "had/notify/notifier.hpp"

#include "had/core/view/alarm.hpp"
#include "test/boost_test.hpp"
#include "test/unit/notify/hooks.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <sstream>

using namespace had;
using namespace had::notify;
using namespace had::test;

namespace {

RunEnd run_hook(const HookDir& dir, const std::string& name, core::Duration limit = std::chrono::seconds(20)) {
    sys::Loop loop;
    RunEnd end;
    const Process process(loop, {.name = name, .path = dir.path / name, .event = "", .refused = ""},
                          test_message("failover", "t"), std::chrono::milliseconds(5), limit, [&](RunEnd how) {
                              end = std::move(how);
                              loop.stop();
                          });
    loop.run();
    return end;
}

// had-notify in a process of its own, beside the real server.
struct Notified {
    explicit Notified(const std::string& more = "") {
        std::ofstream(config()) << "[had]\nnotify_dir = " << hooks.path.string() << "\n" << more;
    }
    Notified(const Notified&) = delete;
    Notified& operator=(const Notified&) = delete;
    ~Notified() { end(SIGKILL); }

    [[nodiscard]] std::string config() const { return had.dir.path / "had.conf"; }
    [[nodiscard]] std::string state() const { return had.dir.path / "notify"; }
    void start() {
        child = ::fork();
        if (child != 0) return;
        sys::Loop loop;
        loop.on_signal(SIGTERM, [&] { loop.stop(); });
        Notifier notifier(loop, {.config = config(), .socket = had.path, .state = state()});
        loop.run();
        notifier.finish();
        ::_exit(0);
    }
    void end(int signal) {
        if (child <= 0) return;
        int status = 0;
        ::kill(child, signal);
        ::waitpid(std::exchange(child, 0), &status, 0);
        if (signal == SIGTERM) BOOST_TEST(status == 0);
    }
    // The first event, by which it is known to listen.
    void begin() {
        hooks.add("resynced.d/00-ready", "echo x >>" + hooks.out("ready"));
        start();
        auto next = std::chrono::steady_clock::now();
        BOOST_TEST(had.until([&] {
            if (std::chrono::steady_clock::now() >= next) {
                happen(core::NoticeKind::resynced);
                next += std::chrono::milliseconds(100);
            }
            return !hooks.made("ready").empty();
        }));
    }
    void happen(core::NoticeKind kind, const std::string& alarm = "") {
        core::Notice notice;
        notice.kind = kind;
        notice.level = kind == core::NoticeKind::resynced ? core::NoticeLevel::info : core::NoticeLevel::warning;
        notice.bond = "bond0";
        notice.alarm = alarm;
        had.server.publish(notice);
    }
    [[nodiscard]] std::vector<std::string> lines(const std::string& name) const {
        std::istringstream in(hooks.made(name));
        std::vector<std::string> all;
        for (std::string line; std::getline(in, line);) all.push_back(line);
        return all;
    }
    [[nodiscard]] std::string reported() const {
        std::string all;
        for (const core::Command& command : had.daemon.asked)
            if (const auto* report = std::get_if<core::command::Report>(&command))
                all += report->object + (report->text.empty() ? " over; " : " fails; ");
        return all;
    }

    // As the daemon does with what is reported: an alarm comes, changes or goes.
    void raise_reported() {
        for (; answered < had.daemon.asked.size(); ++answered) {
            const auto* report = std::get_if<core::command::Report>(&had.daemon.asked[answered]);
            if (!report) continue;
            auto& alarms = had.daemon.shown.alarms;
            const std::string id = core::alarm_id(report->object, report->type);
            const bool was = std::erase_if(alarms, [&](const core::Alarm& alarm) { return alarm.id == id; }) > 0;
            if (!report->text.empty())
                alarms.push_back({.id = id, .object = report->object, .type = report->type, .text = report->text});
            happen(report->text.empty() ? core::NoticeKind::alarm_cleared
                   : was                ? core::NoticeKind::alarm_changed
                                        : core::NoticeKind::alarm_raised, id);
        }
    }

    HookDir hooks;
    Served had;
    pid_t child = 0;
    std::size_t answered = 0;                 // of what the daemon was asked
};

} // namespace

BOOST_AUTO_TEST_SUITE(notifier)

BOOST_AUTO_TEST_CASE(a_hook_gets_its_arguments_environment_and_the_event) {
    const HookDir dir;
    dir.add("show", "echo \"$1 $2 $HAD_EVENT $HAD_TEST $HAD_QUEUED_MS $(pwd)\"; cat; env | grep -c .");
    const RunEnd end = run_hook(dir, "show");
    BOOST_TEST(end.well());
    BOOST_TEST(end.output.starts_with("failover chassis failover 1 5 /\n{\"event\":\"failover\""), end.output);
}

BOOST_AUTO_TEST_CASE(a_hook_that_fails_hangs_prints_or_forks_away_ends_within_its_limit) {
    const HookDir dir;
    dir.add("fails", "echo why; exit 3");
    dir.add("hangs", "exec sleep 1000");
    dir.add("prints", "exec yes");
    dir.add("forks", "sleep 1000 & exit 0");
    dir.add("dies", "kill -SEGV $$");
    const RunEnd fails = run_hook(dir, "fails");
    BOOST_TEST(fails.words() == "it ended with 3");
    BOOST_TEST(fails.output == "why\n");
    const RunEnd hangs = run_hook(dir, "hangs", std::chrono::milliseconds(200));
    BOOST_TEST(hangs.timed_out);
    BOOST_TEST(hangs.words() == "it took too long, and was ended");
    const RunEnd prints = run_hook(dir, "prints", std::chrono::milliseconds(300));
    BOOST_TEST(prints.timed_out);
    BOOST_TEST(prints.output.size() == 8192u);
    const RunEnd forks = run_hook(dir, "forks");
    BOOST_TEST(forks.left_behind);
    BOOST_TEST(forks.well());
    BOOST_TEST(run_hook(dir, "dies").words() == "signal 11 ended it");
    BOOST_TEST(!run_hook(dir, "missing").trouble.empty());
}

BOOST_AUTO_TEST_CASE(a_hook_is_seen_to_end_though_the_parent_ignores_how_children_end) {
    const HookDir dir;
    dir.add("fails", "exit 3");
    ::signal(SIGCHLD, SIG_IGN);
    BOOST_TEST(run_hook(dir, "fails").code == 3);
}

// With each number of free descriptors it runs well, or is said to be worth another try; none is left behind.
BOOST_AUTO_TEST_CASE(without_descriptors_a_hook_is_tried_again_and_none_runs_unwatched) {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    sys::Loop loop;
    const int next = ::dup(0);                // what the loop needs is open already
    ::close(next);
    int well = 0, again = 0;
    for (int free = 0; free < 6; ++free) {
        RunEnd end;
        const rlimit low{static_cast<rlim_t>(next + free), before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &low);
        {
            const Process process(loop, {.name = "works", .path = "/bin/true", .event = "", .refused = ""},
                                  test_message("failover", "t"), core::Duration(0), std::chrono::seconds(20),
                                  [&](RunEnd how) {
                                      end = std::move(how);
                                      loop.stop();
                                  });
            loop.run();
        }
        ::setrlimit(RLIMIT_NOFILE, &before);
        (end.well() ? well : again) += 1;
        BOOST_TEST((end.well() || end.try_again), end.words());
        BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1);
    }
    BOOST_TEST(well > 0);
    BOOST_TEST(again > 0);
}

BOOST_AUTO_TEST_CASE(nine_hooks_of_which_eight_are_busy_are_all_told) {
    HAD_TRY(::getuid() == 0);
    Notified n;
    for (int i = 1; i <= 8; ++i) n.hooks.add(fmt::format("1{}-slow", i), "sleep 0.1");
    n.hooks.add("90-last", "echo x >>" + n.hooks.out("last"));
    n.begin();
    for (int i = 0; i < 200; ++i) n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return n.lines("last").size() > 5; }));
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_listed_is_an_alarm_and_what_is_known_is_still_run) {
    HAD_TRY(::getuid() == 0);
    Notified n;
    n.hooks.add("20-mail", "echo x >>" + n.hooks.out("mail"));
    n.begin();
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return n.lines("mail").size() == 1; }));
    std::filesystem::rename(n.hooks.path, n.hooks.out("away"));
    std::ofstream(n.hooks.path) << "no directory\n";
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return n.reported().starts_with("notify_dir fails; "); }), n.reported());
    std::filesystem::remove(n.hooks.path);
    std::filesystem::rename(n.hooks.out("away"), n.hooks.path);
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return n.lines("mail").size() >= 2; }));
    BOOST_TEST(n.had.until([&] { return n.reported().find("notify_dir over; ") != std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(hooks_are_told_in_order_and_one_that_hangs_holds_up_no_other) {
    HAD_TRY(::getuid() == 0);
    Notified n("notify_timeout = 2s\n");
    n.hooks.add("10-order", "echo $HAD_SEQ >>" + n.hooks.out("order"));
    n.hooks.add("20-hang", "exec sleep 1000");
    n.begin();
    const std::size_t before = n.lines("order").size();
    for (int i = 0; i < 11; ++i) n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return n.lines("order").size() == before + 11; }));
    auto order = n.lines("order");
    BOOST_TEST(std::is_sorted(order.begin(), order.end(),
                              [](const auto& a, const auto& b) { return std::stoi(a) < std::stoi(b); }));
    BOOST_TEST(n.had.until([&] { return n.reported() == "20-hang fails; "; }));
}

BOOST_AUTO_TEST_CASE(no_event_is_left_out_when_it_is_killed) {
    HAD_TRY(::getuid() == 0);
    Notified n;
    n.hooks.add("failover.d/10-rec", "echo $HAD_SEQ >>" + n.hooks.out("rec"));
    n.begin();
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 4; ++i) n.happen(core::NoticeKind::failover);
        n.had.until([&] { return n.lines("rec").size() > static_cast<std::size_t>(4 * round); });
        if (!std::filesystem::exists(n.state())) n.had.until([&] { return std::filesystem::exists(n.state()); });
        n.end(SIGKILL);
        n.happen(core::NoticeKind::failover);
        n.start();
    }
    BOOST_TEST(n.had.until([&] {
        auto all = n.lines("rec");
        std::sort(all.begin(), all.end());
        return std::unique(all.begin(), all.end()) - all.begin() == 25;
    }), n.lines("rec").size());
}

BOOST_AUTO_TEST_CASE(a_hook_that_fails_is_an_alarm_until_it_succeeds) {
    HAD_TRY(::getuid() == 0);
    Notified n;
    n.hooks.add("20-mail", "test -e " + n.hooks.out("mended"));
    n.begin();
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return n.reported() == "20-mail fails; "; }));
    std::ofstream(n.hooks.out("mended")) << "x";
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return n.reported() == "20-mail fails; 20-mail over; "; }));
}

BOOST_AUTO_TEST_CASE(a_hook_that_others_may_write_is_not_run_and_told) {
    HAD_TRY(::getuid() == 0);
    Notified n;
    n.hooks.add("20-evil", "touch " + n.hooks.out("evil"), 0777);
    n.hooks.add("30-good", "touch " + n.hooks.out("good"));
    n.begin();
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return std::filesystem::exists(n.hooks.out("good")); }));
    BOOST_TEST(n.reported() == "20-evil fails; ");
    BOOST_TEST(!std::filesystem::exists(n.hooks.out("evil")));
}

BOOST_AUTO_TEST_CASE(an_alarm_that_passes_quickly_reaches_no_hook) {
    HAD_TRY(::getuid() == 0);
    Notified n("notify_after = 300ms\n");
    n.hooks.add("10-rec", "echo $HAD_EVENT $HAD_ALARM >>" + n.hooks.out("rec"));
    n.begin();
    n.happen(core::NoticeKind::alarm_raised, "bond0/redundancy");
    n.happen(core::NoticeKind::alarm_cleared, "bond0/redundancy");
    n.happen(core::NoticeKind::alarm_raised, "bond1/redundancy");
    BOOST_TEST(n.had.until([&] { return !n.lines("rec").empty(); }));
    BOOST_TEST(n.lines("rec") == (std::vector<std::string>{"alarm_raised bond1/redundancy"}),
               boost::test_tools::per_element());
}

// The usual `[ "$1" = alarm_raised ] && ...` ends with 1 at everything else.
BOOST_AUTO_TEST_CASE(alarms_of_hooks_that_fail_raise_no_further_ones) {
    HAD_TRY(::getuid() == 0);
    Notified n;
    n.hooks.add("20-mail", "[ \"$1\" = alarm_raised ]");
    n.hooks.add("30-page", "[ \"$1\" = alarm_raised ]");
    n.hooks.add("40-log", "echo $1 $HAD_ALARM >>" + n.hooks.out("log"));
    n.begin();
    n.happen(core::NoticeKind::alarm_raised, "bond0/redundancy");
    n.happen(core::NoticeKind::alarm_cleared, "bond0/redundancy");
    n.happen(core::NoticeKind::failover);
    n.happen(core::NoticeKind::alarm_raised, "bond1/redundancy");
    n.happen(core::NoticeKind::alarm_cleared, "bond1/redundancy");
    const auto told_of_it = [&] {
        n.raise_reported();
        return n.lines("log").size() >= 5 + n.answered && n.answered >= 2;
    };
    BOOST_TEST(n.had.until(told_of_it));
    const auto quiet_from = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    n.had.until([&] { return told_of_it() && std::chrono::steady_clock::now() > quiet_from; });
    BOOST_TEST(n.answered <= 10u);
}

BOOST_AUTO_TEST_CASE(an_alarm_that_lasts_is_told_though_others_came_meanwhile_and_over_a_restart) {
    HAD_TRY(::getuid() == 0);
    Notified n("notify_after = 500ms\n");
    n.hooks.add("10-rec", "echo $HAD_EVENT >>" + n.hooks.out("rec"));
    n.begin();
    n.happen(core::NoticeKind::alarm_raised, "bond1/redundancy");
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return n.lines("rec").size() == 1; }));
    n.end(SIGTERM);
    n.start();
    BOOST_TEST(n.had.until([&] { return n.lines("rec").back() == "alarm_raised"; }));
}

BOOST_AUTO_TEST_CASE(the_alarm_of_a_hook_that_is_gone_or_was_mended_meanwhile_is_over) {
    HAD_TRY(::getuid() == 0);
    Notified n;
    n.hooks.add("20-mail", "exit 1");
    n.hooks.add("30-page", "exit 1");
    n.begin();
    n.happen(core::NoticeKind::failover);
    const auto failing = [&] {
        n.raise_reported();
        std::string all;
        for (const core::Alarm& alarm : n.had.daemon.shown.alarms)
            if (alarm.type == "hook-failing") all += alarm.object + "; ";
        return all;
    };
    BOOST_TEST(n.had.until([&] { return failing().size() == 18; }), failing());
    std::filesystem::remove(n.hooks.path / "20-mail");
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return failing() == "30-page; "; }), failing());
    n.end(SIGTERM);
    n.hooks.add("30-page", "exit 0");
    n.start();
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return failing().empty(); }), failing());
    n.hooks.add("30-page", "exit 1");
    n.happen(core::NoticeKind::failover);
    BOOST_TEST(n.had.until([&] { return failing() == "30-page; "; }), failing());
    n.end(SIGTERM);
    std::filesystem::remove(n.hooks.path / "30-page");
    n.start();
    BOOST_TEST(n.had.until([&] { return failing().empty(); }), failing());
}

BOOST_AUTO_TEST_SUITE_END()
