#include "had/core/base/types.hpp"

#include "had/core/base/number.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>

namespace had::core {

namespace {

// The whole text as a number of that base, without sign, blanks or more digits than `digits`.
template <class Number>
std::optional<Number> whole(std::string_view text, int base, std::size_t digits) {
    return text.size() > digits ? std::nullopt : number<Number>(text, base);
}

// 0, 7, 12, but not 07: else one port would have two spellings, and two keys.
std::optional<unsigned> counted(std::string_view text) {
    if (text.size() > 1 && text[0] == '0') return std::nullopt;
    return whole<unsigned>(text, 10, 4);
}

bool is_label(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= 31 && std::all_of(text.begin(), text.end(), allowed);
}

} // namespace

std::string to_string(const Mac& mac) {
    return fmt::format("{:02x}", fmt::join(mac.bytes, ":"));
}

std::optional<Mac> mac_from(std::string_view text) {
    Mac mac;
    if (text.size() != 17 || (text[2] != ':' && text[2] != '-')) return std::nullopt;
    for (std::size_t i = 0; i < mac.bytes.size(); ++i) {
        if (i > 0 && text[i * 3 - 1] != text[2]) return std::nullopt;
        const auto byte = whole<std::uint8_t>(text.substr(i * 3, 2), 16, 2);
        if (!byte) return std::nullopt;
        mac.bytes[i] = *byte;
    }
    return mac;
}

std::string to_string(const PciAddress& address) {
    return fmt::format(FMT_COMPILE("{:04x}:{:02x}:{:02x}.{:x}"), address.domain, address.bus, address.device,
                       address.function);         // for each port several times a turn
}

std::optional<PciAddress> pci_address_from(std::string_view text) {
    PciAddress address;
    const auto last = text.rfind(':'), dot = text.rfind('.');
    if (last == std::string_view::npos || dot == std::string_view::npos || dot < last) {
        return std::nullopt;
    }
    std::string_view bus_text = text.substr(0, last);
    if (const auto first = bus_text.find(':'); first != std::string_view::npos) {
        const auto domain = whole<std::uint32_t>(bus_text.substr(0, first), 16, 8);
        if (!domain) return std::nullopt;
        address.domain = *domain;
        bus_text.remove_prefix(first + 1);
    }
    const auto bus = whole<std::uint8_t>(bus_text, 16, 2);
    const auto device = whole<std::uint8_t>(text.substr(last + 1, dot - last - 1), 16, 2);
    const auto function = whole<std::uint8_t>(text.substr(dot + 1), 16, 1);
    if (!bus || !device || !function || *device > 0x1f || *function > 7) return std::nullopt;
    address.bus = *bus;
    address.device = *device;
    address.function = *function;
    return address;
}

namespace {

inline bool is_number(std::string_view label) {
    for (const char c : label)
        if (c < '0' || c > '9') return false;
    return !label.empty();
}

// Its digits, from the first that counts.
std::string_view value_of(std::string_view number) {
    while (!number.empty() && number.front() == '0') number.remove_prefix(1);
    return number;
}

} // namespace

// Called at each step through a map of slots or ports.  Equal in value but not in spelling ("2" and "02") are two
// labels, and stay apart.
std::strong_ordering compare_slots(std::string_view a, std::string_view b) {
    const bool alike = a.size() == b.size();
    std::size_t i = 0;
    while (alike && i < a.size() && a[i] == b[i]) ++i;
    if (alike && i == a.size()) return std::strong_ordering::equal;
    const bool x = is_number(a), y = is_number(b);
    if (x != y) return x ? std::strong_ordering::less : std::strong_ordering::greater;
    if (alike) return static_cast<unsigned char>(a[i]) <=> static_cast<unsigned char>(b[i]);
    if (!x) return a <=> b;
    const std::string_view v = value_of(a), w = value_of(b);
    if (v.size() != w.size()) return v.size() <=> w.size();
    const auto values = v <=> w;
    return values != 0 ? values : a <=> b;
}

std::strong_ordering operator<=>(const PortName& a, const PortName& b) {
    if (const auto slots = compare_slots(a.slot, b.slot); slots != 0) return slots;
    if (a.subdevice != b.subdevice) return a.subdevice <=> b.subdevice;
    return a.unit <=> b.unit;
}

std::string to_string(const PortName& port) {
    std::string out = port.slot;              // for each port several times a turn: fmt takes four times as long
    out += '.';
    out += fmt::format_int(port.subdevice).c_str();
    if (port.unit != 0) out.append("/").append(fmt::format_int(port.unit).c_str());
    return out;
}

std::optional<PortName> port_name_from(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || !is_label(text.substr(0, dot))) return std::nullopt;
    const std::string_view rest = text.substr(dot + 1);
    const auto slash = rest.find('/');
    const auto subdevice = counted(rest.substr(0, slash));
    const auto unit = slash == std::string_view::npos ? std::optional<unsigned>(0)
                                                      : counted(rest.substr(slash + 1));
    if (!subdevice || !unit) return std::nullopt;
    return PortName{SlotName(text.substr(0, dot)), *subdevice, *unit};
}

} // namespace had::core
