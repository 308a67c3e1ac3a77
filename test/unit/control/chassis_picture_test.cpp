// What etc/cockpit/had draws of the real protocol, in Debian's nodejs.  test/picture has the pictures as text;
// HAD_UPDATE_GOLDEN=1 writes them anew: read the difference, and look at one.
#include "had/control/view_json.hpp"
#include "had/hadctl/report_page.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/chassis_values.hpp"
#include "test/unit/control/wire.hpp"
#include "test/unit/skip.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace had;
using namespace had::test;

namespace {

bool is_there() { return std::system("node --version >/dev/null 2>&1") == 0; }

std::string text_of(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

core::View day_of_alarms() {
    core::View view = bad_day();
    view.orders = {{.what = "activate", .bond = "bond0", .port = "2.0", .interface = "eth0", .by = "root",
                    .since = "2002-05-01T12:00:00Z", .text = "bond0: 2.0 (eth0) is to be the active port"}};
    view.alarms = {{.id = "bond0/redundancy", .object = "bond0", .type = "redundancy",
                    .severity = core::AlarmSeverity::major, .raised = "2002-05-01T12:00:00.000001Z", .count = 2,
                    .text = "3 of 4 ports serve", .repair = "look at the cable of 12.1", .locate = "12",
                    .acked = "2002-05-01T12:10:00.000001Z", .acked_by = "ann"}};
    core::VlanView vlan;
    vlan.name = "vlan5";
    vlan.on = "bond0";
    vlan.id = 5;
    vlan.index = 9;
    vlan.up = vlan.carrier = true;
    vlan.health = core::Health::healthy;
    view.vlans = {vlan};
    view.slots.change_each([](core::SlotView& slot) {
        for (core::PortView& port : slot.ports)
            if (!port.bond.empty())
                port.paths = {{"gw", slot.name == "2" ? core::PathState::good : core::PathState::silent, false, ""}};
    });
    return view;
}

core::PeerLanView lan(const char* name, const char* interface, const char* address, core::LanState state) {
    return {.lan = name, .interface = interface, .address = *core::ip_address_from(address), .state = state,
            .link = true, .text = ""};
}

// A peer whose first LAN is silent, another one of which nothing is known yet, and a group on its second choice.
core::View with_peers_and_groups() {
    core::View view = day_of_alarms();
    core::PeerView router;
    router.name = "rtr2";
    router.health = core::Health::degraded;
    router.service = core::ip_address_from("10.9.0.2");
    router.from = core::ip_address_from("10.9.0.1");
    router.lans = {lan("bond0", "bond0", "10.1.0.2", core::LanState::lost),
                   lan("2.0", "eth0", "10.2.0.2", core::LanState::good),
                   lan("17.0", "", "10.3.0.2", core::LanState::unproven)};
    router.lans[0].text = "hears nothing";
    router.lans[1].used = true;
    router.lans[2].link = false;
    core::PeerView quiet;
    quiet.name = "rtr3";
    quiet.health = core::Health::absent;
    quiet.role = core::PeerRole::responder;
    quiet.lans = {lan("vlan5", "vlan5", "10.4.0.3", core::LanState::unproven)};
    view.peers = {router, quiet};

    core::ServiceView dsl = service_of("pppoe", "uplink", "dsl", core::Phase::failed, core::Health::down);
    dsl.text = "pppd ended with 8 before ppp0 had an address";
    core::ServiceView lte = service_of("dial@ttyUSB0", "uplink", "lte", core::Phase::up, core::Health::healthy);
    lte.device = "ttyUSB0";
    lte.interface = "ppp1";
    lte.addresses = {*core::ip_prefix_from("100.64.0.7/32")};
    core::ServiceView dhcp = service_of("dhcp@eth1", "", "", core::Phase::up, core::Health::healthy);
    dhcp.interface = "eth1";
    view.services = {dhcp, lte, dsl};
    core::FailoverView group;
    group.name = "uplink";
    group.health = core::Health::degraded;
    group.active = "lte";
    group.members = {"dsl", "lte", "sat"};
    group.services = {"pppoe", "dial", "dish"};
    group.failback = "after 5min";
    group.text = "dsl failed: pppd ended with 8";
    view.failovers = {group};
    return view;
}

constexpr const char* timeline = R"({"from":"2002-05-01T12:00:00.000000Z","to":"2002-05-31T12:00:00.000000Z","objects":[
{"object":"bond0","kind":"bond","cells":"  uuuudusspp??uu","moves":"      v         ","outages":1,"failovers":1,
"last_outages":[{"state":"down","begin":"2002-05-13T12:00:00.000000Z","length_us":3100000,"guessed":false}],
"last_failovers":[{"time":"2002-05-13T12:00:00.000000Z","text":"bond0 moved"}]},
{"object":"16.0","kind":"port","cells":"uuuuuuuuuuuuuuuu","moves":"                ","outages":0,"failovers":0,
"last_outages":[],"last_failovers":[]}]})";
constexpr const char* availability = R"({"from":"2002-05-01T12:00:00.000000Z","to":"2002-05-31T12:00:00.000000Z",
"at_least_us":0,"objects":[{"object":"bond0","kind":"bond","up_us":2500000000000,"down_us":3100000,
"planned_us":60000000,"unknown_us":3600000000,"unknown_is_guessed":true,"unprotected_us":86400000000,
"outages":1,"planned_outages":1,
"longest_us":3100000,"mttr_us":3100000,"mtbf_us":2500000000000,"total_e8":99997500,"adjusted_e8":99999876,
"total_nines":4,"adjusted_nines":5}]})";

constexpr const char* cards = R"J({"8086:1010":"Intel 82546EB Gigabit Ethernet Controller (Copper)"})J";

struct Drawn {
    TempDir dir;

    std::string file(const std::string& name, const std::string& text) const {
        const std::string path = dir.path / name;
        std::ofstream(path) << text;
        return path;
    }
    // The harness and its arguments; its exit status, and what it says.
    std::pair<int, std::string> run(const std::string& command) const {
        const std::string out = dir.path / "out";
        const int status = std::system(("node " + command + " >" + out + " 2>&1").c_str());
        return {status, text_of(out)};
    }
    void is_as_kept(const std::string& name, const std::string& arguments) const {
        const auto [status, text] = run("test/picture/draw.mjs " + arguments);
        BOOST_TEST(status == 0, text);
        const std::string golden = "test/picture/" + name + ".txt";
        if (std::getenv("HAD_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << text;
        BOOST_TEST(text == text_of(golden), name + " is drawn otherwise; HAD_UPDATE_GOLDEN=1 writes it anew");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(chassis_picture, Drawn)

BOOST_AUTO_TEST_CASE(pictures_of_the_real_protocol_are_as_kept) {
    HAD_TRY(is_there());
    const std::string whole = file("whole", control::to_json(whole_chassis()));
    const std::string ill = file("ill", control::to_json(day_of_alarms()));
    is_as_kept("whole", "1200 " + whole);
    is_as_kept("ill", "1200 " + ill + " " + file("timeline", timeline) + " " + file("availability", availability));
    is_as_kept("ill-on-a-phone", "358 " + ill);
    const std::string others = file("others", control::to_json(with_peers_and_groups()));
    is_as_kept("peers-and-groups", "1200 " + others + " - - " + file("cards", cards));
}

BOOST_AUTO_TEST_CASE(the_modules_keep_what_they_promise) {
    HAD_TRY(is_there());
    const std::string others = file("others", control::to_json(with_peers_and_groups()));
    const auto [status, text] = run("test/picture/check.mjs " + others);
    BOOST_TEST(status == 0, text);
}

BOOST_AUTO_TEST_CASE(all_modules_of_the_report_make_one_script) {
    HAD_TRY(is_there());
    std::vector<std::string> modules;
    for (const std::string& name : hadctl::report_modules()) modules.push_back(text_of("etc/cockpit/had/" + name));
    const std::string script = hadctl::as_one_script(modules);
    for (const char* word : {"import ", "export ", "</script", "<!--"})
        BOOST_TEST(("\n" + script).find("\n" + std::string(word)) == std::string::npos, word);
    const auto [status, text] = run("--check " + file("all.mjs", script));
    BOOST_TEST(status == 0, text);
    BOOST_TEST(script.find("function showReport(data)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
