// The edges' own tests on a kernel that has what this machine's may lack.
#include "test/boost_test.hpp"
#include "test/chassis/story.hpp"

using namespace had::test;

namespace {

struct Edges : Story {
    Edges() : Story(ports_only()) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(edges, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(bonds_are_made_over_netlink_as_the_unit_tests_say, Edges) {
    guest.expect("modprobe bonding max_bonds=0");
    const Result tried = guest.run("HAD_HAS_BONDING=1 exec test-sys --run_test=rtnl --color_output=no", 60s);
    BOOST_TEST(tried.rc == 0, tried.out << tried.err);
    BOOST_TEST(tried.err.find("not possible here") == std::string::npos, tried.err);
}

BOOST_AUTO_TEST_SUITE_END()
