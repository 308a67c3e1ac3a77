#include "had/core/monitor/lldp.hpp"

#include "had/core/base/ip.hpp"
#include "had/core/base/printable.hpp"
#include "had/core/base/text.hpp"
#include "had/core/base/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace had::core {

namespace {

constexpr std::size_t most_bytes = 64;        // of a name, before it is made safe to print

enum Tlv : unsigned { end_of_all = 0, chassis_id = 1, port_id = 2, time_to_live = 3, system_name = 5 };

// IEEE 802.1AB 8.5.2.2 and 8.5.3.2: the two ids number their kinds differently.
struct IdKinds {
    unsigned mac, network;
};
constexpr IdKinds of_chassis{4, 5}, of_port{3, 4};

using Value = std::span<const std::uint8_t>;

bool is_blank(char c) { return c == ' ' || c == '\0'; }

std::string text_of(Value bytes) {
    std::string text = shortened(std::string(bytes.begin(), bytes.end()), most_bytes);
    while (!text.empty() && is_blank(text.back())) text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    return printable(text);
}

std::string hex_of(Value bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), most_bytes / 2)))
        text += fmt::format("{}{:02x}", text.empty() ? "" : ":", byte);
    return text;
}

// An address behind its family, 1 or 2 (IANA address family numbers).
std::string network_of(Value bytes) {
    for (const IpFamily family : {IpFamily::v4, IpFamily::v6}) {
        IpAddress address{family, {}};
        const unsigned number = family == IpFamily::v4 ? 1 : 2;
        if (bytes.size() != address.size() + 1 || bytes.front() != number) continue;
        std::copy(bytes.begin() + 1, bytes.end(), address.bytes.begin());
        return to_string(address);
    }
    return hex_of(bytes);
}

// A kind in front; all but addresses are names.
std::string id_of(Value value, const IdKinds& kinds) {
    const unsigned kind = value.front();
    const Value id = value.subspan(1);
    if (kind == kinds.mac) return hex_of(id);
    return kind == kinds.network ? network_of(id) : text_of(id);
}

} // namespace

// The first three are in this order and mandatory, and the rest may come in any (8.3).  A part that stands twice counts
// the first time.
std::optional<LldpWord> lldp_from(std::span<const std::uint8_t> payload) {
    WireReader r(payload);
    LldpWord word;
    std::string chassis, name;
    for (unsigned place = chassis_id;; ++place) {
        const unsigned head = r.u16();
        const unsigned type = head >> 9;
        const Value value = r.take(head & 0x1ffU);
        if (!r.complete() || (place <= time_to_live && type != place)) return std::nullopt;
        if (type == end_of_all) break;
        const bool is_id = type == chassis_id || type == port_id;
        if (is_id && (value.size() < 2 || place != type)) return std::nullopt;
        if (type == chassis_id) chassis = id_of(value, of_chassis);
        else if (type == port_id) word.port = id_of(value, of_port);
        else if (type == time_to_live && place == type) {
            if (value.size() < 2) return std::nullopt;
            word.lasts = std::chrono::seconds(value[0] << 8 | value[1]);
        } else if (type == system_name && name.empty()) name = text_of(value);
        if (place >= time_to_live && r.left().empty()) break;     // some leave out the end
    }
    word.system = name.empty() ? chassis : name;
    return word;
}

} // namespace had::core
