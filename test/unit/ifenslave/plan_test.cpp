// What is asked of the kernel, in which order, and what is taken back.
#include "ifenslave/linux_machine.hpp"
#include "test/boost_test.hpp"
#include "test/unit/ifenslave/world.hpp"

using namespace had;
using had::test::run;
using had::test::World;

namespace {

using Asked = std::vector<std::string>;

void check(const World& world, const Asked& expected) {
    BOOST_TEST(world.asked == expected, boost::test_tools::per_element());
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(plan, World)

BOOST_AUTO_TEST_CASE(a_slave_is_set_down_and_emptied_before_it_is_enslaved) {
    at("bond0").link.mtu = 9000;
    at("eth0").addresses = {*core::ip_prefix_from("10.0.0.1/8"),
                            *core::ip_prefix_from("fe80::1/64"),
                            *core::ip_prefix_from("192.168.0.1/24")};
    BOOST_TEST(run(*this, "bond0 eth0").exit == 0);
    check(*this, {"set eth0 down", "remove 10.0.0.1/8 from eth0", "remove 192.168.0.1/24 from eth0",
                  "set eth0 mtu 9000", "enslave eth0 to bond0"});
}

BOOST_AUTO_TEST_CASE(the_first_slave_lends_its_mac_address_to_a_bond_without_one) {
    at("bond0").hardware = {};
    add("eth8", 30, 0x1002);
    BOOST_TEST(run(*this, "bond0 eth0 eth8").exit == 0);
    check(*this, {"set eth0 down", "set bond0 address 52:54:00:00:00:02", "enslave eth0 to bond0",
                  "set eth8 down", "enslave eth8 to bond0"});
}

BOOST_AUTO_TEST_CASE(a_failed_enslavement_gives_mac_address_and_mtu_back) {
    at("bond0").hardware = {};
    at("bond0").link.mtu = 9000;
    refusals["enslave eth0 to bond0"] = {EBUSY, "Device is in use and cannot be enslaved"};
    const auto said = run(*this, "-v bond0 eth0");
    BOOST_TEST(said.exit == 1);
    check(*this,
          {"set eth0 down", "set eth0 mtu 9000", "set bond0 address 52:54:00:00:00:02",
           "enslave eth0 to bond0", "set bond0 address 00:00:00:00:00:00", "set eth0 mtu 1500", "set eth0 up"});
    BOOST_TEST(said.err.find("Slave 'eth0': MTU set to 1500.\n") != std::string::npos);
    BOOST_TEST(at("eth0").link.mtu == 1500u);
}

BOOST_AUTO_TEST_CASE(what_was_not_changed_is_not_given_back) {
    refusals["enslave eth0 to bond0"] = {EBUSY, ""};
    at("eth0").link.up = false;
    BOOST_TEST(run(*this, "bond0 eth0").exit == 1);
    check(*this, {"set eth0 down", "enslave eth0 to bond0"});
}

BOOST_AUTO_TEST_CASE(a_slave_that_is_refused_is_up_again_with_its_addresses) {
    at("eth0").addresses = {*core::ip_prefix_from("10.0.0.1/8"), *core::ip_prefix_from("2001:db8::1/64"),
                            *core::ip_prefix_from("fe80::1/64"), *core::ip_prefix_from("192.168.0.1/24")};
    refusals["enslave eth0 to bond0"] = {EBUSY, "Device is in use and cannot be enslaved"};
    BOOST_TEST(run(*this, "bond0 eth0").exit == 1);
    check(*this, {"set eth0 down", "remove 10.0.0.1/8 from eth0", "remove 192.168.0.1/24 from eth0",
                  "enslave eth0 to bond0", "add 10.0.0.1/8 to eth0", "add 192.168.0.1/24 to eth0", "set eth0 up",
                  "add 2001:db8::1/64 to eth0"});
    BOOST_TEST(at("eth0").link.up);
}

BOOST_AUTO_TEST_CASE(an_address_that_cannot_be_cleared_leaves_all_of_them) {
    at("eth0").addresses = {*core::ip_prefix_from("10.0.0.1/8"), *core::ip_prefix_from("192.168.0.1/24")};
    refusals["remove 192.168.0.1/24 from eth0"] = {ENOMEM, ""};
    BOOST_TEST(run(*this, "bond0 eth0").exit == 255);
    check(*this, {"set eth0 down", "remove 10.0.0.1/8 from eth0", "remove 192.168.0.1/24 from eth0",
                  "add 10.0.0.1/8 to eth0", "add 192.168.0.1/24 to eth0", "set eth0 up"});
}

BOOST_AUTO_TEST_CASE(what_the_bond_cannot_take_is_not_begun_with) {
    add("lo", 40, 0x49);
    add("vm0", 41, 0x1003).link.kind = "macvlan";
    at("vm0").link.lower = 2;
    auto said = run(*this, "bond0 lo");
    BOOST_TEST(said.exit == 1);
    BOOST_TEST(said.err == "Master 'bond0': Error: SIOCBONDENSLAVE failed: Cannot assign requested address (lo is the "
                           "loopback device, which takes no MAC address)\n"
                           "Master 'bond0', Slave 'lo': Error: Enslave failed\n");
    said = run(*this, "bond0 eth0");
    BOOST_TEST(said.exit == 1);
    BOOST_TEST(said.err == "Master 'bond0': Error: SIOCBONDENSLAVE failed: Device or resource busy (vm0 (macvlan) "
                           "stands on eth0)\n"
                           "Master 'bond0', Slave 'eth0': Error: Enslave failed\n");
    check(*this, {});
    at("vm0").link.kind = "vlan";
    BOOST_TEST(run(*this, "bond0 eth0").exit == 0);
}

BOOST_AUTO_TEST_CASE(one_end_of_a_cable_of_the_kernels_own_does_not_stand_on_the_other) {
    at("eth0").link.kind = "veth";
    at("eth0").link.lower = 42;
    add("eth9", 42, 0x1003).link.kind = "veth";
    at("eth9").link.lower = 2;
    BOOST_TEST(run(*this, "bond0 eth0").exit == 0);
}

BOOST_AUTO_TEST_CASE(a_released_slave_gets_the_usual_mtu) {
    BOOST_TEST(run(*this, "-d bond0 eth2 eth1").exit == 0);
    check(*this, {"release eth2 from bond0", "set eth2 mtu 1500", "release eth1 from bond0",
                  "set eth1 mtu 1500"});
}

// Netlink would take either out of what it is in: no old ifenslave ever did.
BOOST_AUTO_TEST_CASE(what_belongs_to_another_master_is_not_touched) {
    bond("bond1", 20);
    slave("eth7", 21, "bond1");
    run(*this, "-d bond0 eth7");
    run(*this, "-d bond0 eth3");
    run(*this, "bond0 eth3 eth7 bond0");
    check(*this, {});
}

BOOST_AUTO_TEST_CASE(the_active_slave_is_changed_over_netlink_when_had_is_not_there) {
    BOOST_TEST(run(*this, "-c bond0 eth2").exit == 0);
    check(*this, {"set bond0 active_slave interface 4"});
}

BOOST_AUTO_TEST_CASE(had_is_asked_to_change_the_active_slave_when_it_runs) {
    had_answers = core::ActionResult{};
    BOOST_TEST(run(*this, "-c bond0 eth2").exit == 0);
    had_answers = {EBUSY, "had: eth2 has no link"};
    const auto said = run(*this, "-c bond0 eth2");
    BOOST_TEST(said.exit == 1);
    BOOST_TEST(said.err == "Master 'bond0': Error: SIOCBONDCHANGEACTIVE failed: Device or resource "
                           "busy (had: eth2 has no link)\n"
                           "Master 'bond0', Slave 'eth2': Error: Change active failed\n");
    check(*this, {});
}

BOOST_AUTO_TEST_CASE(had_is_not_asked_what_is_wrong_in_any_case) {
    had_answers = core::ActionResult{};
    BOOST_TEST(run(*this, "-c bond0 eth0").exit == 1);
}

BOOST_AUTO_TEST_CASE(one_is_warned_of_what_had_will_do_about_it) {
    claims["eth1"] = {"2.0", "config2", "bond0"};
    claims["eth0"] = {"16.0", "config1", ""};
    BOOST_TEST(run(*this, "-c bond0 eth1").err.find("the daemon was not asked") != std::string::npos);
    BOOST_TEST(run(*this, "-d bond0 eth1").err.find("take 2.0 out of had.conf") !=
               std::string::npos);
    BOOST_TEST(run(*this, "bond0 eth1").err == ""); // where had would put it
    BOOST_TEST(run(*this, "bond0 eth0").err.find("had.conf has it (16.0) as config1") !=
               std::string::npos);
    BOOST_TEST(run(*this, "-d bond0 eth2").err == ""); // had does not know it
}

BOOST_AUTO_TEST_CASE(had_is_told_before_a_release_and_after_it_was_undone) {
    had_takes_orders = true;
    claims["eth1"] = {"2.0", "config2", "bond0"};
    BOOST_TEST(run(*this, "-d bond0 eth1").err == "");
    BOOST_TEST(asked.front() == "had, leave out eth1");
    asked.clear();
    BOOST_TEST(run(*this, "bond0 eth1").err == "");
    BOOST_TEST(asked.back() == "had, take back eth1");
    BOOST_TEST(asked.front() != asked.back());
    asked.clear();
    refusals["release eth1 from bond0"] = {EPERM, ""};
    BOOST_TEST(run(*this, "-d bond0 eth1").exit != 0);
    BOOST_TEST(asked.back() == "had, take back eth1");
}

// Without had, and where had.conf wants something else of it, it is the refusal of old.
BOOST_AUTO_TEST_CASE(what_had_has_enslaved_first_is_done) {
    had_takes_orders = true;
    BOOST_TEST(run(*this, "bond0 eth1").exit == 1);
    claims["eth1"] = {"2.0", "config2", "bond1"};
    BOOST_TEST(run(*this, "bond0 eth1").exit == 1);
    claims["eth1"] = {"2.0", "config2", "bond0"};
    const auto done = run(*this, "bond0 eth1");
    BOOST_TEST(done.exit == 0);
    BOOST_TEST(done.err ==
               "ifenslave: eth1 (2.0) is in bond0 already: the daemon put it there, as had.conf says.\n");
    BOOST_TEST(asked.back() == "had, take back eth1");
}

BOOST_AUTO_TEST_CASE(one_is_not_warned_after_a_failure) {
    claims["eth1"] = {"2.0", "config2", "bond0"};
    refusals["release eth1 from bond0"] = {EPERM, ""};
    BOOST_TEST(run(*this, "-d bond0 eth1").err.find("warning") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_had_claims_stands_in_its_status) {
    const std::string status =
        R"({"slots":[{"ports":[]},{"ports":[
            {"name":"2.0","interface":"eth1","config":"config2","bond":"bond0"},
            {"name":"2.1","interface":"eth2","config":"","bond":""}]}]})";
    BOOST_CHECK(
        (ifenslave::claim_in(status, "eth1") == ifenslave::Claim{"2.0", "config2", "bond0"}));
    BOOST_CHECK(!ifenslave::claim_in(status, "eth2"));
    BOOST_CHECK(!ifenslave::claim_in(status, "eth3"));
    for (const auto* text : {"", "{}", "[]", R"({"slots":1})", R"({"slots":[{"ports":[{}]}]})"})
        BOOST_CHECK(!ifenslave::claim_in(text, "eth1"));
}

BOOST_AUTO_TEST_SUITE_END()
