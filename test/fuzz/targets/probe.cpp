// What comes in by a port that monitors ask through: any bytes are refused or say what can be; and what is asked is
// what a peer hears.
#include "had/core/base/printable.hpp"
#include "had/core/monitor/echo.hpp"
#include "had/core/monitor/frame.hpp"
#include "test/fuzz/draw.hpp"
#include "test/fuzz/target.hpp"

#include <array>

namespace had::test {
namespace {

using namespace core;

constexpr std::array<Transport, 5> transports{Transport::arp, Transport::nd, Transport::peer, Transport::echo,
                                              Transport::lldp};

bool is_group(const Mac& mac) { return (mac.bytes[0] & 1) != 0; }

void check_answer(const Answer& answer, Transport transport, std::size_t size) {
    must(answer.transport == transport, "an answer is of what was listened for");
    must(answer.port == 0, "the port is the caller's word");
    must(transport == Transport::echo || answer.size + 14 == size, "an answer is as long as its frame");
    must(!is_group(answer.from), "an answer is of one station");
    must(transport == Transport::lldp ? answer.to == lldp_address : !is_group(answer.to),
         "and goes to one, or to the nearest");
    for (const std::string& name : {answer.lldp.system, answer.lldp.port})
        must(printable(name) == name && name.find('\n') == std::string::npos && name.size() <= 64 * 6,
             "a switch's names are text of some length");
    must(answer.target.family == (transport == Transport::nd ? IpFamily::v6 : answer.target.family),
         "an advertisement is about an IPv6 address");
    must(transport == Transport::peer || answer.mark == PeerMark{}, "a mark is of peers");
    must(answer.mark.from < 64 && answer.mark.to < 64, "a bond has places for 64 ports");
}

void check_bytes(std::span<const std::uint8_t> bytes, std::uint64_t identity) {
    for (const Transport transport : transports)
        if (const auto answer = decode(transport, bytes)) check_answer(*answer, transport, bytes.size());
    if (const auto answer = decode_echo_v4(bytes, identity)) check_answer(*answer, Transport::echo, bytes.size());
    if (const auto answer = decode_echo_v6({IpFamily::v6, {}}, bytes, identity))
        check_answer(*answer, Transport::echo, bytes.size());
}

Mac any_mac(Draw& draw) {
    Mac mac;
    for (std::uint8_t& byte : mac.bytes) byte = draw.byte();
    return mac;
}
IpAddress any_address(Draw& draw) {
    IpAddress address{draw.flag() ? IpFamily::v6 : IpFamily::v4, {}};
    for (std::size_t i = 0; i < address.size(); ++i) address.bytes[i] = draw.byte();
    return address;
}

void check_question(Draw& draw) {
    Question q;
    q.transport = draw.one_of(transports);
    q.source = any_mac(draw);
    q.sender = any_address(draw);
    q.target = any_address(draw);
    if (draw.flag()) q.to = any_mac(draw);
    q.size = draw.number<std::uint16_t>();
    if (draw.flag()) q.vlan = draw.number<std::uint16_t>();
    q.mark = {draw.number<std::uint64_t>(), draw.byte(),  draw.byte(), draw.number<std::uint32_t>(),
              draw.number<std::uint64_t>(), draw.number<std::uint64_t>()};
    const Bytes frame = encode(q);
    must(frame.empty() || frame.size() >= 60, "a frame is no shorter than Ethernet allows");
    must(frame.empty() || frame.size() >= q.size + 14U, "a frame is as long as it is asked to be");
    if (q.transport != Transport::peer || q.vlan) {
        must(!decode(q.transport, frame), "a question is no answer");
        return;
    }
    const auto answer = decode(q.transport, frame);
    const bool heard = q.to && !is_group(*q.to) && !is_group(q.source) && q.mark.from < 64 && q.mark.to < 64 &&
                       q.mark.from != q.mark.to;
    must(answer.has_value() == heard, "a peer hears what was told to it alone");
    must(!answer || (answer->mark == q.mark && answer->from == q.source), "a peer hears what was told");
}

void run(std::string_view input) {
    Draw draw(input);
    const auto identity = draw.number<std::uint64_t>();
    if (draw.flag()) {
        check_question(draw);
        return;
    }
    const std::string_view rest = draw.rest();
    const Bytes bytes(rest.begin(), rest.end());
    check_bytes(bytes, identity);
}

const Registered probe{"probe", run};

} // namespace
} // namespace had::test
