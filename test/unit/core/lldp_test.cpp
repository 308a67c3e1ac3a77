#include "had/core/monitor/lldp.hpp"

#include "had/core/monitor/frame.hpp"
#include "had/core/monitor/neighbour.hpp"
#include "test/boost_test.hpp"
#include "test/unit/hex.hpp"

using namespace had;
using namespace had::core;
using had::test::bytes_of;
using namespace std::chrono_literals;

namespace {

// A TLV from its parts: type 7 bits, length 9.
Bytes tlv(unsigned type, std::string_view value) {
    WireWriter w;
    w.u16(type << 9 | static_cast<unsigned>(value.size()));
    for (const char c : value) w.u8(static_cast<unsigned char>(c));
    return w.bytes();
}
Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}
using namespace std::string_view_literals;

const Bytes chassis = tlv(1, "\x04\x00\x11\x22\x33\x44\x55"sv), port = tlv(2, "\x05Gi0/1"sv),
            time_to_live = tlv(3, "\x00\x78"sv), name = tlv(5, "sw1"), end = tlv(0, "");

std::optional<LldpWord> heard(const Bytes& payload) { return lldp_from(payload); }
std::string system_of(const Bytes& payload) { return heard(payload).value_or(LldpWord{"none"}).system; }
std::string port_of(const Bytes& payload) { return heard(payload).value_or(LldpWord{"", "none"}).port; }

const TimePoint start{std::chrono::hours(1)};
const Mac one{{2, 0, 0, 0, 0, 1}}, other{{2, 0, 0, 0, 0, 2}};
LldpWord at(std::string place) { return {"sw1", std::move(place), 120s}; }

} // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(NeighbourNews)

BOOST_AUTO_TEST_SUITE(lldp)

BOOST_AUTO_TEST_CASE(a_switch_says_its_name_its_port_and_how_long_that_holds) {
    const auto word = heard(chassis + port + time_to_live + tlv(4, "uplink") + name + end);
    BOOST_REQUIRE(word);
    BOOST_TEST(word->system == "sw1");
    BOOST_TEST(word->port == "Gi0/1");
    BOOST_CHECK(word->lasts == 120s);
}

BOOST_AUTO_TEST_CASE(without_a_name_it_is_known_by_its_id) {
    BOOST_TEST(system_of(chassis + port + time_to_live + end) == "00:11:22:33:44:55");
    BOOST_TEST(system_of(tlv(1, "\x05\x01\x0a\x00\x00\x01"sv) + port + time_to_live + end) == "10.0.0.1");
    BOOST_TEST(port_of(chassis + tlv(2, "\x03\x00\x11\x22\x33\x44\x56"sv) + time_to_live + end) ==
               "00:11:22:33:44:56");
    BOOST_TEST(port_of(chassis + tlv(2, "\x07" "49"sv) + time_to_live + end) == "49");
}

BOOST_AUTO_TEST_CASE(the_end_may_be_left_out_and_padding_may_follow) {
    BOOST_TEST(system_of(chassis + port + time_to_live + name) == "sw1");
    BOOST_TEST(system_of(chassis + port + time_to_live + name + end + Bytes(20)) == "sw1");
    BOOST_TEST(system_of(chassis + port + time_to_live) == "00:11:22:33:44:55");
}

BOOST_AUTO_TEST_CASE(what_is_not_whole_says_nothing) {
    const Bytes whole = chassis + port + time_to_live + name + end;
    for (std::size_t size = 0; size < (chassis + port + time_to_live).size(); ++size)
        BOOST_TEST(!heard(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))));
    BOOST_TEST(!heard(chassis + port + time_to_live + Bytes{0x0a}));
    BOOST_TEST(!heard(port + chassis + time_to_live + end), "in their order");
    BOOST_TEST(!heard(chassis + port + name + end));
    BOOST_TEST(!heard(chassis + port + time_to_live + port + end), "twice");
    BOOST_TEST(!heard(tlv(1, "\x04"sv) + port + time_to_live + end));
    BOOST_TEST(!heard(chassis + port + tlv(3, "x") + end));
}

BOOST_AUTO_TEST_CASE(names_are_text_whatever_they_hold) {
    const std::string hostile = "\033]0;x\007\nroot " + std::string(400, 'a');
    const std::string system = system_of(chassis + port + time_to_live + tlv(5, hostile) + end);
    BOOST_TEST(system.starts_with("\\u001b]0;x\\u0007 root aaaa"));
    BOOST_TEST(system.size() < 100);
}

BOOST_AUTO_TEST_CASE(a_frame_is_for_the_nearest_bridge_alone) {
    Bytes frame = bytes_of("0180c200000e 0200000000fe 88cc") + chassis + port + time_to_live + end;
    const auto answer = decode(Transport::lldp, frame);
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->lldp.port == "Gi0/1");
    BOOST_TEST(to_string(answer->from) == "02:00:00:00:00:fe");
    BOOST_TEST(!decode(Transport::arp, frame));
    frame[0] = 0xff;
    BOOST_TEST(!decode(Transport::lldp, frame));
}

BOOST_AUTO_TEST_CASE(a_cable_that_ends_elsewhere_is_told_once) {
    Neighbour neighbour;
    BOOST_CHECK(hear(neighbour, at("Gi0/1"), one, start, "then") == NeighbourNews::known);
    BOOST_CHECK(hear(neighbour, at("Gi0/1"), one, start + 30s, "later") == NeighbourNews::none);
    BOOST_TEST(neighbour.since == "then");
    fall_silent(neighbour);                   // the card is exchanged
    BOOST_CHECK(hear(neighbour, at("Gi0/7"), other, start + 60s, "now") == NeighbourNews::changed);
    BOOST_TEST(neighbour.was == "sw1 Gi0/1");
    BOOST_TEST(neighbour.name() == "sw1 Gi0/7");
    BOOST_TEST(neighbour.since == "now");
    BOOST_CHECK(hear(neighbour, at("Gi0/7"), other, start + 90s, "") == NeighbourNews::none);
}

BOOST_AUTO_TEST_CASE(the_same_one_after_a_silence_is_no_change) {
    Neighbour neighbour;
    hear(neighbour, at("Gi0/1"), one, start, "then");
    fall_silent(neighbour);
    BOOST_CHECK(hear(neighbour, at("Gi0/1"), one, start + 300s, "now") == NeighbourNews::known);
    BOOST_TEST(neighbour.since == "then");
    BOOST_TEST(neighbour.was == "");
}

BOOST_AUTO_TEST_CASE(a_second_one_on_the_wire_waits_until_the_first_has_gone) {
    Neighbour neighbour;
    hear(neighbour, at("Gi0/1"), one, start, "then");
    BOOST_CHECK(hear(neighbour, at("Gi0/2"), other, start + 1s, "") == NeighbourNews::none);
    BOOST_CHECK(hear(neighbour, {"sw1", "Gi0/1", 0s}, one, start + 20s, "") == NeighbourNews::known);
    BOOST_TEST(!neighbour.heard);
    BOOST_CHECK(hear(neighbour, at("Gi0/2"), other, start + 21s, "now") == NeighbourNews::changed);
}

BOOST_AUTO_TEST_CASE(who_changes_his_name_all_the_time_is_not_followed) {
    Neighbour neighbour;
    hear(neighbour, at("0"), one, start, "then");
    int changes = 0;
    for (int i = 1; i < 1000; ++i)
        changes += hear(neighbour, at(std::to_string(i)), one, start + i * 10ms, "") == NeighbourNews::changed;
    BOOST_TEST(changes <= 1);
}

BOOST_AUTO_TEST_SUITE_END()
