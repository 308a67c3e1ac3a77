#include "had/core/config/card_word.hpp"

#include <algorithm>

namespace had::core {

namespace {

// ETHTOOL_MSG_*_GET and _SET, and the attributes' numbers.
constexpr std::uint8_t wol_get = 9, wol_set = 10, rings_get = 15, rings_set = 16, channels_get = 17, channels_set = 18,
                       coalesce_get = 19, coalesce_set = 20, eee_get = 23, eee_set = 24;
constexpr std::uint64_t int_max = 2147483647;

using Type = CardWordType;

constexpr CardWord words[] = {
    {"rx_ring", rings_get, rings_set, 6, Type::number, int_max, true},
    {"tx_ring", rings_get, rings_set, 9, Type::number, int_max, true},
    {"rx_channels", channels_get, channels_set, 6, Type::number, int_max, true},
    {"tx_channels", channels_get, channels_set, 7, Type::number, int_max, true},
    {"combined_channels", channels_get, channels_set, 9, Type::number, int_max, true},
    {"rx_usecs", coalesce_get, coalesce_set, 2, Type::number, int_max, false},
    {"rx_frames", coalesce_get, coalesce_set, 3, Type::number, int_max, false},
    {"tx_usecs", coalesce_get, coalesce_set, 6, Type::number, int_max, false},
    {"tx_frames", coalesce_get, coalesce_set, 7, Type::number, int_max, false},
    {"adaptive_rx", coalesce_get, coalesce_set, 11, Type::on_off, 1, false},
    {"adaptive_tx", coalesce_get, coalesce_set, 12, Type::on_off, 1, false},
    {"eee", eee_get, eee_set, 5, Type::on_off, 1, true},
    {"wake_on_lan", wol_get, wol_set, 2, Type::wake, 0, false},
};

constexpr std::string_view wakes[] = {"phy", "ucast", "mcast", "bcast", "arp", "magic", "magicsecure", "filter"};

// Features that the kernel's own code acts on, so that no card is reset for them (include/linux/netdev_features.h
// NETIF_F_SOFT_FEATURES and NETIF_F_SOFT_FEATURES_OFF).  For others drivers may do so: e1000e_set_features() and
// ixgbe_set_features() for rx-checksum, rx-hashing and rx-vlan-hw-parse.
constexpr std::string_view of_stack[] = {"rx-gro", "tx-generic-segmentation", "rx-gro-list", "rx-udp-gro-forwarding"};

} // namespace

std::span<const CardWord> card_words() { return words; }

const CardWord* find_card_word(std::string_view name) {
    const auto at = std::find_if(std::begin(words), std::end(words), [&](const CardWord& w) { return w.name == name; });
    return at == std::end(words) ? nullptr : at;
}

std::span<const std::string_view> wake_names() { return wakes; }

bool is_card_word(std::string_view word) { return find_card_word(word) || word.starts_with(offload_prefix); }

bool cuts_link(std::string_view word) {
    if (const CardWord* found = find_card_word(word)) return found->cuts;
    if (!word.starts_with(offload_prefix)) return false;
    const std::string_view feature = word.substr(offload_prefix.size());
    return std::find(std::begin(of_stack), std::end(of_stack), feature) == std::end(of_stack);
}

} // namespace had::core
