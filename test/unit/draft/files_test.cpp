#include "had/draft/draft.hpp"
#include "had/core/base/text.hpp"
#include "had/draft/formats.hpp"
#include "had/draft/words.hpp"

#include "test/boost_test.hpp"
#include "test/unit/draft/machine.hpp"

#include <ctime>
#include <stdexcept>

using namespace had;
using namespace had::core;
using namespace had::draft;

namespace {

std::string drafted(const Format& format, const std::vector<File>& files) {
    test::DraftMachine machine;
    const DriverTable table = parse_driver_table("[e1000]\nid = 8086:100e\n").table;
    return print(draft_of(read(format, files), places_of(machine.observed, table), "files"));
}

bool has(const std::string& text, std::string_view what) {
    BOOST_TEST_MESSAGE(text);
    return text.find(what) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(draft_files)

BOOST_AUTO_TEST_CASE(times_are_read_in_every_spelling_and_no_other) {
    BOOST_TEST(milliseconds("100", 1).value() == 100u);
    BOOST_TEST(milliseconds("1", 1000).value() == 1000u);
    BOOST_TEST(milliseconds("0.25s", 1).value() == 250u);
    BOOST_TEST(milliseconds("1s 500ms", 1).value() == 1500u);
    BOOST_TEST(milliseconds("1min", 1).value() == 60000u);
    for (const std::string_view wrong : {"", "s", "1x", "-1s", ".", "99999999999999999999", "1s,2s"})
        BOOST_TEST(!milliseconds(wrong, 1), wrong);
}

BOOST_AUTO_TEST_CASE(an_address_has_its_length_from_wherever_it_is_said) {
    BOOST_TEST(to_string(prefix_from("10.0.0.1/24").value()) == "10.0.0.1/24");
    BOOST_TEST(to_string(prefix_from("10.0.0.1", "255.255.255.0").value()) == "10.0.0.1/24");
    BOOST_TEST(to_string(prefix_from("10.0.0.1", "20").value()) == "10.0.0.1/20");
    BOOST_TEST(to_string(prefix_from("2001:db8::1", "64").value()) == "2001:db8::1/64");
    for (const std::string_view wrong : {"", "33", "255.0.255.0", "x"})
        BOOST_TEST(!prefix_from("10.0.0.1", wrong), wrong);
}

BOOST_AUTO_TEST_CASE(a_backslash_alone_joins_nothing_to_nothing) {
    BOOST_TEST(lines_of("\\", "#", true).empty());
    const auto lines = lines_of("\\\n\\\nauto bond0 \\\n\\\n\n", "#", true);
    BOOST_REQUIRE(lines.size() == 1u);
    BOOST_TEST(lines[0].text == "auto bond0");
    BOOST_TEST(lines[0].number == 1u);
    for (const Format* format : formats()) {
        std::string wrong;
        format_of({{"ifcfg-x", "\\"}}, wrong);
        read(*format, {{"x.network", "\\\n"}});
    }
}

BOOST_AUTO_TEST_CASE(files_of_two_tools_are_no_guess) {
    std::string wrong;
    const File interfaces{"interfaces", "auto bond0\niface bond0 inet manual\n"},
        yaml{"a.yaml", "network:\n  version: 2\n"};
    BOOST_TEST(!format_of({interfaces, yaml}, wrong));
    BOOST_TEST(wrong == "interfaces is ifupdown's, and a.yaml is netplan's: say --format");
    BOOST_TEST(has(drafted(ifupdown_format, {interfaces, yaml}), "a.yaml: it is none of these files, and is not read"));
}

BOOST_AUTO_TEST_CASE(what_is_no_text_or_of_no_format_is_told) {
    std::string wrong;
    BOOST_TEST(!format_of({{"passwd", "root:x:0:0:root:/root:/bin/sh\n"}}, wrong));
    BOOST_TEST(!format_of({{"had.conf", "[bond bond0]\nmode = active-backup\n"}}, wrong));
    BOOST_TEST(!format_of({{"interfaces", std::string("iface eth0 inet manual\0", 24)}}, wrong));
    BOOST_TEST(has(drafted(ifupdown_format, {{"interfaces", std::string("iface\0", 6)}}),
                   "interfaces: it is no text file"));
    const std::string large(most_file_bytes + 1, '#');
    BOOST_TEST(has(drafted(ifupdown_format, {{"interfaces", large}}),
                   "interfaces: it is too large for a configuration"));
}

BOOST_AUTO_TEST_CASE(no_file_costs_more_than_a_bounded_draft) {
    std::string many;
    for (int i = 0; i < 400; ++i) {
        many += "iface b" + std::to_string(i) + " inet static\n";
        for (int j = 0; j < 30; ++j) many += " address 10." + std::to_string(i % 200) + ".0." + std::to_string(j + 1)
            + "/24\n";
    }
    const Found found = read(ifupdown_format, {{"interfaces", many}});
    BOOST_TEST(found.interfaces.size() == most_interfaces);
    std::size_t addresses = 0;
    for (const FoundInterface& one : found.interfaces) addresses += one.net.addresses.size();
    BOOST_TEST(addresses == most_lines);
    test::DraftMachine machine;
    try {
        BOOST_TEST(!has_errors(parse_config(print(draft_of(found, places_of(machine.observed, {}),
                                                           "it"))).diagnostics));
    } catch (const std::runtime_error&) {
        BOOST_TEST(false, "what can be said is said");
    }
}

// An alias stands for all that its anchor has, so a short text can mean more than any machine can look at.
BOOST_AUTO_TEST_CASE(yaml_costs_no_more_than_its_limits) {
    const auto times = [](int n, std::string_view text) {
        std::string all;
        while (n-- > 0) all += text;
        return all;
    };
    std::string anchors = "network: [", tags;
    for (int i = 0; i < 50000; ++i) anchors += "&" + std::to_string(i) + " 1,";
    for (int i = 0; i < 20000; ++i) tags += "%TAG !" + std::to_string(i) + "! x\n";
    const std::pair<std::string, std::string_view> all[] = {
        {"network:\n  ethernets: {e0: &p {" + times(3000, "mtu: 1,") + "}" + times(3000, ",e0: *p") + "}\n",
         "a.yaml: its aliases mean more than 100000 values, and the rest is left out"},
        {anchors + "]\n", "a.yaml:1: it is no YAML that can be read: more than 256 anchors"},
        {tags + "---\nnetwork: {}\n", "it is no YAML that can be read: more than 16 directives"},
        {"network: " + times(100000, "["), "a.yaml:1: it is no YAML that can be read: more than 64 levels"},
        {"network: [" + times(200000, "1,") + "]", "a.yaml:1: it is no YAML that can be read: more than 100000 values"},
        {"network:\n  ethernets: {e0: {routes: [&k {to: \"" + times(100000, "x") + "\"}" + times(1000, ",*k") + "]}}\n",
         "a.yaml:2: e0: route to xxx"}};
    for (const auto& [yaml, told] : all) {
        const auto begin = std::clock();
        BOOST_TEST(has(drafted(netplan_format, {{"a.yaml", yaml}}), told), told);
        BOOST_TEST((std::clock() - begin) / CLOCKS_PER_SEC < 10, told);
    }
}

BOOST_AUTO_TEST_CASE(netplans_own_names_hold_in_all_its_files) {
    const std::string text = drafted(
        netplan_format,
        {{"1.yaml", "network:\n  ethernets:\n    first: {match: {macaddress: \"52:54:00:02:00:00\"}, set-name: eth0}\n"
                    "    eth1: {}\n"},
         {"2.yaml", "network:\n  bonds:\n    bond0:\n      interfaces: [first, eth1]\n"
                    "      parameters: {mode: active-backup, primary: first}\n"
                    "  ethernets:\n    first: {mtu: 9000}\n"
                    "    third: {match: {name: eth2}, addresses: [10.9.0.1/24]}\n"},
         {"3.yaml", "network:\n  vlans:\n    vlan5: {id: 5, link: third, addresses: [10.5.0.1/24]}\n"}});
    BOOST_TEST(has(text, "\nprimary = 2.0\n"));
    BOOST_TEST(has(text, "\n2.0 = to-bond0\n"));
    BOOST_TEST(has(text, "\n2.1 = to-bond0\n"));
    BOOST_TEST(has(text, "\n[vlan vlan5]\n; from 3.yaml:3\non = 12.0\nid = 5\n"));
    BOOST_TEST(!has(text, "first:"));
    BOOST_TEST(!has(text, "as-first"));
}

// YAML's "\n", and its blocks of lines, end a line inside a value.
BOOST_AUTO_TEST_CASE(a_line_end_in_a_name_begins_no_line_of_the_draft) {
    const std::string text = drafted(
        netplan_format, {{"a.yaml", "network:\n"
                                    "  bonds:\n"
                                    "    bond0:\n"
                                    "      interfaces: [eth0, \"eth1\\nhook = /tmp/x\"]\n"
                                    "      parameters:\n"
                                    "        primary: \"eth0\\n[service evil]\\nstart = /tmp/x\"\n"
                                    "    \"bond1\\n[had]\": {interfaces: [eth2]}\n"
                                    "  vlans:\n"
                                    "    vlan5:\n"
                                    "      id: 5\n"
                                    "      link: |-\n"
                                    "        bond0\n"
                                    "        address = 192.0.2.66/32\n"}});
    for (const std::string_view line : split(text, '\n'))
        for (const std::string_view evil : {"[service", "[had", "start", "hook", "address"})
            BOOST_TEST(!line.starts_with(evil), line);
    BOOST_TEST(has(text, "\n; a.yaml:3: the primary port 'eth0 [service evil] start = /tmp/x' is left out: its name is "
                         "longer"));
    BOOST_TEST(has(text, "\n; a.yaml:3: 'eth1 hook = /tmp/x' is left out: its name is longer"));
    BOOST_TEST(has(text, "\n; a.yaml:7: 'bond1 [had]' is left out: its name contains ' '"));
    BOOST_TEST(has(text, "\n; a.yaml:9: the VLAN vlan5 is left out: what carries it, 'bond0 address = 192.0.2.66/32'"));
}

BOOST_AUTO_TEST_CASE(a_name_that_reads_as_a_slots_port_is_no_reference_to_it) {
    const std::string text = drafted(
        netplan_format, {{"a.yaml", "network:\n  bonds:\n"
                                    "    bond0: {interfaces: [eth0], parameters: {primary: 12.0}}\n"}});
    BOOST_TEST(!has(text, "\nprimary"));
    BOOST_TEST(has(text, "a.yaml:3: the primary port '12.0' is left out: its name reads as a port of a slot"));
}

BOOST_AUTO_TEST_CASE(every_reader_gives_names_on_one_line) {
    const std::vector<std::pair<const Format*, File>> all{
        {&ifupdown_format, {"interfaces", "iface a\x1b\x7fz inet static\n"}},
        {&ifcfg_format, {"ifcfg-x", "DEVICE=\"a\x1b\x7fz\"\n"}},
        {&netplan_format, {"a.yaml", "network:\n  ethernets:\n    \"a\\e\\nz\": {}\n"}},
        {&networkd_format, {"a.network", "[Match]\nName=a\x1b\x7fz\n"}},
        {&keyfile_format, {"a", "[connection]\ntype=ethernet\ninterface-name=a\x1b\x7fz\n"}}};
    for (const auto& [format, file] : all) {
        const Found found = read(*format, {file});
        BOOST_TEST_CONTEXT(format->name) {
            BOOST_REQUIRE(found.interfaces.size() == 1u);
            BOOST_TEST(found.interfaces[0].name == "a  z");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_card_that_is_named_by_its_address_is_found_on_the_machine) {
    const std::string keyfile = "[connection]\ntype=ethernet\n[ethernet]\nmac-address=52:54:00:0C:00:00\n"
                                "[ipv4]\nmethod=manual\naddress1=10.0.0.1/24\n";
    BOOST_TEST(has(drafted(keyfile_format, {{"a", keyfile}}), "\n12.0 = as-x5254000C0000\n"));
}

BOOST_AUTO_TEST_CASE(a_port_whose_bond_stands_nowhere_is_told) {
    BOOST_TEST(has(drafted(ifcfg_format, {{"ifcfg-eth0", "DEVICE=eth0\nMASTER=bond7\nSLAVE=yes\n"}}),
                   "its bond bond7 stands nowhere here"));
}

BOOST_AUTO_TEST_CASE(a_ports_stanza_says_what_its_bond_is) {
    const std::string text = drafted(ifupdown_format,
                                     {{"interfaces", "iface eth0 inet manual\n bond-mode active-backup\n"
                                                     " bond-miimon 50\n bond-primary eth0 eth1\n"
                                                     " bond-master bond0\n"}});
    BOOST_TEST(has(text, "[bond bond0]\n"));
    BOOST_TEST(has(text, "\nmode = active-backup\nmiimon = 50\nprimary = 2.0\n"));
    BOOST_TEST(has(text, "\n2.0 = to-bond0\n"));
}

BOOST_AUTO_TEST_CASE(of_two_files_for_one_interface_networkd_takes_the_first) {
    const std::string text = drafted(networkd_format,
                                     {{"1.network", "[Match]\nName=eth0\n[Network]\nAddress=10.0.0.1/24\n"},
                                      {"2.network", "[Match]\nName=eth0\n[Network]\nAddress=10.0.9.1/24\n"}});
    BOOST_TEST(has(text, "address = 10.0.0.1/24"));
    BOOST_TEST(!has(text, "10.0.9.1"));
    BOOST_TEST(has(text, "2.network:1: nothing of it is taken: 1.network comes first"));
}

BOOST_AUTO_TEST_CASE(what_a_shell_would_compute_has_no_value) {
    const std::string text =
        drafted(ifcfg_format, {{"ifcfg-eth4", "DEVICE=eth4\nIPADDR=$(hostname -i)\nPREFIX=24\nIPADDR1=10.0.0.1/24\n"}});
    BOOST_TEST(has(text, "ifcfg-eth4:2: "));
    BOOST_TEST(has(text, "\naddress = 10.0.0.1/24\n"));
    BOOST_TEST(!has(text, "hostname -i/24"));
}

BOOST_AUTO_TEST_CASE(one_place_is_not_given_away_twice) {
    const std::string text = drafted(keyfile_format, {{"a", "[connection]\ntype=ethernet\ninterface-name=eth2\n[ipv4]\n"
                                                            "address1=10.0.0.1/24\n"},
                                                      {"b", "[connection]\ntype=ethernet\n[ethernet]\n"
                                                            "mac-address=52:54:00:0c:00:00\n"
                                                            "[ipv4]\naddress1=10.0.1.1/24\n"}});
    BOOST_TEST(has(text, "is the port 12.0 too, which is eth2 already"));
}

BOOST_AUTO_TEST_SUITE_END()
