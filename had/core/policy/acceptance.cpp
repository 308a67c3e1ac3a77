#include "had/core/policy/acceptance.hpp"

#include "had/core/policy/situation.hpp"
#include "had/core/base/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

std::string print(const ModelId& model) { return to_pci_id(model.vendor, model.device); }

const Accept* rule_of(const Situation& s, const SlotName& slot) {
    const SlotConfig* config = s.config.slot(slot);
    return config && !config->accept.any ? &config->accept : nullptr;
}

bool takes(const Situation& s, const SlotName& slot, const Accept& rule, const ModelId& model) {
    if (std::find(rule.models.begin(), rule.models.end(), model) != rule.models.end()) return true;
    const auto order = s.orders.accepted.find(slot);
    if (order != s.orders.accepted.end() && order->second.model == model) return true;
    if (!rule.same_model) return false;
    const auto last = s.models.find(slot);
    return last == s.models.end() || last->second.model == model;
}

// Whether a port of the card is in service.
bool serves(const Situation& s, const PlacedSlot& slot) {
    return std::any_of(slot.ports.begin(), slot.ports.end(), [&](const PortName& name) {
        const PlacedPort& port = s.chassis.ports.at(name);
        const Link* link = s.observed.link(port.index);
        const RoleConfig* role = port.role;
        if (!link || !role) return false;
        const Link* master = s.observed.link(link->master);
        if (master) return master->name == role->bond;
        return s.owned.raised.contains(link->index) ||
               std::any_of(s.owned.port_addresses.begin(), s.owned.port_addresses.end(),
                           [&](const auto& owned) { return owned.first == link->index; });
    });
}

std::string reason_of(const Situation& s, const SlotName& slot, const Accept& rule) {
    std::string words;
    if (rule.same_model) words = " same-model";
    for (const ModelId& model : rule.models) words += " " + print(model);
    const auto last = s.models.find(slot);
    if (rule.same_model && last != s.models.end())
        words += fmt::format(", {} served here", print(last->second.model));
    return words;
}

} // namespace

std::string print(const Models& models) {
    std::string out;
    for (const auto& [slot, served] : models)
        out += fmt::format("{} {}{}{}\n", slot, print(served.model), served.before ? " " : "",
                           served.before ? print(*served.before) : "");
    return out;
}

Models parse_models(std::string_view text) {
    Models models;
    while (!text.empty()) {
        const auto words = words_of(take_until(text, '\n'));
        const auto model = words.size() >= 2 ? model_from(words[1]) : std::nullopt;
        if (!model) continue;
        models[std::string(words[0])] = {*model, words.size() > 2 ? model_from(words[2]) : std::nullopt};
    }
    return models;
}

std::optional<ModelId> model_in(const Observed& observed, const Chassis& chassis, const PlacedSlot& slot) {
    if (slot.ports.empty()) return std::nullopt;
    const auto seen = observed.functions.find(chassis.ports.at(slot.ports.front()).function);
    if (seen == observed.functions.end()) return std::nullopt;
    return ModelId{seen->second.function.vendor, seen->second.function.device};
}

bool is_quarantined(const Situation& s, const SlotName& name) {
    const Accept* rule = rule_of(s, name);
    if (!rule) return false;
    auto slot = s.chassis.slots.find(name);
    if (slot == s.chassis.slots.end() || !slot->second.controlled) return false;
    const auto model = model_in(s.observed, s.chassis, slot->second);
    return model && !takes(s, name, *rule, *model) && !serves(s, slot->second);
}

std::string why_quarantined(const Situation& s, const SlotName& name) {
    const PlacedSlot& slot = s.chassis.slots.at(name);
    return fmt::format("quarantined: {} is not accepted (accept ={}); `hadctl slot accept {}` lets it in",
                       print(model_in(s.observed, s.chassis, slot).value_or(ModelId{})),
                       reason_of(s, name, *rule_of(s, name)), name);
}

Models remember_models(const Situation& s) {
    Models models = s.models;
    for (const auto& [name, slot] : s.chassis.slots) {
        if (!slot.configured || !slot.controlled) continue;
        auto at = models.find(name);
        const auto model = model_in(s.observed, s.chassis, slot);
        if (!model) {
            if (at != models.end() && slot.functions.empty()) at->second.before.reset();
        } else if (at == models.end()) {
            if (!is_quarantined(s, name)) models[name] = {*model, std::nullopt};
        } else if (at->second.model != *model && !is_quarantined(s, name))
            at->second = {*model, at->second.model};
    }
    return models;
}

} // namespace had::core
