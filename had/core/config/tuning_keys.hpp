// The keys of a section whose interface is tuned: [bond], [vlan], [config].
#pragma once

#include "had/core/config/card_word.hpp"
#include "had/core/config/parse.hpp"

#include <vector>

namespace had::core {

void read_ipv6(const Reader& reader, Tuning& tuning);
void read_sysctl(const Reader& reader, Tuning& tuning);
void read_txqueuelen(const Reader& reader, Tuning& tuning);
void read_card_word(const Reader& reader, Tuning& tuning);
void read_offload(const Reader& reader, Tuning& tuning);
class Printer;
void print_tuning(Printer& out, const Tuning& tuning);

// The keys above, added to the section's own.  Draft has a function `tuning()`.
template <class Draft>
std::vector<Key<Draft>> with_tuning_keys(std::vector<Key<Draft>> keys) {
    keys.insert(keys.end(), {
        {"ipv6", [](const Reader& r, Draft& d) { read_ipv6(r, d.tuning()); }},
        {"sysctl", [](const Reader& r, Draft& d) { read_sysctl(r, d.tuning()); }, true},
        {"txqueuelen", [](const Reader& r, Draft& d) { read_txqueuelen(r, d.tuning()); }},
    });
    return keys;
}

// What only a card has, for [config].
template <class Draft>
std::vector<Key<Draft>> with_card_keys(std::vector<Key<Draft>> keys) {
    for (const CardWord& word : card_words())
        keys.push_back({word.name, [](const Reader& r, Draft& d) { read_card_word(r, d.tuning()); }});
    keys.push_back({"offload", [](const Reader& r, Draft& d) { read_offload(r, d.tuning()); }, true});
    return keys;
}

} // namespace had::core
