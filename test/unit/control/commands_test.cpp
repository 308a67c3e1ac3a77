#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/hadctl/commands.hpp"

#include "test/unit/control/wire.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

using namespace had;
using namespace std::chrono_literals;
using control::Exit;
using test::Served;

namespace {

struct Result {
    Exit exit = Exit::ok;
    std::string out, trouble;
};

// What the verb writes to standard output, which is a file meanwhile.
Result outcome_of(Exit (*verb)(const hadctl::Options&), const hadctl::Options& options) {
    const test::TempDir dir;
    const std::string name = dir.path / "out";
    Result result;
    std::fflush(stdout);
    const sys::UniqueFd saved(::dup(STDOUT_FILENO));
    const sys::UniqueFd file(::open(name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    ::dup2(file.get(), STDOUT_FILENO);
    try {
        result.exit = verb(options);
    } catch (const control::ClientError& error) {
        result.exit = error.exit;
        result.trouble = error.what();
    }
    ::dup2(saved.get(), STDOUT_FILENO);
    std::ifstream in(name);
    result.out.assign(std::istreambuf_iterator<char>(in), {});
    return result;
}

template <class Meanwhile>
Result run(Served& had, Exit (*verb)(const hadctl::Options&), hadctl::Options options,
           Meanwhile meanwhile) {
    options.socket = had.path;
    auto result = std::async(std::launch::async, outcome_of, verb, options);
    BOOST_TEST(had.until([&] {
        meanwhile();
        return result.wait_for(0s) == std::future_status::ready;
    }));
    return result.get();
}

Result run(Served& had, Exit (*verb)(const hadctl::Options&), const hadctl::Options& options) {
    return run(had, verb, options, [] {});
}

hadctl::Options with_json() {
    hadctl::Options options;
    options.json = true;
    return options;
}

hadctl::Options with_file(std::string file) {
    hadctl::Options options;
    options.file = std::move(file);
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hadctl_commands)

BOOST_AUTO_TEST_CASE(status_ends_with_three_when_the_chassis_is_ill) {
    Served had;
    const Result well = run(had, hadctl::status, {});
    BOOST_TEST((well.exit == Exit::ok));
    BOOST_TEST(well.out.starts_with("chassis  healthy      2 domains, 3 slots"));
    had.daemon.shown = test::bad_day();
    BOOST_TEST((run(had, hadctl::status, {}).exit == Exit::degraded));
    BOOST_TEST(run(had, hadctl::status, with_json()).out.starts_with(R"({"orders":[],"health":"degraded",)"));
}

BOOST_AUTO_TEST_CASE(a_reload_of_which_a_part_waits_ends_with_five) {
    Served had;
    BOOST_TEST((run(had, hadctl::reload, {}).exit == Exit::ok));
    had.daemon.reloaded.waiting = {"bond0: mode: needs reload --force, cuts bond0"};
    const Result waits = run(had, hadctl::reload, {});
    BOOST_TEST((waits.exit == Exit::refused));
    BOOST_TEST(waits.out == "/etc/had.conf is taken\n"
                            "waiting: bond0: mode: needs reload --force, cuts bond0\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_taken_ends_with_six_and_all_its_mistakes) {
    Served had;
    had.daemon.reloaded = {
        false, "/etc/had.conf", {{core::Severity::error, 12, "bond0", "bad"}}, {}};
    const Result result = run(had, hadctl::reload, {});
    BOOST_TEST((result.exit == Exit::bad_config));
    BOOST_TEST(result.out == "/etc/had.conf:12: bond0: bad\n");
    BOOST_TEST(result.trouble == "/etc/had.conf has 1 error; what was in force stays in force");

    had.daemon.planned.diagnostics = had.daemon.reloaded.diagnostics;
    const test::TempDir dir;
    const std::string file = dir.path / "new.conf";
    std::ofstream(file) << "[had]\n";
    BOOST_TEST(run(had, hadctl::plan, with_file(file)).out == file + ":12: bond0: bad\n");
    BOOST_TEST(had.daemon.planned_texts.value().front().text == "[had]\n");
    std::filesystem::create_directory(file + ".d");
    std::ofstream(file + ".d/1.conf") << "[devices]\n";
    run(had, hadctl::plan, with_file(file));
    BOOST_TEST_REQUIRE(had.daemon.planned_texts.value().size() == 2u);
    BOOST_TEST(had.daemon.planned_texts->back().path == file + ".d/1.conf");
    BOOST_TEST(had.daemon.planned_texts->back().text == "[devices]\n");
}

BOOST_AUTO_TEST_CASE(the_whole_configuration_is_shown_with_the_place_of_each_line) {
    Served had;
    const test::TempDir dir;
    const std::string file = dir.path / "f", more = file + ".d/1.conf";
    std::filesystem::create_directory(file + ".d");
    std::ofstream(file) << "; a comment\n[had]\npcidrivers = /dev/null/none\n[bond bond0]\nmode = 1\nmiimon = 100\n";
    std::ofstream(more) << "[bond bond0]\nmtu=9000\n";
    const Result result = run(had, hadctl::show_config, with_file(file));
    const std::string gap(more.size() - file.size() + 2, ' ');
    BOOST_TEST(result.out == file + ":2" + gap + "[had]\n" + file + ":3" + gap + "pcidrivers = /dev/null/none\n\n" +
                                 file + ":4" + gap + "[bond bond0]\n" + file + ":5" + gap + "mode = 1\n" + file + ":6" +
                                 gap + "miimon = 100\n" + more + ":2  mtu = 9000\n");
    hadctl::Options json = with_file(file);
    json.json = true;
    const std::string whole = run(had, hadctl::show_config, json).out;
    BOOST_TEST(whole.starts_with(R"({"files":[")" + file + R"(",")" + more + R"("],"sections":[{"section":"had")"));
    BOOST_TEST(whole.find(R"({"key":"mtu","value":"9000","file":")" + more + R"(","line":2}]}]})") !=
               std::string::npos);
    std::ofstream(more) << "[bond bond0]\nmode = 2\n";
    const Result wrong = run(had, hadctl::show_config, with_file(file));
    BOOST_TEST((wrong.exit == Exit::bad_config));
    BOOST_TEST(wrong.out.find(more + ":2: bond0: 'mode' is given twice, first in " + file + ":5") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_an_order_would_do_is_shown_and_nothing_is_ordered) {
    Served had;
    had.daemon.planned.waiting = {"bond0: mode: needs reload --force, cuts bond0"};
    hadctl::Options options;
    options.slot = "2";
    options.foresee = true;
    const Result shown = run(had, hadctl::offline, options);
    BOOST_TEST((shown.exit == Exit::ok));
    BOOST_TEST(shown.out.find("waiting: bond0: mode") != std::string::npos, shown.out);
    options.slot = "9";
    const Result refused = run(had, hadctl::offline, options);
    BOOST_TEST((refused.exit == Exit::refused));
    BOOST_TEST(refused.trouble == "slot 9 is not let go: it would cut bond0");
    BOOST_TEST(had.daemon.asked.empty());
}

BOOST_AUTO_TEST_CASE(wait_ends_when_the_state_comes) {
    Served had;
    had.daemon.shown = test::bad_day();
    hadctl::Options options;
    options.object = "12.1";
    options.timeout = 10;
    int turns = 0;
    const Result result = run(had, hadctl::wait, options, [&] {
        if (++turns != 20'000) return; // it waits by then, or looks later: either is right
        had.daemon.shown = test::whole_chassis();
        had.server.changed();
    });
    BOOST_TEST((result.exit == Exit::ok));
    BOOST_TEST(result.out == "");
}

BOOST_AUTO_TEST_CASE(wait_has_a_limit_and_knows_what_does_not_exist) {
    Served had;
    hadctl::Options options;
    options.until = core::Health::down;
    options.timeout = 0.05;
    const Result late = run(had, hadctl::wait, options);
    BOOST_TEST((late.exit == Exit::timed_out));
    BOOST_TEST(late.trouble == "the chassis is healthy after 0.05 s, not down");
    options.object = "eth77";
    BOOST_TEST((run(had, hadctl::wait, options).exit == Exit::no_such_object));
}

BOOST_AUTO_TEST_CASE(wait_tells_why_no_backup_port_would_serve_and_ends_when_one_is_proven) {
    Served had;
    had.daemon.shown = test::whole_chassis();
    core::BondView& bond = had.daemon.shown.bonds.at(0);
    bond.provable = true;
    bond.unready = "12.1 is not proven by gw";
    hadctl::Options options;
    options.object = bond.name;
    options.until_ready = true;
    options.timeout = 0.05;
    const Result late = run(had, hadctl::wait, options);
    BOOST_TEST((late.exit == Exit::timed_out));
    BOOST_TEST(late.trouble == "after 0.05 s bond0 is not ready: 12.1 is not proven by gw");

    options.timeout = 10;
    int turns = 0;
    const Result result = run(had, hadctl::wait, options, [&] {
        if (++turns != 20'000) return;
        had.daemon.shown.bonds.at(0).ready = true;
        had.server.changed();
    });
    BOOST_TEST((result.exit == Exit::ok));
}

BOOST_AUTO_TEST_CASE(what_can_never_be_ready_is_not_waited_for) {
    Served had;
    had.daemon.shown = test::whole_chassis();
    core::BondView& bond = had.daemon.shown.bonds.at(0);
    bond.unready = "in mode 802.3ad every port is in use";
    hadctl::Options options;
    options.until_ready = true;
    BOOST_TEST((run(had, hadctl::wait, options).exit == Exit::usage));
    options.object = "12.1";
    BOOST_TEST((run(had, hadctl::wait, options).exit == Exit::usage));
    options.object = "bond9";
    BOOST_TEST((run(had, hadctl::wait, options).exit == Exit::no_such_object));
    options.object = bond.name;
    const Result never = run(had, hadctl::wait, options);
    BOOST_TEST((never.exit == Exit::failed));
    BOOST_TEST(never.trouble == "bond0 can never be ready: in mode 802.3ad every port is in use");
}

BOOST_AUTO_TEST_CASE(monitor_resumes_and_says_when_had_ends) {
    Served had;
    had.happen(2, 5);
    hadctl::Options options;
    options.since = "me:1";
    struct stat usual {
    }, now{};
    ::fstat(STDOUT_FILENO, &usual);
    const Result result =
        run(had, hadctl::monitor, options, [&] { // had ends when the event is told
            ::fstat(STDOUT_FILENO, &now);
            if (now.st_ino != usual.st_ino && now.st_size > 0) had.server.close();
        });
    BOOST_TEST((result.exit == Exit::not_running));
    BOOST_TEST(result.trouble == "the daemon has ended");
    BOOST_TEST(result.out == "2002-05-01T12:00:00.000000Z info    .....\n");
}

// The daemon says again what the text alone tells; what only the files tell is said here.
BOOST_AUTO_TEST_CASE(a_plan_of_a_file_tells_each_warning_once) {
    Served had;
    const test::TempDir dir;
    hadctl::Options options;
    options.file = dir.path / "had.conf";
    std::ofstream(options.file) << "[had]\nsocket_group = no-such-group\npcidrivers = " +
                                       (dir.path / "none").string() + "\n";
    const Result result = run(had, hadctl::plan, options);
    BOOST_TEST((result.exit == Exit::ok), result.trouble);
    BOOST_TEST(result.out.find("there is no group") != std::string::npos, result.out);
    BOOST_TEST(result.out.find("/none: warning: there is no such file") != std::string::npos, result.out);
    std::ofstream(options.file) << "[had]\ndomains = ,\n";
    const Result bad = run(had, hadctl::plan, options);
    BOOST_TEST((bad.exit == Exit::bad_config));
    BOOST_TEST(bad.trouble == options.file + ": it would not be taken");
    BOOST_TEST(bad.out.find(":2: had: 'domains' has no value") != std::string::npos, bad.out);
}

BOOST_AUTO_TEST_CASE(check_needs_nothing_but_the_file) {
    const test::TempDir dir;
    const std::string file = dir.path / "had.conf";
    std::ofstream(file) << "[had]\npcidrivers = " << (dir.path / "none").string()
                        << "\n[bond bond0]\nmode = active-bakup\nmiimon = 100\n";
    const Result bad = outcome_of(hadctl::check, with_file(file));
    BOOST_TEST((bad.exit == Exit::bad_config));
    BOOST_TEST(bad.out.find(file + ":4: bond0: unknown mode 'active-bakup', did you mean "
                                   "'active-backup'?\n") != std::string::npos);
    BOOST_TEST(bad.out.find((dir.path / "none").string() + ": warning: there is no such file") !=
               std::string::npos);
    BOOST_TEST(
        (outcome_of(hadctl::check, with_file(dir.path / "nothing")).exit == Exit::bad_config));
}

BOOST_AUTO_TEST_CASE(alarms_are_listed_with_their_repair_and_noted_by_their_id) {
    Served had;
    Result none = run(had, hadctl::alarms, {});
    BOOST_TEST((none.exit == Exit::ok));
    BOOST_TEST(none.out == "nothing is to be repaired\n");
    had.daemon.shown.alarms = {{.id = "bond0/redundancy",
                                .object = "bond0",
                                .type = "redundancy",
                                .severity = core::AlarmSeverity::major,
                                .raised = "2002-05-01T12:00:00.000001Z",
                                .count = 2,
                                .text = "1 of 2 ports serve",
                                .repair = "put a card into slot 2",
                                .locate = "2"}};
    Result one = run(had, hadctl::alarms, {});
    BOOST_TEST((one.exit == Exit::degraded));
    BOOST_TEST(one.out == "bond0/redundancy  major, since 2002-05-01T12:00:00.000001Z, for the 2. time\n"
                          "    what    1 of 2 ports serve\n"
                          "    repair  put a card into slot 2\n"
                          "    where   slot 2\n");
    const auto read = control::alarms_from_json(run(had, hadctl::alarms, with_json()).out);
    BOOST_TEST((read.value() == had.daemon.shown.alarms));
    hadctl::Options options;
    options.alarm = "bond0/redundancy";
    BOOST_TEST(run(had, hadctl::ack, options).out == "bond0/redundancy: noted\n");
    options.alarm = "bond9/redundancy";
    BOOST_TEST((run(had, hadctl::ack, options).exit == Exit::no_such_object));
}

BOOST_AUTO_TEST_SUITE_END()
