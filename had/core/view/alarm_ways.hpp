// The alarms of ways: paths that are silent, cables in the wrong switch, hosts that are not heard, addresses that two
// hosts share.  And what all finders of alarms begin with.
#pragma once

#include "had/core/view/alarm.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace had::core {

using Alarms = std::vector<Alarm>;

// Of objects the name alone, as it stands in had.conf: "2", and not "slot 2".
template <class V>
Alarm about(const V& object, std::string text, std::string repair, std::string locate = {}) {
    return {.object = id_of(object).name,
            .text = std::move(text),
            .repair = std::move(repair),
            .locate = std::move(locate)};
}

template <class F>
void for_each_port(const View& view, F f) {
    for (const SlotView& slot : view.slots)
        for (const PortView& port : slot.ports)
            if (!port.config.empty()) f(slot, port);
}

void find_path_silent(const View& view, std::int64_t now, Alarms& found);
void find_neighbour(const View& view, std::int64_t now, Alarms& found);
void find_peer_silent(const View& view, std::int64_t now, Alarms& found);
void find_peer_lan(const View& view, std::int64_t now, Alarms& found);
void find_pair_split(const View& view, std::int64_t now, Alarms& found);
void find_pair_down(const View& view, std::int64_t now, Alarms& found);
void find_pair_lame(const View& view, std::int64_t now, Alarms& found);

} // namespace had::core
