// Against the real kernel: one end of a virtual cable has a speed that nobody can change.
#include "had/sys/link_mode.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <net/if.h>

#include <cerrno>

using namespace had::core;
using namespace had::sys;
namespace test = had::test;

BOOST_AUTO_TEST_SUITE(link_mode)

BOOST_AUTO_TEST_CASE(a_speed_is_read_and_a_refusal_told) {
    HAD_TRY(test::fresh_network() &&
            test::shell("ip link add had0 type veth peer name had1 && ip link set had0 up"));
    const auto had0 = static_cast<Ifindex>(if_nametoindex("had0"));
    LinkModes modes;
    const auto mode = modes.read(had0);
    HAD_TRY(mode.has_value());                 // a kernel without ethtool's netlink
    BOOST_CHECK(*mode == (LinkMode{10000, Duplex::full, false}));
    const auto refused = modes.set(had0, {100, Duplex::full, false});
    BOOST_TEST(refused.error == EOPNOTSUPP);
    BOOST_TEST(!refused.text.empty());
    BOOST_CHECK(!modes.read(had0 + 1000));
    BOOST_TEST(modes.set(had0 + 1000, {100, {}, {}}).error == ENODEV);
}

BOOST_AUTO_TEST_SUITE_END()
