#include "had/core/config/config.hpp"

#include "had/core/config/keys.hpp"

#include "test/boost_test.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace had::core;

namespace {

std::string read(const char* path) {
    std::ifstream file(path);
    BOOST_REQUIRE_MESSAGE(file, path << ": run the tests from the top folder of the checkout");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Lines move when a file is printed anew; everything else must stay.
Config without_lines(Config config) {
    for (auto& one : config.domains) one.line = 0;
    for (auto& one : config.slots) one.line = 0;
    const auto with_net = [](auto& sections) {
        for (auto& one : sections) {
            one.line = 0;
            for (auto& route : one.net.routes) route.line = 0;
            one.watched.line = 0;
        }
    };
    with_net(config.bonds);
    with_net(config.configs);
    with_net(config.vlans);
    for (auto& one : config.devices) one.line = 0;
    for (auto& one : config.monitors) one.line = 0;
    for (auto& one : config.peers) {
        one.line = 0;
        for (auto& lan : one.lans) lan.line = 0;
        for (auto& key : one.keys) key.line = 0;
    }
    config.had.socket_group_line = 0;
    return config;
}

const Config& sample() {
    static const Config config = parse_config(read("etc/had.conf")).config;
    return config;
}

// What stands between two marks and is a configuration, as the reader sees it.
std::vector<std::string> examples(const std::string& page, const std::string& open, const std::string& close) {
    std::vector<std::string> found;
    for (auto at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
        at += open.size();
        std::string text = page.substr(at, page.find(close, at) - at);
        for (auto dash = text.find("\\-"); dash != std::string::npos; dash = text.find("\\-")) text.erase(dash, 1);
        if (text.starts_with("[")) found.push_back(text);
    }
    return found;
}

// The blocks of a Markdown text that are a configuration.
std::vector<std::string> indented(const std::string& page) {
    std::vector<std::string> found;
    std::string block, line;
    for (std::istringstream lines(page + "\n\nend\n"); std::getline(lines, line);) {
        const auto text = line.find_first_not_of(' ');
        if (text == std::string::npos || text >= 4) {
            block += text == std::string::npos ? "\n" : line.substr(text) + '\n';
            continue;
        }
        block.erase(0, std::min(block.find_first_not_of('\n'), block.size()));
        if (block.starts_with("[")) found.push_back(block);
        block.clear();
    }
    return found;
}

// What had.conf(5) says of a key: from its line to the next entry or heading.
std::string entry_of(const std::string& page, const std::string& key) {
    const auto start = page.find(".BI \"" + key + " = \"");
    if (start == std::string::npos) return {};
    return page.substr(start,
                       std::min(page.find("\n.TP", start), page.find("\n.SS", start)) - start);
}

} // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(the_sample_of_2002_has_nothing_to_complain_about) {
    for (const Diagnostic& one : parse_config(read("etc/had.conf")).diagnostics) {
        BOOST_ERROR(to_string(one, "etc/had.conf"));
    }
    BOOST_TEST(sample().had.domains.size() == 2u);
    BOOST_TEST(sample().domains.size() == 2u);
    BOOST_TEST(sample().devices.size() == 5u);
    BOOST_TEST((sample().bond("bond0")->mode() == BondMode::active_backup));
    BOOST_TEST(to_string(sample().config("config1")->net.addresses.at(0)) == "192.168.10.1/24");
    BOOST_TEST(sample().config("config1")->net.broadcasts.empty());
}

// Whole configurations have nothing to complain about; what README shows of one leaves the ports out.
BOOST_AUTO_TEST_CASE(every_example_of_the_documents_is_good) {
    const auto man = examples(read("doc/man/had.conf.5"), ".EX\n", ".EE"), readme = indented(read("README.md"));
    BOOST_TEST(man.size() >= 8u);
    BOOST_TEST(readme.size() >= 6u);
    for (const std::string& text : man)
        for (const Diagnostic& one : parse_config(text).diagnostics)
            BOOST_ERROR(to_string(one, "had.conf(5)") << '\n' << text);
    for (const std::string& text : readme)
        BOOST_TEST(!has_errors(parse_config(text).diagnostics), text);
}

BOOST_AUTO_TEST_CASE(the_normal_form_means_the_same) {
    for (const char* path : {"etc/had.conf", "test/config/33-keys-of-had.conf",
                             "test/config/06-arp-monitor.conf", "test/config/05-lacp.conf",
                             "test/config/08-routes.conf", "test/config/44-monitors.conf",
                             "test/config/09-vlans-and-link-modes.conf",
                             "test/config/04-addresses-of-both-kinds.conf",
                             "test/config/03-where-slots-are.conf"}) {
        const Config first = parse_config(read(path)).config;
        const Config second = parse_config(print(first)).config;
        BOOST_TEST((without_lines(first) == without_lines(second)), path << "\n" << print(first));
    }
}

BOOST_AUTO_TEST_CASE(failback_rise_and_accept_are_understood) {
    const Config config = parse_config(read("test/config/33-keys-of-had.conf")).config;
    const BondConfig& bond = *config.bond("bond0");
    BOOST_TEST((bond.failback == Failback{FailbackKind::after, std::chrono::seconds(30)}));
    BOOST_TEST((bond.rise == Duration(std::chrono::seconds(2))));
    BOOST_TEST(!config.slot("2")->accept.any);
}

BOOST_AUTO_TEST_CASE(routes_vlans_and_speeds_are_understood) {
    const Config routes = parse_config(read("test/config/08-routes.conf")).config;
    const auto& all = routes.bond("bond0")->net.routes;
    BOOST_REQUIRE(all.size() == 5u);
    BOOST_TEST(!all[0].destination);
    BOOST_TEST(all[2].table.value() == 100u);
    BOOST_TEST(all[2].metric.value() == 5u);
    const Config vlans = parse_config(read("test/config/09-vlans-and-link-modes.conf")).config;
    BOOST_TEST(vlans.vlan("vlan5")->id == 5);
    BOOST_TEST(vlans.vlan("vlan7")->on == "1.0");
    BOOST_TEST((vlans.config("config2")->mode == LinkMode{100, Duplex::half, false}));
}

BOOST_AUTO_TEST_CASE(a_port_outranks_its_slot) {
    const Config config = parse_config("[devices]\n2 = all\n2.1 = one\n2.1/1 = unit\n").config;
    BOOST_TEST(config.device({"2", 0, 0})->config == "all");
    BOOST_TEST(config.device({"2", 1, 0})->config == "one");
    BOOST_TEST(config.device({"2", 1, 1})->config == "unit");
    BOOST_TEST(config.device({"2", 1, 2})->config == "all");
    BOOST_TEST(config.device({"3", 0, 0}) == nullptr);
}

BOOST_AUTO_TEST_CASE(this_host_controls_its_domains_and_every_slot_that_is_in_none) {
    const Config config =
        parse_config("[had]\ndomains = A\n[domain A]\nslots = 1-4\n[domain B]\nslots = 5-8\n")
            .config;
    BOOST_TEST(config.domain_of("4") == "A");
    BOOST_TEST(config.domain_of("9") == "");
    BOOST_TEST(config.controls("4"));
    BOOST_TEST(!config.controls("5"));
    BOOST_TEST(config.controls("9"));
    const Config whole = parse_config("[domain B]\nslots = 5-8\n").config;
    BOOST_TEST(whole.controls("5"));
}

BOOST_AUTO_TEST_CASE(the_slots_of_the_file_are_told_in_an_operators_order) {
    const Config config =
        parse_config("[domain A]\nslots = 9-11 front\n[slot 2]\n[devices]\n1.0 = c\n10 = c\n")
            .config;
    BOOST_TEST(config.slot_names() == (std::vector<SlotName>{"1", "2", "9", "10", "11", "front"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_bond_without_a_monitor_gets_one_and_a_warning) {
    const ParsedConfig parsed =
        parse_config("[bond b]\nmode = active-backup\n[config c]\nbond = b\n"
                     "[devices]\n2 = c\n12 = c\n");
    BOOST_TEST(!has_errors(parsed.diagnostics));
    BOOST_TEST(parsed.diagnostics.size() == 1u);
    const BondValue& miimon = parsed.config.bonds.at(0).options.at(BondOption::miimon);
    BOOST_TEST(std::get<std::uint64_t>(miimon) == 100u);
}

BOOST_AUTO_TEST_CASE(a_bond_holds_only_what_the_file_says) {
    BOOST_TEST(sample().bond("bond0")->options.size() == 2u);
    BOOST_TEST(!sample().bond("bond0")->mac_given);
}

BOOST_AUTO_TEST_CASE(a_file_without_end_is_no_danger) {
    std::string text = "[domain A]\nslots =";
    for (int i = 0; i < 60; ++i) text += " 1-9";
    BOOST_TEST(has_errors(parse_config(text).diagnostics));
    BOOST_TEST(
        has_errors(parse_config("[domain A]\nslots = 0-18446744073709551615\n").diagnostics));
    BOOST_TEST(
        has_errors(parse_config("[domain A]\nslots = 0-18446744073709551616\n").diagnostics));
}

BOOST_AUTO_TEST_CASE(the_manual_describes_every_key) {
    const std::string page = read("doc/man/had.conf.5");
    for (const ConfigSection& section : config_sections()) {
        BOOST_TEST(page.find("[" + std::string(section.kind)) != std::string::npos, section.kind);
        for (const std::string_view key : section.keys) {
            const auto aliases = bond_option_aliases();
            const bool alias =
                std::any_of(aliases.begin(), aliases.end(),
                            [&](const BondOptionAlias& one) { return one.name == key; });
            const std::string name(key);
            BOOST_TEST(
                (alias ? page.find(name) != std::string::npos : !entry_of(page, name).empty()),
                section.kind << " " << key);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
