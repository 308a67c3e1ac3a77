#include "had/record/metrics.hpp"

#include "had/record/counting.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/chassis_values.hpp"
#include "test/unit/control/wire.hpp"
#include "test/unit/record/moments.hpp"
#include "test/unit/skip.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

using namespace had;
using namespace had::record;
using namespace had::test;

namespace {

bool has_line(const std::string& text, const std::string& line) {
    return text.find("\n" + line + "\n") != std::string::npos;
}

Figures figures_of(const core::View& view) {
    Figures figures{.view = &view, .version = "3.0.0", .now = at(hour)};
    Told failover = told("failover", "bond0", at(0));
    failover.cause = "carrier";
    failover.by = "had";
    for (const std::int64_t micros : {90, 250, 2'000'000, 60'000'000}) {
        failover.announced_us = micros;
        count(failover, figures.counters);
    }
    figures.open["bond0"] = {.kind = "bond", .object = "bond0", .state = State::down, .begin = at(0)};
    return figures;
}

// Whether a program takes a text.
bool approves(const std::string& command, const std::string& text) {
    const TempDir dir;
    const std::string name = dir.path / "text";
    std::ofstream(name) << text;
    const int status = std::system((command + " <" + name + " >" + name + ".out 2>&1").c_str());
    std::ifstream said(name + ".out");
    const std::string words((std::istreambuf_iterator<char>(said)), {});
    BOOST_TEST_MESSAGE(words);
    return status == 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(the_figures_of_a_whole_chassis) {
    const core::View view = whole_chassis();
    const std::string text = textfile(samples_of(figures_of(view)));
    for (const char* line :
         {"had_up 1", R"(had_build_info{version="3.0.0",api="1"} 1)", R"(had_bond_up{bond="bond0"} 1)",
          R"(had_bond_ports_configured{bond="bond0"} 4)", R"(had_bond_cards_serving{bond="bond0"} 2)",
          R"(had_bond_domains_serving{bond="bond0"} 2)", R"(had_bond_active{bond="bond0",port="2.0"} 1)",
          R"(had_bond_active{bond="bond0",port="2.1"} 0)", R"(had_bond_state{bond="bond0",state="healthy"} 1)",
          R"(had_bond_state{bond="bond0",state="down"} 0)", R"(had_slot_occupied{slot="2",domain="A"} 1)",
          R"(had_alarms{severity="critical"} 0)",
          R"(had_bond_failovers_total{bond="bond0",cause="carrier",by="had"} 4)",
          R"(had_bond_down_seconds_total{bond="bond0",planned="false"} 3600)",
          R"(had_bond_down_seconds_total{bond="bond0",planned="true"} 0)",
          R"(had_bond_failover_duration_seconds_bucket{bond="bond0",le="0.0001"} 1)",
          R"(had_bond_failover_duration_seconds_bucket{bond="bond0",le="0.0003"} 2)",
          R"(had_bond_failover_duration_seconds_bucket{bond="bond0",le="3"} 3)",
          R"(had_bond_failover_duration_seconds_bucket{bond="bond0",le="+Inf"} 4)",
          R"(had_bond_failover_duration_seconds_count{bond="bond0"} 4)", "# TYPE had_port_info gauge",
          "# TYPE had_bond_failovers_total counter"})
        BOOST_TEST(has_line(text, line), line);
    BOOST_TEST(text.find(" info\n") == std::string::npos);     // node_exporter would drop the whole file
    BOOST_TEST(text.find("# EOF") == std::string::npos);
}

// increase() knows nothing of a series that begins with 1.
BOOST_AUTO_TEST_CASE(each_cause_is_there_from_the_beginning_at_0) {
    const core::View view = whole_chassis();
    Figures figures = figures_of(view);
    figures.open["bond9"] = {.kind = "bond", .object = "bond9", .state = State::up, .begin = at(0)};
    for (const Figures& each : {figures, Figures{.open = figures.open, .now = at(0)}}) {
        const std::string text = textfile(samples_of(each));
        for (const char* line :
             {R"(had_bond_failovers_total{bond="bond9",cause="removal",by="had"} 0)",
              R"(had_bond_failovers_total{bond="bond9",cause="kernel",by="kernel"} 0)",
              R"(had_bond_failover_duration_seconds_bucket{bond="bond9",le="+Inf"} 0)",
              R"(had_alarms_raised_total{severity="minor"} 0)", "had_kernel_resyncs_total 0"})
            BOOST_TEST(has_line(text, line), line);
    }
    const std::string text = textfile(samples_of(figures));
    for (const char* line : {R"(had_port_losses_total{port="2.0",cause="transceiver"} 0)",
                             R"(had_port_losses_total{port="16.0",cause="config"} 0)",
                             R"(had_slot_insertions_total{slot="2"} 0)",
                             R"(had_slot_removals_total{slot="2",orderly="false"} 0)",
                             R"(had_slot_removals_total{slot="2",orderly="true"} 0)"})
        BOOST_TEST(has_line(text, line), line);
}

BOOST_AUTO_TEST_CASE(the_causes_are_those_of_the_protocol_and_any_other_is_one_series) {
    std::ifstream in("doc/protocol.md");
    std::string line;
    while (std::getline(in, line) && !line.ends_with("`cause`:")) {
    }
    Counters begun;
    begin("bond", "bond0", begun);
    std::set<std::string> told;
    const std::regex word("`([a-z]+)`");
    while (std::getline(in, line) && !line.starts_with("A failover by")) {
        const std::string causes = line.substr(0, line.find(" | ", 2));
        for (std::sregex_iterator at(causes.begin(), causes.end(), word), end; at != end; ++at) told.insert((*at)[1]);
    }
    BOOST_TEST(told.size() == 13u);
    for (const std::string& cause : told) {
        const auto is_of_it = [&](const auto& one) {
            return one.first.labels.find("cause=\"" + cause + "\"") != std::string::npos;
        };
        BOOST_TEST((std::any_of(begun.begin(), begun.end(), is_of_it)), cause);
    }
    Counters counters;
    for (const char* cause : {"sunspots", "gremlins"}) {
        Told failover = record::Told{};
        failover.event = "failover";
        failover.bond = "bond0";
        failover.cause = cause;
        failover.by = "had";
        count(failover, counters);
    }
    BOOST_TEST(counters.at({"had_bond_failovers", R"(bond="bond0",cause="other",by="had")"}) == 2.0);
}

BOOST_AUTO_TEST_CASE(the_daemons_start_its_file_and_a_port_that_is_kept_back) {
    core::View view = whole_chassis();
    view.bonds.at(0).members.at(1).damped = true;
    const auto text_now = [&] { return textfile(samples_of({.view = &view, .now = at(0)})); };
    for (const char* line : {"had_start_time_seconds 1020254400.000001", "had_config_reload_successful 1",
                             "had_config_reload_timestamp_seconds 1020256200.000001",
                             R"(had_port_damped{port="2.0"} 0)", R"(had_port_damped{port="2.1"} 1)"})
        BOOST_TEST(has_line(text_now(), line), line);
    view.file_refused = "2002-05-01T12:40:00.000001Z";
    BOOST_TEST(has_line(text_now(), "had_config_reload_successful 0"));
}

BOOST_AUTO_TEST_CASE(runs_of_programs_at_events_are_told_also_of_a_daemon_that_is_dead) {
    Figures figures;
    notify::Progress& progress = figures.hooks["failover.d/20-mail"];
    progress.well = 3;
    progress.failed = 1;
    const std::string text = textfile(samples_of(figures));
    for (const char* line : {R"(had_hook_runs_total{hook="failover.d/20-mail",result="well"} 3)",
                             R"(had_hook_runs_total{hook="failover.d/20-mail",result="failed"} 1)"})
        BOOST_TEST(has_line(text, line), line);
}

BOOST_AUTO_TEST_CASE(of_a_daemon_that_is_dead_no_state_is_told) {
    const std::string text = textfile(samples_of({.now = at(0)}));
    BOOST_TEST(text.find("\nhad_up 0\n") != std::string::npos);
    BOOST_TEST(text.find("_state") == std::string::npos);
    BOOST_TEST(text.find("had_bond_up") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(openmetrics_differs_in_names_units_and_its_end) {
    const core::View view = whole_chassis();
    const std::string text = openmetrics(samples_of(figures_of(view)));
    for (const char* line : {"# TYPE had_bond_failovers counter", "# TYPE had_port info", "# TYPE had_build info",
                             "# UNIT had_bond_down_seconds seconds",
                             R"(had_bond_down_seconds_total{bond="bond0",planned="false"} 3600)"})
        BOOST_TEST(has_line(text, line), line);
    BOOST_TEST(text.ends_with("\n# EOF\n"));
}

BOOST_AUTO_TEST_CASE(every_metric_says_what_it_is_once) {
    std::set<std::string_view> names;
    for (const Metric& metric : record::metrics()) {
        BOOST_TEST(names.insert(metric.name).second, metric.name);
        BOOST_TEST(metric.help.ends_with('.'), metric.name);
        BOOST_TEST((metric.unit.empty() || metric.name.ends_with(metric.unit)), metric.name);
        BOOST_TEST(!metric.name.ends_with("_total"), metric.name);
    }
}

BOOST_AUTO_TEST_CASE(each_has_its_row_in_the_document) {
    std::ifstream in("doc/metrics.md");
    std::set<std::string> rows;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("| `had_")) rows.insert(line.substr(0, line.find(" |", 2)));
    for (const Metric& metric : record::metrics()) {
        const char* suffix = metric.type == MetricType::counter ? "_total"
                             : metric.type == MetricType::info  ? "_info" : "";
        BOOST_TEST(rows.erase("| `" + std::string(metric.name) + suffix + "`") == 1u, metric.name);
    }
    BOOST_TEST(rows.empty());
}

BOOST_AUTO_TEST_CASE(labels_may_hold_anything) {
    BOOST_TEST(label("a", "x\"y\\z\n") == R"(a="x\"y\\z\n")");
}

BOOST_AUTO_TEST_CASE(the_tools_of_prometheus_take_both) {
    const core::View view = whole_chassis();
    const auto samples = samples_of(figures_of(view));
    HAD_TRY(std::system("command -v promtool >/dev/null") == 0);
    BOOST_TEST(approves("promtool check metrics", textfile(samples)));
    HAD_TRY(std::system("/usr/bin/python3 -c 'import prometheus_client' 2>/dev/null") == 0);
    BOOST_TEST(approves("/usr/bin/python3 -c 'import sys; from prometheus_client.openmetrics.parser import "
                        "text_string_to_metric_families as f; assert len(list(f(sys.stdin.read()))) > 20'",
                        openmetrics(samples)));
    BOOST_TEST(!approves("promtool check metrics", openmetrics(samples)));
}

BOOST_AUTO_TEST_CASE(what_alerts_and_the_dashboard_ask_for_is_in_the_table) {
    std::set<std::string> names;
    for (const Metric& metric : record::metrics()) {
        const std::string name(metric.name);
        const char* suffix = metric.type == MetricType::counter ? "_total"
                             : metric.type == MetricType::info  ? "_info"
                             : metric.type == MetricType::histogram ? "_bucket" : "";
        names.insert(name + suffix);
    }
    for (const char* file : {"had.rules.yml", "had.rules.test.yml", "had.dashboard.json"}) {
        std::ifstream in(std::string("etc/monitoring/") + file);
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        BOOST_TEST(!text.empty(), file);
        const std::regex word("had_[a-z_]+[a-z]");
        for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at)
            BOOST_TEST(names.contains(at->str()), file << ": " << at->str());
    }
}

BOOST_AUTO_TEST_CASE(each_alert_fires_when_it_should_and_the_stock_one_stays_silent) {
    HAD_TRY(std::system("command -v promtool >/dev/null") == 0);
    BOOST_TEST(approves("promtool check rules etc/monitoring/had.rules.yml", ""));
    BOOST_TEST(approves("promtool test rules etc/monitoring/had.rules.test.yml", ""));
}

BOOST_AUTO_TEST_CASE(nagios_is_told_by_its_codes) {
    const TempDir dir;
    const auto told = [&](const std::string& answer, int rc, const std::string& options = "") {
        std::ofstream(dir.path / "hadctl") << "#!/bin/sh\ncat <<'END'\n" << answer << "\nEND\nexit " << rc << "\n";
        std::filesystem::permissions(dir.path / "hadctl", std::filesystem::perms::owner_all);
        const std::string out = dir.path / "out";
        const int status = std::system(("PATH=" + dir.path.string() + ":/usr/bin:/bin sh etc/monitoring/check_had " +
                                        options + " >" + out).c_str());
        std::ifstream in(out);
        std::string line;
        std::getline(in, line);
        return std::to_string(status / 256) + " " + line;
    };
    const auto alarm = [](const std::string& severity, const std::string& acked = "") {
        return R"({"alarms":[{"id":"bond0/redundancy","severity":")" + severity +
               R"(","raised":"2002-05-01T12:00:00.000001Z","text":"1 of 2","repair":"a card","acked":")" + acked +
               R"("}]})";
    };
    BOOST_TEST(told(R"({"alarms":[]})", 0) ==
               "0 OK - nothing is to be repaired | critical=0 major=0 minor=0 warning=0");
    BOOST_TEST(told(alarm("critical"), 3) ==
               "2 CRITICAL - bond0/redundancy: 1 of 2 | critical=1 major=0 minor=0 warning=0");
    BOOST_TEST(told(alarm("major"), 3) ==
               "1 WARNING - bond0/redundancy: 1 of 2 | critical=0 major=1 minor=0 warning=0");
    BOOST_TEST(told(alarm("major", "2002-05-01T12:01:00Z"), 3).starts_with("0 OK - bond0/redundancy"));
    BOOST_TEST(told("hadctl: had is not running", 9) == "2 CRITICAL - had is not running");
    BOOST_TEST(told("hadctl: no", 4) == "3 UNKNOWN - hadctl: no");
    BOOST_TEST(told(alarm("major"), 3, "-w ten").starts_with("3 UNKNOWN"));
    BOOST_TEST(told(alarm("major"), 3, "-w 99999999").starts_with("0 OK"));
}

BOOST_AUTO_TEST_SUITE_END()
