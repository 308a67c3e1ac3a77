#include "had/core/monitor/echo.hpp"

#include "had/core/monitor/frame.hpp"

namespace had::core {
namespace {

constexpr std::uint8_t echo_request = 8, echo_request_v6 = 128, icmp = 1;
constexpr std::size_t ip4_header = 20, ip6_header = 40;

std::optional<Answer> decode(std::uint8_t type, const IpAddress& from, std::span<const std::uint8_t> message,
                             std::uint64_t identity) {
    WireReader r(message);
    if (r.u8() != type || r.u8() != 0) return std::nullopt;
    (void)r.u16();
    if (r.u16() != echo_identifier(identity)) return std::nullopt;
    Answer answer;
    answer.transport = Transport::echo;
    answer.target = from;
    answer.sequence = r.u16();
    if (r.u32() != probe_magic || r.u64() != identity) return std::nullopt;
    answer.asker = r.u64();
    if (!r.complete()) return std::nullopt;
    return answer;
}

} // namespace

Bytes encode_echo(const Question& question, std::uint64_t identity) {
    const bool v4 = question.target.family == IpFamily::v4;
    const std::size_t header = v4 ? ip4_header : ip6_header;
    WireWriter w;
    w.u8(v4 ? echo_request : echo_request_v6).u8(0).u16(0).u16(echo_identifier(identity)).u16(question.sequence);
    w.u32(probe_magic).u64(identity).u64(question.asker);
    if (question.size > header) w.pad_to(question.size - header);
    if (v4) {
        const std::uint16_t sum = internet_checksum(w.bytes());
        w.bytes()[2] = static_cast<std::uint8_t>(sum >> 8);
        w.bytes()[3] = static_cast<std::uint8_t>(sum);
    }
    return std::move(w.bytes());
}

std::optional<Answer> decode_echo_v4(std::span<const std::uint8_t> packet, std::uint64_t identity) {
    WireReader r(packet);
    const std::uint8_t first = r.u8();
    const std::size_t header = std::size_t{first & 0xfU} * 4;
    (void)r.u8();
    const std::size_t size = r.u16();
    (void)r.take(5);
    const std::uint8_t protocol = r.u8();
    (void)r.u16();
    const IpAddress from = r.ip(IpFamily::v4);
    if (first >> 4 != 4 || header < ip4_header || size < header || size != packet.size() || protocol != icmp)
        return std::nullopt;
    const auto message = packet.subspan(header);
    if (internet_checksum(message) != 0) return std::nullopt;
    auto answer = decode(echo_reply, from, message, identity);
    if (answer) answer->size = static_cast<std::uint32_t>(size);
    return answer;
}

std::optional<Answer> decode_echo_v6(const IpAddress& from, std::span<const std::uint8_t> message,
                                     std::uint64_t identity) {
    auto answer = decode(echo_reply_v6, from, message, identity);
    if (answer) answer->size = static_cast<std::uint32_t>(ip6_header + message.size());
    return answer;
}

} // namespace had::core
