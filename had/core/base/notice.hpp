// What the daemon reports: for each thing that happened one line in the log, and one event on `hadctl monitor`.
#pragma once

#include "had/core/base/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace had::core {

enum class NoticeKind : std::uint8_t {
    card_in, card_out, card_unknown, driver_loaded, driver_unloaded, port_found, port_serves,
    port_lost, port_back, failover, degraded, down, healed, trouble, trouble_over, reloaded, resynced,
    order_given, order_ended, extraction_refused, extraction_begun, safe_to_pull,
    alarm, card_changed, quarantined, domain_released, alarm_raised, alarm_changed, alarm_cleared,
    path_lost, path_back, path_split, far_end_silent, far_end_back,
    neighbour_changed, loss_explained,
    service_up, service_stopped, service_failed, member_changed,
    peer_lan_lost, peer_lan_back, peer_moved, pair_taken, pair_left
};
std::string_view to_string(NoticeKind kind);          // "card_in": the "event" of doc/protocol.md

enum class NoticeLevel : std::uint8_t { info, notice, warning, error };
std::string_view to_string(NoticeLevel level);

// The steps of a failover, each as the time since the loss was heard of.
struct Timeline {
    Duration decided{}, acknowledged{}, announced{};
    std::optional<Duration> peers_told;               // nothing: the kernel has not, or not yet

    friend bool operator==(const Timeline&, const Timeline&) = default;
};

// Empty strings are left out of the event.  `text` is the whole sentence, as the log prints it.
struct Notice {
    NoticeKind kind = NoticeKind::card_in;
    NoticeLevel level = NoticeLevel::info;
    std::string slot, port, interface, bond, service, group;
    std::string peer;                                 // a host of a [peer] section
    std::string from, to;                             // failover: interfaces or members; a change of health: words
    std::string cause;
    std::string by;                                   // failover: "had" or "kernel"
    std::string user;                                 // who ordered it
    std::string alarm, severity, repair;              // of an alarm: its id, and what to do about it
    std::optional<Timeline> timeline;                 // of a failover by the daemon
    std::string text;

    friend bool operator==(const Notice&, const Notice&) = default;
};

// Calls f(key, text) with each text of a notice but the sentence.  The key is that of the protocol; the journal and the
// programs at events have the same under variable_of(key).
template <class N, class F>
void for_each_field(N& notice, F f) {
    f("slot", notice.slot);
    f("port", notice.port);
    f("interface", notice.interface);
    f("bond", notice.bond);
    f("service", notice.service);
    f("group", notice.group);
    f("peer", notice.peer);
    f("from", notice.from);
    f("to", notice.to);
    f("cause", notice.cause);
    f("by", notice.by);
    f("user", notice.user);
    f("alarm", notice.alarm);
    f("severity", notice.severity);
    f("repair", notice.repair);
}
std::string variable_of(std::string_view key);        // "HAD_BOND"

} // namespace had::core
