#include "had/core/base/ip.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

namespace {
IpAddress ip(std::string_view text) { return ip_address_from(text).value(); }
IpPrefix prefix(std::string_view text) { return ip_prefix_from(text).value(); }
}

BOOST_AUTO_TEST_SUITE(ip_addresses)

BOOST_AUTO_TEST_CASE(both_kinds_are_read_and_printed) {
    BOOST_TEST(to_string(ip("10.0.1.1")) == "10.0.1.1");
    BOOST_TEST(to_string(ip("2001:DB8:0:0::1")) == "2001:db8::1");
    BOOST_TEST((ip("::").family == IpFamily::v6));
    for (const char* wrong :
         {"", "10.0.1", "10.0.1.256", "10.0.1.1 ", "010.0.0.1", "fe80::1%eth0", "host"}) {
        BOOST_TEST(!ip_address_from(wrong), wrong);
    }
    BOOST_TEST(!ip_address_from(std::string_view("10.0.1.1\0x", 10)));
}

BOOST_AUTO_TEST_CASE(a_prefix_keeps_its_host_part_and_needs_a_length) {
    BOOST_TEST(to_string(prefix("10.0.1.1/24")) == "10.0.1.1/24");
    BOOST_TEST(to_string(prefix("2001:db8::1/128")) == "2001:db8::1/128");
    for (const char* wrong : {"10.0.1.1", "10.0.1.1/", "10.0.1.1/33", "::1/129", "10.0.1.1/ 8",
                              "10.0.1.1/8x", "10.0.1.1/-1", "/24"}) {
        BOOST_TEST(!ip_prefix_from(wrong), wrong);
    }
}

BOOST_AUTO_TEST_CASE(a_netmask_has_a_length_when_its_ones_are_contiguous) {
    BOOST_TEST(length_of_netmask(ip("255.255.255.0")).value() == 24);
    BOOST_TEST(length_of_netmask(ip("255.255.254.0")).value() == 23);
    BOOST_TEST(length_of_netmask(ip("0.0.0.0")).value() == 0);
    BOOST_TEST(length_of_netmask(ip("255.255.255.255")).value() == 32);
    BOOST_TEST(!length_of_netmask(ip("255.0.255.0")));
    BOOST_TEST(!length_of_netmask(ip("0.0.0.255")));
    BOOST_TEST(!length_of_netmask(ip("ffff::")));
}

BOOST_AUTO_TEST_CASE(network_and_broadcast_are_the_ends_of_a_prefix) {
    BOOST_TEST(to_string(network_of(prefix("192.168.10.77/26"))) == "192.168.10.64");
    BOOST_TEST(to_string(broadcast_of(prefix("192.168.10.77/26"))) == "192.168.10.127");
    BOOST_TEST(to_string(network_of(prefix("10.1.2.3/0"))) == "0.0.0.0");
    BOOST_TEST(to_string(broadcast_of(prefix("10.1.2.3/32"))) == "10.1.2.3");
    BOOST_TEST(to_string(network_of(prefix("2001:db8::ff/121"))) == "2001:db8::80");
}

BOOST_AUTO_TEST_SUITE_END()
