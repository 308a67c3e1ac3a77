#include "pcidb/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::pcidb {

namespace {

constexpr std::size_t width = 80;

std::string id_text(const CardReport& card) {
    std::string text = core::to_pci_id(card.id.vendor, card.id.device);
    if (card.subsystem_known) text += ":" + core::to_pci_id(card.id.subvendor, card.id.subdevice);
    return text;
}

std::string name_text(const CardReport& card) {
    return card.name.empty() ? "unknown name" : card.name;
}

std::string slot_text(const Presence& presence) {
    if (presence.slot.empty()) return "no slot";
    const std::string kind = presence.hot_plug ? presence.controller : "no hot plug";
    return fmt::format("slot {} ({})", presence.slot, kind);
}

std::string driver_text(const Presence& presence) {
    std::string text = presence.driver.empty() ? "no driver" : "driver " + presence.driver;
    if (!presence.interfaces.empty())
        text += fmt::format(", interface{} {}", presence.interfaces.size() > 1 ? "s" : "",
                            fmt::join(presence.interfaces, " "));
    return text;
}

// What a claim names, by its narrowest field.
std::string_view about(unsigned specificity) {
    if (specificity >= 8) return "the subsystem";
    if (specificity >= 4) return "the device";
    if (specificity >= 2) return "the vendor";
    return specificity == 1 ? "the class" : "anything";
}

std::string candidate_text(std::size_t number, const Candidate& candidate) {
    std::string text = fmt::format("    {}. {:<12} {} (line {})\n", number, candidate.module,
                                   candidate.claim, candidate.line);
    if (!candidate.options.empty()) text += fmt::format("       options = {}\n", candidate.options);
    if (!candidate.also.empty())
        text += fmt::format("       also = {}\n", fmt::join(candidate.also, " "));
    return text;
}

std::string card_text(const CardReport& card) {
    const std::string id = id_text(card);
    std::string text = fmt::format("{}  {}\n", id, fit(name_text(card), width - 2 - id.size()));
    if (const auto& here = card.presence) {
        text += fmt::format("    at {}, {}, {}\n", core::to_string(here->address), slot_text(*here),
                            driver_text(*here));
        if (here->is_virtual) text += "    a virtual function: not a port of a slot\n";
    }
    for (std::size_t i = 0; i < card.candidates.size(); ++i)
        text += candidate_text(i + 1, card.candidates[i]);
    text += fmt::format("    {}\n", why(card));
    for (const std::string& claim : card.narrower)
        text += fmt::format("    but for one subsystem: {}\n", claim);
    return text;
}

std::string heading(const Presence& presence) {
    return fmt::format("{:<24}  location = {}\n", slot_text(presence), presence.location);
}

std::string modules_text(const CardReport& card) {
    if (!card.table_read) return "table not read";
    if (card.candidates.empty()) return "not in the table";
    std::string text;
    for (const Candidate& candidate : card.candidates)
        text += (text.empty() ? "the table says " : ", ") + candidate.module;
    return text;
}

std::string scan_line(const CardReport& card, const Presence& here) {
    const std::string place =
        fmt::format("    {}  {}  {}  ", here.path, core::to_string(here.address),
                    core::to_pci_id(card.id.vendor, card.id.device));
    const std::size_t room = width - std::min(width - 10, place.size());
    return fmt::format("{}{}\n        {}{}, {}\n", place, fit(name_text(card), room),
                       here.is_virtual ? "virtual function, no port; " : "", driver_text(here),
                       modules_text(card));
}

} // namespace

std::string fit(const std::string& text, std::size_t room) {
    if (text.size() <= room) return text;
    std::size_t end = room - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end) + "...";
}

std::string why(const CardReport& card) {
    if (!card.table_read) return "the table could not be read";
    const std::vector<Candidate>& candidates = card.candidates;
    if (candidates.empty()) return "no module in the table claims this card";
    const Candidate& first = candidates[0];
    if (candidates.size() == 1)
        return fmt::format("{} is the one to load: no other module claims this card", first.module);
    const Candidate& second = candidates[1];
    if (first.specificity == second.specificity)
        return fmt::format("{} is tried first: of equal claims the file's order decides",
                           first.module);
    const auto mine = about(first.specificity), other = about(second.specificity);
    if (mine == other)
        return fmt::format("{} is tried first: its claim is narrower than that of {}", first.module,
                           second.module);
    return fmt::format("{} is tried first: it claims {}, {} only {}", first.module, mine,
                       second.module, other);
}

std::string lookup_text(const std::vector<CardReport>& cards) {
    std::string text;
    for (const CardReport& card : cards)
        text += (text.empty() ? "" : "\n") + card_text(card);
    return text;
}

// Cards come sorted by address, so that the functions of one place stand together.
std::string scan_text(const std::vector<CardReport>& cards) {
    if (cards.empty()) return "no network functions on the PCI buses of this machine\n";
    std::string text, last;
    for (const CardReport& card : cards) {
        const Presence& here = card.presence.value();
        if (const std::string place = heading(here); place != last) {
            text += (last.empty() ? "" : "\n") + place;
            last = place;
        }
        text += scan_line(card, here);
    }
    return text;
}

std::string list_text(const std::vector<ListedModule>& modules) {
    std::string text;
    for (const ListedModule& module : modules) {
        text += (text.empty() ? "" : "\n") + module.entry->module + "\n";
        for (const ListedClaim& claim : module.claims) {
            const std::string head = fmt::format("    {:<16}", core::to_string(claim.claim));
            text += claim.name.empty()
                        ? fmt::format("    {}\n", core::to_string(claim.claim))
                        : fmt::format("{}  {}\n", head, fit(claim.name, width - 2 - head.size()));
        }
        if (!module.entry->options.empty())
            text += fmt::format("    options = {}\n", module.entry->options);
        if (!module.entry->also.empty())
            text += fmt::format("    also = {}\n", fmt::join(module.entry->also, " "));
    }
    return text;
}

std::string check_text(const CheckReport& report) {
    const auto count = [](std::size_t number, std::string_view what) {
        return fmt::format("{} {}{}", number, what,
                           number == 1          ? ""
                           : what.back() == 's' ? "es"
                                                : "s");
    };
    std::string text;
    for (const core::Diagnostic& diagnostic : report.diagnostics)
        text += core::to_string(diagnostic, report.file) + "\n";
    const auto errors = static_cast<std::size_t>(std::count_if(
        report.diagnostics.begin(), report.diagnostics.end(),
        [](const core::Diagnostic& d) { return d.severity == core::Severity::error; }));
    text += fmt::format("{}: {}, {}, {}, {}\n", report.file, count(report.modules, "module"),
                        count(report.claims, "claim"), count(errors, "error"),
                        count(report.diagnostics.size() - errors, "warning"));
    if (report.kernel.empty())
        text +=
            "No modules of the running kernel are installed here: their names were not checked.\n";
    return text;
}

} // namespace had::pcidb
