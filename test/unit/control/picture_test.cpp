#include "had/control/view_json.hpp"
#include "had/hadctl/card_name.hpp"
#include "had/hadctl/picture.hpp"
#include "had/hadctl/terminal.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/chassis_values.hpp"

using namespace had;
using namespace had::hadctl;

namespace {

std::string name_of(const core::CardView& card) {
    return card.device == 0x1010 ? "Intel 82546EB Gigabit Ethernet Controller (Copper)"
                                 : "Intel 82540EM Gigabit Ethernet Controller";
}

std::string drawn(const core::View& view, Style style = {}) {
    return "\n" + picture(view, name_of, style);
}

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const auto length = std::min(text.find('\n'), text.size());
        longest = std::max(longest, length);
        text.remove_prefix(std::min(text.size(), length + 1));
    }
    return longest;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hadctl_picture)

BOOST_AUTO_TEST_CASE(a_whole_chassis_is_drawn_in_three_columns) {
    BOOST_TEST(drawn(test::whole_chassis()) == R"(
chassis  healthy      2 domains, 3 slots, 3 cards; 5 of 5 ports serve

bond0    healthy      active-backup, active eth0 (2.0), 4 of 4 ports serve
                      10.0.1.1/24  mac 02:1a:4b:00:00:01  mtu 1500

domain A
slot 2   healthy      Intel 82546EB Gigabit Ethernet Controller (Copper)
  2.0    healthy      eth0  link up   bond0 active
  2.1    healthy      eth1  link up   bond0 backup

domain B
slot 12  healthy      Intel 82546EB Gigabit Ethernet Controller (Copper)
  12.0   healthy      eth2  link up   bond0 backup
  12.1   healthy      eth3  link up   bond0 backup
slot 16  healthy      Intel 82540EM Gigabit Ethernet Controller
  16.0   healthy      eth4  link up   config1  192.168.10.1/24
)");
}

BOOST_AUTO_TEST_CASE(an_operators_order_stands_before_all_and_a_warning_with_its_bond) {
    core::View view = test::whole_chassis();
    view.orders = {
        {"activate", "bond0", "2.0", "eth0", "", "", "", "", "root", "", "",
         "bond0: 2.0 (eth0) is to be the active port"}};
    view.bonds.front().exposure = "all ports on one card (slot 2): one pull takes it down";
    const std::string text = drawn(view);
    BOOST_TEST(text.starts_with("\n> bond0: 2.0 (eth0) is to be the active port\n\nchassis "), text);
    const char* warning = "   warning: all ports on one card (slot 2): one pull takes it\n";
    BOOST_TEST(text.find(warning) != std::string::npos, text);
    BOOST_TEST((control::view_from_json(control::to_json(view)) == view));
}

BOOST_AUTO_TEST_CASE(routes_stand_below_what_they_lead_through) {
    core::View view = test::whole_chassis();
    view.bonds.at(0).routes = {"default via 10.0.1.254", "10.2.0.0/16 via 10.0.1.253 metric 5"};
    view.slots.back().ports.at(0).routes = {"10.3.0.0/16 via 192.168.10.254"};
    const std::string text = drawn(view);
    BOOST_TEST(text.find(R"(
                      10.0.1.1/24  mac 02:1a:4b:00:00:01  mtu 1500
                      default via 10.0.1.254
                      10.2.0.0/16 via 10.0.1.253 metric 5
)") != std::string::npos, text);
    BOOST_TEST(text.find(R"(config1  192.168.10.1/24
                                      10.3.0.0/16 via 192.168.10.254
)") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_vlan_stands_behind_the_bonds) {
    core::View view = test::whole_chassis();
    core::VlanView vlan;
    vlan.name = "vlan5";
    vlan.on = "bond0";
    vlan.id = 5;
    vlan.doing = "waiting for bond0";
    view.vlans = {vlan};
    BOOST_TEST(drawn(view).find("vlan5    absent       VLAN 5 on bond0, waiting for bond0\n") !=
               std::string::npos, drawn(view));
    view.vlans[0].health = core::Health::healthy;
    view.vlans[0].doing.clear();
    view.vlans[0].index = 9;
    view.vlans[0].up = view.vlans[0].carrier = true;
    view.vlans[0].mtu = 1400;
    view.vlans[0].addresses = {*core::ip_prefix_from("10.5.0.1/24")};
    BOOST_TEST(drawn(view).find(R"(
vlan5    healthy      VLAN 5 on bond0, link up
                      10.5.0.1/24  mtu 1400
)") != std::string::npos, drawn(view));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_stands_first) {
    BOOST_TEST(drawn(test::bad_day()) == R"(
chassis  degraded     3 domains, 5 slots, 3 cards; 3 of 6 ports serve

  ! bond0: degraded: 3 of 4 ports serve
  ! bond0: mode: needs reload --force, cuts bond0
  ! 12.1: no link on eth3: look at the cable, at the switch's port and whether
    the switch has power

bond0    degraded     active-backup, active eth0 (2.0), 3 of 4 ports serve
                      10.0.1.1/24  mac 02:1a:4b:00:00:01  mtu 1500
                      waiting: mode: needs reload --force, cuts bond0
                      also eth9, which had.conf does not name: link up

domain A
slot 2   healthy      Intel 82546EB Gigabit Ethernet Controller (Copper)
  2.0    healthy      eth0  link up   bond0 active
  2.1    healthy      eth1  link up   bond0 backup

domain C, another host's
slot 3   absent       empty

domain B
slot 12  degraded     Intel 82546EB Gigabit Ethernet Controller (Copper)
  12.0   healthy      eth2  link up   bond0 backup
  12.1   down         eth3  no link   bond0 backup
slot 16  offline      empty
                      safe to pull
  16.0   offline      -     -         config1
slot 17  down         Intel 82546EB Gigabit Ethernet Controller (Copper)
  17.0   down         -     -         bond0, loading e1000
  17.1   healthy      eth5  set down  not configured
)");
}

BOOST_AUTO_TEST_CASE(no_line_is_longer_than_the_terminal) {
    BOOST_TEST(longest_line(picture(test::bad_day(), name_of, {})) <= 80U);
    BOOST_TEST(longest_line(picture(test::bad_day(), name_of, {false, 120})) <= 120U);
}

BOOST_AUTO_TEST_CASE(empty_neighbours_of_one_domain_share_a_line) {
    core::View view;
    for (const char* name : {"3", "4", "5", "9"}) {
        core::SlotView slot;
        slot.name = name;
        slot.domain = slot.name == "9" ? "B" : "A";
        view.slots.push_back(slot);
    }
    BOOST_TEST(drawn(view) == R"(
chassis    healthy      2 domains, 4 slots, 0 cards; 0 of 0 ports serve

domain A
slots 3-5  absent       empty

domain B
slot 9     absent       empty
)");
}

BOOST_AUTO_TEST_CASE(only_the_state_word_is_coloured) {
    core::View view = test::whole_chassis();
    view.slots.resize(1);
    view.slots[0].ports[1].health = core::Health::down;
    view.slots[0].domain.clear();
    view.bonds.clear();
    BOOST_TEST(
        coloured(picture(view, name_of, {true, 80})) ==
        "chassis  \033[32mhealthy\033[0m      1 slot, 1 card; 1 of 2 ports serve\n\n"
        "slot 2   \033[32mhealthy\033[0m      Intel 82546EB Gigabit Ethernet Controller (Copper)\n"
        "  2.0    \033[32mhealthy\033[0m      eth0  link up   bond0 active\n"
        "  2.1    \033[1;31mdown\033[0m         eth1  link up   bond0 backup\n");
}

BOOST_AUTO_TEST_CASE(a_chassis_without_anything_is_one_line) {
    BOOST_TEST(drawn({}) == "\nchassis  healthy      0 slots, 0 cards; 0 of 0 ports serve\n");
}

BOOST_AUTO_TEST_CASE(a_long_card_name_is_cut) {
    core::View view = test::whole_chassis();
    const auto names = [](const core::CardView&) { return std::string(90, 'x'); };
    BOOST_TEST(longest_line(picture(view, names, {})) == 80U);
}

BOOST_AUTO_TEST_CASE(a_vendor_is_called_without_its_legal_form) {
    BOOST_TEST(short_vendor("Intel Corporation") == "Intel");
    BOOST_TEST(short_vendor("Realtek Semiconductor Co., Ltd.") == "Realtek Semiconductor");
    BOOST_TEST(short_vendor("Broadcom Inc. and subsidiaries") == "Broadcom Inc. and subsidiaries");
    BOOST_TEST(short_vendor("Red Hat, Inc.") == "Red Hat");
    BOOST_TEST(short_vendor("Inc.") == "Inc.");
    BOOST_TEST(short_vendor("") == "");
}

BOOST_AUTO_TEST_CASE(a_bond_shows_whether_a_backup_is_proven_and_a_port_where_its_cable_ends) {
    core::View view = test::whole_chassis();
    core::BondView& bond = view.bonds.front();
    bond.provable = true;
    bond.unready = "12.1 is not proven by gw";
    view.slots.front().ports.front().neighbour = core::NeighbourView{"sw1", "Gi0/1", "", "", ""};
    std::string text = picture(view, name_of, {});
    BOOST_TEST(text.find("no backup is proven to serve: 12.1 is not proven by gw\n") != std::string::npos);
    BOOST_TEST(text.find("  at sw1 Gi0/1\n") != std::string::npos);
    bond.ready = true;
    text = picture(view, name_of, {});
    BOOST_TEST(text.find("ports serve, a backup is proven to serve\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
