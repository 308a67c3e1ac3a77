// The limits of a file, each at its edge: what is just below passes, what is just above is refused, and said.
#include "had/core/base/limits.hpp"

#include "had/core/config/config.hpp"
#include "had/core/config/driver_table.hpp"
#include "had/core/base/ini.hpp"
#include "test/boost_test.hpp"

#include <fmt/format.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

using namespace had::core;

namespace {

std::string repeat(std::size_t times, auto line) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += line(i);
    return text;
}

// All that is said of it, a line each.
std::string said(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& one : diagnostics) text += to_string(one, "f") + "\n";
    return text;
}

std::string errors_of(const std::string& text) {
    Diagnostics errors;
    for (Diagnostic& one : parse_config(text).diagnostics)
        if (one.severity == Severity::error) errors.push_back(std::move(one));
    return said(errors);
}

} // namespace

BOOST_AUTO_TEST_SUITE(limits_of_files)

BOOST_AUTO_TEST_CASE(a_file_of_a_mebibyte_is_read_and_one_byte_more_is_not) {
    const std::string fits = "[a]\nk = v\n;" + std::string(limits::file_bytes - 11, 'x');
    BOOST_TEST(said(parse_ini(fits).diagnostics) == "");
    const IniFile file = parse_ini(fits + "x");
    BOOST_TEST(said(file.diagnostics) == "f: the file has 1048577 bytes, at most 1048576 are possible\n");
    BOOST_TEST(file.sections.empty());
}

BOOST_AUTO_TEST_CASE(a_section_line_is_as_long_as_any_and_what_stands_below_a_longer_one_is_not_judged) {
    const std::string fits = "[" + std::string(limits::line_bytes - 2, 'n') + "]\n";
    BOOST_TEST(said(parse_ini(fits).diagnostics) == "");
    const IniFile file = parse_ini("[a]\n[" + std::string(limits::line_bytes - 1, 'n') + "]\nk = v\n[b]\nl = w\n");
    BOOST_TEST(said(file.diagnostics) == "f:2: the line has 200 bytes, at most 199 are possible\n");
    BOOST_TEST((file.sections == std::vector<IniSection>{{"a", 1, {}}, {"b", 4, {{"l", "w", 5}}}}));
}

BOOST_AUTO_TEST_CASE(a_section_too_many_is_told_once_and_the_keys_below_it_fall_into_no_other) {
    const auto section = [](std::size_t i) { return fmt::format("[s{}]\nk = v\n", i); };
    BOOST_TEST(said(parse_ini(repeat(limits::sections, section)).diagnostics) == "");
    const IniFile file = parse_ini(repeat(limits::sections + 2, section) + "[s0]\nl = w\n");
    BOOST_TEST(said(file.diagnostics) == "f:2049: more than 1024 sections\n"
                                         "f:2053: section [s0] is given twice, first in line 1\n");
    BOOST_TEST(file.sections.size() == limits::sections);
    BOOST_TEST(file.sections.front().entries.size() == 2u);
    BOOST_TEST(file.sections.back().entries.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_line_too_many_is_told_once) {
    const auto line = [](std::size_t) { return "k = v\n"; };
    BOOST_TEST(said(parse_ini("[a]\n" + repeat(limits::lines, line)).diagnostics) == "");
    const IniFile file = parse_ini("[a]\n" + repeat(limits::lines + 2, line));
    BOOST_TEST(said(file.diagnostics) == "f:16386: more than 16384 lines\n");
    BOOST_TEST(file.sections[0].entries.size() == limits::lines);
}

BOOST_AUTO_TEST_CASE(all_domains_together_have_so_many_slots_and_no_more) {
    BOOST_TEST(errors_of("[domain A]\nslots = 1-1000\n[domain B]\nslots = 2001-2024\n") == "");
    const std::string expected = "f:4: domain B: the domains have more than 1024 slots\n";
    BOOST_TEST(errors_of("[domain A]\nslots = 1-1000\n[domain B]\nslots = 2001-2025\n") == expected);
    BOOST_TEST(errors_of("[domain A]\nslots = 1-1000\n[domain B]\nslots = 2001-3000 4001-5000\n[domain C]\n"
                         "slots = 5001-6000\n") == expected);
}

BOOST_AUTO_TEST_CASE(a_range_of_the_greatest_numbers_ends) {
    BOOST_TEST(errors_of("[domain A]\nslots = 18446744073709551614-18446744073709551615\n") == "");
    BOOST_TEST(parse_config("[domain A]\nslots = 18446744073709551615-18446744073709551615\n")
                   .config.domains.at(0)
                   .slots.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_section_has_so_many_addresses_and_routes_and_no_more) {
    const auto address = [](std::size_t i) { return fmt::format("address = 10.{}.{}.1/24\n", i / 250, i % 250); };
    const auto route = [](std::size_t i) { return fmt::format("route = 172.16.{}.0/24 via 10.0.0.2\n", i); };
    const std::string head = "[config a]\n";
    BOOST_TEST(errors_of(head + repeat(limits::net_lines, address)) == "");
    BOOST_TEST(errors_of(head + repeat(limits::net_lines + 1, address)) == "f:258: a: more than 256 addresses\n");
    BOOST_TEST(errors_of(head + "address = 10.0.0.1/24\n" + repeat(limits::net_lines, route)) == "");
    BOOST_TEST(errors_of(head + "address = 10.0.0.1/24\n" + repeat(limits::net_lines, route) +
                         "route = 10.9.9.0/24 via 10.0.0.2\n") == "f:259: a: more than 256 routes\n");
}

BOOST_AUTO_TEST_CASE(a_service_waits_for_so_many_and_no_more) {
    const auto link = [](std::size_t i) { return fmt::format("needs = link e{}\n", i); };
    const auto after = [](std::size_t i) { return fmt::format("after = s{}\n", i); };
    const auto others = repeat(limits::needs + 1,
                               [](std::size_t i) { return fmt::format("[service s{}]\ncommand = /bin/true\n", i); });
    const std::string head = "[service a]\ncommand = /bin/true\n";
    BOOST_TEST(errors_of(head + repeat(limits::needs, link)) == "");
    BOOST_TEST(errors_of(head + repeat(limits::needs + 1, link)) == "f:67: service a: more than 64 needs\n");
    BOOST_TEST(errors_of(head + repeat(limits::needs, after) + others) == "");
    BOOST_TEST(errors_of(head + repeat(limits::needs + 1, after) + others) ==
               "f:67: service a: after more than 64 services\n");
}

// Each of them is read at each uevent of the subsystem.
BOOST_AUTO_TEST_CASE(a_match_looks_at_so_many_attributes_and_no_more) {
    const auto attr = [](std::size_t i) { return fmt::format("attr = a{}=x\n", i); };
    const std::string head = "[match a]\nsubsystem = tty\n";
    BOOST_TEST(errors_of(head + repeat(limits::attributes, attr) + "number = b=x\n") == "");
    BOOST_TEST(errors_of(head + repeat(limits::attributes + 1, attr)) == "f:19: match a: more than 16 attributes\n");
}

// Each service after all before it that it may name: 15,000 pairs, which were walked from each to each for minutes.
// No time is asserted: a test that takes minutes is seen.
BOOST_AUTO_TEST_CASE(services_that_wait_for_many_are_judged_at_once) {
    std::string text = "[match x]\nsubsystem = tty\n";
    for (std::size_t i = 0; i < limits::services; ++i) {
        text += fmt::format("[service s{}]\ncommand = /bin/true\nfor = x\n", i);
        for (std::size_t k = i - std::min(i, limits::needs); k < i; ++k) text += fmt::format("after = s{}\n", k);
    }
    BOOST_TEST(errors_of(text) == "");
    BOOST_TEST(errors_of(text + "needs = s0\n") == "");
    BOOST_TEST(errors_of(text + "[service t]\ncommand = /bin/true\nneeds = s255\n").find("more than 256 services") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_hundred_mistakes_are_told_and_then_that_there_are_more) {
    const auto unknown = [](std::size_t i) { return fmt::format("[section{}]\n", i); };
    BOOST_TEST(parse_config(repeat(limits::diagnostics, unknown)).diagnostics.size() == limits::diagnostics);
    const Diagnostics told = parse_config(repeat(limits::sections, unknown)).diagnostics;
    BOOST_TEST(told.size() == limits::diagnostics + 1);
    BOOST_TEST(to_string(told.back(), "f") == "f: more than 100 mistakes, the rest is not told");
    const auto claim = [](std::size_t) { return "id = nonsense\n"; };
    BOOST_TEST(parse_driver_table("[a]\n" + repeat(200, claim)).diagnostics.size() == limits::diagnostics + 1);
}

BOOST_AUTO_TEST_CASE(an_error_behind_a_hundred_warnings_is_not_lost) {
    const auto device = [](std::size_t i) { return fmt::format("{}.0 = a\n", i + 10); };
    const std::string warned = "[domain A]\nslots = 1\n[bond b]\nmode = active-backup\nmiimon = 100\n[config a]\n"
                               "bond = b\n[devices]\n" +
                               repeat(limits::diagnostics + 1, device);
    const Diagnostics only_warnings = parse_config(warned).diagnostics;
    BOOST_TEST(only_warnings.size() == limits::diagnostics + 1);
    BOOST_TEST(!has_errors(only_warnings));
    BOOST_TEST(has_errors(parse_config(warned + "999.0 = nobody\n").diagnostics));
}

BOOST_AUTO_TEST_CASE(a_word_is_guessed_at_when_it_is_short_and_may_be_one_of_few) {
    const std::string word(limits::guess_bytes, 'w');
    std::vector<std::string_view> words{word};
    BOOST_TEST(!did_you_mean(word.substr(1), words).empty());
    BOOST_TEST(!did_you_mean(word, words).empty());
    BOOST_TEST(did_you_mean(word + "w", words).empty());
    words.resize(limits::guesses, "else");
    BOOST_TEST(!did_you_mean(word, words).empty());
    words.push_back("else");
    BOOST_TEST(did_you_mean(word, words).empty());
}

// Every row that stands in the document stands in the code, with the same number, and the other way round.
BOOST_AUTO_TEST_CASE(the_document_has_the_same_limits_as_the_code) {
    std::ifstream file("doc/protocol.md");
    std::set<std::string> told, meant;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) inside = line == "## Limits";
        if (!inside || !line.starts_with("| ") || line.starts_with("| | |")) continue;
        const auto second = line.find(" | ", line.find(" | ") + 3);
        told.insert(line.substr(0, second));
    }
    for (const limits::Row& row : limits::table)
        meant.insert(fmt::format("| {} | {}{}{}", row.what, row.value, row.unit.empty() ? "" : " ", row.unit));
    BOOST_TEST(told.size() == limits::table.size());
    BOOST_CHECK_EQUAL_COLLECTIONS(told.begin(), told.end(), meant.begin(), meant.end());
}

BOOST_AUTO_TEST_SUITE_END()
