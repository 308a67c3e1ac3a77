// What an interface forgets when it goes: its sysctls, its queue.  By the slot they come back with every card.
//
// Each is a word and a value, as text: the kernel keeps them by that.  Of a few it tells each change (told_word.hpp).
// All others are read from time to time (run/tuner), and what is known is compared with what had.conf says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace had::core {

// By the name that had.conf has for it: "net.ipv4.conf.rp_filter" -> "2".  The values are as the kernel shows them.
using Tunables = std::map<std::string, std::string>;

// It is a link's own, told with every other news of it; nobody has to read it.
inline constexpr std::string_view queue_word = "txqueuelen";

enum class Ipv6Use : std::uint8_t { off, fixed, ra };

struct Tuning {
    std::optional<Ipv6Use> ipv6;
    Tunables words;                           // what the file says of each

    [[nodiscard]] bool is_empty() const { return !ipv6 && words.empty(); }
    friend bool operator==(const Tuning&, const Tuning&) = default;
};

// All that is to be set: what `ipv6` stands for, and what the file says of single words, which outranks it.
Tunables tunables_of(const Tuning& tuning);

} // namespace had::core
