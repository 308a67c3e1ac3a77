#include "had/hadctl/pair.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <fstream>

using namespace had;
using core::parse_config;

namespace {

const std::string file = "[bond bond0]\nmode = active-backup\naddress = 10.0.1.1/24\ngateway = 10.0.1.254\n"
                         "monitor = gw\nfault_file = /run/had/bond0.fault\n[monitor gw]\nkind = arp\naction = fault\n"
                         "[config c]\nbond = bond0\n[peer other]\nlan = bond0 10.0.1.2\n"
                         "key = file /etc/had/peer.key 1\n[devices]\n2 = c\n12 = c\n";

std::variant<std::string, hadctl::NoPair> made_of(const std::string& text, const std::string& address) {
    return hadctl::keepalived_conf(parse_config(text).config, *core::ip_prefix_from(address), "had.conf",
                                   "/usr/bin/true");
}

std::string why_not(const std::string& text, const std::string& address) {
    const auto made = made_of(text, address);
    const auto* no = std::get_if<hadctl::NoPair>(&made);
    return no ? no->why : "";
}
std::string without(std::string text, const std::string& words) { return text.erase(text.find(words), words.size()); }

} // namespace

BOOST_AUTO_TEST_SUITE(pair)

BOOST_AUTO_TEST_CASE(keepalived_takes_what_is_made_of_had_conf) {
    BOOST_REQUIRE(!core::has_errors(parse_config(file).diagnostics));
    const auto made = made_of(file, "10.0.1.100/24");
    const std::string& text = std::get<std::string>(made);
    for (const char* line : {"interface bond0\n", "unicast_src_ip 10.0.1.1\n", "        10.0.1.2\n",
                             "        10.0.1.100/24\n", "nopreempt ", "file \"/run/had/bond0.fault\" "})
        BOOST_TEST(text.find(line) != std::string::npos, line);
    HAD_TRY(test::shell("command -v keepalived"));
    HAD_TRY(test::fresh_network());
    HAD_TRY(test::shell("ip link add bond0 type veth peer name other && ip addr add 10.0.1.1/24 dev bond0 && "
                        "ip link set bond0 up"));
    const test::TempDir place;
    place.write("conf", text);
    const std::string test = "keepalived -t -f " + (place.path() / "conf").string();
    BOOST_TEST(test::shell(test), text);
    place.write("conf", text + "vrrp_instance x { nonsense }\n");
    BOOST_TEST(!test::shell(test), "keepalived looks at all of it");
}

// 100 ms x 3 and a quarter, what writing the file takes, and three advertisements and a part of one.
BOOST_AUTO_TEST_CASE(where_the_address_is_shared_vrrp_is_slower_than_the_daemon) {
    const auto advertisement = [](std::string text) {
        const std::string made = std::get<std::string>(made_of(text, "10.0.1.100/24"));
        return std::stod(made.substr(made.find("advert_int ") + 11));
    };
    BOOST_TEST(advertisement(file) == 0.1);
    std::string shared = file;
    shared.replace(shared.find("lan = bond0 10.0.1.2\n"), 21,
                   "lan = bond0 10.0.1.2\nlan = eth9 192.168.9.2\nshared = 10.0.1.100/24\n");
    BOOST_TEST(!core::has_errors(parse_config(shared).diagnostics));
    BOOST_TEST(advertisement(shared) * (3 + 156.0 / 256) > 0.325 + 0.15);
    BOOST_TEST(advertisement(shared) < 0.2);
    shared.replace(shared.find("shared = "), 0, "interval = 1s\n");
    BOOST_TEST(advertisement(shared) * (3 + 156.0 / 256) > 3.25);
    BOOST_TEST(std::get<std::string>(made_of(shared, "10.0.1.100/24")).find("Nobody sees") == std::string::npos);
    BOOST_TEST(std::get<std::string>(made_of(file, "10.0.1.100/24")).find("'shared = 10.0.1.100/24' in [peer other]") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_other_hosts_file_makes_one_that_fits) {
    std::string other = file;
    other.replace(other.find("10.0.1.1/24"), 11, "10.0.1.2/24");
    other.replace(other.find("lan = bond0 10.0.1.2"), 20, "lan = bond0 10.0.1.1");
    const std::string shared = "10.0.1.100/24";
    const std::string here = std::get<std::string>(made_of(file, shared));
    const std::string there = std::get<std::string>(made_of(other, shared));
    const auto id = [](const std::string& text) {
        return text.substr(text.find("virtual_router_id"), text.find('\n', text.find("virtual_router_id")) -
                                                               text.find("virtual_router_id"));
    };
    BOOST_TEST(id(here) == id(there));
    BOOST_TEST(there.find("unicast_src_ip 10.0.1.2\n") != std::string::npos);
    BOOST_TEST(there.find("        10.0.1.1\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_address_of_each_version_on_one_bond_has_an_instance_of_its_own) {
    std::string both = file;
    both.replace(both.find("address = 10.0.1.1/24"), 21, "address = 10.0.1.1/24 fd00::1/64");
    both.replace(both.find("[devices]"), 9,
                 "[peer other6]\nlan = bond0 fd00::2\nkey = file /etc/had/peer.key 1\n[devices]");
    BOOST_REQUIRE(!core::has_errors(parse_config(both).diagnostics));
    const std::string v4 = std::get<std::string>(made_of(both, "10.0.1.100/24"));
    const std::string v6 = std::get<std::string>(made_of(both, "fd00::100/64"));
    BOOST_TEST(v4.find("vrrp_instance had_bond0 {") != std::string::npos, v4);
    BOOST_TEST(v6.find("vrrp_instance had_bond0_v6 {") != std::string::npos, v6);
    HAD_TRY(test::shell("command -v keepalived"));
    HAD_TRY(test::fresh_network());
    HAD_TRY(test::shell("ip link add bond0 type veth peer name other && ip addr add 10.0.1.1/24 dev bond0 && "
                        "ip addr add fd00::1/64 dev bond0 && ip link set bond0 up"));
    const test::TempDir place;
    place.write("conf", v4 + v6);
    BOOST_TEST(test::shell("keepalived -t -f " + (place.path() / "conf").string()), v6);
}

BOOST_AUTO_TEST_CASE(what_it_lacks_is_said_with_the_line_to_write) {
    BOOST_TEST(why_not(file, "10.7.0.1/24") == "10.7.0.1 is in the network of no bond and no VLAN of had.conf");
    BOOST_TEST(why_not(file, "10.0.1.255/24") == "10.0.1.255 is a broadcast address of bond0, no host");
    BOOST_TEST(why_not(file, "10.0.1.100/16").ends_with("give 10.0.1.100/24"));
    BOOST_TEST(why_not(file, "10.0.1.1/24").starts_with("10.0.1.1 is this host's own address on bond0"));
    BOOST_TEST(why_not(without(file, "[peer other]\nlan = bond0 10.0.1.2\nkey = file /etc/had/peer.key 1\n"),
                       "10.0.1.100/24")
                   .starts_with("no [peer] of had.conf has a LAN on bond0"));
    BOOST_TEST(why_not(without(file, "fault_file = /run/had/bond0.fault\n"), "10.0.1.100/24")
                   .starts_with("bond0 has no fault_file in had.conf"));
}

BOOST_AUTO_TEST_SUITE_END()
