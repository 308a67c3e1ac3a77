// The alerts as they are shipped, on figures as they were really written.
#include "test/boost_test.hpp"
#include "test/chassis/place.hpp"
#include "test/stories/told_story.hpp"
#include "test/unit/skip.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace had::test;

namespace {

namespace fs = std::filesystem;

// "name{labels}" and its value, of a file in the textfile format.
std::map<std::string, std::string> series_of(const std::string& text) {
    std::map<std::string, std::string> series;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        const std::size_t end = line.rfind(' ');
        if (!line.empty() && line[0] != '#' && end != std::string::npos)
            series[line.substr(0, end)] = line.substr(end + 1);
    }
    return series;
}

// For promtool: a scrape each 15 seconds, ten of the file as it was, and forty of it as it is later.
std::string rules_test(const std::string& before, const std::string& after, const std::string& expected) {
    const auto was = series_of(before), is = series_of(after);
    std::string text = fmt::format("rule_files: [{0}/had.rules.yml, {0}/stock.rules.yml]\nevaluation_interval: 15s\n"
                                   "tests:\n  - interval: 15s\n    input_series:\n",
                                   place().tree + "/etc/monitoring");
    const auto add = [&](const std::string& name, const std::string& values) {
        std::string quoted;
        for (const char c : name) quoted += c == '\'' ? "''" : std::string(1, c);
        text += fmt::format("      - {{series: '{}', values: '{}'}}\n", quoted, values);
    };
    for (const auto& [name, value] : was) {
        const auto later = is.find(name);
        add(name, fmt::format("{}+0x9 {}", value, later == is.end() ? "stale" : later->second + "+0x40"));
    }
    for (const auto& [name, value] : is)
        if (!was.contains(name)) add(name, fmt::format("_x9 {}+0x40", value));
    return text + "    promql_expr_test:\n      - eval_time: 10m\n        expr: count by (alertname) (ALERTS{"
                  "alertstate=\"firing\",alertname=~\"HadBondRedundancyLost|NodeBondingDegraded|HadBondDown\"})\n"
                  "        exp_samples: [" + expected + "]\n";
}

bool promtool_takes(const std::string& test) {
    std::string directory = (fs::temp_directory_path() / "told-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr) throw std::runtime_error("mkdtemp " + directory);
    const std::string file = directory + "/test.yml", said = directory + "/said";
    std::ofstream(file) << test;
    const bool taken = std::system(("promtool test rules " + file + " >" + said + " 2>&1").c_str()) == 0;
    std::ifstream in(said);
    BOOST_TEST_MESSAGE(std::string((std::istreambuf_iterator<char>(in)), {}));
    fs::remove_all(directory);
    return taken;
}

struct Alerts : Told {
    std::string figures() { return guest.read_file("/run/had.prom") + of_node_exporter(); }
    // As node_exporter counts them: the ports of a bond, and those that its monitor takes for well.
    std::string of_node_exporter() {
        return guest.expect("cd /sys/class/net/bond0; ports=$(cat bonding/slaves); n=0; up=0; for port in $ports; do "
                            "n=$((n+1)); grep -qx up lower_$port/bonding_slave/mii_status && up=$((up+1)); done; "
                            "echo \"node_bonding_slaves{master=\\\"bond0\\\"} $n\"; "
                            "echo \"node_bonding_active{master=\\\"bond0\\\"} $up\"") + "\n";
    }
};

const std::string ours = R"({labels: '{alertname="HadBondRedundancyLost"}', value: 1})",
                  stock = R"({labels: '{alertname="NodeBondingDegraded"}', value: 1})";

} // namespace

BOOST_AUTO_TEST_SUITE(told_alerts, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(a_pulled_card_fires_ours_on_the_file_that_was_written_and_not_the_stock_one, Alerts) {
    HAD_TRY(std::system("command -v promtool >/dev/null") == 0);
    guest.wait_until("grep -qx 'had_bond_ports_serving{bond=\"bond0\"} 2' /run/had.prom");
    const std::string whole = figures();
    chassis.pull(active_slot());
    guest.wait_until("grep -qx 'had_bond_ports_serving{bond=\"bond0\"} 1' /run/had.prom");
    const std::string pulled = figures();
    BOOST_TEST(pulled.find("node_bonding_slaves{master=\"bond0\"} 1\nnode_bonding_active{master=\"bond0\"} 1\n") !=
               std::string::npos, pulled);
    BOOST_TEST(promtool_takes(rules_test(whole, pulled, ours)));
    BOOST_TEST(promtool_takes(rules_test(whole, whole, "")));
}

// That the comparison is fair: a cable that is cut fires both.
BOOST_FIXTURE_TEST_CASE(a_cut_cable_fires_both, Alerts) {
    HAD_TRY(std::system("command -v promtool >/dev/null") == 0);
    guest.wait_until("grep -qx 'had_bond_ports_serving{bond=\"bond0\"} 2' /run/had.prom");
    const std::string whole = figures();
    chassis.cut_cable(active_slot(), 0);
    guest.wait_until("grep -qx 'had_bond_ports_serving{bond=\"bond0\"} 1' /run/had.prom");
    guest.wait_until("grep -qx down /sys/class/net/bond0/lower_*/bonding_slave/mii_status");
    BOOST_TEST(promtool_takes(rules_test(whole, figures(), ours + ", " + stock)));
}

BOOST_AUTO_TEST_SUITE_END()
