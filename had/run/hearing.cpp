#include "had/run/hearing.hpp"

#include "had/core/policy/concern.hpp"

#include <fmt/format.h>
#include <type_traits>
#include <utility>

namespace had {

using namespace core;

namespace {

// The interface of an event that says something of one.  0: it does not.
Ifindex link_of(const Event& event) {
    return std::visit(
        []<class E>(const E& e) -> Ifindex {
            if constexpr (requires { e.address.link; }) return e.address.link;
            else if constexpr (std::is_same_v<E, RouteSeen> || std::is_same_v<E, RouteGone>) return e.link;
            else if constexpr (requires { e.route.link; }) return e.route.link;
            else if constexpr (requires { e.link.index; }) return e.link.index;
            else if constexpr (requires { e.link; }) return e.link;
            else return 0;
        },
        event);
}

// What has to be known of an event once it is folded.
struct Heard {
    bool dumped = false, scanned = false, gone = false;
    Ifindex about = 0, link = 0, addressed = 0;   // 0: it is about none
    bool ipv6 = false;                        // its settings on that interface, which nothing else shows
    std::optional<RouteKey> freed;            // nor is another program's route kept
    std::optional<Address> lost, taken;
    std::string slot;
    bool was_open = false;                    // the slot's handle, before
    bool of_itself = false;                   // how a link is, which concerns no other

    Heard(const Event& event, const Observed& before)
        : dumped(std::holds_alternative<LinksDumped>(event)), scanned(std::holds_alternative<DevicesScanned>(event)),
          gone(std::holds_alternative<LinkGone>(event)), about(link_of(event)),
          ipv6(std::holds_alternative<Ipv6Seen>(event)) {
        if (const auto* seen = std::get_if<LinkSeen>(&event)) {
            link = seen->link.index;
            const Link* known = before.link(link);
            of_itself = known && is_of_itself(*known, seen->link);
        }
        if (const auto* seen = std::get_if<AddressSeen>(&event)) {
            addressed = seen->address.link;
            if (seen->address.duplicate) taken = seen->address;
        }
        if (const auto* left = std::get_if<AddressGone>(&event)) lost = left->address;
        if (const auto* free = std::get_if<WayFree>(&event)) freed = free->key;
        if (const auto* lost_way = std::get_if<ConnectedGone>(&event))
            freed = RouteKey{lost_way->route.network, lost_way->route.metric, lost_way->route.table};
        if (const auto* state = std::get_if<SlotStateSeen>(&event)) {
            slot = state->slot;
            was_open = is_handle_open(before, slot);
        }
    }
};

void tell_resynced(Run& run, const Heard& heard) {
    Notice notice;
    notice.text = fmt::format("{} lost messages: all {} read anew", heard.dumped ? "rtnetlink" : "uevents",
                              heard.dumped ? "links" : "devices");
    run.say(NoticeKind::resynced, NoticeLevel::warning, std::move(notice));
}

void tell_link(const Listeners& listeners, const Link& link) {
    for (Part* part : listeners.parts) part->hear_link(link);
}

void tell(Run& run, const Listeners& listeners, const Heard& heard) {
    Model& m = run.model;
    m.attempts.wake(heard.about);
    m.attempts.retry_routes(heard.addressed);
    if (heard.taken && m.begun) listeners.contest.leave_taken(*heard.taken);
    if (heard.lost) listeners.contest.showed(m.attempts.lost_with(*heard.lost, m.observed));
    // Also links whose DELLINK was never heard: else what is kept by ifindex would be kept for ever.
    if (heard.dumped || heard.gone)
        for (Part* part : listeners.parts) part->forget_gone_links();
    if (heard.dumped)
        for (const auto& [index, link] : m.observed.links) tell_link(listeners, link);
    else if (heard.link != 0) tell_link(listeners, *m.observed.link(heard.link));
    else if (!heard.slot.empty()) listeners.sensing.hear_slot(heard.slot, heard.was_open);
}

} // namespace

bool hear(Run& run, const Listeners& listeners, Event event) try {
    Model& m = run.model;
    Heard heard(event, m.observed);
    const bool idle = m.begun && !m.is_rearranged() && !concerns(m.situation(), event);
    if (const auto* told = std::get_if<PeersTold>(&event)) listeners.failover.hear_peers_told(told->bond);
    const Change change = fold(m.observed, std::move(event));
    if (idle) return false;
    if (change == Change::topology) m.rearrange();
    // What has become another link has taken the old one's place.
    heard.gone = heard.gone || (heard.link != 0 && change == Change::topology);
    if (m.begun && (heard.dumped || heard.scanned)) tell_resynced(run, heard);
    const bool freed = heard.freed && m.attempts.retry_route(*heard.freed);
    if (change == Change::nothing && !heard.ipv6 && !freed) return false;
    if (heard.of_itself) m.note_heard(heard.link);
    else m.note_change();
    tell(run, listeners, heard);
    return true;
} catch (...) {
    run.model.rearrange();
    throw;
}

} // namespace had
