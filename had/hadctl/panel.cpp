#include "had/hadctl/panel.hpp"

#include "had/core/base/printable.hpp"
#include "had/hadctl/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace had::hadctl {
namespace {

using namespace core;

struct Marks {
    const char *horizontal, *vertical, *corners[4];           // above left, above right, below left, below right
    const char* lamps[7];                                     // in the order of Health
    const char *lit, *changing, *active, *linked, *dead, *silent;
};
constexpr Marks unicode = {
    "─", "│", {"┌", "┐", "└", "┘"}, {"●", "▲", "✖", "○", "◇", "⬢", "✚"},
    "◉", "◌", "━", "─", "╌", "?"};
constexpr Marks ascii = {
    "-", "|", {"+", "+", "+", "+"}, {"o", "!", "X", ".", "%", "Q", "#"},
    "@", "~", "=", "-", ".", "?"};

constexpr Health all_healths[] = {Health::healthy, Health::degraded,    Health::down,     Health::absent,
                                  Health::offline, Health::quarantined, Health::contested};

// In columns, if each character takes one.  Colours take none.
std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == colour_begin) i = std::min(text.find(colour_end, i), text.size());
        else if ((static_cast<unsigned char>(text[i]) & 0xC0u) != 0x80) ++width;
    }
    return width;
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t has = width_of(text);
    return has < width ? text + std::string(width - has, ' ') : text;
}

// The last letters of a name tell more than the first: enp5s0f1.
std::string end_of(std::string_view name, std::size_t width) {
    std::string text = printable(name);
    while (width_of(text) > width) {
        text.erase(0, 1);
        while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0u) == 0x80) text.erase(0, 1);
    }
    return text;
}

std::string repeated(const char* mark, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += mark;
    return text;
}

bool is_silent(const PortView& port) {
    return std::any_of(port.paths.begin(), port.paths.end(),
                       [](const PathView& path) { return path.state == PathState::silent; });
}

using Lines = std::vector<std::string>;

class Drawing {
public:
    Drawing(const View& view, const Style& style)
        : view_(view), style_(style), m_(style.unicode ? unicode : ascii) {
        std::size_t longest = 4;
        for (const SlotView& slot : view.slots)
            for (const PortView& port : slot.ports) longest = std::max(longest, width_of(printable(port.interface)));
        interface_width_ = std::min<std::size_t>(longest, 12);
        for (const SlotView& slot : view.slots) height_ = std::max(height_, face(slot).size());
    }

    std::string draw() {
        for (const OrderView& order : view_.orders) out_ += "> " + wrap(order.text, style_.width - 2, 2) + '\n';
        for (auto slot = view_.slots.begin(); slot != view_.slots.end();) slot = draw_bay(slot);
        flush();
        draw_services();
        draw_legend();
        return std::move(out_);
    }

private:
    using Slot = SharedList<SlotView>::const_iterator;

    [[nodiscard]] std::string lamp(Health health) const {
        const char* mark = m_.lamps[static_cast<std::size_t>(health)];
        if (!style_.colour) return mark;
        return fmt::format("{0}{2}{1}{3}{0}0{1}", colour_begin, colour_end, colour_of(health), mark);
    }

    [[nodiscard]] std::string boxed(std::string_view title, std::size_t width, bool above) const {
        const auto* corner = above ? m_.corners : m_.corners + 2;
        std::string text = corner[0] + std::string(title);
        return text + repeated(m_.horizontal, width - width_of(text) - 1) + corner[1];
    }

    [[nodiscard]] std::size_t inner(const SlotView& slot) const {
        const std::size_t name = width_of(printable(slot.name));
        if (!slot.card && slot.ports.empty()) return std::max<std::size_t>(2, std::min<std::size_t>(name, 8));
        // Behind the name stand a blank, the lamp and the LED; before an interface its number, the lamp and the way.
        std::size_t width = std::max(interface_width_ + 4, std::min<std::size_t>(name, 12) + 3);
        for (const PortView& port : slot.ports)
            width = std::max(width, fmt::formatted_size("{}", port.name.subdevice) + interface_width_ + 3);
        return width;
    }

    [[nodiscard]] std::string port_line(const PortView& port) const {
        const char* way = port.role == "active" ? m_.active
                          : port.carrier && !port.no_link_by ? m_.linked : m_.dead;
        return fmt::format("{}{}{} {}", port.name.subdevice, lamp(port.health), is_silent(port) ? m_.silent : way,
                           end_of(port.interface, interface_width_));
    }

    // Its face, without the frame.
    [[nodiscard]] Lines face(const SlotView& slot) const {
        const std::size_t width = inner(slot);
        const char* led = slot.extraction == Extraction::out    ? m_.lit
                          : slot.extraction != Extraction::none ? m_.changing
                                                                : " ";
        if (!slot.card && slot.ports.empty()) return {end_of(slot.name, width)};
        Lines lines = {padded(end_of(slot.name, width - 3) + " " + lamp(slot.health), width - 1) + led};
        for (const PortView& port : slot.ports) lines.push_back(port_line(port));
        if (!slot.card) lines.emplace_back("empty");
        return lines;
    }

    // As many slots as fit beside each other, of one domain.
    Slot draw_bay(Slot first) {
        const auto is_same_bay = [&](const SlotView& slot) {
            return slot.domain == first->domain && slot.controlled == first->controlled;
        };
        std::size_t width = 4;
        Slot end = first;
        std::vector<Lines> faces;
        for (; end != view_.slots.end() && is_same_bay(*end); ++end) {
            if (end != first && width + inner(*end) + 2 > style_.width) break;
            width += inner(*end) + 2;
            faces.push_back(face(*end));
        }
        std::string title = first->domain.empty() ? "" : " domain " + printable(first->domain) + " ";
        if (!first->controlled) title += title.empty() ? " another host's " : "(another host's) ";
        width = std::max(width, std::min(width_of(title) + 3, style_.width));
        title = width_of(title) + 2 > width ? "" : title;
        Lines bay = {boxed(title, width, true)};
        for (std::size_t row = 0; row < height_ + 2; ++row) {
            std::string line = m_.vertical + std::string(" ");
            for (Slot slot = first; slot != end; ++slot) {
                const Lines& lines = faces[static_cast<std::size_t>(slot - first)];
                const std::string text = row > 0 && row <= lines.size() ? lines[row - 1] : "";
                if (row == 0 || row == height_ + 1) line += boxed("", inner(*slot) + 2, row == 0);
                else line += m_.vertical + padded(text, inner(*slot)) + m_.vertical;
            }
            bay.push_back(padded(line, width - 1) + m_.vertical);
        }
        bay.push_back(boxed("", width, false));
        put(bay, width);
        return end;
    }

    // Beside those before it, where there is room.
    void put(const Lines& bay, std::size_t width) {
        if (!row_.empty() && row_width_ + 1 + width > style_.width) flush();
        if (row_.empty()) {
            row_ = bay;
            row_width_ = width;
            return;
        }
        for (std::size_t i = 0; i < bay.size(); ++i) row_[i] += ' ' + bay[i];
        row_width_ += 1 + width;
    }

    void flush() {
        for (const std::string& line : row_) out_ += line + '\n';
        row_.clear();
    }

    // Parts that stay whole, on as many lines as they take.
    [[nodiscard]] std::string flowed(const Lines& parts, std::size_t indent) const {
        std::string text;
        std::size_t at = indent;
        for (const std::string& part : parts) {
            const std::size_t size = width_of(part) + 2;
            if (at + size > style_.width + 2 && at > indent) {
                text.erase(text.find_last_not_of(' ') + 1);
                text += '\n' + std::string(indent, ' ');
                at = indent;
            }
            text += part + "  ";
            at += size;
        }
        text.erase(text.find_last_not_of(' ') + 1);
        return text;
    }

    void service(std::string_view name, Health health, const Lines& rest) {
        const std::string left = fmt::format("{} {} {}  ", lamp(health), padded(printable(name), 10),
                                             padded(std::string(to_string(health)), 11));
        out_ += left + flowed(rest, width_of(left)) + '\n';
    }

    void draw_services() {
        for (const BondView& bond : view_.bonds) {
            Lines ways;
            for (const MemberView& member : bond.members) {
                const bool link = member.carrier && !member.no_link_by;
                ways.push_back(way(member.active, link, member.port.empty() ? member.interface : member.port));
            }
            service(bond.name, bond.health, ways);
        }
        for (const VlanView& vlan : view_.vlans)
            service(vlan.name, vlan.health, {fmt::format("VLAN {} on {}", vlan.id, printable(vlan.on))});
        for (const FailoverView& group : view_.failovers) {
            Lines ways;
            for (const std::string& member : group.members) {
                const auto is_well = [&](const ServiceView& one) {
                    return one.group == group.name && one.member == member && one.health == Health::healthy;
                };
                const bool serves = std::any_of(view_.services.begin(), view_.services.end(), is_well);
                ways.push_back(way(member == group.active, serves, member));
            }
            service(group.name, group.health, ways);
        }
        for (const ServiceView& one : view_.services)
            if (one.group.empty())
                service(one.name, one.health,
                        {fmt::format("{}{}{}", to_string(one.phase), one.interface.empty() ? "" : ", ",
                                     printable(one.interface))});
        for (const PeerView& peer : view_.peers) {
            Lines ways;
            for (const PeerLanView& lan : peer.lans) ways.push_back(way(&lan == peer.used(), lan.usable(), lan.lan));
            service("peer " + peer.name, peer.health, ways);
        }
    }

    [[nodiscard]] std::string way(bool active, bool serves, std::string_view name) const {
        const char* mark = active ? m_.active : serves ? m_.linked : m_.dead;
        return fmt::format("{0}{0}{1}", mark, printable(name));
    }

    void draw_legend() {
        Lines parts;
        for (const Health health : all_healths)
            parts.push_back(fmt::format("{} {}", m_.lamps[static_cast<std::size_t>(health)], to_string(health)));
        parts.push_back(fmt::format("{} safe to pull", m_.lit));
        parts.push_back(fmt::format("{} active", m_.active));
        parts.push_back(fmt::format("{} silent", m_.silent));
        out_ += '\n' + flowed(parts, 0) + '\n';
    }

    const View& view_;
    const Style& style_;
    const Marks& m_;
    std::size_t interface_width_ = 4, height_ = 1, row_width_ = 0;
    Lines row_;                               // of bays beside each other
    std::string out_;
};

} // namespace

std::string panel(const View& view, const Style& style) { return Drawing(view, style).draw(); }

} // namespace had::hadctl
