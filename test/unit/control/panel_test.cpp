#include "had/hadctl/panel.hpp"
#include "had/hadctl/terminal.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/chassis_values.hpp"

#include <cstdlib>

using namespace had;
using namespace had::hadctl;

namespace {

std::string drawn(const core::View& view, bool unicode, std::size_t width = 80) {
    return "\n" + panel(view, {.colour = false, .width = width, .unicode = unicode});
}

// Every line of the frame of one bay.
std::size_t frame_lines(const std::string& text, std::size_t width) {
    std::size_t count = 0, begin = 1;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1, ++count)
        if (text[begin] != '+' && text[begin] != '|') break;
        else BOOST_TEST(end - begin == width, text);
    return count;
}

// In columns: each character of UTF-8 is one.
std::size_t widest(std::string_view text) {
    std::size_t widest = 0, width = 0;
    for (const char c : text) {
        if (c == '\n') width = 0;
        else if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80) widest = std::max(widest, ++width);
    }
    return widest;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hadctl_panel)

BOOST_AUTO_TEST_CASE(names_of_any_length_keep_the_frame) {
    for (std::size_t length = 1; length <= 31; ++length) {
        core::View view = test::bad_day();
        core::SlotView slot = view.slots.front();
        slot.name = std::string(length, 's');
        for (core::PortView& port : slot.ports) port.interface = std::string(std::min<std::size_t>(length, 15), 'i');
        slot.ports.front().name.subdevice = length % 2 == 0 ? 0 : 17;
        view = {};
        view.slots = {slot};
        const std::string text = drawn(view, false);
        BOOST_TEST(frame_lines(text, text.find('\n', 1) - 1) == slot.ports.size() + 5, text);
        BOOST_TEST(widest(text) <= 80U, text);
        for (int others = 0; others < 11; ++others) view.slots.push_back(slot);
        BOOST_TEST(widest(drawn(view, false)) <= 80U);
    }
}

BOOST_AUTO_TEST_CASE(a_bad_day_is_seen_in_lamps_and_lines) {
    BOOST_TEST(drawn(test::bad_day(), true) == R"(
┌ domain A ──┐ ┌ domain C (another host's) ─┐ ┌ domain B ──────────────────────┐
│ ┌────────┐ │ │ ┌──┐                       │ │ ┌────────┐┌────────┐┌────────┐ │
│ │2 ●     │ │ │ │3 │                       │ │ │12 ▲    ││16 ◇   ◉││17 ✖    │ │
│ │0●━ eth0│ │ │ │  │                       │ │ │0●─ eth2││0◇╌     ││0✖╌     │ │
│ │1●─ eth1│ │ │ │  │                       │ │ │1✖╌ eth3││empty   ││1●╌ eth5│ │
│ └────────┘ │ │ └──┘                       │ │ └────────┘└────────┘└────────┘ │
└────────────┘ └────────────────────────────┘ └────────────────────────────────┘
▲ bond0      degraded     ━━2.0  ──2.1  ──12.0  ╌╌12.1  ──eth9

● healthy  ▲ degraded  ✖ down  ○ absent  ◇ offline  ⬢ quarantined  ✚ contested
◉ safe to pull  ━ active  ? silent
)");
    BOOST_TEST(drawn(test::bad_day(), false) == R"(
+ domain A --+ + domain C (another host's) -+ + domain B ----------------------+
| +--------+ | | +--+                       | | +--------++--------++--------+ |
| |2 o     | | | |3 |                       | | |12 !    ||16 %   @||17 X    | |
| |0o= eth0| | | |  |                       | | |0o- eth2||0%.     ||0X.     | |
| |1o- eth1| | | |  |                       | | |1X. eth3||empty   ||1o. eth5| |
| +--------+ | | +--+                       | | +--------++--------++--------+ |
+------------+ +----------------------------+ +--------------------------------+
! bond0      degraded     ==2.0  --2.1  --12.0  ..12.1  --eth9

o healthy  ! degraded  X down  . absent  % offline  Q quarantined  # contested
@ safe to pull  = active  ? silent
)");
}

BOOST_AUTO_TEST_CASE(orders_stand_first_and_a_silent_way_has_its_mark) {
    core::View view = test::whole_chassis();
    view.slots.resize(1);
    view.orders = {{.what = "pause", .text = "root pauses the daemon"}};
    view.slots[0].ports[1].paths = {{"gw", core::PathState::silent, false, ""}};
    const std::string text = drawn(view, true);
    BOOST_TEST(text.starts_with("\n> root pauses the daemon\n"), text);
    BOOST_TEST(text.find("│0●━ eth0│") != std::string::npos, text);
    BOOST_TEST(text.find("│1●? eth1│") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(groups_services_and_peers_have_their_ways) {
    core::View view;
    core::FailoverView group;
    group.name = "wan";
    group.health = core::Health::degraded;
    group.members = {"dsl", "lte", "sat"};
    group.active = "lte";
    view.failovers = {group};
    view.services = {test::service_of("pppoe", "wan", "dsl", core::Phase::failed, core::Health::down),
                     test::service_of("dial", "wan", "lte", core::Phase::up, core::Health::healthy),
                     test::service_of("dish", "wan", "sat", core::Phase::up, core::Health::healthy),
                     test::service_of("dhcp-eth1", "", "", core::Phase::up, core::Health::healthy)};
    core::ServiceView& dhcp = view.services.at(3);
    dhcp.interface = "eth1";
    core::PeerView peer;
    peer.name = "rtr2";
    peer.health = core::Health::degraded;
    const auto lan = [](const char* name, core::LanState state) {
        core::PeerLanView one;
        one.lan = name;
        one.state = state;
        one.link = one.peer_hears = true;
        return one;
    };
    peer.lans = {lan("bond0", core::LanState::lost), lan("eth1", core::LanState::good),
                 lan("eth2", core::LanState::good)};
    peer.lans[1].used = true;
    view.peers = {peer};
    BOOST_TEST(drawn(view, false).starts_with(R"(
! wan        degraded     ..dsl  ==lte  --sat
o dhcp-eth1  healthy      up, eth1
! peer rtr2  degraded     ..bond0  ==eth1  --eth2
)"), drawn(view, false));
}

BOOST_AUTO_TEST_CASE(no_line_is_longer_than_the_terminal) {
    core::View view = test::bad_day();
    view.slots[0].ports[0].interface = "enp0s31f6.4000x";
    view.slots[0].domain = std::string(100, 'd');
    for (int i = 20; i < 60; ++i) {
        const std::string slot = std::to_string(i);
        view.slots.push_back(test::dual_card(slot.c_str(), "B", "eth6", "eth7", 6));
        view.bonds[0].members.push_back({"eth6", slot + ".0", false, true, "up"});
    }
    BOOST_TEST(widest(drawn(view, true)) <= 80U, drawn(view, true));
    BOOST_TEST(widest(drawn(view, false, 120)) <= 120U);
    BOOST_TEST(drawn(view, true).find("━ 0s31f6.4000x") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_lamps_are_coloured_and_no_name_steers_the_terminal) {
    core::View view = test::whole_chassis();
    view.slots.resize(1);
    view.slots[0].ports[0].interface = "e\033[2J";
    view.bonds[0].name = "\xff\xfe""9";
    const std::string text = coloured(panel(view, {.colour = true, .width = 80, .unicode = false}));
    BOOST_TEST(text.find("0\033[32mo\033[0m= ") != std::string::npos, text);
    BOOST_TEST(text.find("\033[2J") == std::string::npos);
    BOOST_TEST(text.find("\\xff\\xfe9") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_chassis_without_anything_has_its_legend) {
    BOOST_TEST(drawn({}, false).starts_with("\n\no healthy  ! degraded"));
}

BOOST_AUTO_TEST_CASE(the_first_locale_that_is_set_counts) {
    const auto is = [](const char* all, const char* lang) {
        ::setenv("LC_ALL", all, 1);
        ::unsetenv("LC_CTYPE");
        ::setenv("LANG", lang, 1);
        return is_unicode_locale();
    };
    BOOST_TEST(is("", "de_DE.utf8"));
    BOOST_TEST(is("C.UTF-8", "C"));
    BOOST_TEST(!is("C", "de_DE.UTF-8"));
    BOOST_TEST(!is("", ""));
    ::unsetenv("LC_ALL");
    ::unsetenv("LANG");
}

BOOST_AUTO_TEST_SUITE_END()
