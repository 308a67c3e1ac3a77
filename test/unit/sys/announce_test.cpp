#include "had/sys/announce.hpp"

#include "had/sys/rtnl.hpp"
#include "test/boost_test.hpp"
#include "test/unit/hex.hpp"
#include "test/unit/sys/support.hpp"

using namespace had;
using namespace had::core;
using namespace had::sys;
using had::test::hex;

namespace {

const Mac card{{0x52, 0x54, 0, 0, 0, 9}};

Announcement of(const char* address, LinkRef link = {}) { return {std::move(link), card, *ip_address_from(address)}; }

} // namespace

BOOST_AUTO_TEST_SUITE(announce)

BOOST_AUTO_TEST_CASE(an_ipv4_address_is_asked_for_by_its_own_owner) {
    const Packet packet = packet_of(of("192.168.10.1"), false);
    BOOST_TEST(packet.protocol == 0x0806);
    BOOST_TEST(to_string(packet.to) == "ff:ff:ff:ff:ff:ff");
    BOOST_TEST(hex(packet.payload) == "0001080006040001"
                                      "525400000009c0a80a01"
                                      "000000000000c0a80a01");
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_is_advertised_to_all_nodes) {
    const Packet packet = packet_of(of("2001:db8::1"), false);
    BOOST_TEST(packet.protocol == 0x86dd);
    BOOST_TEST(to_string(packet.to) == "33:33:00:00:00:01");
    const std::string all = hex(packet.payload);
    BOOST_TEST(all.substr(0, 80) == "6000000000203aff"
                                    "20010db8000000000000000000000001"
                                    "ff020000000000000000000000000001");
    BOOST_TEST(all.substr(80, 4) == "8800");
    BOOST_TEST(all.substr(88) == "20000000"
                                 "20010db8000000000000000000000001"
                                 "0201525400000009");
    BOOST_TEST(hex(packet_of(of("2001:db8::1"), true).payload).substr(88, 8) == "a0000000");
}

// What a neighbour has learnt is another at once; the kernel itself checks sums and forms.
BOOST_AUTO_TEST_CASE(a_neighbour_believes_it_at_once) {
    HAD_TRY(test::fresh_network() &&
            test::shell("ip link set lo up && ip link add had0 type veth peer name had1 && ip link set had0 up && "
                        "ip link set had1 up && ip addr add 192.168.10.2/24 dev had1 && "
                        "ip neigh add 192.168.10.1 lladdr 52:54:00:00:00:01 dev had1 nud reachable"));
    Rtnl rtnl;
    const auto link = rtnl.link_now({0, "had0"});
    BOOST_REQUIRE(link);
    const LinkRef had0{link->index, "had0"};
    const auto knows = [](const std::string& address) {
        return test::shell("ip neigh show dev had1 | grep '^" + address + " .*52:54:00:00:00:09'");
    };
    BOOST_TEST(!knows("192.168.10.1"));
    BOOST_CHECK(sys::announce(of("192.168.10.1", had0), "/") == ActionResult{});
    BOOST_TEST(knows("192.168.10.1"));

    HAD_TRY(test::shell("ip addr add 2001:db8::2/64 dev had1 nodad && "
                        "ip neigh add 2001:db8::1 lladdr 52:54:00:00:00:01 dev had1 nud reachable"));
    BOOST_CHECK(sys::announce(of("2001:db8::1", had0), "/") == ActionResult{});
    BOOST_TEST(knows("2001:db8::1"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_is_told_in_the_kernels_words) {
    HAD_TRY(test::fresh_network());
    const ActionResult result = sys::announce(of("192.168.10.1", {99, "eth99"}), "/");
    BOOST_TEST(result.error == ENXIO);
    BOOST_TEST(result.text == "cannot send: No such device or address");
}

BOOST_AUTO_TEST_SUITE_END()
