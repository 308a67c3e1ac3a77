#include "had/core/peer/packet.hpp"

#include "had/core/peer/key.hpp"
#include "test/boost_test.hpp"
#include "test/unit/hex.hpp"

#include <numeric>

using namespace had::core;
using had::test::bytes_of;
using had::test::hex;

namespace {

Bytes counted(std::size_t size) {
    Bytes secret(size);
    std::iota(secret.begin(), secret.end(), std::uint8_t{0});
    return secret;
}
const Bytes secret = counted(32);

const PeerPacket packet{.word = PeerWord::answer,
                        .key = 7,
                        .uses = true,
                        .session = 0x0102030405060708,
                        .your_session = 0x1112131415161718,
                        .sequence = 0x21222324,
                        .your_sequence = 0x31323334,
                        .interval = 100000,
                        .state = LanState::good,
                        .your_state = LanState::lost,
                        .lan = 1,
                        .lost = 0x82,
                        .time = 0x4142434445464748};

} // namespace

BOOST_AUTO_TEST_SUITE(peer_packet)

// The signature was made by another program (Python's hmac), with a key of the bytes 0 to 31.
BOOST_AUTO_TEST_CASE(a_packet_is_these_64_bytes) {
    const Bytes bytes = encode(packet, secret);
    BOOST_TEST(hex(bytes) == "4841445001020701" "0102030405060708" "1112131415161718" "2122232431323334"
                             "000186a001020182" "4142434445464748" "579a161f2446d3fdb4550defb688847a");
    BOOST_TEST(bytes.size() == peer_packet_size);
    BOOST_TEST(is_signed(bytes, secret));
    BOOST_TEST((decode_peer_packet(bytes) == packet));
    BOOST_TEST(peer_envelope(bytes)->key == 7);
}

BOOST_AUTO_TEST_CASE(addresses_that_both_hosts_share_are_behind_it_and_signed_as_well) {
    PeerPacket longer = packet;
    longer.shared = {{.id = 0x51525354, .has = true, .gone = true, .word = VrrpWord::master, .lasts = 0x61626364},
                     {.id = 0x71727374, .kept = true, .word = VrrpWord::fault, .lasts = 7}};
    const Bytes bytes = encode(longer, secret);
    BOOST_TEST(hex(bytes).substr(128) == "515253540502000061626364" "717273740203000000000007");
    BOOST_TEST(hex(bytes).substr(0, 96) == hex(encode(packet, secret)).substr(0, 96));
    BOOST_TEST(is_signed(bytes, secret));
    BOOST_TEST((decode_peer_packet(bytes) == longer));
    Bytes forged = bytes;
    forged.back() ^= 1;
    BOOST_TEST(!is_signed(forged, secret));
    forged = bytes;
    forged.resize(peer_packet_size);
    BOOST_TEST(!is_signed(forged, secret), "cut off");
}

BOOST_AUTO_TEST_CASE(a_later_versions_word_of_keepalived_is_unknown_and_half_an_address_is_none) {
    PeerPacket longer = packet;
    longer.shared = {{.id = 1, .word = VrrpWord::master}};
    Bytes bytes = encode(longer, secret);
    bytes[peer_packet_size + 5] = 99;
    BOOST_TEST((decode_peer_packet(bytes)->shared.at(0).word == VrrpWord::unknown));
    bytes.pop_back();
    BOOST_TEST(decode_peer_packet(bytes)->shared.empty());
    bytes.resize(peer_packet_most);
    BOOST_TEST(decode_peer_packet(bytes)->shared.size() == limits::peer_shared);
}

BOOST_AUTO_TEST_CASE(a_bit_that_is_changed_anywhere_breaks_the_signature) {
    const Bytes right = encode(packet, secret);
    for (std::size_t bit = 0; bit < 8 * right.size(); ++bit) {
        Bytes wrong = right;
        wrong[bit / 8] = static_cast<std::uint8_t>(wrong[bit / 8] ^ (1 << bit % 8));
        BOOST_TEST(!is_signed(wrong, secret), "bit " << bit);
    }
}

BOOST_AUTO_TEST_CASE(another_key_or_a_shorter_one_signs_otherwise) {
    const Bytes bytes = encode(packet, secret);
    for (const std::size_t size : {16U, 31U, 33U, 64U}) BOOST_TEST(!is_signed(bytes, counted(size)));
}

BOOST_AUTO_TEST_CASE(what_a_later_version_of_the_program_appends_is_signed_too) {
    Bytes bytes = encode(packet, secret);
    for (const char c : std::string("tail!")) bytes.push_back(static_cast<std::uint8_t>(c));
    BOOST_TEST(!is_signed(bytes, secret));
    const Bytes signature = bytes_of("ed7b510e577dc4fbf0db1cdb8bd44e56");
    std::copy(signature.begin(), signature.end(), bytes.begin() + 48);
    BOOST_TEST(is_signed(bytes, secret));
    BOOST_TEST((decode_peer_packet(bytes) == packet));
}

BOOST_AUTO_TEST_CASE(what_is_cut_short_or_too_long_or_another_protocol_is_nothing) {
    const Bytes right = encode(packet, secret);
    for (std::size_t size = 0; size < right.size(); ++size)
        BOOST_TEST(!peer_envelope(std::span(right).first(size)), size << " bytes");
    BOOST_TEST(!peer_envelope(Bytes(peer_packet_most + 1)));
    Bytes other = right;
    other[0] = 'h';
    BOOST_TEST(!peer_envelope(other));
}

BOOST_AUTO_TEST_CASE(values_without_a_sense_are_refused_though_they_are_signed) {
    struct Row {
        const char* what;
        std::size_t at;
        std::size_t size;
        std::uint8_t value;
    };
    const Row rows[] = {{"a word that is none", 5, 1, 5},
                        {"no session", 8, 8, 0},
                        {"no sequence", 24, 4, 0},
                        {"no state", 36, 1, 3},
                        {"no state of ours", 37, 1, 0xff}};
    for (const Row& row : rows) {
        Bytes bytes = encode(packet, secret);
        std::fill_n(bytes.begin() + static_cast<long>(row.at), row.size, row.value);
        BOOST_TEST(!decode_peer_packet(bytes), row.what);
    }
}

BOOST_AUTO_TEST_CASE(a_key_is_hexadecimal_digits_on_one_line) {
    const auto key = [](std::string_view text) { return std::get<Bytes>(peer_secret_from(text)); };
    BOOST_TEST(hex(key("00112233445566778899aAbBcCdDeEfF\n")) == "00112233445566778899aabbccddeeff");
    BOOST_TEST(key(std::string(128, 'f')).size() == 64U);
    const std::pair<std::string, std::string> wrong[] = {
        {"", "it is empty"},
        {"\n", "it is empty"},
        {"0011223344556677\n8899aabbccddeeff\n", "it has more than one line"},
        {"00112233445566778899aabbccddeefg", "character 32 is no hexadecimal digit"},
        {"00112233445566778899aabbccddeeff0", "it has 33 digits, an odd number"},
        {"001122", "it has 6 digits: from 32 to 128 are a key"},
        {std::string(130, '0'), "it has 130 digits: from 32 to 128 are a key"},
    };
    for (const auto& [text, why] : wrong) BOOST_TEST(std::get<NoSecret>(peer_secret_from(text)).why == why);
}

BOOST_AUTO_TEST_SUITE_END()
