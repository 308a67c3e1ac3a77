#include "had/core/config/driver_table.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

namespace {

DriverTable table_of(std::string_view text) {
    const ParsedDriverTable parsed = parse_driver_table(text);
    for (const Diagnostic& d : parsed.diagnostics)
        BOOST_TEST_MESSAGE(to_string(d, "t"));
    BOOST_TEST(!has_errors(parsed.diagnostics));
    return parsed.table;
}

// Everything that is wrong, a line each.
std::string complaints(std::string_view text) {
    std::string all;
    for (const Diagnostic& d : parse_driver_table(text).diagnostics)
        all += to_string(d, "t") + "\n";
    return all;
}

// The modules in the order in which they are tried: "a b".
std::string tried(const DriverTable& table, const CardId& card) {
    std::string modules;
    for (const DriverMatch& match : lookup(table, card))
        modules += (modules.empty() ? "" : " ") + match.entry->module;
    return modules;
}

constexpr CardId card{0x8086, 0x100e, 0x1af4, 0x1100, 0x020000};

} // namespace

BOOST_AUTO_TEST_SUITE(driver_table)

BOOST_AUTO_TEST_CASE(a_section_is_a_module_with_its_claims) {
    const DriverTable table = table_of("; table\n"
                                       "[virtio_pci]\n"
                                       "id = 1af4:1000\n"
                                       "id = 1AF4:1041 1af4:*:*:0001\n"
                                       "class = 0280\n"
                                       "options = force_legacy=1 name=\"two words\"\n"
                                       "also = virtio_net failover\n");
    const DriverEntry expected{"virtio_pci",
                               {{0x1af4, 0x1000, {}, {}, {}, 3},
                                {0x1af4, 0x1041, {}, {}, {}, 4},
                                {0x1af4, {}, {}, 0x0001, {}, 4},
                                {{}, {}, {}, {}, 0x0280, 5}},
                               "force_legacy=1 name=\"two words\"",
                               {"virtio_net", "failover"},
                               2};
    BOOST_TEST((table.entries == std::vector<DriverEntry>{expected}));
}

BOOST_AUTO_TEST_CASE(the_printed_table_parses_to_itself) {
    const std::string text =
        "[a]\nid = 8086:100e\nid = 8086:*\nid = 8086:100e:1028:*\nclass = 0200\n"
        "options = x=1 y\nalso = b c\n\n[b]\nid = *:*\n";
    BOOST_TEST(print(table_of(text)) == text);
}

BOOST_AUTO_TEST_CASE(the_most_specific_claim_wins_whatever_the_order) {
    const DriverTable table = table_of("[by_anything]\nid = *:*\n[by_class]\nclass = 0200\n"
                                       "[by_vendor]\nid = 8086:*\n[by_device]\nid = 8086:100e\n"
                                       "[by_subvendor]\nid = 8086:100e:1af4:*\n"
                                       "[by_subsystem]\nid = 8086:100e:1af4:1100\n");
    BOOST_TEST(tried(table, card) ==
               "by_subsystem by_subvendor by_device by_vendor by_class by_anything");
}

BOOST_AUTO_TEST_CASE(equal_claims_are_tried_in_the_files_order) {
    const DriverTable table = table_of("[8139cp]\nid = 10ec:8139\n[8139too]\nid = 10ec:8139\n");
    BOOST_TEST(tried(table, {0x10ec, 0x8139, 0x1af4, 0x1100, 0x020000}) == "8139cp 8139too");
}

BOOST_AUTO_TEST_CASE(a_module_stands_once_among_the_candidates_with_its_best_claim) {
    const DriverTable table = table_of("[e1000]\nclass = 0200\nid = 8086:*\nid = 8086:100e\n");
    const auto matches = lookup(table, card);
    BOOST_TEST_REQUIRE(matches.size() == 1u);
    BOOST_TEST(to_string(*matches[0].claim) == "id = 8086:100e");
}

BOOST_AUTO_TEST_CASE(a_card_that_nobody_claims_has_no_candidates) {
    const DriverTable table =
        table_of("[a]\nid = 8086:100f\nid = 8086:100e:1028:0001\nclass = 0280\n");
    BOOST_TEST(tried(table, card) == "");
    BOOST_TEST(tried(DriverTable{}, card) == "");
}

BOOST_AUTO_TEST_CASE(every_mistake_is_told_with_its_line_and_module) {
    BOOST_TEST(
        complaints("[e1000]\nid = 8086:10g0\nids = 8086:100e\nclass = 02\noptions = =1\n"
                   "also = e1000\nalso = a/b\n[e 1000]\nid = 0x8086:0x100e\n") ==
        "t:2: e1000: '8086:10g0' is not VVVV:DDDD[:SSSS:ssss], four hexadecimal digits or '*' "
        "each, as `lspci -n` prints them\n"
        "t:3: e1000: unknown key 'ids', did you mean 'id'?\n"
        "t:4: e1000: '02' is not a class and subclass, four hexadecimal digits: 0200 is an "
        "Ethernet controller\n"
        "t:5: e1000: '=1' is not an option of the form name=value\n"
        "t:6: e1000: 'also' names the module itself\n"
        "t:7: e1000: 'also' is given twice, first in line 6\n"
        "t:7: e1000: 'a/b' is not a name that a module can have\n"
        "t:8: e 1000: not a name that a module can have\n"
        "t:9: e 1000: '0x8086:0x100e' is not VVVV:DDDD[:SSSS:ssss], four hexadecimal digits or "
        "'*' each, as `lspci -n` prints them\n");
}

BOOST_AUTO_TEST_CASE(ids_of_the_wrong_shape_are_refused) {
    for (const char* id :
         {"8086", "8086:", ":100e", "8086:100e:", "8086:100e:1028", "8086:100e:1028:0001:1",
          "8086:100", "8086:0100e", "8086:100e:1028:1", "**:*", "-086:100e"})
        BOOST_TEST(complaints(std::string("[a]\nid = ") + id + "\n") != "", id);
}

BOOST_AUTO_TEST_CASE(equal_claims_of_two_modules_are_a_warning_that_names_both) {
    BOOST_TEST(
        complaints("[8139cp]\nid = 10ec:8139\n[8139too]\nid = 10EC:8139\n") ==
        "t:4: warning: 8139too: 'id = 10ec:8139' is also claimed by 8139cp in line 2, which is "
        "tried first\n");
}

BOOST_AUTO_TEST_CASE(what_is_legal_and_hardly_meant_is_a_warning) {
    BOOST_TEST(complaints("[a]\noptions = x=1\n") ==
               "t:1: warning: a: claims no card, it has neither 'id' nor 'class'\n");
    BOOST_TEST(complaints("[a]\nid = 1:1\n").find("claims no card") == std::string::npos);
    BOOST_TEST(complaints("[a]\nid = *:100e\n") ==
               "t:2: warning: a: '*:100e' claims device 100e of every vendor\n");
    BOOST_TEST(complaints("[a]\nid = 8086:100e\nid = 8086:100e\n") ==
               "t:3: warning: a: 'id = 8086:100e' is given twice, first in line 2\n");
    BOOST_TEST(
        complaints("[a]\nclass = 0300\n") ==
        "t:2: warning: a: class 0300 is no network controller (02xx), the daemon never looks it up\n");
}

BOOST_AUTO_TEST_CASE(two_spellings_of_one_module_are_an_error) {
    BOOST_TEST(
        complaints("[ne2k-pci]\nid = 10ec:8029\n[ne2k_pci]\nid = 1050:0940\n") ==
        "t:3: ne2k_pci: the same module as [ne2k-pci] in line 1, '-' and '_' do not differ\n");
}

BOOST_AUTO_TEST_CASE(a_quote_left_open_is_an_error) {
    BOOST_TEST(complaints("[a]\nid = 8086:100e\noptions = x=\"1\n") ==
               "t:3: a: a double quote in 'options' is not closed\n");
}

BOOST_AUTO_TEST_CASE(broken_lines_are_told_together_with_the_rest_in_the_files_order) {
    BOOST_TEST(complaints("[a]\nid\nid = 1\n[b\nclass = 0200\n") ==
               "t:2: 'id' is neither 'key = value' nor '[section]'\n"
               "t:3: a: '1' is not VVVV:DDDD[:SSSS:ssss], four hexadecimal digits or '*' each, as "
               "`lspci -n` prints them\n"
               "t:4: '[b' lacks its ']'\n");
}

BOOST_AUTO_TEST_CASE(what_claims_everything_and_what_would_swallow_the_next_line_are_told) {
    const auto told = [](const std::string& line) {
        std::string text;
        for (const Diagnostic& one : parse_driver_table("[e1000]\n" + line + "\n").diagnostics)
            text += to_string(one, "t") + '\n';
        return text;
    };
    const std::string all = "claims every card that no narrower line claims\n";
    BOOST_TEST(told("id = *:*") == "t:2: warning: e1000: '*:*' " + all);
    BOOST_TEST(told("id = *:*:*:*") == "t:2: warning: e1000: '*:*:*:*' " + all);
    BOOST_TEST(told("class = 1023") ==
               "t:2: warning: e1000: class 1023 is no network controller (02xx), the daemon never looks it up\n");
    BOOST_TEST(told("id = 8086:*").empty());
    for (const char* options : {"debug=1\\", "debug=1 \\", "\\"})
        BOOST_TEST(told("id = 8086:100e\noptions = " + std::string(options))
                       .find("t:3: e1000: 'options' ends in a backslash") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
