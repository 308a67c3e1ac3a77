#include "test/chassis/demo/operator_requests.hpp"

#include <fmt/format.h>

namespace had::test::demo {
namespace {

constexpr const char* usage = "operator insert SLOT [MODEL [PORTS]] | pull SLOT | "
                              "cut SLOT.PORT | mend SLOT.PORT";

std::string insert(Chassis& chassis, const std::vector<std::string>& words) {
    Card card;
    const int slot = std::stoi(words[1]);
    if (slot < 2 || slot > 30) throw std::invalid_argument("the chassis has slots 2 to 30");
    if (words.size() > 2) card.model = words[2];
    if (words.size() > 3) card.functions = std::stoi(words[3]);
    if (card.functions < 1 || card.functions > 4)
        throw std::invalid_argument("a card has 1 to 4 ports");
    chassis.insert(slot, card);
    return fmt::format("a {} with {} port{} is in slot {}", card.model, card.functions,
                       card.functions == 1 ? "" : "s", slot);
}

std::string cable(Chassis& chassis, const std::string& verb, const std::string& place) {
    const auto dot = place.find('.');
    const int slot = std::stoi(place),
              port = dot == std::string::npos ? 0 : std::stoi(place.substr(dot + 1));
    if (verb == "cut")
        chassis.cut_cable(slot, port);
    else
        chassis.mend_cable(slot, port);
    return fmt::format("the cable of port {} in slot {} is {}", port, slot,
                       verb == "cut" ? "cut" : "whole again");
}

std::string obey(Chassis& chassis, const std::vector<std::string>& words) {
    const std::string verb = words.size() < 2 ? "" : words[0];
    if (verb == "insert") return insert(chassis, words);
    if (verb == "cut" || verb == "mend") return cable(chassis, verb, words[1]);
    if (verb != "pull") throw std::invalid_argument(usage);
    chassis.pull(std::stoi(words[1]));
    return fmt::format("the card of slot {} is out", words[1]);
}

} // namespace

Json perform(Chassis& chassis, const Json& request) try {
    return {{"rc", 0}, {"text", obey(chassis, request.at("words"))}};
} catch (const std::invalid_argument& e) { // a word that is no number, too
    return {{"rc", 2}, {"text", e.what() == std::string("stoi") ? usage : e.what()}};
} catch (const std::exception& e) {
    return {{"rc", 1}, {"text", e.what()}};
}

} // namespace had::test::demo
