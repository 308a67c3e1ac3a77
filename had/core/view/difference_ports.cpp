// Cards that come and go, and ports that serve or do not.
#include "had/core/policy/failover.hpp"
#include "had/core/view/difference.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace had::core {

bool serves(const PortView& port) {
    const bool well = port.health == Health::healthy || is_impaired(port.health);
    return !port.config.empty() && well && !port.role.empty();
}

namespace {

class PortNews {
public:
    explicit PortNews(News& news) : news_(news), before_(news.before), after_(news.after) {}

    void tell() {
        const auto was = changed(before_, after_), is = changed(after_, before_);
        for (const SlotView* slot : was) card_out(*slot);
        for (const SlotView* slot : is) card_in(*slot);
        for (const SlotView* slot : is) another_model(*slot);
        for (const SlotView* slot : was)
            for (const PortView& port : slot->ports) lost(port);
        for (const SlotView* slot : is)
            for (const PortView& port : slot->ports) gained(port);
        for (const SlotView* slot : is) slot_trouble(*slot);
    }

private:
    // Of a slot that is the same in the other view there is no news.
    static std::vector<const SlotView*> changed(const View& view, const View& other) {
        std::vector<const SlotView*> all;
        for (std::size_t i = 0; i < view.slots.size(); ++i) {
            if (view.slots.shares(i, other.slots)) continue;
            const SlotView* same = same_slot(view, i, other);
            if (!same || *same != view.slots[i]) all.push_back(&view.slots[i]);
        }
        return all;
    }

    static std::string card_text(const CardView& card) {
        return fmt::format("{} at {}", to_pci_id(card.vendor, card.device), to_string(card.address));
    }

    void card_out(const SlotView& slot) {
        const SlotView* now = after_.slot(slot.name);
        if (!slot.card || (now && now->card == slot.card)) return;
        Notice n;
        n.slot = slot.name;
        n.text = fmt::format("slot {}: card out, {}", slot.name, card_text(*slot.card));
        news_.add(NoticeKind::card_out, NoticeLevel::notice, std::move(n));
    }

    void card_in(const SlotView& slot) {
        const SlotView* old = before_.slot(slot.name);
        if (!slot.card || (old && old->card == slot.card)) return;
        Notice n;
        n.slot = slot.name;
        n.text = fmt::format("slot {}: card in, {}", slot.name, card_text(*slot.card));
        news_.add(NoticeKind::card_in, NoticeLevel::notice, std::move(n));
    }

    // Not of what a daemon finds when it starts.
    void another_model(const SlotView& slot) {
        const SlotView* old = before_.slot(slot.name);
        if (!slot.card || slot.model_before.empty() || (old && old->model_before == slot.model_before)) return;
        Notice n;
        n.slot = slot.name;
        n.from = slot.model_before;
        n.to = to_pci_id(slot.card->vendor, slot.card->device);
        n.text = fmt::format("slot {}: another model than before: {}, was {}", slot.name, n.to, n.from);
        news_.add(NoticeKind::card_changed, NoticeLevel::notice, std::move(n));
    }

    static Notice about(const PortView& port) {
        Notice n;
        n.slot = port.name.slot;
        n.port = to_string(port.name);
        n.interface = port.interface;
        n.bond = port.bond;
        return n;
    }

    void lost(const PortView& port) {
        if (!serves(port)) return;
        const PortView* now = after_.port(port.name);
        if (now && serves(*now) && now->index == port.index) return;
        Notice n = about(port);
        const Reason reason = why_lost(port, now);
        n.cause = reason.cause;
        n.text = fmt::format("{}: {} lost{}, {}", n.port, port.interface,
                             port.bond.empty() ? "" : " from " + port.bond, reason.words);
        const bool as_wished = now && (now->config != port.config || now->health == Health::offline);
        news_.add(NoticeKind::port_lost, as_wished ? NoticeLevel::notice : NoticeLevel::warning, std::move(n));
    }

    struct Reason {
        std::string_view cause;               // as of a failover; or `config`
        std::string words;
    };

    static Reason said_by(const ProbeKind& probe) {
        return {probe.cause,
                probe.of_interface ? fmt::format("no link says {}", probe.name) : std::string(probe.words)};
    }

    // The kernel closes a port that is released: its carrier means nothing then.
    Reason why_lost(const PortView& port, const PortView* now) const {
        const SlotView* slot = after_.slot(port.name.slot);
        if (slot && is_withheld(slot->extraction)) return {cause::extraction, "offline by order"};
        if (now && now->health == Health::offline) return {cause::release, "left out by order"};
        if (!now || now->index != port.index) return {cause::removal, "removed"};
        if (now->config.empty()) return {cause::config, "nothing is wanted of it any more"};
        if (now->config != port.config) return {cause::config, "another role is wanted of it"};
        if (now->role.empty()) return {cause::release, "taken out"};
        if (now->no_link_by) return said_by(probe_kind(*now->no_link_by));
        if (!now->idle.empty()) return {cause_of_idleness(*now), fmt::format("it {}", now->idle)};
        if (!now->up) return {cause::removal, std::string(words_of_cause(cause::removal))};
        return {cause::carrier, "link lost"};
    }

    std::string_view cause_of_idleness(const PortView& port) const {
        const BondView* bond = after_.bond(port.bond);
        if (!bond) return cause::mii;
        const auto doubted = [](const PathView& path) { return path.doubted; };
        if (std::any_of(port.paths.begin(), port.paths.end(), doubted)) return probe_kind(Probe::path).cause;
        auto member = std::find_if(bond->members.begin(), bond->members.end(), [&](const MemberView& m) {
            return m.interface == port.interface;
        });
        return member != bond->members.end() && member->mii == to_string(MiiStatus::up) ? cause::lacp : cause::mii;
    }

    void gained(const PortView& port) {
        const PortView* old = before_.port(port.name);
        // When a card with a trouble is pulled, `card_out` is enough.
        const bool gone = !port.function && port.problem.empty();
        if (!gone) news_.trouble(about(port), old, port);
        if (port.config.empty() || port.index == 0) return;
        const bool same = old && old->index == port.index;
        if (!same) {
            Notice n = about(port);
            const std::string twin = twin_of(port);
            n.text = fmt::format("{}: {} found, {}{}{}", n.port, port.interface, to_string(port.mac),
                                 twin.empty() ? "" : ", which is the MAC address of ", twin);
            news_.add(NoticeKind::port_found, twin.empty() ? NoticeLevel::info : NoticeLevel::warning, std::move(n));
        }
        const bool same_role = same && old->config == port.config;
        if (!serves(port) || (same_role && serves(*old))) return;
        const bool back = same_role && old->has_served;
        Notice n = about(port);
        n.text = fmt::format("{}: {} {} {}", n.port, port.interface, back ? "is back," : "serves",
                             port.bond.empty() ? "as " + port.config
                                               : fmt::format("in {} as {}", port.bond, port.role));
        news_.add(back ? NoticeKind::port_back : NoticeKind::port_serves, NoticeLevel::notice, std::move(n));
    }

    // Told of every two alike addresses, also where they do no harm, as in one bond; where they do, there is a problem.
    std::string twin_of(const PortView& port) {
        if (!port.problem.empty()) return "";
        if (by_mac_.empty()) sort_by_mac();
        const auto [first, last] = by_mac_.equal_range(port.mac);
        const auto other = std::find_if(first, last, [&](const auto& entry) {
            return entry.second->name.slot != port.name.slot;
        });
        if (other == last) return "";
        return fmt::format("{} ({}) too", to_string(other->second->name), other->second->interface);
    }

    void sort_by_mac() {
        for (const SlotView& slot : after_.slots)
            for (const PortView& port : slot.ports)
                if (port.index != 0) by_mac_.emplace(port.mac, &port);
    }

    void slot_trouble(const SlotView& slot) {
        Notice n;
        n.slot = slot.name;
        news_.trouble(std::move(n), before_.slot(slot.name), slot);
    }

    News& news_;
    const View& before_;
    const View& after_;
    std::multimap<Mac, const PortView*> by_mac_;              // filled when a port is found
};

} // namespace

void tell_ports(News& news) { PortNews(news).tell(); }

} // namespace had::core
