// Which cards a slot accepts: `accept` of had.conf, and what is remembered for it.
//
// A card that is not accepted is quarantined: no driver is loaded for it and nothing of it is configured, until
// it is pulled or an operator lets it in (`hadctl slot accept`).  A rule that changes while a card serves takes
// nothing out of service: the card goes on serving.
//
// `same-model` means the model that served in the slot last.  The daemon remembers it for every slot, in
// /var/lib/had/cards, whatever the slot accepts, since a card of another model is always worth a notice.  Where
// nothing is remembered, the first card is the model.
//
// A card's model is that of its first subdevice.  Cards without a subdevice are not network cards, and ignored.
#pragma once

#include "had/core/world/chassis.hpp"
#include "had/core/config/config.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

struct Situation;

struct ServedModel {
    ModelId model;
    std::optional<ModelId> before;            // another one, as long as this card is in

    friend bool operator==(const ServedModel&, const ServedModel&) = default;
};
using Models = std::map<SlotName, ServedModel, SlotLess>;

// One slot a line: "2 8086:100e", and the model before.  A line that cannot be read is dropped.
std::string print(const Models& models);
Models parse_models(std::string_view text);

// Nothing: the slot is empty, or its card has no network function.
std::optional<ModelId> model_in(const Observed& observed, const Chassis& chassis, const PlacedSlot& slot);
bool is_quarantined(const Situation& situation, const SlotName& slot);
// The reason: "quarantined: 8086:1010 is not accepted (accept = same-model, 8086:100e served here); ...".
std::string why_quarantined(const Situation& situation, const SlotName& slot);

// What is to be remembered now.
Models remember_models(const Situation& situation);

} // namespace had::core
