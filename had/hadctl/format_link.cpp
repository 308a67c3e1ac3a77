// `hadctl link`: what each of the three sources says of a link, one below the other.
#include "had/core/base/duration.hpp"
#include "had/hadctl/format.hpp"

#include <fmt/format.h>

namespace had::hadctl {

namespace {

using namespace core;

constexpr std::size_t column = 12;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text.empty() ? "-" : text;
}

class LinkPage {
public:
    explicit LinkPage(std::size_t width) : width_(width) {}

    void line(std::string_view name, const std::string& text, std::size_t indent = column) {
        text_ += fmt::format("{:<{}}{}\n", name, indent, wrap(text, width_ - indent, indent));
    }
    void reg(std::string_view name, std::uint16_t value, const std::vector<std::string>& words) {
        line(fmt::format("  {:<17}{:04x}", name, value), joined(words), 25);
    }
    void mii(const MiiRegisters& r) {
        line("MII", fmt::format("{}, transceiver {}, id {:08x}",
                                reading_of(r.status).link ? "link" : "no link", r.transceiver, r.id));
        reg("control", r.control, control_words(r.control));
        reg("status", r.status, status_words(r.status));
        reg("advertised", r.advertised, ability_words(r.advertised));
        reg("partner", r.partner, ability_words(r.partner));
        if (r.gigabit_control)
            reg("advertised 1000", *r.gigabit_control, gigabit_control_words(*r.gigabit_control));
        if (r.gigabit_status)
            reg("partner 1000", *r.gigabit_status, gigabit_status_words(*r.gigabit_status));
    }
    std::string text_;

private:
    std::size_t width_;
};

std::string head(const LinkReport& link) {
    std::string text = link.interface;
    if (!link.port.empty()) text += fmt::format(" ({})", link.port);
    if (!link.bond.empty()) text += fmt::format(", {} in {}", link.role, link.bond);
    return text + "\n";
}

std::string driver_line(const DriverReport& d) {
    std::string text = d.link ? (*d.link ? "link" : "no link") : "does not tell the link: " + d.no_link_text;
    if (d.mode.speed) text += fmt::format(", {} Mbit/s", *d.mode.speed);
    if (d.mode.duplex) text += fmt::format(", {} duplex", name_of(*d.mode.duplex));
    if (d.mode.autoneg) text += *d.mode.autoneg ? ", negotiated" : ", set by hand";
    if (!d.driver.empty()) text += ", " + d.driver;
    return d.bus.empty() ? text : text + " at " + d.bus;
}

} // namespace

std::string format_link(const LinkReport& link, std::size_t width) {
    LinkPage page(width);
    page.text_ = head(link);
    page.line("netlink", fmt::format("{}, {} change{} so far",
                                     !link.up       ? "set down"
                                     : link.carrier ? "carrier"
                                                    : "no carrier",
                                     link.carrier_changes, link.carrier_changes == 1 ? "" : "s"));
    page.line("ethtool", driver_line(link.card.driver));
    if (link.card.mii) page.mii(*link.card.mii);
    else page.line("MII", "no MII: " + link.card.no_mii_text);
    page.line("link_poll", link.probe.empty()
                               ? "nothing but netlink: " + link.why
                               : fmt::format("{} every {}: {}", link.probe, print_duration(link.every),
                                             link.why));
    return page.text_;
}

} // namespace had::hadctl
