#include "had/core/base/ini.hpp"

#include "test/boost_test.hpp"

#include <string>

using namespace had::core;

namespace {

// The first complaint as an operator reads it, or an empty string.
std::string complaint(std::string_view text) {
    const IniFile file = parse_ini(text);
    return file.diagnostics.empty() ? "" : to_string(file.diagnostics.front(), "f");
}

std::string value_of(std::string_view text) {
    const IniFile file = parse_ini(text);
    BOOST_TEST_REQUIRE(file.sections.size() == 1u);
    BOOST_TEST_REQUIRE(file.sections[0].entries.size() == 1u);
    return file.sections[0].entries[0].value;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ini)

BOOST_AUTO_TEST_CASE(sections_keys_and_lines_come_in_the_files_order) {
    const IniFile file = parse_ini("; head\n\n[bond bond0]\nmode = active-backup\nmiimon: 100\n"
                                   "[domain A]\n[devices]\n2.0 = config2\n2.0 = config3");
    BOOST_TEST(file.diagnostics.empty());
    const std::vector<IniSection> expected = {
        {"bond bond0", 3, {{"mode", "active-backup", 4}, {"miimon", "100", 5}}},
        {"domain A", 6, {}},
        {"devices", 7, {{"2.0", "config2", 8}, {"2.0", "config3", 9}}}};
    BOOST_TEST((file.sections == expected));
}

BOOST_AUTO_TEST_CASE(comments_are_whole_lines_or_follow_a_blank_and_a_semicolon) {
    BOOST_TEST(value_of("[a]\n# one\n  ; two, indented\nk = v ; three\n") == "v");
    BOOST_TEST(value_of("[a] ; note\nk = x;y") == "x;y");
    BOOST_TEST(value_of("[a]\nk = x#y") == "x#y");
    BOOST_TEST(value_of("[a]\nk = a=\"x # y\"") == "a=\"x # y\"");
}

// One mistake, and what stands before it is judged for itself.
BOOST_AUTO_TEST_CASE(another_mark_of_a_comment_behind_a_value_is_told_once) {
    for (const char* line : {"k = x # y", "k = x #", "k = x #y ; z", "k = x\t#y", "k = # y", "k = #"}) {
        const IniFile file = parse_ini(std::string("[a]\n") + line + "\n");
        BOOST_TEST_REQUIRE(file.diagnostics.size() == 1u, line);
        BOOST_TEST(to_string(file.diagnostics[0], "f")
                       .ends_with("stands behind the value, a comment there begins with ';'"));
        const auto& entries = file.sections[0].entries;
        BOOST_TEST((entries.empty() ? std::string("x") : entries[0].value) == "x", line);
    }
}

BOOST_AUTO_TEST_CASE(white_space_around_names_and_values_does_not_count) {
    const IniFile file = parse_ini("[ bond \t bond0 ]  \nmode\t=  x y  \n");
    BOOST_TEST(file.diagnostics.empty());
    BOOST_TEST(file.sections[0].name == "bond bond0");
    BOOST_TEST((file.sections[0].entries[0] == IniEntry{"mode", "x y", 2}));
}

BOOST_AUTO_TEST_CASE(a_section_name_longer_than_inihs_memory_is_kept_whole) {
    const std::string name = "bond " + std::string(90, 'b');
    BOOST_TEST(parse_ini("[" + name + "]\n").sections[0].name == name);
}

BOOST_AUTO_TEST_CASE(a_line_that_inih_would_split_is_an_error_and_the_next_keeps_its_number) {
    const std::string fits = "k = " + std::string(195, 'v');
    BOOST_TEST(value_of("[a]\n" + fits + "\n").size() == 195u);
    const IniFile file = parse_ini("[a]\n" + fits + "v\nnext = 1\n");
    BOOST_TEST(to_string(file.diagnostics.at(0), "f") ==
               "f:2: the line has 200 bytes, at most 199 are possible");
    BOOST_TEST((file.sections[0].entries == std::vector<IniEntry>{{"next", "1", 3}}));
}

BOOST_AUTO_TEST_CASE(a_long_comment_harms_nobody) {
    BOOST_TEST(value_of("[a]\n; " + std::string(500, 'x') + "\nk = v\n") == "v");
}

BOOST_AUTO_TEST_CASE(an_indented_line_is_an_error_and_not_a_continuation) {
    const IniFile file = parse_ini("[a]\nk = v\n  l = w\n\t[b]\nm = x\n");
    BOOST_TEST_REQUIRE(file.diagnostics.size() == 2u);
    BOOST_TEST(to_string(file.diagnostics[0], "f") ==
               "f:3: the line is indented, every line starts in the first column");
    BOOST_TEST(file.diagnostics[1].line == 4u);
    const std::vector<IniSection> expected = {{"a", 1, {{"k", "v", 2}, {"l", "w", 3}}},
                                              {"b", 4, {{"m", "x", 5}}}};
    BOOST_TEST((file.sections == expected));
}

BOOST_AUTO_TEST_CASE(keys_below_an_unclosed_section_do_not_fall_into_the_one_above) {
    const IniFile file = parse_ini("[a]\nk = v\n[b\nl = w\n");
    BOOST_TEST(to_string(file.diagnostics.at(0), "f") == "f:3: '[b' lacks its ']'");
    const std::vector<IniSection> expected = {{"a", 1, {{"k", "v", 2}}}, {"b", 3, {{"l", "w", 4}}}};
    BOOST_TEST((file.sections == expected));
}

BOOST_AUTO_TEST_CASE(every_malformed_line_is_an_error_with_its_number) {
    BOOST_TEST(complaint("[a]\nmode\n") == "f:2: 'mode' is neither 'key = value' nor '[section]'");
    BOOST_TEST(complaint("[a]\nk ; = v") ==
               "f:2: 'k ; = v' is neither 'key = value' nor '[section]'");
    BOOST_TEST(complaint("[a]\nmode =\n") == "f:2: 'mode' has no value");
    BOOST_TEST(complaint("[a]\n= v\n") == "f:2: 'v' has no key in front of it");
    BOOST_TEST(complaint("\nk = v\n[a]\n") == "f:2: 'k' stands before any [section]");
    BOOST_TEST(complaint("[]\n") == "f:1: the section has no name");
    BOOST_TEST(complaint("[ ]\n") == "f:1: the section has no name");
    BOOST_TEST(complaint("[a] k = v\n") ==
               "f:1: 'k = v' stands behind '[a]', a comment there begins with ';'");
    BOOST_TEST(complaint("[a]\n[b]\n[a]\n") == "f:3: section [a] is given twice, first in line 1");
}

BOOST_AUTO_TEST_CASE(text_from_another_world_is_told_as_what_it_is) {
    BOOST_TEST(complaint("\xEF\xBB\xBF[a]\n") ==
               "f:1: the file begins with a UTF-8 byte order mark, save it without one");
    const IniFile windows = parse_ini("[a]\r\nk = v\r\n");
    BOOST_TEST_REQUIRE(windows.diagnostics.size() == 1u);
    BOOST_TEST(to_string(windows.diagnostics[0], "f") ==
               "f:1: the line ends in CR LF, save the file with plain line ends");
    BOOST_TEST((windows.sections[0].entries[0] == IniEntry{"k", "v", 2}));
    BOOST_TEST(complaint(std::string_view("[a]\nk = a\0b\n", 12)) ==
               "f:2: the line contains the byte 0x00, this is not a text file");
}

BOOST_AUTO_TEST_CASE(a_file_of_nonsense_ends_after_a_hundred_mistakes) {
    std::string text;
    for (int i = 0; i < 10000; ++i)
        text += "nonsense\n";
    const IniFile file = parse_ini(text);
    BOOST_TEST(file.diagnostics.size() == 101u);
    BOOST_TEST(file.diagnostics.back().text == "more than 100 mistakes, the rest is not told");
    BOOST_TEST((file.diagnostics.back().severity == Severity::error));
}

BOOST_AUTO_TEST_CASE(a_repeated_section_adds_to_the_first_so_that_all_its_keys_are_judged) {
    const IniFile file = parse_ini("[a]\nk = v\n[a]\nl = w\n");
    const std::vector<IniSection> expected = {{"a", 1, {{"k", "v", 2}, {"l", "w", 4}}}};
    BOOST_TEST((file.sections == expected));
}

BOOST_AUTO_TEST_CASE(nothing_at_all_is_a_file_without_sections) {
    BOOST_TEST(parse_ini("").sections.empty());
    BOOST_TEST(parse_ini("\n\n").diagnostics.empty());
}

BOOST_AUTO_TEST_SUITE_END()
