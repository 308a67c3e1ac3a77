// Services as units: what systemd tells of a unit moves the service, and nothing else does.
#include "had/sys/service_units.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <csignal>
#include <fmt/format.h>
#include <memory>

using namespace had;
using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

// It writes down what it is asked, and answers when the test says so.
struct FakeManager final : sys::UnitManager {
    Listener listener;
    bool up = true;
    std::vector<std::string> asked;
    std::vector<sys::TransientUnit> units;
    std::vector<Answer> answers;
    std::vector<Look> looks;

    void listen(Listener one) override { listener = std::move(one); }
    [[nodiscard]] bool is_up() const override { return up; }
    [[nodiscard]] Duration answers_within() const override { return 0s; }
    void note(const std::string& what, Answer answer) {
        asked.push_back(what);
        answers.push_back(std::move(answer));
    }
    void start(const sys::TransientUnit& unit, Answer answer) override {
        units.push_back(unit);
        note("run " + unit.name, std::move(answer));
    }
    void start(const std::string& unit, Answer answer) override { note("start " + unit, std::move(answer)); }
    void stop(const std::string& unit, Answer answer) override { note("stop " + unit, std::move(answer)); }
    void kill(const std::string& unit, Answer answer) override { note("kill " + unit, std::move(answer)); }
    void look(const std::string& unit, Look look) override {
        asked.push_back("look " + unit);
        looks.push_back(std::move(look));
    }
};

const ServiceKey dsl{"dsl", ""};
const std::string unit = "had-dsl.service";

struct Life {
    sys::Loop loop;
    std::vector<std::string> told, logged;
    FakeManager& manager;
    sys::ServiceUnits units;
    sys::ServiceRecord record;

    Life() : Life(std::make_unique<FakeManager>()) {}
    explicit Life(std::unique_ptr<FakeManager> its)
        : manager(*its),
          units(loop, std::move(its), [this](const ServiceEvent& event) { hear(event); },
                [this](const std::string& text) { logged.push_back(text); }) {}

    void hear(const ServiceEvent& event) {
        std::visit(overloaded{[&](const ServiceStarted& e) { told.push_back(fmt::format("started {}", e.pid)); },
                              [&](const ServiceSeen&) { told.emplace_back("seen"); },
                              [&](const ServiceReady&) { told.emplace_back("ready"); },
                              [&](const ServiceEnded& e) { told.push_back(to_string(e.end)); },
                              [&](const HelperEnded& e) { told.push_back("helper: " + to_string(e.end)); },
                              [](const auto&) {}},
                   event);
    }
    void start(Launch launch = {.key = dsl, .words = {"sh", "-c", "x"}, .command = "its command", .device = 7}) {
        units.start(launch, [this](const sys::ServiceRecord& one) { record = one; });
    }
    void answer(const sys::UnitAnswer& one = {.job = "/job/1"}) {
        const auto last = std::move(manager.answers.back());
        manager.answers.pop_back();
        last(one);
    }
    void looked(const sys::UnitState& state) {
        BOOST_REQUIRE(!manager.looks.empty());
        const auto last = std::move(manager.looks.back());
        manager.looks.pop_back();
        last(state);
    }
    void changed(const sys::UnitState& state, const std::string& name = unit) {
        manager.listener.changed(name, state);
    }
    // It is executed.
    void run() {
        start();
        answer();
        changed({.active = "active", .sub = "running", .pid = 42});
        manager.listener.job_over("/job/1", "done");
        looked({.load = "loaded", .active = "active", .sub = "running", .pid = 42});
        told.clear();
        manager.asked.clear();
    }
    void gone() {
        manager.listener.removed(unit);
        looked({.load = "not-found", .active = "inactive", .sub = "dead"});
    }
    [[nodiscard]] std::string all() const { return fmt::format("{}", fmt::join(told, ", ")); }
    [[nodiscard]] std::string asked() const { return fmt::format("{}", fmt::join(manager.asked, ", ")); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(service_units)

BOOST_AUTO_TEST_CASE(a_unit_is_named_after_its_service_and_no_probe_has_the_name_of_a_service) {
    BOOST_TEST(sys::unit_name(dsl) == "had-dsl.service");
    BOOST_TEST(sys::unit_name(ServiceKey{"at", "tty/ACM0@!"}) == "had-at@tty\\x2fACM0\\x40\\x21.service");
    BOOST_TEST(sys::unit_name(Helper{{"dsl", ""}, HelperKind::probe}) == "had.probe-dsl.service");
    BOOST_TEST(sys::unit_name(ServiceKey{"probe-dsl", ""}) != sys::unit_name(Helper{dsl, HelperKind::probe}));
}

BOOST_AUTO_TEST_CASE(it_is_written_down_before_it_is_asked_for_and_up_when_systemd_says_so) {
    Life life;
    life.start({.key = dsl, .words = {"sh", "-c", "x y"}, .command = "c", .device = 7, .notifies = true,
                .stop_timeout = 3s});
    BOOST_TEST((life.record == sys::ServiceRecord{.device = 7, .command = "c", .unit = unit}));
    const sys::TransientUnit& asked = life.manager.units.at(0);
    BOOST_TEST(asked.type == "notify");
    BOOST_TEST((asked.stop_timeout == 3s));
    BOOST_TEST(asked.words.at(0).ends_with("/sh"));
    BOOST_TEST(asked.words.at(2) == "x y");
    life.changed({.active = "failed"});       // of the run before
    life.answer();
    life.changed({.active = "activating", .sub = "start", .pid = 41});
    BOOST_TEST(life.all() == "");
    life.changed({.active = "active"});
    BOOST_TEST(life.all() == "started 41, ready");
}

BOOST_AUTO_TEST_CASE(it_has_ended_when_systemd_has_forgotten_it_and_its_code_is_known) {
    Life life;
    life.run();
    life.changed({.code = CLD_EXITED, .status = 16});
    life.changed({.active = "failed", .sub = "failed"});
    BOOST_TEST(life.all() == "");
    BOOST_TEST(life.units.has(dsl));
    life.gone();
    BOOST_TEST(life.all() == "it ended with 16");
    BOOST_TEST(!life.units.has(dsl));
}

BOOST_AUTO_TEST_CASE(it_counts_as_ended_although_somebody_keeps_the_dead_unit) {
    Life life;
    life.run();
    life.changed({.active = "inactive", .code = CLD_KILLED, .status = SIGKILL});
    BOOST_TEST(had::test::wait_for(life.loop, [&] { return !life.told.empty(); }));
    BOOST_TEST(life.all() == "signal 9 ended it");
}

BOOST_AUTO_TEST_CASE(a_reload_of_systemds_files_removes_a_unit_and_has_it_again) {
    Life life;
    life.run();
    life.manager.listener.removed(unit);
    life.looked({.load = "loaded", .active = "active", .sub = "running", .pid = 42});
    BOOST_TEST(life.all() == "");
    BOOST_TEST(life.units.has(dsl));
}

BOOST_AUTO_TEST_CASE(what_runs_runs_on_although_its_file_cannot_be_read_any_more) {
    Life life;
    life.run();
    for (const char* load : {"bad-setting", "not-found", "masked"}) {
        life.manager.listener.removed(unit);
        life.looked({.load = load, .active = "active", .sub = "running", .pid = 42});
        BOOST_TEST(life.all() == "");
        BOOST_TEST(life.units.has(dsl));
    }
    life.manager.listener.removed(unit);
    life.looked({.load = "bad-setting", .active = "inactive", .sub = "dead"});
    BOOST_TEST(!life.units.has(dsl));
}

BOOST_AUTO_TEST_CASE(a_program_that_cannot_be_executed_is_told_with_the_place_where_the_reason_stands) {
    Life life;
    BOOST_CHECK_EXCEPTION(life.start({.key = dsl, .words = {"no-such-program"}, .command = "c"}), std::exception,
                          [](const auto& e) { return std::string(e.what()) == "No such file or directory"; });
    BOOST_TEST(!life.units.has(dsl));
    life.start();
    life.answer();
    life.changed({.active = "failed", .code = CLD_EXITED, .status = 203});
    life.manager.listener.job_over("/job/1", "failed");
    life.gone();
    BOOST_TEST(life.all() == "it cannot be executed: `journalctl -u had-dsl.service` says why");
}

BOOST_AUTO_TEST_CASE(a_unit_that_systemd_refuses_is_told_and_a_lost_run_of_its_name_is_stopped) {
    Life life;
    life.start({.key = dsl, .unit = "vpn.service"});
    BOOST_TEST(life.asked() == "start vpn.service");
    life.answer({.error = "Unit vpn.service is masked."});
    BOOST_TEST(life.all() == "systemd does not start it: Unit vpn.service is masked.");
    life.told.clear();
    life.manager.asked.clear();
    life.start();
    life.answer({.error = "Unit had-dsl.service already exists.", .exists = true});
    BOOST_TEST(life.all() == "systemd does not start it: Unit had-dsl.service already exists.");
    BOOST_TEST(!life.units.has(dsl));
    life.looked({.load = "loaded", .active = "active", .transient = true});
    BOOST_TEST(life.asked() == "run had-dsl.service, look had-dsl.service, stop had-dsl.service");
}

BOOST_AUTO_TEST_CASE(a_unit_of_the_name_that_has_a_file_is_not_stopped) {
    Life life;
    life.start();
    life.answer({.error = "Unit had-dsl.service was already loaded.", .exists = true});
    life.looked({.load = "loaded", .active = "active", .transient = false});
    BOOST_TEST(life.asked() == "run had-dsl.service, look had-dsl.service");
}

BOOST_AUTO_TEST_CASE(a_job_that_starts_nothing_is_an_end) {
    Life life;
    life.start({.key = dsl, .unit = "vpn.service"});
    life.answer();
    life.manager.listener.job_over("/job/1", "dependency");
    life.looked({.load = "loaded", .active = "inactive", .sub = "dead", .code = 0, .status = 0});
    BOOST_TEST(life.all() == "systemd does not start it: its job ended with 'dependency'");
}

BOOST_AUTO_TEST_CASE(a_unit_that_would_restart_by_itself_is_stopped) {
    Life life;
    life.start({.key = dsl, .unit = "vpn.service"});
    life.answer();
    life.changed({.active = "activating", .sub = "auto-restart"}, "vpn.service");
    life.changed({.active = "activating", .sub = "auto-restart"}, "vpn.service");
    BOOST_TEST(life.asked() == "start vpn.service, stop vpn.service");
}

BOOST_AUTO_TEST_CASE(a_stop_that_comes_before_the_answer_follows_it_and_kill_outranks_it) {
    Life life;
    life.start();
    life.units.stop(dsl, false);
    life.units.stop(dsl, true);
    BOOST_TEST(life.asked() == "run had-dsl.service");
    life.answer();
    BOOST_TEST(life.asked() == "run had-dsl.service, kill had-dsl.service");
    // It had ended before the signal came: no change is told.
    life.answer({.error = "Unit had-dsl.service not loaded."});
    life.looked({.load = "not-found", .active = "inactive"});
    BOOST_TEST(life.all() == "it ended, nobody knows how");
    life.manager.asked.clear();
    life.units.stop(dsl, false);
    BOOST_TEST(life.asked() == "");
}

BOOST_AUTO_TEST_CASE(while_the_bus_is_away_nothing_ends_and_afterwards_all_are_looked_at) {
    Life life;
    life.run();
    life.manager.up = false;
    life.manager.listener.down("Connection reset by peer");
    BOOST_TEST(life.logged.size() == 1U);
    BOOST_CHECK_THROW(life.start({.key = {"other", ""}, .words = {"sh"}}), std::exception);
    life.units.stop(dsl, false);
    BOOST_TEST(life.asked() == "");
    BOOST_TEST(life.all() == "");
    life.manager.up = true;
    life.manager.listener.up();
    life.looked({.load = "loaded", .active = "active", .sub = "running", .pid = 42});
    BOOST_TEST(life.asked() == "look had-dsl.service, stop had-dsl.service");
    life.changed({.active = "inactive", .code = CLD_KILLED, .status = SIGTERM});
    life.gone();
    BOOST_TEST(life.all() == "signal 15 ended it");
}

BOOST_AUTO_TEST_CASE(a_start_whose_answer_is_lost_is_looked_at_and_may_run_all_the_same) {
    Life life;
    life.start();
    life.answer({.error = "Method call timed out", .lost = true});
    BOOST_TEST(life.asked() == "run had-dsl.service, look had-dsl.service");
    life.looked({.load = "loaded", .active = "inactive", .sub = "dead"});     // its job has not begun
    life.looked({.load = "loaded", .active = "active", .sub = "running", .pid = 42});
    BOOST_TEST(life.all() == "started 42, ready");
}

BOOST_AUTO_TEST_CASE(a_stop_whose_answer_is_lost_is_asked_for_again) {
    Life life;
    life.run();
    life.units.stop(dsl, false);
    life.answer({.error = "Method call timed out", .lost = true});
    life.looked({.load = "loaded", .active = "active", .sub = "running", .pid = 42});
    BOOST_TEST(life.asked() == "stop had-dsl.service, look had-dsl.service, stop had-dsl.service");
    life.manager.asked.clear();
    life.manager.listener.down("Connection reset by peer");
    life.manager.listener.up();
    life.looked({.load = "loaded", .active = "active", .sub = "running", .pid = 42});
    BOOST_TEST(life.asked() == "look had-dsl.service, stop had-dsl.service");
    life.answer();
    life.looked({.load = "loaded", .active = "deactivating", .sub = "stop-sigterm", .pid = 42});
    BOOST_TEST(life.asked() == "look had-dsl.service, stop had-dsl.service, look had-dsl.service");
}

BOOST_AUTO_TEST_CASE(the_next_daemon_finds_what_runs_and_what_has_ended_meanwhile) {
    Life life;
    BOOST_TEST((life.units.adopt(dsl, {.command = "c", .unit = unit}) == sys::Adoption::asked));
    BOOST_TEST((life.units.adopt({"vpn", ""}, {.command = "c", .unit = "vpn.service"}) == sys::Adoption::asked));
    BOOST_TEST(life.asked() == "look had-dsl.service, look vpn.service");
    BOOST_CHECK_THROW(life.start(), std::exception);
    life.looked({.load = "loaded", .active = "inactive", .sub = "dead"});
    BOOST_TEST(life.all() == "it ended, nobody knows how");
    life.told.clear();
    life.looked({.load = "loaded", .active = "active", .sub = "running", .pid = 9});
    BOOST_TEST(life.all() == "seen, started 9, ready");
}

BOOST_AUTO_TEST_CASE(what_still_starts_when_the_next_daemon_comes_is_seen_and_nothing_more) {
    Life life;
    life.units.adopt(dsl, {.command = "c", .unit = unit});
    life.looked({.load = "loaded", .active = "activating", .sub = "start", .pid = 9});
    BOOST_TEST(life.all() == "seen");
    life.changed({.active = "active", .sub = "running", .pid = 9});
    BOOST_TEST(life.all() == "seen, started 9, ready");
}

BOOST_AUTO_TEST_CASE(a_probe_is_a_unit_with_a_time_of_which_the_journal_says_nothing) {
    Life life;
    const Helper probe{dsl, HelperKind::probe};
    life.units.run(probe, {"sh", "-c", "exit 1"}, 10s);
    BOOST_TEST(life.manager.units.at(0).quiet);
    BOOST_TEST((life.manager.units.at(0).limit == 10s));
    BOOST_CHECK_THROW(life.units.run(probe, {"sh"}, 10s), std::exception);
    life.answer();
    life.changed({.active = "failed", .code = CLD_EXITED, .status = 1}, "had.probe-dsl.service");
    life.manager.listener.job_over("/job/1", "done");
    life.looked({.load = "not-found", .active = "inactive"});
    BOOST_TEST(life.all() == "helper: it ended with 1");
}

// The reason why an end is told again: the daemon was out of memory when it heard of it.
BOOST_AUTO_TEST_CASE(an_end_that_could_not_be_heard_is_told_again) {
    sys::Loop loop;
    auto its = std::make_unique<FakeManager>();
    FakeManager& manager = *its;
    int heard = 0;
    sys::ServiceUnits units(loop, std::move(its), [&](const ServiceEvent&) {
        if (++heard == 1) throw std::bad_alloc();
    }, [](const std::string&) {});
    units.adopt(dsl, {.command = "c", .unit = unit});
    BOOST_CHECK_THROW(manager.looks.at(0)({.load = "not-found"}), std::bad_alloc);
    BOOST_TEST(units.has(dsl));
    BOOST_TEST(had::test::wait_for(loop, [&] { return heard == 2; }));
    BOOST_TEST(!units.has(dsl));
}

// It does not change, so nothing else would ever tell of it.
BOOST_AUTO_TEST_CASE(a_unit_that_is_adopted_is_looked_at_again_when_the_answer_is_lost) {
    Life life;
    life.units.adopt(dsl, {.word = sys::RecordWord::ready, .unit = unit});
    BOOST_TEST(life.asked() == "look had-dsl.service");
    life.manager.looks.clear();
    BOOST_TEST(had::test::wait_for(life.loop, [&] { return !life.manager.looks.empty(); }, 30s));
    life.looked({.load = "loaded", .active = "active", .sub = "running", .pid = 42});
    BOOST_TEST(life.all() == "seen, started 42, ready");
}

BOOST_AUTO_TEST_SUITE_END()
