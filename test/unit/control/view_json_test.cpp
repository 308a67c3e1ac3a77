#include "had/control/view_json.hpp"

#include "had/control/json.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/chassis_values.hpp"

using namespace had;
using namespace had::control;

BOOST_AUTO_TEST_SUITE(control_view_json)

BOOST_AUTO_TEST_CASE(a_view_survives_its_text) {
    BOOST_TEST((view_from_json(to_json(test::whole_chassis())) == test::whole_chassis()));
    BOOST_TEST((view_from_json(to_json(test::bad_day())) == test::bad_day()));
    BOOST_TEST((view_from_json(to_json(core::View{})) == core::View{}));
}

BOOST_AUTO_TEST_CASE(every_key_is_there_though_there_is_no_value) {
    core::View view;
    view.slots.resize(1);
    view.slots[0].ports.resize(1);
    view.slots[0].ports[0].name = {"2", 0, 0};
    view.bonds.resize(1);
    BOOST_TEST(
        to_json(view) ==
        R"({"orders":[],"health":"healthy","event_source":"","started":"","file_taken":"","file_refused":"",)"
        R"("alarm":"","problems":[],"alarms":[],)"
        R"("bonds":[{"name":"","health":"absent","doing":"","problem":"","waiting":[],)"
        R"("mode":"","mac":"","mtu":0,"miimon_us":0,"up":false,"carrier":false,"active":"",)"
        R"("addresses":[],"routes":[],"members":[],"paths":[],"wanted":0,)"
        R"("exposure":"","provable":false,"ready":false,"unready":"","silence":""}],"vlans":[],)"
        R"("failovers":[],"services":[],"peers":[],"slots":[{"name":"",)"
        R"("health":"absent","doing":"","problem":"","waiting":[],"domain":"","controlled":true,"location":"",)"
        R"("card":null,"ports":[)"
        R"({"name":"2.0","health":"absent","doing":"","problem":"","waiting":[],"config":"","bond":"","role":"",)"
        R"("function":null,"path":"","driver":"","index":0,"interface":"","mac":"","up":false,)"
        R"("carrier":false,"no_link_by":"","idle":"","addresses":[],"routes":[],"paths":[],"neighbour":null,)"
        R"("last_loss":"","config_line":0,"config_file":""}],)"
        R"("extraction":"","model_before":"","missing":""}]})");
}

BOOST_AUTO_TEST_CASE(numbers_have_the_form_that_their_readers_know) {
    const std::string text = to_json(test::whole_chassis());
    BOOST_TEST(text.find(R"("card":{"vendor":"8086","device":"1010","subvendor":"8086",)"
                         R"("subdevice":"1012","class":"020000","address":"0000:01:04.0"})") !=
               std::string::npos);
    BOOST_TEST(text.find(R"("miimon_us":100000)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_older_and_a_newer_had_are_understood) {
    const auto view =
        view_from_json(R"({"health":"down","moon":"full","slots":[{"name":"2","card":{}}]})");
    BOOST_TEST((view.value().health == core::Health::down));
    BOOST_TEST(view->slots.at(0).card.has_value());
}

BOOST_AUTO_TEST_CASE(vlans_and_routes_survive_their_text) {
    core::View view = test::whole_chassis();
    view.bonds.at(0).routes = {"default via 10.0.1.254"};
    core::VlanView vlan;
    vlan.name = "vlan5";
    vlan.on = "bond0";
    vlan.health = core::Health::degraded;
    vlan.id = 5;
    vlan.index = 9;
    vlan.mac = *core::mac_from("02:1a:4b:00:00:01");
    vlan.mtu = 1400;
    vlan.up = vlan.carrier = true;
    vlan.addresses = {*core::ip_prefix_from("10.5.0.1/24")};
    vlan.routes = {"10.6.0.0/16 via 10.5.0.254"};
    vlan.doing = "waiting for bond0";
    vlan.problem = "a problem";
    vlan.waiting = {"5 on bond0: needs reload --force, cuts vlan5"};
    view.vlans = {vlan};
    core::PeerView peer;
    peer.name = "rtr2";
    peer.health = core::Health::degraded;
    peer.problem = "a problem";
    peer.service = core::ip_address_from("10.9.0.2");
    peer.role = core::PeerRole::responder;
    peer.lans = {{.lan = "bond0", .interface = "bond0", .address = *core::ip_address_from("fe80::2"),
                  .state = core::LanState::good, .peer_hears = false, .link = true, .used = true, .text = "hears it"}};
    peer.routes = {"10.9.0.2/32 via 10.1.0.2 metric 10"};
    peer.advice = {"arp_ignore is 0"};
    view.peers = {peer};
    view.slots.change_each([](core::SlotView& slot) {
        for (core::PortView& port : slot.ports) port.routes = {"10.7.0.0/16 via 192.168.10.2"};
    });
    BOOST_TEST((view_from_json(to_json(view)) == view));
}

BOOST_AUTO_TEST_CASE(what_is_no_view_is_refused) {
    BOOST_TEST(!view_from_json(""));
    BOOST_TEST(!view_from_json("[]"));
    BOOST_TEST(!view_from_json(R"({"health":"purple"})"));
    BOOST_TEST(!view_from_json(R"({"slots":{}})"));
    BOOST_TEST(!view_from_json(R"({"slots":[1]})"));
    BOOST_TEST(!view_from_json(R"({"problems":[1]})"));
    BOOST_TEST(!view_from_json(R"({"slots":[{"card":{"vendor":"xyz"}}]})"));
    BOOST_TEST(!view_from_json(R"({"bonds":[{"addresses":["nowhere"]}]})"));
}

BOOST_AUTO_TEST_CASE(steps_and_plans_survive_their_text) {
    const std::vector<core::ExplainStep> steps{{"it is so", "had.conf:1"}, {"so what", ""}};
    BOOST_TEST((explain_from_json(to_json(steps)) == steps));

    core::Action action;
    action.operation = core::DeleteLink{{7, "bond1"}};
    action.object = core::bond_id("bond1");
    action.reason = "had made it, had.conf no longer names it";
    const Plan plan =
        plan_of({{action}, {"bond0: mode: waits"}, {{core::Severity::warning, 3, "o", "t"}}});
    BOOST_TEST(
        to_json(plan) ==
        R"({"actions":[{"object":"bond1","do":"delete bond1","reason":"had made it, had.conf no )"
        R"(longer names it"}],"waiting":["bond0: mode: waits"],"diagnostics":[{"severity":)"
        R"("warning","line":3,"object":"o","text":"t"}]})");
    BOOST_TEST((plan_from_json(to_json(plan)) == plan));
}

BOOST_AUTO_TEST_CASE(a_link_survives_its_text) {
    BOOST_TEST((link_from_json(to_json(test::late_link())) == test::late_link()));
    BOOST_TEST((link_from_json(to_json(core::LinkReport{})) == core::LinkReport{}));
    BOOST_TEST(to_json(test::late_link()).find(R"("partner":{"value":"45e1","words":["100 full",)") !=
               std::string::npos);
    BOOST_TEST(!link_from_json("[]"));
    BOOST_TEST(!link_from_json(R"({"mii":{"id":"pink"}})"));
}

BOOST_AUTO_TEST_CASE(a_reload_survives_its_text) {
    const ReloadAnswer answer{true, "/etc/had.conf", {{core::Severity::error, 1, "", "x"}}, {"w"}};
    const auto back = reload_from_json(to_json(answer)).value();
    BOOST_TEST(back.taken);
    BOOST_TEST(back.file == "/etc/had.conf");
    BOOST_TEST((back.diagnostics == answer.diagnostics));
    BOOST_TEST((back.waiting == answer.waiting));
}

// As had or hadctl of another word size, or another program, may say it.
BOOST_AUTO_TEST_CASE(a_number_that_does_not_fit_is_taken_for_none) {
    const auto view = view_from_json(
        R"({"bonds":[{"name":"bond0","mtu":4294967296,"wanted":-1}],"vlans":[{"name":"v","id":65541}]})");
    BOOST_TEST_REQUIRE(view.has_value());
    BOOST_TEST(view->bonds.at(0).mtu == 0u);
    BOOST_TEST(view->bonds.at(0).wanted == 0u);
    BOOST_TEST(view->vlans.at(0).id == 0u);
    BOOST_TEST(view_from_json(R"({"bonds":[{"name":"bond0","mtu":4294967295}]})")->bonds.at(0).mtu == 4294967295u);
    const auto card = [](std::string_view vendor) {
        return view_from_json(R"({"slots":[{"name":"2","card":{"vendor":")" + std::string(vendor) + "\"}}]}");
    };
    BOOST_TEST(card("ffff")->slots.at(0).card->vendor == 0xffff);
    for (const char* wrong : {"10000", "ffffffffffffffffffff", "-1", "12zz"}) BOOST_TEST(!card(wrong), wrong);
}

// As nlohmann's library writes it, whatever bytes there are.
BOOST_AUTO_TEST_CASE(a_text_is_written_as_json_whatever_it_holds) {
    core::View view;
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    for (const std::string& text : {std::string(), std::string("plain ~"), std::string("a\"b\\c\n\x1b[2J"), all,
                                    std::string("\xe2\x80\xae\xc3\xa4"), std::string("\xc3")}) {
        view.problems = {text, "x"};
        view.alarm = text;
        const Json read = parse(to_json(view));
        BOOST_TEST_REQUIRE(read.is_object());
        BOOST_TEST(dump(read["alarm"]) == dump(Json(text)));
        BOOST_TEST(dump(read["problems"]) == dump(Json{text, "x"}));
        BOOST_TEST(dump(read) == to_json(view));
    }
}

BOOST_AUTO_TEST_SUITE_END()
