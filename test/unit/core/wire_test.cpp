#include "had/core/base/wire.hpp"

#include "test/boost_test.hpp"
#include "test/unit/hex.hpp"

using namespace had;
using namespace had::core;

BOOST_AUTO_TEST_SUITE(wire)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_the_same) {
    const Mac mac{{0x52, 0x54, 0, 0, 0, 9}};
    const IpAddress v4 = *ip_address_from("10.0.1.254"), v6 = *ip_address_from("2001:db8::1");
    WireWriter w;
    w.u8(0x101).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e0f).mac(mac).ip(v4).ip(v6).pad_to(45);
    BOOST_TEST(test::hex(w.bytes()) == "01020304050607" "08090a0b0c0d0e0f" "525400000009" "0a0001fe"
                                       "20010db8000000000000000000000001" "00000000");
    WireReader r(w.bytes());
    BOOST_TEST(r.u8() == 1);
    BOOST_TEST(r.u16() == 0x0203);
    BOOST_TEST(r.u32() == 0x04050607U);
    BOOST_TEST(r.u64() == 0x08090a0b0c0d0e0fU);
    BOOST_TEST((r.mac() == mac));
    BOOST_TEST((r.ip(IpFamily::v4) == v4));
    BOOST_TEST((r.ip(IpFamily::v6) == v6));
    BOOST_TEST(r.left().size() == 4);
    BOOST_TEST(r.complete());
}

BOOST_AUTO_TEST_CASE(behind_the_end_there_are_zeros_and_it_is_known) {
    const Bytes bytes{1, 2, 3};
    WireReader r(bytes);
    BOOST_TEST(r.u16() == 0x0102);
    BOOST_TEST(r.u16() == 0x0300);
    BOOST_TEST(!r.complete());
    BOOST_TEST(r.u64() == 0);
    BOOST_TEST(r.mac().is_zero());
    BOOST_TEST(r.take(5).empty());
}

// The example of RFC 1071, 3; an odd byte counts as the upper one.
BOOST_AUTO_TEST_CASE(a_checksum_is_the_internets) {
    BOOST_TEST(internet_checksum(test::bytes_of("0001 f203 f4f5 f6f7")) == 0x220d);
    BOOST_TEST(internet_checksum(test::bytes_of("0001 f203 f4f5 f6f7 220d")) == 0);
    BOOST_TEST(internet_checksum(Bytes{0x12}) == 0xedff);
    BOOST_TEST(internet_checksum({}) == 0xffff);
}

BOOST_AUTO_TEST_SUITE_END()
