// Small strong types that every layer shares.  Plain values; printing and parsing stand beside them.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace had::core {

// Time is an argument everywhere in the core; only sys/clock reads a clock.
using Duration = std::chrono::microseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// A deadline becomes the earlier of itself and `at`; no deadline is later than any.
inline void earlier(std::optional<TimePoint>& deadline, TimePoint at) {
    if (!deadline || at < *deadline) deadline = at;
}

// The kernel's interface index: never reused soon, unlike a name (net/core/dev.c dev_new_index).
using Ifindex = int;

struct Mac {
    std::array<std::uint8_t, 6> bytes{};

    [[nodiscard]] bool is_zero() const { return *this == Mac{}; }
    friend auto operator<=>(const Mac&, const Mac&) = default;
};
std::string to_string(const Mac& mac);                      // "52:54:00:12:34:56"
std::optional<Mac> mac_from(std::string_view text);         // accepts ':' or '-', either case

// Domain:bus:device.function.  Bus numbers change when cards come and go, so it names a function only for now.
struct PciAddress {
    std::uint32_t domain = 0;
    std::uint8_t bus = 0;
    std::uint8_t device = 0;
    std::uint8_t function = 0;

    [[nodiscard]] bool same_device(const PciAddress& other) const {
        return domain == other.domain && bus == other.bus && device == other.device;
    }
    friend auto operator<=>(const PciAddress&, const PciAddress&) = default;
};
std::string to_string(const PciAddress& address);           // "0000:01:04.0"
std::optional<PciAddress> pci_address_from(std::string_view text);   // with or without the domain

// The operator's label of a slot, "2" or "front-left": [A-Za-z0-9_-]{1,31}.
using SlotName = std::string;

// slot.subdevice: "2.1", and "2.1/1" for the second network device of one function.  `/0` is not
// printed.  Ordered as an operator counts: slots that are numbers first and by value.
struct PortName {
    SlotName slot;
    unsigned subdevice = 0;
    unsigned unit = 0;

    friend bool operator==(const PortName&, const PortName&) = default;
    friend std::strong_ordering operator<=>(const PortName& a, const PortName& b);
};
std::string to_string(const PortName& port);
std::optional<PortName> port_name_from(std::string_view text);

std::strong_ordering compare_slots(std::string_view a, std::string_view b);
struct SlotLess {
    bool operator()(std::string_view a, std::string_view b) const {
        return compare_slots(a, b) < 0;
    }
    using is_transparent = void;
};

// Makes a variant's visitor of lambdas.
template <class... Ts>
struct overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

} // namespace had::core
