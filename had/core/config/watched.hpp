// The keys of a section whose interface is watched: [bond], [vlan], and a [config] that stands alone.
#pragma once

#include "had/core/config/parse.hpp"

#include <vector>

namespace had::core {

void read_monitors(const Reader& reader, Watched& watched);
void read_fault_file(const Reader& reader, Watched& watched);
class Printer;
void print_watched(Printer& out, const Watched& watched);

// The keys above, added to the section's own.  Draft has a function `watched()`.
template <class Draft>
std::vector<Key<Draft>> with_watched_keys(std::vector<Key<Draft>> keys) {
    keys.insert(keys.end(), {
        {"monitor", [](const Reader& r, Draft& d) { read_monitors(r, d.watched()); }, true},
        {"fault_file", [](const Reader& r, Draft& d) { read_fault_file(r, d.watched()); }},
    });
    return keys;
}

} // namespace had::core
