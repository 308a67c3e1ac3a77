#include "pcidb/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace had::pcidb {

namespace {

using Json = nlohmann::ordered_json; // keys in the order in which the manual page lists them

Json to_json(const Candidate& candidate) {
    return {{"module", candidate.module},
            {"claim", candidate.claim},
            {"line", candidate.line},
            {"options", candidate.options},
            {"also", candidate.also}};
}

Json to_json(const CardReport& card) {
    Json json = {{"id", core::to_pci_id(card.id.vendor, card.id.device)}};
    if (card.subsystem_known)
        json["subsystem"] = core::to_pci_id(card.id.subvendor, card.id.subdevice);
    json["class"] = fmt::format("{:06x}", card.id.class_code);
    json["name"] = card.name;
    if (const auto& here = card.presence) {
        json["address"] = core::to_string(here->address);
        json["slot"] = here->slot.empty() ? Json() : Json(here->slot);
        json["controller"] = here->controller.empty() ? Json() : Json(here->controller);
        json["hot_plug"] = here->hot_plug;
        json["location"] = here->location;
        json["path"] = here->path;
        json["driver"] = here->driver.empty() ? Json() : Json(here->driver);
        json["interfaces"] = here->interfaces;
        json["virtual"] = here->is_virtual;
    }
    json["candidates"] = Json::array();
    for (const Candidate& candidate : card.candidates)
        json["candidates"].push_back(to_json(candidate));
    json["why"] = why(card);
    json["narrower"] = card.narrower;
    return json;
}

// A name from pci.ids or a word of the table need not be UTF-8: other bytes are replaced, and do not throw.
std::string dump(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string cards_json(const std::vector<CardReport>& cards) {
    Json array = Json::array();
    for (const CardReport& card : cards)
        array.push_back(to_json(card));
    return dump({{"cards", std::move(array)}});
}

std::string_view word(core::Severity severity) {
    switch (severity) {
    case core::Severity::warning: return "warning";
    case core::Severity::error: return "error";
    }
    return "";
}

} // namespace

std::string lookup_json(const std::vector<CardReport>& cards) {
    return cards_json(cards);
}

std::string scan_json(const std::vector<CardReport>& cards) {
    return cards_json(cards);
}

std::string list_json(const std::vector<ListedModule>& modules) {
    Json array = Json::array();
    for (const ListedModule& module : modules) {
        Json claims = Json::array();
        for (const ListedClaim& claim : module.claims)
            claims.push_back(Json{{"claim", core::to_string(claim.claim)},
                                  {"line", claim.claim.line},
                                  {"name", claim.name}});
        array.push_back(Json{{"module", module.entry->module},
                             {"line", module.entry->line},
                             {"claims", std::move(claims)},
                             {"options", module.entry->options},
                             {"also", module.entry->also}});
    }
    return dump({{"modules", std::move(array)}});
}

std::string check_json(const CheckReport& report) {
    Json diagnostics = Json::array();
    for (const core::Diagnostic& diagnostic : report.diagnostics)
        diagnostics.push_back(Json{{"severity", word(diagnostic.severity)},
                                   {"line", diagnostic.line},
                                   {"object", diagnostic.object},
                                   {"text", diagnostic.text}});
    return dump({{"file", report.file},
                 {"modules", report.modules},
                 {"claims", report.claims},
                 {"kernel", report.kernel.empty() ? Json() : Json(report.kernel)},
                 {"diagnostics", std::move(diagnostics)}});
}

} // namespace had::pcidb
