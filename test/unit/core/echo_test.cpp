#include "had/core/monitor/echo.hpp"

#include "test/boost_test.hpp"
#include "test/unit/hex.hpp"

#include <algorithm>

using namespace had;
using namespace had::core;
using had::test::bytes_of;
using had::test::hex;

namespace {

constexpr std::uint64_t me = 0x1122334455667788;
IpAddress ip(std::string_view text) { return ip_address_from(text).value(); }

Question asked(const char* target) {
    Question q;
    q.transport = Transport::echo;
    q.target = ip(target);
    q.sequence = 0x0203;
    q.asker = 0x0a0b0c0d0e0f1011;
    return q;
}

const std::string reply = "4500 0030 0000 4000 40 01 0000 0a0001fe 0a000101 "
                          "00 00 7454 7788 0203 68616431 1122334455667788 0a0b0c0d0e0f1011";
const std::string reply_v6 = "81 00 0000 7788 0203 68616431 1122334455667788 0a0b0c0d0e0f1011";

} // namespace

BOOST_AUTO_TEST_SUITE(echo)

BOOST_AUTO_TEST_CASE(a_request_says_who_asks_for_the_how_manieth_time) {
    BOOST_TEST(hex(encode_echo(asked("10.0.1.254"), me)) ==
               "08006c5477880203" "68616431" "1122334455667788" "0a0b0c0d0e0f1011");
    BOOST_TEST(hex(encode_echo(asked("2001:db8::1"), me)) ==
               "8000000077880203" "68616431" "1122334455667788" "0a0b0c0d0e0f1011");
}

BOOST_AUTO_TEST_CASE(a_packet_is_as_long_as_it_is_asked_to_be) {
    Question q = asked("10.0.1.254");
    q.size = 1500;
    BOOST_TEST(encode_echo(q, me).size() == 1480);
    BOOST_TEST(internet_checksum(encode_echo(q, me)) == 0);
    q.size = 21;
    BOOST_TEST(encode_echo(q, me).size() == 28);
    q = asked("2001:db8::1");
    q.size = 1500;
    BOOST_TEST(encode_echo(q, me).size() == 1460);
}

BOOST_AUTO_TEST_CASE(a_reply_says_who_answered_what) {
    Answer expected;
    expected.transport = Transport::echo;
    expected.target = ip("10.0.1.254");
    expected.sequence = 0x0203;
    expected.asker = 0x0a0b0c0d0e0f1011;
    expected.size = 48;
    BOOST_CHECK(decode_echo_v4(bytes_of(reply), me) == expected);
    expected.target = ip("2001:db8::1");
    expected.size = 68;
    BOOST_CHECK(decode_echo_v6(ip("2001:db8::1"), bytes_of(reply_v6), me) == expected);
}

BOOST_AUTO_TEST_CASE(options_of_the_header_are_passed_over) {
    Bytes packet = bytes_of(reply);
    packet.insert(packet.begin() + 20, {1, 1, 1, 1});
    packet[0] = 0x46;
    packet[3] += 4;
    const auto answer = decode_echo_v4(packet, me);
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->size == 52);
}

BOOST_AUTO_TEST_CASE(another_programs_reply_is_none_of_ours) {
    BOOST_TEST(!decode_echo_v4(bytes_of(reply), me + 1));
    BOOST_TEST(!decode_echo_v6(ip("2001:db8::1"), bytes_of(reply_v6), me + 1));
    constexpr std::uint64_t same_identifier = me ^ (std::uint64_t{1} << 32);
    BOOST_TEST(!decode_echo_v4(bytes_of(reply), same_identifier));
    BOOST_TEST(!decode_echo_v6(ip("2001:db8::1"), bytes_of(reply_v6), same_identifier));
    BOOST_TEST(!decode_echo_v6(ip("2001:db8::1"), encode_echo(asked("2001:db8::1"), me), me));      // a request
}

BOOST_AUTO_TEST_CASE(no_byte_changes_unnoticed_and_no_cut) {
    const Bytes good = bytes_of(reply);
    const auto answer = decode_echo_v4(good, me);
    BOOST_REQUIRE(answer);
    // The kernel has checked the header's sum; of what is in it only these matter here.
    const auto matters = [](std::size_t at) {
        return at == 0 || at == 2 || at == 3 || at == 9 || (at >= 12 && at < 16) || at >= 20;
    };
    for (std::size_t at = 0; at < good.size(); ++at) {
        BOOST_TEST(!decode_echo_v4(std::span(good).first(at), me));
        for (unsigned value = 0; value < 256; ++value) {
            if (value == good[at] || !matters(at)) continue;
            Bytes changed = good;
            changed[at] = static_cast<std::uint8_t>(value);
            const auto other = decode_echo_v4(changed, me);
            BOOST_TEST((!other || *other != *answer), "byte " << at << " as " << value);
        }
    }
    const Bytes v6 = bytes_of(reply_v6);
    for (std::size_t size = 0; size < v6.size(); ++size)
        BOOST_TEST(!decode_echo_v6(ip("2001:db8::1"), std::span(v6).first(size), me));
}

BOOST_AUTO_TEST_SUITE_END()
