#include "had/core/monitor/frame.hpp"

#include "had/core/monitor/probe_mac.hpp"
#include "test/boost_test.hpp"
#include "test/unit/hex.hpp"

#include <algorithm>
#include <utility>

using namespace had;
using namespace had::core;
using had::test::bytes_of;
using had::test::hex;

namespace {

const Mac probe{{0x02, 0x11, 0x22, 0x33, 0x44, 0x55}}, gateway{{0x52, 0x54, 0, 0, 0, 0x09}};
IpAddress ip(std::string_view text) { return ip_address_from(text).value(); }

std::string zeros(std::size_t bytes) { return std::string(2 * bytes, '0'); }

Question arp_question() {
    return {.port = 3, .transport = Transport::arp, .source = probe, .sender = ip("0.0.0.0"),
            .target = ip("10.0.1.254"), .to = {}, .size = 0, .vlan = {}, .mark = {}, .sequence = 0};
}
Question nd_question() {
    Question q = arp_question();
    q.transport = Transport::nd;
    q.sender = link_local_of(probe);
    q.target = ip("2001:db8::12:34fe");
    return q;
}
Question peer_question() {
    Question q = arp_question();
    q.transport = Transport::peer;
    q.to = Mac{{0x06, 0xaa, 0xbb, 0xcc, 0xdd, 0xee}};
    q.mark = {0x0102030405060708, 2, 63, 0xa1a2a3a4, 0x1112131415161718, 0x8000000000000001};
    return q;
}

// As a Linux gateway answers: no padding, which its card would add.
const std::string arp_answer = "021122334455 525400000009 0806 0001 0800 06 04 0002 "
                               "525400000009 0a0001fe 021122334455 00000000";
const std::string nd_answer = "021122334455 525400000009 86dd 60000000 0020 3a ff "
                              "fe80000000000000505400fffe000009 fe80000000000000001122fffe334455 "
                              "88 00 ae84 60000000 20010db80000000000000000001234fe 02 01 525400000009";

Bytes answer_to_nd() { return bytes_of(nd_answer); }
// With a checksum that is right again, so that something else must be wrong with it.
Bytes sealed(Bytes frame) {
    IpAddress from{IpFamily::v6, {}}, to = from;
    std::copy_n(frame.begin() + 22, 16, from.bytes.begin());
    std::copy_n(frame.begin() + 38, 16, to.bytes.begin());
    frame[56] = frame[57] = 0;
    const std::uint16_t sum = icmp6_checksum(from, to, std::span(frame).subspan(54));
    frame[56] = static_cast<std::uint8_t>(sum >> 8);
    frame[57] = static_cast<std::uint8_t>(sum);
    return frame;
}
Bytes with(Bytes frame, std::size_t at, std::uint8_t value) {
    frame.at(at) = value;
    return frame;
}

} // namespace

BOOST_AUTO_TEST_SUITE(frame)

BOOST_AUTO_TEST_CASE(an_arp_probe_asks_everybody_for_the_target_and_says_no_address) {
    BOOST_TEST(hex(encode(arp_question())) == "ffffffffffff" "021122334455" "0806"
                                              "0001080006040001"
                                              "02112233445500000000"
                                              "0000000000000a0001fe" + zeros(18));
    Question q = arp_question();
    q.sender = ip("10.0.1.201");
    q.to = gateway;
    BOOST_TEST(hex(encode(q)) == "525400000009" "021122334455" "0806"
                                 "0001080006040001"
                                 "0211223344550a0001c9"
                                 "0000000000000a0001fe" + zeros(18));
}

BOOST_AUTO_TEST_CASE(a_solicitation_goes_to_the_group_of_the_target_and_names_who_asks) {
    BOOST_TEST(hex(encode(nd_question())) == "3333ff1234fe" "021122334455" "86dd"
                                             "6000000000203aff"
                                             "fe80000000000000001122fffe334455"
                                             "ff0200000000000000000001ff1234fe"
                                             "8700151200000000"
                                             "20010db80000000000000000001234fe"
                                             "0101021122334455");
    Question q = nd_question();
    q.to = gateway;
    BOOST_TEST(hex(encode(q)) == "525400000009" "021122334455" "86dd"
                                 "6000000000203aff"
                                 "fe80000000000000001122fffe334455"
                                 "20010db80000000000000000001234fe"
                                 "8700e55d00000000"
                                 "20010db80000000000000000001234fe"
                                 "0101021122334455");
}

BOOST_AUTO_TEST_CASE(a_peer_frame_says_from_which_port_to_which_and_whom_it_hears) {
    BOOST_TEST(hex(encode(peer_question())) == "06aabbccddee" "021122334455" "88b5"
                                               "68616431" "0100" "023f" "a1a2a3a4"
                                               "0102030405060708"
                                               "1112131415161718"
                                               "8000000000000001" + zeros(10));
}

BOOST_AUTO_TEST_CASE(a_frame_is_as_long_as_it_is_asked_to_be_and_never_shorter_than_ethernet_allows) {
    for (Question q : {arp_question(), peer_question()}) {
        for (const std::uint32_t size : {0U, 1U, 45U, 46U}) {
            q.size = size;
            BOOST_TEST(encode(q).size() == 60);
        }
        q.size = 1500;
        const Bytes frame = encode(q);
        BOOST_TEST(frame.size() == 1514);
        BOOST_TEST(std::all_of(frame.begin() + 60, frame.end(), [](std::uint8_t byte) { return byte == 0; }));
    }
    Question q = nd_question();
    BOOST_TEST(encode(q).size() == 86);
    q.size = 1500;
    BOOST_TEST(encode(q).size() == 1514);
    BOOST_TEST(hex(encode(q)).substr(0, 172) == hex(encode(nd_question())));     // the packet within stays as it was
}

BOOST_AUTO_TEST_CASE(a_tag_stands_behind_the_addresses_and_makes_the_frame_longer) {
    for (Question q : {arp_question(), nd_question(), peer_question()}) {
        const std::string plain = hex(encode(q));
        q.vlan = 0x123;
        BOOST_TEST(hex(encode(q)) == plain.substr(0, 24) + "81000123" + plain.substr(24));
    }
}

BOOST_AUTO_TEST_CASE(what_no_frame_can_ask_is_none) {
    Question q = arp_question();
    q.target = ip("2001:db8::1");
    BOOST_TEST(encode(q).empty());
    q = nd_question();
    q.sender = ip("0.0.0.0");
    BOOST_TEST(encode(q).empty());
    q = arp_question();
    q.transport = Transport::echo;
    BOOST_TEST(encode(q).empty());
}

BOOST_AUTO_TEST_CASE(an_answer_says_who_answered_whom) {
    Answer expected;
    expected.transport = Transport::arp;
    expected.to = probe;
    expected.from = gateway;
    expected.target = ip("10.0.1.254");
    expected.size = 28;
    BOOST_CHECK(decode(Transport::arp, bytes_of(arp_answer)) == expected);
    expected.size = 46;
    BOOST_CHECK(decode(Transport::arp, bytes_of(arp_answer + zeros(18))) == expected);

    expected.transport = Transport::nd;
    expected.target = ip("2001:db8::12:34fe");
    expected.size = 72;
    BOOST_CHECK(decode(Transport::nd, answer_to_nd()) == expected);

    const Question q = peer_question();
    Answer mate;
    mate.transport = Transport::peer;
    mate.to = *q.to;
    mate.from = probe;
    mate.mark = q.mark;
    mate.size = 46;
    BOOST_CHECK(decode(Transport::peer, encode(q)) == mate);
}

// A pair of routers with one address: its MAC moves, and the frame comes from the card of the one that has it now.
BOOST_AUTO_TEST_CASE(who_answers_is_asked_by_the_address_that_the_answer_names) {
    const Mac shared{{0x00, 0x00, 0x5e, 0x00, 0x01, 0x07}};
    Bytes frame = bytes_of(arp_answer);
    std::copy(shared.bytes.begin(), shared.bytes.end(), frame.begin() + 22);
    BOOST_TEST(to_string(decode(Transport::arp, frame).value().from) == to_string(shared));
    frame = answer_to_nd();
    std::copy(shared.bytes.begin(), shared.bytes.end(), frame.begin() + 80);
    BOOST_TEST(to_string(decode(Transport::nd, sealed(frame)).value().from) == to_string(shared));

    // One that names a group, as clusters do, or none, is asked where it sent from.
    BOOST_TEST(to_string(decode(Transport::arp, with(bytes_of(arp_answer), 22, 0x03)).value().from) ==
               to_string(gateway));
    BOOST_TEST(to_string(decode(Transport::nd, sealed(with(answer_to_nd(), 78, 14))).value().from) ==
               to_string(gateway));
}

BOOST_AUTO_TEST_CASE(a_request_is_no_answer) {
    for (const Question& q : {arp_question(), nd_question()}) {
        BOOST_TEST(!decode(q.transport, encode(q)));
        Question unicast = q;
        unicast.to = gateway;
        BOOST_TEST(!decode(q.transport, encode(unicast)));
    }
    Question tagged = peer_question();
    tagged.vlan = 5;
    BOOST_TEST(!decode(Transport::peer, encode(tagged)));
    BOOST_TEST(!decode(Transport::echo, encode(peer_question())));
}

// What is sent to all tells nothing of this port's own way.
BOOST_AUTO_TEST_CASE(what_is_sent_to_a_group_or_about_another_is_no_answer) {
    Bytes announced = bytes_of(arp_answer);
    std::fill_n(announced.begin(), 6, std::uint8_t{0xff});
    BOOST_TEST(!decode(Transport::arp, announced));
    std::fill_n(announced.begin() + 32, 6, std::uint8_t{0xff});        // its target is everybody as well
    BOOST_TEST(!decode(Transport::arp, announced));
    BOOST_TEST(!decode(Transport::arp, with(bytes_of(arp_answer), 37, 0x56)));       // passed on to another card
    BOOST_TEST(!decode(Transport::nd, with(answer_to_nd(), 0, 0x33)));
    BOOST_TEST(!decode(Transport::peer, with(encode(peer_question()), 0, 0x07)));
}

BOOST_AUTO_TEST_CASE(an_advertisement_of_the_wrong_form_is_none_though_its_checksum_is_right) {
    BOOST_TEST(hex(sealed(answer_to_nd())) == hex(answer_to_nd()));
    const auto wrong = [](std::size_t at, std::uint8_t value) {
        return !decode(Transport::nd, sealed(with(answer_to_nd(), at, value)));
    };
    BOOST_TEST(wrong(14, 0x40));             // version
    BOOST_TEST(wrong(19, 0x21));             // longer than the frame
    BOOST_TEST(wrong(20, 17));               // UDP
    BOOST_TEST(wrong(21, 254));              // a router has passed it on
    BOOST_TEST(wrong(54, 135));              // a solicitation
    BOOST_TEST(wrong(55, 1));                // code
    BOOST_TEST(wrong(58, 0x20));             // nobody asked for it
    BOOST_TEST(wrong(62, 0xff));             // a group answers nobody
    BOOST_TEST(wrong(79, 0));                // an option without end
    BOOST_TEST(wrong(79, 2));                // an option beyond the message
    Bytes bare = answer_to_nd();
    bare.resize(78);
    bare[19] = 24;
    BOOST_TEST(decode(Transport::nd, sealed(bare)).has_value());       // RFC 4861, 4.4: by unicast it needs no option
    bare.resize(74);
    bare[19] = 20;
    BOOST_TEST(!decode(Transport::nd, sealed(bare)));
}

BOOST_AUTO_TEST_CASE(a_mark_is_of_two_ports_of_a_bond) {
    const Bytes good = encode(peer_question());
    BOOST_TEST(decode(Transport::peer, good).has_value());
    for (const auto& [at, value] : {std::pair{14, 0x48}, {18, 2}, {19, 1}, {20, 64}, {21, 64}, {20, 63}})
        BOOST_TEST(!decode(Transport::peer, with(good, static_cast<std::size_t>(at), static_cast<std::uint8_t>(value))),
                   "byte " << at);
}

namespace {

struct Sample {
    Transport transport;
    Bytes frame;
    std::size_t least;                        // bytes without padding
    std::vector<std::size_t> free;            // what they say does not matter, or is said again elsewhere
};

std::vector<Sample> samples() {
    const std::vector<std::size_t> source{6, 7, 8, 9, 10, 11};
    std::vector<std::size_t> arp = source, nd = source;
    arp.insert(arp.end(), {38, 39, 40, 41});            // how the asker was called
    nd.insert(nd.end(), {14, 15, 16, 17});              // traffic class and flow label, which no checksum covers
    // From a card whose address is not the one that it answers for.
    return {{Transport::arp, with(bytes_of(arp_answer + zeros(18)), 11, 0x0a), 42, arp},
            {Transport::nd, answer_to_nd(), 86, nd},
            {Transport::peer, encode(peer_question()), 50, {}}};
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_cut_short_is_refused_wherever_it_is_cut) {
    for (const Sample& s : samples())
        for (std::size_t size = 0; size < s.frame.size(); ++size) {
            const auto answer = decode(s.transport, std::span(s.frame).first(size));
            BOOST_TEST(answer.has_value() == (size >= s.least), size << " of " << s.frame.size());
            if (answer) BOOST_TEST(answer->size == size - 14);
        }
}

BOOST_AUTO_TEST_CASE(no_byte_changes_unnoticed) {
    for (const Sample& s : samples()) {
        const auto good = decode(s.transport, s.frame);
        BOOST_REQUIRE(good);
        for (std::size_t at = 0; at < s.least; ++at) {
            if (std::find(s.free.begin(), s.free.end(), at) != s.free.end()) continue;
            for (unsigned value = 0; value < 256; ++value) {
                if (value == s.frame[at]) continue;
                const auto other = decode(s.transport, with(s.frame, at, static_cast<std::uint8_t>(value)));
                BOOST_TEST((!other || *other != *good), "transport " << static_cast<int>(s.transport) << ", byte "
                                                                     << at << " as " << value);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
