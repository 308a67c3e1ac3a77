#include "had/hadctl/picture.hpp"

#include "had/hadctl/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace had::hadctl {

namespace {

using namespace core;

constexpr std::size_t state_width = 13; // "quarantined" and two spaces

std::string count(std::size_t n, std::string_view what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string cut(std::string text, std::size_t width) {
    if (text.size() <= width) return text;
    return text.substr(0, width < 3 ? 0 : width - 3) + "...";
}

std::string serve(std::size_t serving, std::size_t wanted) {
    return fmt::format("{} of {} port{} serve{}", serving, wanted, wanted == 1 ? "" : "s",
                       wanted == 1 ? "s" : "");
}

std::string link_of(bool there, bool up, bool carrier) {
    if (!there) return "-";
    if (!up) return "set down";
    return carrier ? "link up" : "no link";
}

void join(std::string& text, std::string_view separator, std::string_view more) {
    if (more.empty()) return;
    if (!text.empty()) text += separator;
    text += more;
}

template <class T>
std::string joined(const std::vector<T>& values) {
    std::string text;
    for (const T& value : values)
        join(text, " ", to_string(value));
    return text;
}

class Painter {
public:
    Painter(const View& view, const CardNames& names, const Style& style)
        : view_(view), names_(names), style_(style) {
        measure();
    }

    std::string paint() {
        for (const OrderView& order : view_.orders)
            out_ += "> " + wrap(order.text, style_.width - 2, 2) + '\n';
        if (!view_.orders.empty()) out_ += '\n';
        row("chassis", view_.health, summary());
        if (!view_.problems.empty()) out_ += '\n';
        for (const std::string& problem : view_.problems)
            out_ += "  ! " + wrap(problem, style_.width - 4, 4) + '\n';
        for (const Alarm& alarm : view_.alarms) {
            const std::string note = alarm.acked.empty() ? "" : fmt::format(" ({} has taken note)", alarm.acked_by);
            out_ += "  * " + wrap(fmt::format("{}: {}{}", alarm.id, alarm.repair, note), style_.width - 4, 4) + '\n';
        }
        if (!view_.bonds.empty()) out_ += '\n';
        for (const BondView& bond : view_.bonds)
            paint(bond);
        if (view_.bonds.empty() && !view_.vlans.empty()) out_ += '\n';
        for (const VlanView& vlan : view_.vlans)
            paint(vlan);
        if (!view_.failovers.empty() || !view_.services.empty()) out_ += '\n';
        for (const FailoverView& group : view_.failovers)
            paint(group);
        for (const ServiceView& service : view_.services)
            if (service.group.empty()) paint(service, service.name);
        if (view_.bonds.empty() && view_.vlans.empty() && !view_.peers.empty()) out_ += '\n';
        for (const PeerView& peer : view_.peers)
            paint(peer);
        paint_slots();
        return std::move(out_);
    }

private:
    void measure() {
        std::size_t longest = 7; // "chassis"
        const auto measured = [&](std::size_t size) { longest = std::max(longest, size); };
        for (const BondView& bond : view_.bonds)
            measured(bond.name.size());
        for (const VlanView& vlan : view_.vlans)
            measured(vlan.name.size());
        for (const FailoverView& group : view_.failovers)
            measured(group.name.size());
        for (const ServiceView& service : view_.services)
            measured(std::max(service.name.size(), service.member.size() + 2));
        for (const PeerView& peer : view_.peers)
            measured(peer.name.size() + 5);
        for (const SlotView& slot : view_.slots) {
            measured(slot.name.size() + 5);
            for (const PortView& port : slot.ports) {
                measured(to_string(port.name).size() + 2);
                interface_width_ = std::max(interface_width_, port.interface.size() + 2);
            }
        }
        for (const auto& [first, last] : spare_runs())
            measured(fmt::format("slots {}-{}", first->name, last->name).size());
        name_width_ = longest + 2;
        left_ = name_width_ + state_width;
    }

    void row(std::string_view name, Health health, std::string_view rest) {
        const std::string_view word = to_string(health);
        std::string line = fmt::format("{:<{}}", name, name_width_);
        if (style_.colour)
            line += fmt::format("{0}{2}{1}{3}{0}0{1}", colour_begin, colour_end, colour_of(health), word);
        else
            line += word;
        if (!rest.empty()) line += std::string(state_width - word.size(), ' ') + std::string(rest);
        out_ += line + '\n';
    }

    void below(std::string_view text) {
        if (text.empty()) return;
        out_ += std::string(left_, ' ') + wrap(text, room(), left_) + '\n';
    }

    [[nodiscard]] std::size_t room() const {
        return std::max<std::size_t>(style_.width, left_ + 20) - left_;
    }

    [[nodiscard]] std::string summary() const {
        std::set<std::string_view> domains;
        std::size_t cards = 0, wanted = 0, serving = 0;
        for (const SlotView& slot : view_.slots) {
            if (!slot.domain.empty()) domains.insert(slot.domain);
            cards += slot.card ? 1U : 0U;
            for (const PortView& port : slot.ports) {
                if (port.config.empty()) continue;
                ++wanted;
                serving += port.health == Health::healthy || port.health == Health::degraded ? 1U : 0U;
            }
        }
        if (view_.slots.empty() && view_.bonds.empty() && !view_.peers.empty())
            return count(view_.peers.size(), "peer");
        std::string text = domains.empty() ? "" : count(domains.size(), "domain");
        join(text, ", ", count(view_.slots.size(), "slot"));
        join(text, ", ", count(cards, "card"));
        return text + "; " + serve(serving, wanted);
    }

    void paint(const BondView& bond) {
        std::string active = bond.active;
        for (const MemberView& member : bond.members) {
            if (member.interface == bond.active && !member.port.empty())
                active += fmt::format(" ({})", member.port);
        }
        std::string text = bond.mode;
        if (!active.empty()) join(text, ", ", "active " + active);
        join(text, ", ", serve(serving(bond), bond.wanted));
        if (bond.provable && bond.ready) join(text, ", ", "a backup is proven to serve");
        join(text, ", ", bond.doing);
        row(bond.name, bond.health, text);

        paint_net(bond);
        if (bond.provable && !bond.ready) below("no backup is proven to serve: " + bond.unready);
        for (const std::string& waiting : bond.waiting)
            below("waiting: " + waiting);
        // Where the bond is not healthy it stands among the problems.
        if (bond.health == Health::healthy && !bond.exposure.empty()) below("warning: " + bond.exposure);
        for (const MemberView& member : bond.members)
            if (member.port.empty())
                below(fmt::format("also {}, which had.conf does not name: {}{}", member.interface,
                                  member.active ? "active, " : "",
                                  link_of(true, true, member.carrier && !member.no_link_by)));
    }

    template <class Interface>
    void paint_net(const Interface& view) {
        std::string address = joined(view.addresses);
        if (!view.mac.is_zero()) join(address, "  ", "mac " + to_string(view.mac));
        if (view.mtu != 0) join(address, "  ", fmt::format("mtu {}", view.mtu));
        below(address);
        for (const std::string& route : view.routes)
            below(route);
    }

    void paint(const VlanView& vlan) {
        std::string text = fmt::format("VLAN {} on {}", vlan.id, vlan.on);
        if (vlan.index != 0) join(text, ", ", link_of(true, vlan.up, vlan.carrier));
        join(text, ", ", vlan.doing);
        row(vlan.name, vlan.health, text);
        paint_net(vlan);
        for (const std::string& waiting : vlan.waiting)
            below("waiting: " + waiting);
    }

    void paint(const FailoverView& group) {
        std::string text = "no member is up";
        if (!group.active.empty()) text = fmt::format("on {} since {}", group.active, group.since);
        join(text, ", ", group.doing);
        if (!group.text.empty()) text += fmt::format(" ({})", group.text);
        row(group.name, group.health, cut(text, room()));
        for (const std::string& route : group.routes) below(route);
        for (const std::string& member : group.members)
            for (const ServiceView& service : view_.services)
                if (service.group == group.name && service.member == member) paint(service, "  " + member);
    }

    void paint(const ServiceView& service, const std::string& name) {
        std::string text(to_string(service.phase));
        join(text, ", ", service.interface);
        join(text, " ", joined(service.addresses));
        join(text, ", ", service.device);
        row(name, service.health, text);
        below(service.text);
        for (const std::string& route : service.routes) below(route);
        for (const std::string& waiting : service.waiting)
            below("waiting: " + waiting);
    }

    void paint(const PeerView& peer) {
        std::string text;
        if (const PeerLanView* used = peer.used(); used && !peer.routes.empty()) text = "by " + used->lan;
        const auto serving = std::count_if(peer.lans.begin(), peer.lans.end(),
                                           [](const PeerLanView& lan) { return lan.usable(); });
        join(text, ", ", fmt::format("{} of {} LAN{} serve{}", serving, peer.lans.size(),
                                     peer.lans.size() == 1 ? "" : "s", peer.lans.size() == 1 ? "s" : ""));
        join(text, ", ", peer.doing);
        row("peer " + peer.name, peer.health, text);
        std::string hosts;
        if (peer.service) hosts = to_string(*peer.service);
        if (peer.from) join(hosts, "  ", "from " + to_string(*peer.from));
        below(hosts);
        for (const PeerLanView& lan : peer.lans)
            below(fmt::format("{:<{}}{:<10}{}", lan.lan, interface_width_,
                              link_of(!lan.interface.empty(), true, lan.link),
                              lan.text.empty() ? std::string(to_string(lan.state)) : lan.text));
        for (const SharedView& shared : peer.shared) {
            below(fmt::format("{} is {}", to_string(shared.address), who_has(shared)));
            below(shared.text);
        }
    }

    // Neighbours in one domain that are empty, and meant to be: first and last of each two or more.
    [[nodiscard]] std::map<const SlotView*, const SlotView*> spare_runs() const {
        std::map<const SlotView*, const SlotView*> runs;
        const SlotView* first = nullptr;
        for (const SlotView& slot : view_.slots) {
            const bool spare = !slot.card && slot.ports.empty() && slot.problem.empty() &&
                               slot.extraction == Extraction::none;
            if (!spare) first = nullptr;
            else if (!first || heading(*first) != heading(slot)) first = &slot;
            else runs[first] = &slot;
        }
        return runs;
    }

    // In the order of their slots, with a heading wherever another domain begins.
    void paint_slots() {
        const auto runs = spare_runs();
        const SlotView *before = nullptr, *skipped_to = nullptr;
        for (const SlotView& slot : view_.slots) {
            if (skipped_to) {
                if (&slot == skipped_to) skipped_to = nullptr;
                continue;
            }
            const std::string domain = heading(slot);
            const bool fresh = !before || domain != heading(*before);
            if (fresh) out_ += '\n';
            if (fresh && !domain.empty()) out_ += domain + '\n';
            before = &slot;
            const auto run = runs.find(&slot);
            if (run != runs.end()) skipped_to = run->second;
            if (skipped_to)
                row(fmt::format("slots {}-{}", slot.name, skipped_to->name), Health::absent, "empty");
            else
                paint(slot);
        }
    }

    void paint(const SlotView& slot) {
        row("slot " + slot.name, slot.health, cut(slot.card ? names_(*slot.card) : "empty", room()));
        below(slot.doing);
        for (const PortView& port : slot.ports)
            paint(port);
    }

    static std::string heading(const SlotView& slot) {
        if (slot.domain.empty()) return {};
        return "domain " + slot.domain + (slot.controlled ? "" : ", another host's");
    }

    void paint(const PortView& port) {
        const bool there = port.index != 0;
        std::string use = port.config.empty() ? "not configured"
                          : port.bond.empty() ? port.config
                                              : port.bond;
        if (!port.bond.empty()) join(use, " ", port.role);
        if (port.bond.empty()) join(use, "  ", joined(port.addresses));
        if (port.neighbour && !port.neighbour->system.empty())
            join(use, "  ", fmt::format("at {} {}", port.neighbour->system, port.neighbour->port));
        join(use, ", ", port.doing);
        row("  " + to_string(port.name), port.health,
            fmt::format("{:<{}}{:<10}{}", there ? port.interface : "-", interface_width_,
                        link_of(there, port.up, port.carrier && !port.no_link_by), use));
        for (const std::string& route : port.routes)
            below(std::string(interface_width_ + 10, ' ') + route);
    }

    const View& view_;
    const CardNames& names_;
    const Style& style_;
    std::size_t name_width_ = 0, left_ = 0, interface_width_ = 6;
    std::string out_;
};

} // namespace

std::string_view colour_of(core::Health health) {
    using core::Health;
    switch (health) {
    case Health::healthy: return "32";
    case Health::degraded: return "33";
    case Health::down: return "1;31";
    case Health::absent: return "2";
    case Health::offline: return "36";
    case Health::quarantined: return "35";
    case Health::contested: return "35";
    }
    return "0";
}

std::string picture(const View& view, const CardNames& names, const Style& style) {
    return Painter(view, names, style).paint();
}

} // namespace had::hadctl
