#include "had/run/hearing.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// What has to be known of an event once it is folded.
struct Heard {
    bool dumped = false, scanned = false, gone = false;
    Ifindex link = 0, addressed = 0;          // 0: it is about none
    std::optional<Address> lost;
    std::string slot;
    bool was_open = false;                    // the slot's handle, before

    Heard(const Event& event, const Observed& before)
        : dumped(std::holds_alternative<LinksDumped>(event)), scanned(std::holds_alternative<DevicesScanned>(event)),
          gone(std::holds_alternative<LinkGone>(event)) {
        if (const auto* seen = std::get_if<LinkSeen>(&event)) link = seen->link.index;
        if (const auto* seen = std::get_if<AddressSeen>(&event)) addressed = seen->address.link;
        if (const auto* left = std::get_if<AddressGone>(&event)) lost = left->address;
        if (const auto* state = std::get_if<SlotStateSeen>(&event)) {
            slot = state->slot;
            was_open = is_handle_open(before, slot);
        }
    }
};

void tell_resynced(const Run& run, const Heard& heard) {
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
    m.attempts.retry_routes(heard.addressed);
    if (heard.lost) listeners.contest.showed(m.attempts.lost_with(*heard.lost, m.observed));
    // Also of those whose end was never heard: what is kept by ifindex would be kept for ever.
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
    if (const auto* told = std::get_if<PeersTold>(&event)) listeners.failover.hear_peers_told(told->bond);
    const Change change = fold(m.observed, std::move(event));
    if (change == Change::topology) m.rearrange();
    // What has become another link has taken the old one's place.
    heard.gone = heard.gone || (heard.link != 0 && change == Change::topology);
    if (m.begun && (heard.dumped || heard.scanned)) tell_resynced(run, heard);
    if (change == Change::nothing) return false;
    m.view_is_old = true;
    tell(run, listeners, heard);
    return true;
} catch (...) {
    run.model.rearrange();
    throw;
}

} // namespace had
