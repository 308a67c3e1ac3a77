// What had tells: one line in the log, one event on `hadctl monitor`, for each thing that happened.
#pragma once

#include "had/core/types.hpp"

#include <string>
#include <string_view>

namespace had::core {

enum class NoticeKind : std::uint8_t {
    card_in, card_out, card_unknown, driver_loaded, driver_unloaded, port_found, port_serves,
    port_lost, port_back, failover, degraded, down, healed, trouble, trouble_over, reloaded, resynced
};
std::string_view to_string(NoticeKind kind);          // "card_in": the "event" of doc/protocol.md

enum class NoticeLevel : std::uint8_t { info, notice, warning, error };
std::string_view to_string(NoticeLevel level);

// Empty strings are left out of the event.  `text` is the whole sentence, as the log prints it.
struct Notice {
    NoticeKind kind = NoticeKind::card_in;
    NoticeLevel level = NoticeLevel::info;
    std::string slot, port, interface, bond;
    std::string from, to;                             // failover: interfaces; a change of health: words
    std::string cause;
    std::string text;

    friend bool operator==(const Notice&, const Notice&) = default;
};

} // namespace had::core
