#include "test/boost_test.hpp"
#include "test/unit/ifenslave/world.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace had::ifenslave;
using had::test::parsed;

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(a_master_and_its_slaves_are_operands) {
    BOOST_CHECK((parsed("bond0 eth0 eth1") ==
                 Command{Verb::enslave, false, false, "bond0", {"eth0", "eth1"}}));
    BOOST_CHECK((parsed("bond0") == Command{Verb::enslave, false, false, "bond0", {}}));
}

BOOST_AUTO_TEST_CASE(every_option_has_a_long_name_that_may_be_cut_short) {
    for (const auto& [names, verb] :
         {std::pair{std::vector{"-d", "--detach", "--det"}, Verb::release},
          {{"-c", "--change-active", "--ch"}, Verb::change_active},
          {{"-f", "--force", "--fo"}, Verb::enslave}})
        for (const std::string name : names)
            BOOST_CHECK(parsed(name + " bond0 eth0").verb == verb);
    for (const auto& [names, verb] :
         {std::pair{std::vector{"-a", "--all-interfaces"}, Verb::show_all},
          {{"-h", "--help"}, Verb::help},
          {{"-u", "--usage"}, Verb::usage},
          {{"-V", "--version"}, Verb::version}})
        for (const std::string name : names)
            BOOST_CHECK(parsed(name).verb == verb);
    BOOST_TEST(parsed("--verbose bond0").verbose);
    BOOST_TEST(parsed("-f bond0 eth0").force);
}

BOOST_AUTO_TEST_CASE(options_may_stand_behind_operands) {
    BOOST_CHECK(parsed("bond0 -v eth0 -d") == parsed("-v -d bond0 eth0"));
    BOOST_CHECK(parsed("bond0 eth0 -d").verb == Verb::release);
}

BOOST_AUTO_TEST_CASE(two_options_exclude_each_other_and_one_itself_but_not_v) {
    for (const auto* line : {"-d -d bond0 eth0", "-f -d bond0 eth0", "-a -h", "-V -V",
                             "-cd bond0 eth0", "-v -d -c bond0 eth0"})
        BOOST_CHECK(parsed(line) == Command{});
    BOOST_CHECK(parsed("-v -v -d bond0 eth0").verb == Verb::release);
}

BOOST_AUTO_TEST_CASE(no_operand_is_misuse_and_so_is_one_for_all_interfaces) {
    BOOST_CHECK(parsed("").verb == Verb::misuse);
    BOOST_CHECK(parsed("-d").verb == Verb::misuse);
    BOOST_CHECK(parsed("-a bond0").verb == Verb::misuse);
    BOOST_CHECK(parsed("-h bond0 eth0").verb == Verb::help);
}

BOOST_AUTO_TEST_CASE(every_option_stands_in_the_help_and_in_the_manual) {
    std::ifstream file("doc/man/ifenslave.8");
    BOOST_TEST_REQUIRE(file.is_open(), "run the tests from the top of the tree");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    for (const std::string name : {"all-interfaces", "change-active", "detach", "force", "help",
                                   "usage", "verbose", "version"}) {
        BOOST_TEST(help_text().find("--" + name) != std::string::npos, name);
        std::string escaped = "\\-\\-" + name;
        if (const auto dash = escaped.find('-', 4); dash != std::string::npos)
            escaped.insert(dash, "\\");
        BOOST_TEST(page.find(escaped) != std::string::npos, escaped);
    }
}

BOOST_AUTO_TEST_SUITE_END()
