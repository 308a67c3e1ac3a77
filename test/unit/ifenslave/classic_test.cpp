// Every message and exit code of ifenslave 1.1.0, in one table: what the original said in a case,
// and what this program says in it.  Where both columns are the same words, `same` stands in ours;
// where the original kept the reason to itself (or to -v), ours has a line or some words more.
#include "test/boost_test.hpp"
#include "test/unit/ifenslave/world.hpp"

#include <fmt/format.h>

#include <functional>

using namespace had;
using had::test::run;
using had::test::World;

namespace {

const std::string same = "(the same)";
const std::string the_usage = ifenslave::usage_text();

struct Row {
    std::string name, arguments;
    std::function<void(World&)> given;
    int exit;
    std::string original; // on standard error, without -v
    std::string ours = same;
};

void nothing_special(World&) {}

std::function<void(World&)> refuses(const std::string& operation, int error,
                                    const std::string& words = "") {
    return [=](World& world) { world.refusals[operation] = {error, words}; };
}

const Row rows[] = {
    // --- The command line
    {"two options", "-f -d bond0 eth0", nothing_special, 2, the_usage},
    {"one option twice", "-d -d bond0 eth0", nothing_special, 2, the_usage},
    {"an operand for -a", "-a bond0", nothing_special, 2, the_usage},
    {"no operand", "", nothing_special, 2, the_usage},
    {"no operand for -d", "-d", nothing_special, 2, the_usage},
    {"only a master for -d", "-d bond0", nothing_special, 2, the_usage},
    {"only a master for -c", "-c bond0", nothing_special, 2, the_usage},
    // --- The master
    {"no such master", "bond9 eth0", nothing_special, 1,
     "Master 'bond9': Error: handshake with driver failed. Aborting\n",
     "Master 'bond9': Error: get bonding info failed No such device\n"
     "Master 'bond9': Error: handshake with driver failed. Aborting\n"},
    {"no such master, and no slave", "-d bond9", nothing_special, 1,
     "Master 'bond9': Error: handshake with driver failed. Aborting\n",
     "Master 'bond9': Error: get bonding info failed No such device\n"
     "Master 'bond9': Error: handshake with driver failed. Aborting\n"},
    {"settings of the master cannot be read", "bond0 eth0",
     [](World& world) { world.looks_until_failure = 0; }, ENOBUFS,
     "Master 'bond0': Error: get settings failed: No buffer space available. Aborting\n"},
    {"not a master", "eth1 eth0", nothing_special, 1,
     "Illegal operation; the specified interface 'eth1' is not a master. Aborting\n"},
    {"a master that is down", "bond0 eth0", [](World& w) { w.at("bond0").link.up = false; }, 1,
     "Illegal operation; the specified master interface 'bond0' is not up.\n"},
    {"a master that is down, for -d", "-d bond0 eth1",
     [](World& w) { w.at("bond0").link.up = false; }, 1,
     "Illegal operation; the specified master interface 'bond0' is not up.\n"},
    {"a master that is down, for -c", "-c bond0 eth1",
     [](World& w) { w.at("bond0").link.up = false; }, 1,
     "Illegal operation; the specified master interface 'bond0' is not up.\n"},
    {"a master that is not Ethernet", "bond0 eth0", [](World& w) { w.at("bond0").type = 32; }, 1,
     "Illegal operation: The specified master interface 'bond0' is not ethernet-like.\n"
     " This program is designed to work with ethernet-like network interfaces.\n"
     " Use the '-f' option to force the operation.\n"},
    {"the same with -f", "-f bond0 eth0", [](World& w) { w.at("bond0").type = 32; }, 0, ""},
    {"the same for -d", "-d bond0 eth1", [](World& w) { w.at("bond0").type = 32; }, 0, ""},
    // --- -c
    {"change to no such slave", "-c bond0 eth9", nothing_special, 255,
     "Slave 'eth9': Error: get flags failed. Aborting\n",
     "Slave 'eth9': Error: SIOCGIFFLAGS failed: No such device\n"
     "Slave 'eth9': Error: get flags failed. Aborting\n"},
    {"change to no slave", "-c bond0 eth0", nothing_special, 1,
     "Illegal operation: The specified slave interface 'eth0' is not a slave\n"
     "Master 'bond0', Slave 'eth0': Error: Change active failed\n"},
    {"change that the driver refuses", "-c bond0 eth2",
     refuses("set bond0 active_slave interface 4", EINVAL, "active_slave: invalid option value"), 1,
     "Master 'bond0', Slave 'eth2': Error: Change active failed\n",
     "Master 'bond0': Error: SIOCBONDCHANGEACTIVE failed: Invalid argument (active_slave: invalid "
     "option value)\n"
     "Master 'bond0', Slave 'eth2': Error: Change active failed\n"},
    {"change that works", "-c bond0 eth2", nothing_special, 0, ""},
    {"change with more operands", "-c bond0 eth2 eth9 eth8", nothing_special, 0, ""},
    // --- -d
    {"release of no such slave", "-d bond0 eth9", nothing_special, 255,
     "Slave 'eth9': Error: get flags failed. Skipping\n",
     "Slave 'eth9': Error: SIOCGIFFLAGS failed: No such device\n"
     "Slave 'eth9': Error: get flags failed. Skipping\n"},
    {"release of no slave", "-d bond0 eth0", nothing_special, 1,
     "Illegal operation: The specified slave interface 'eth0' is not a slave\n"
     "Master 'bond0', Slave 'eth0': Error: Release failed\n"},
    {"release of another bond's slave", "-d bond0 eth7",
     [](World& world) {
         world.bond("bond1", 20);
         world.slave("eth7", 21, "bond1");
     },
     1, "Master 'bond0', Slave 'eth7': Error: Release failed\n",
     "Master 'bond0': Error: SIOCBONDRELEASE failed: Invalid argument (eth7 is a slave of bond1)\n"
     "Master 'bond0', Slave 'eth7': Error: Release failed\n"},
    {"release that the driver refuses", "-d bond0 eth1", refuses("release eth1 from bond0", EPERM),
     1, "Master 'bond0', Slave 'eth1': Error: Release failed\n",
     "Master 'bond0': Error: SIOCBONDRELEASE failed: Operation not permitted\n"
     "Master 'bond0', Slave 'eth1': Error: Release failed\n"},
    {"an MTU that cannot be set back fails nothing", "-d bond0 eth1",
     refuses("set eth1 mtu 1500", EINVAL), 0, "",
     "Slave 'eth1': Error: SIOCSIFMTU failed: Invalid argument\n"},
    {"release of all", "-d bond0 eth1 eth2", nothing_special, 0, ""},
    // --- Enslaving
    {"no such slave", "bond0 eth9", nothing_special, ENODEV,
     "Slave 'eth9': Error: get settings failed: No such device. Skipping\n"},
    {"a slave already", "bond0 eth1", nothing_special, 1,
     "Illegal operation: The specified slave interface 'eth1' is already a slave\n"
     "Master 'bond0', Slave 'eth1': Error: Enslave failed\n"},
    {"the same slave twice", "bond0 eth0 eth0", nothing_special, 1,
     "Illegal operation: The specified slave interface 'eth0' is already a slave\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n"},
    {"cannot be set down", "bond0 eth0", refuses("set eth0 down", EPERM), 255,
     "Slave 'eth0': Error: bring interface down failed\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n",
     "Interface 'eth0': Error: SIOCSIFFLAGS failed: Operation not permitted\n"
     "Slave 'eth0': Error: bring interface down failed\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n"},
    {"address cannot be cleared", "bond0 eth0",
     [](World& world) {
         world.at("eth0").addresses = {*core::ip_prefix_from("10.0.0.1/8")};
         world.refusals["remove 10.0.0.1/8 from eth0"] = {EIO, ""};
     },
     255,
     "Slave 'eth0': Error: clear address failed\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n",
     "Interface 'eth0': Error: SIOCSIFADDR failed: Input/output error\n"
     "Slave 'eth0': Error: clear address failed\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n"},
    {"MTU cannot be set", "bond0 eth0",
     [](World& world) {
         world.at("bond0").link.mtu = 9000;
         world.refusals["set eth0 mtu 9000"] = {EINVAL, "mtu greater than device maximum"};
     },
     255,
     "Slave 'eth0': Error: set MTU failed\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n",
     "Slave 'eth0': Error: SIOCSIFMTU failed: Invalid argument (mtu greater than device maximum)\n"
     "Slave 'eth0': Error: set MTU failed\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n"},
    {"MAC address of the master cannot be set", "bond0 eth0",
     [](World& world) {
         world.at("bond0").hardware = {};
         world.refusals["set bond0 address 52:54:00:00:00:02"] = {EBUSY, ""};
     },
     255,
     "Master 'bond0': Error: set hw address failed\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n",
     "Master 'bond0': Error: SIOCSIFHWADDR failed: Device or resource busy\n"
     "Master 'bond0': Error: set hw address failed\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n"},
    {"enslavement that the driver refuses", "bond0 eth0",
     refuses("enslave eth0 to bond0", EOPNOTSUPP,
             "Slave device does not support setting the MAC address"),
     1, "Master 'bond0', Slave 'eth0': Error: Enslave failed\n",
     "Master 'bond0': Error: SIOCBONDENSLAVE failed: Operation not supported (Slave device does "
     "not "
     "support setting the MAC address)\n"
     "Master 'bond0', Slave 'eth0': Error: Enslave failed\n"},
    {"a bridge's port", "bond0 eth3", nothing_special, 1,
     "Master 'bond0', Slave 'eth3': Error: Enslave failed\n",
     "Master 'bond0': Error: SIOCBONDENSLAVE failed: Device or resource busy (eth3 is a port of "
     "br0)\n"
     "Master 'bond0', Slave 'eth3': Error: Enslave failed\n"},
    {"itself", "bond0 bond0", nothing_special, 1,
     "Master 'bond0', Slave 'bond0': Error: Enslave failed\n",
     "Master 'bond0': Error: SIOCBONDENSLAVE failed: Operation not permitted (a bond cannot be its "
     "own slave)\n"
     "Master 'bond0', Slave 'bond0': Error: Enslave failed\n"},
    // --- Several slaves: each has its turn, and the last failure is the exit code
    {"the first of two fails", "bond0 eth9 eth0", nothing_special, ENODEV,
     "Slave 'eth9': Error: get settings failed: No such device. Skipping\n"},
    {"two of three fail", "bond0 eth9 eth0 eth1", nothing_special, 1,
     "Slave 'eth9': Error: get settings failed: No such device. Skipping\n"
     "Illegal operation: The specified slave interface 'eth1' is already a slave\n"
     "Master 'bond0', Slave 'eth1': Error: Enslave failed\n"},
    {"two of three fail, the other way round", "bond0 eth1 eth0 eth9", nothing_special, ENODEV,
     "Illegal operation: The specified slave interface 'eth1' is already a slave\n"
     "Master 'bond0', Slave 'eth1': Error: Enslave failed\n"
     "Slave 'eth9': Error: get settings failed: No such device. Skipping\n"},
    {"one of two releases fails", "-d bond0 eth0 eth1", nothing_special, 1,
     "Illegal operation: The specified slave interface 'eth0' is not a slave\n"
     "Master 'bond0', Slave 'eth0': Error: Release failed\n"},
    {"enslavement that works", "bond0 eth0", nothing_special, 0, ""},
};

} // namespace

BOOST_AUTO_TEST_SUITE(classic)

BOOST_AUTO_TEST_CASE(every_case_ends_with_the_words_and_the_code_of_the_original) {
    for (const Row& row : rows) {
        World world;
        row.given(world);
        const auto said = run(world, row.arguments);
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(said.exit == row.exit);
            BOOST_TEST(said.err == (row.ours == same ? row.original : row.ours));
            BOOST_TEST(said.out == "");
        }
    }
}

// No line of the original may be missing from ours, nor change places with another.
BOOST_AUTO_TEST_CASE(ours_holds_every_line_of_the_original_in_its_order) {
    for (const Row& row : rows) {
        if (row.ours == same) continue;
        std::size_t from = 0;
        std::istringstream lines(row.original);
        for (std::string line; std::getline(lines, line);) {
            const auto at = row.ours.find(line + '\n', from);
            BOOST_TEST(at != std::string::npos, row.name << ": " << line);
            from = at == std::string::npos ? from : at + line.size();
        }
    }
}

BOOST_AUTO_TEST_CASE(usage_and_help_are_on_standard_output_when_asked_for) {
    World world;
    for (const auto* option : {"-u", "--usage"}) {
        const auto said = run(world, option);
        BOOST_TEST(said.exit == 0);
        BOOST_TEST(said.out == the_usage);
        BOOST_TEST(said.err == "");
    }
    const auto said = run(world, "-h");
    BOOST_TEST(said.exit == 0);
    BOOST_TEST(said.out == the_usage + ifenslave::help_text());
}

BOOST_AUTO_TEST_CASE(the_version_is_told_alone_and_before_everything_verbose) {
    World world;
    const auto version = ifenslave::version_text();
    BOOST_TEST(version.rfind("ifenslave.c:v1.1.0 (", 0) == 0u);
    BOOST_TEST(run(world, "-V").out == version);
    BOOST_TEST(run(world, "-V").exit == 0);
    BOOST_TEST(run(world, "-v").out == version);
    BOOST_TEST(run(world, "-v").err == the_usage);
    BOOST_TEST(run(world, "-v").exit == 2);
    BOOST_TEST(run(world, "-v -d -c bond0 eth0").out == "");
}

BOOST_AUTO_TEST_CASE(neither_usage_nor_help_nor_version_needs_the_kernel) {
    std::ostringstream out, err;
    const auto no_socket = []() -> ifenslave::Machine& {
        throw std::system_error(EMFILE, std::generic_category(), "rtnetlink");
    };
    for (const auto* option : {"-u", "-h", "-V"})
        BOOST_TEST(ifenslave::run(test::parsed(option), no_socket, out, err) == 0);
    BOOST_TEST(err.str() == "");
    BOOST_TEST(ifenslave::run(test::parsed("bond0"), no_socket, out, err) == 1);
    BOOST_TEST(err.str() == "socket: Too many open files\n");
}

BOOST_AUTO_TEST_CASE(a_master_alone_is_shown) {
    World world;
    world.at("bond0").addresses = {*core::ip_prefix_from("10.0.1.1/24")};
    const auto said = run(world, "bond0");
    BOOST_TEST(said.exit == 0);
    BOOST_TEST(said.err == "");
    BOOST_TEST(said.out == "The result of SIOCGIFFLAGS on bond0 is 1443.\n"
                           "The result of SIOCGIFADDR is 0a.00.01.01.\n"
                           "The result of SIOCGIFHWADDR is type 1  52:54:00:00:00:01.\n"
                           "The result of SIOCGIFMETRIC is 0\n"
                           "The result of SIOCGIFMTU is 1500\n");
    BOOST_TEST(run(world, "-f bond0").out == said.out);
    world.at("bond0").addresses.clear();
    BOOST_TEST(run(world, "bond0").out.find("SIOCGIFADDR") == std::string::npos);
    BOOST_TEST(run(world, "bond0").out.find("SIOCGIFMTU") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(verbosely_the_bond_and_its_slaves_are_shown_too) {
    World world;
    world.at("bond0").addresses = {*core::ip_prefix_from("10.0.1.1/24"),
                                   *core::ip_prefix_from("fe80::1/64")};
    const auto said = run(world, "-v bond0");
    const auto classic = ifenslave::version_text() + run(world, "bond0").out;
    BOOST_TEST(said.out == classic + "bond0: address 10.0.1.1/24\n"
                                     "bond0: address fe80::1/64\n"
                                     "bond0: bond, mode active-backup, active slave eth1\n"
                                     "eth1: slave of bond0, active, link up\n"
                                     "eth2: slave of bond0, backup, link up\n");
}

BOOST_AUTO_TEST_CASE(all_interfaces_are_those_with_an_ipv4_address_and_verbosely_all) {
    World world;
    world.at("eth0").addresses = {*core::ip_prefix_from("10.0.0.1/8")};
    world.at("eth1").addresses = {*core::ip_prefix_from("fe80::1/64")};
    const auto said = run(world, "-a");
    BOOST_TEST(said.exit == 0);
    BOOST_TEST(said.out.find("on eth0 is 1003.\n") != std::string::npos);
    BOOST_TEST(said.out.find("eth1") == std::string::npos);
    const auto verbose = run(world, "-a -v").out;
    for (const auto& interface : world.snapshot.interfaces)
        BOOST_TEST(verbose.find("on " + interface.link.name + " is") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(verbosely_each_step_is_told_on_standard_error) {
    World world;
    world.at("bond0").link.mtu = 9000;
    BOOST_TEST(run(world, "-v bond0 eth0").err ==
               "current hardware address of master 'bond0' is 52:54:00:00:00:01, type 1\n"
               "Interface 'eth0': flags set to 1002.\n"
               "Interface 'eth0': address cleared\n"
               "Slave 'eth0': MTU set to 9000.\n");
    BOOST_TEST(run(world, "-v -d bond0 eth1").err == "Slave eth1: flags 1843.\n"
                                                     "Slave 'eth1': MTU set to 1500.\n");
    BOOST_TEST(run(world, "-v -c bond0 eth2").err == "Slave eth2: flags 1843.\n");
}

BOOST_AUTO_TEST_SUITE_END()
