// What a card forgets and its driver keeps, in one table: rings, channels, coalescing, EEE, wake-on-LAN.
//
// The table says what had.conf accepts, and by which message of ethtool's netlink a word is read and written;
// had.conf(5) lists the same.  It follows include/uapi/linux/ethtool_netlink.h.  What a card can do is found by asking
// it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace had::core {

enum class CardWordType : std::uint8_t { number, on_off, wake };

struct CardWord {
    std::string_view name;                        // as had.conf has it
    std::uint8_t get, set;                        // ETHTOOL_MSG_*
    std::uint16_t attribute;                      // ETHTOOL_A_*
    CardWordType type;
    std::uint64_t most;                           // of a number
    bool cuts;                                    // drivers take the link away for it
};

std::span<const CardWord> card_words();
// Null: no such word.
const CardWord* find_card_word(std::string_view name);

// Names of wake-on-LAN, by bit (net/ethtool/common.c wol_mode_names).
std::span<const std::string_view> wake_names();

// "offload.rx-gro", by the name that the kernel has for the feature.
inline constexpr std::string_view offload_prefix = "offload.";
// Of the table, or an offload.
bool is_card_word(std::string_view word);
// Whether setting the word may take the link of a port that serves.
bool cuts_link(std::string_view word);

} // namespace had::core
