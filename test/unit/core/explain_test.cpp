#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

std::string story(World& world, std::string_view object) {
    const Situation s = world.situation();
    const Plan planned = plan(s);
    std::string out;
    for (const ExplainStep& step : explain(s, planned, derive_view(s, planned, "kernel"), object,
                                           [&](const std::string&) { return world.parameters; }))
        out += step.what + " (" + step.why + ")\n";
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(explain)

BOOST_AUTO_TEST_CASE(what_is_not_there_has_no_story) {
    World world;
    let_serve(world);
    for (const auto* object : {"", "bond7", "2.7", "7", "eth9"})
        BOOST_TEST(story(world, object).empty());
}

BOOST_AUTO_TEST_CASE(an_empty_name_is_not_that_of_a_port_without_an_interface) {
    World world;
    BOOST_TEST(story(world, "") == "");
    BOOST_TEST(story(world, "2.1") != "");
}

BOOST_AUTO_TEST_CASE(a_port_is_found_by_its_long_name_too) {
    World world;
    let_serve(world);
    BOOST_TEST(story(world, "2.1/0") == story(world, "2.1"));
    BOOST_TEST(story(world, "2.1/1") == "");
}

BOOST_AUTO_TEST_CASE(a_port_is_found_by_its_interface_too) {
    World world;
    let_serve(world);
    BOOST_TEST(story(world, "eth1") == story(world, "2.1"));
    BOOST_TEST(!story(world, "eth1").empty());
}

BOOST_AUTO_TEST_CASE(a_slot_tells_of_all_its_ports) {
    World world;
    let_serve(world);
    const std::string text = story(world, "2");
    for (const auto* part : {"2.0 is healthy", "2.1 is healthy", "had.conf:8: 2.0 = member"})
        BOOST_TEST((text.find(part) != std::string::npos), part);
}

BOOST_AUTO_TEST_CASE(a_bond_tells_who_made_it_and_who_is_foreign) {
    World world;
    let_serve(world);
    world.hear(LinkSeen{slave(5, "eth7", 9)});
    BOOST_TEST(
        story(world, "bond0") ==
        "bond0 is wanted as active-backup (had.conf:1: [bond bond0])\n"
        "it is interface 9, address " +
            to_string(stable_mac("machine", "bond0")) +
            ", up with carrier (the daemon made it)\n"
            "eth0 is active, miimon says up (port 2.0)\n"
            "eth1 is backup, miimon says up (port 2.1)\n"
            "eth7 is backup, miimon says up (not in had.conf: a foreign member, left alone)\n"
            "bond0 is healthy (3 members, 2 wanted; all ports on one card (slot 2): one pull takes it down)\n");
}

BOOST_AUTO_TEST_CASE(a_driver_that_runs_otherwise_than_the_table_wants_is_told_of) {
    World world;
    world.table = parse_driver_table("[e1000]\nid = 8086:1010\noptions = copybreak=128 debug=7\n").table;
    let_serve(world);
    BOOST_TEST(story(world, "2.0").find("runs with") == std::string::npos);
    world.parameters = {{"copybreak", "256"}};
    const std::string other =
        "e1000 runs with copybreak=256 (/etc/pcidrivers.conf:1: [e1000] wants copybreak=128, but ";
    BOOST_TEST((story(world, "2.0").find(other + "another program loaded it") != std::string::npos),
               story(world, "2.0"));
    world.owned.modules = {"e1000"};
    BOOST_TEST((story(world, "2.0").find(other + "it was changed since") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(an_interface_that_is_none_of_hads_is_said_to_be_left_alone) {
    World world;
    let_serve(world);
    Link lo;
    lo.index = 1;
    lo.name = "lo";
    world.hear(LinkSeen{lo});
    BOOST_TEST(story(world, "lo") == "lo (interface 1) sits in no slot (no PCI function of the chassis "
                                     "carries it)\nit is left alone (had.conf does not name it)\n");
}

BOOST_AUTO_TEST_CASE(an_interface_of_no_slot_is_known_by_whoever_names_it) {
    World world;
    let_serve(world);
    ServiceConfig service;
    service.name = "pppoe";
    service.command = "/usr/sbin/pppd";
    service.interface = "ppp0";
    service.line = {5};
    world.config.services = {service};
    MemberConfig member{.name = "dsl", .service = "pppoe", .interface = "ppp0", .gateway = {}, .line = {7}};
    world.config.members = {member};
    PeerConfig peer;
    peer.name = "there";
    peer.lans = {{.on = "lan0", .address = *ip_address_from("10.1.0.2"), .line = {9}}};
    world.config.peers = {peer};
    BOOST_TEST(story(world, "ppp0") == "service pppoe makes or serves it (had.conf:5: [service pppoe])\n"
                                       "the routes of a group go over it while member dsl serves "
                                       "(had.conf:7: [member dsl])\n"
                                       "there is no ppp0 now (as rtnetlink tells)\n");
    Link lan;
    lan.index = 77;
    lan.name = "lan0";
    world.hear(LinkSeen{lan});
    BOOST_TEST(story(world, "lan0") == "lan0 (interface 77) sits in no slot (no PCI function of the chassis "
                                       "carries it)\n"
                                       "peer there is asked on it, at 10.1.0.2 (had.conf:9: lan)\n"
                                       "all else of it is left alone (had.conf names it for that alone)\n");
}

BOOST_AUTO_TEST_CASE(a_module_is_asked_once_however_many_ports_it_drives) {
    World world;
    world.table = parse_driver_table("[e1000]\nid = 8086:1010\noptions = debug=1\n").table;
    let_serve(world);
    int asked = 0;
    const Situation s = world.situation();
    const Plan planned = plan(s);
    had::core::explain(s, planned, derive_view(s, planned, "kernel"), "2", [&](const std::string&) {
        ++asked;
        return Parameters{{"debug", "0"}};
    });
    BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_SUITE_END()
