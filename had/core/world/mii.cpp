#include "had/core/world/mii.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <span>
#include <string_view>

namespace had::core {
namespace {

struct Bit {
    std::uint16_t mask;
    std::string_view word;
};

constexpr std::uint16_t status_link = 0x0004, status_extended = 0x0100;

constexpr Bit control_bits[] = {{0x8000, "reset"},     {0x4000, "loopback"}, {0x1000, "autonegotiation"},
                                {0x0800, "powered down"}, {0x0400, "isolated"}, {0x0200, "negotiates anew"},
                                {0x0080, "collision test"}};
constexpr Bit status_bits[] = {{status_link, "link"},        {0x0020, "negotiated"},
                               {0x0010, "remote fault"},     {0x0002, "jabber"},
                               {0x0008, "can negotiate"},    {0x8000, "100 T4"},
                               {0x4000, "100 full"},         {0x2000, "100 half"},
                               {0x1000, "10 full"},          {0x0800, "10 half"},
                               {status_extended, "gigabit registers"}};
constexpr Bit ability_bits[] = {{0x0200, "100 T4"},  {0x0100, "100 full"}, {0x0080, "100 half"},
                                {0x0040, "10 full"}, {0x0020, "10 half"},  {0x0400, "pause"},
                                {0x0800, "asymmetric pause"}, {0x2000, "remote fault"},
                                {0x4000, "acknowledged"}};
constexpr Bit gigabit_control_bits[] = {{0x0200, "1000 full"}, {0x0100, "1000 half"},
                                        {0x1000, "set by hand"}, {0x0800, "master"}};
constexpr Bit gigabit_status_bits[] = {{0x0800, "1000 full"}, {0x0400, "1000 half"},
                                       {0x8000, "configuration fault"}, {0x4000, "master"},
                                       {0x2000, "receiver good"}, {0x1000, "partner's receiver good"}};

std::vector<std::string> words(std::span<const Bit> bits, std::uint16_t value) {
    std::vector<std::string> out;
    for (const Bit& bit : bits)
        if (value & bit.mask) out.emplace_back(bit.word);
    return out;
}

} // namespace

Reading reading_of(std::uint16_t status) {
    if (status == 0xffff || status == 0)
        return {false, EIO, fmt::format("its status register reads {:04x}: no transceiver answers", status)};
    return {(status & status_link) != 0, 0, ""};
}

bool has_gigabit_registers(std::uint16_t status) { return (status & status_extended) != 0; }

std::vector<std::string> control_words(std::uint16_t control) {
    std::vector<std::string> out = words(control_bits, control);
    if ((control & 0x1000) != 0) return out;  // the other registers say what is negotiated
    const unsigned speed = (control & 0x0040) != 0 ? 1000 : (control & 0x2000) != 0 ? 100 : 10;
    out.push_back(fmt::format("{} {}", speed, (control & 0x0100) != 0 ? "full" : "half"));
    return out;
}

std::vector<std::string> status_words(std::uint16_t status) {
    std::vector<std::string> out = words(status_bits, status);
    if ((status & status_link) == 0) out.insert(out.begin(), "no link");
    return out;
}

std::vector<std::string> ability_words(std::uint16_t ability) { return words(ability_bits, ability); }

std::vector<std::string> gigabit_control_words(std::uint16_t control) {
    return words(gigabit_control_bits, control);
}

std::vector<std::string> gigabit_status_words(std::uint16_t status) {
    return words(gigabit_status_bits, status);
}

} // namespace had::core
