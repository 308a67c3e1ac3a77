// The answer to `link` as JSON text, and back; as view_json.cpp does it.
#include "had/control/json.hpp"
#include "had/control/json_text.hpp"
#include "had/control/view_json.hpp"

#include <fmt/format.h>

namespace had::control {

namespace {

using namespace core;

struct Register {
    const char* name;
    std::uint16_t value;
    std::vector<std::string> words;
};

std::vector<Register> registers_of(const MiiRegisters& r) {
    std::vector<Register> out{{"control", r.control, control_words(r.control)},
                              {"status", r.status, status_words(r.status)},
                              {"advertised", r.advertised, ability_words(r.advertised)},
                              {"partner", r.partner, ability_words(r.partner)}};
    if (r.gigabit_control)
        out.push_back({"gigabit_control", *r.gigabit_control, gigabit_control_words(*r.gigabit_control)});
    if (r.gigabit_status)
        out.push_back({"gigabit_status", *r.gigabit_status, gigabit_status_words(*r.gigabit_status)});
    return out;
}

JsonText write_mii(const MiiRegisters& mii) {
    std::vector<JsonMember> members{{"transceiver", mii.transceiver}, {"id", hex(mii.id, 8)}};
    for (const Register& r : registers_of(mii))
        members.push_back({r.name, JsonText{{"value", hex(r.value, 4)}, {"words", r.words}}});
    if (!mii.gigabit_control) members.push_back({"gigabit_control", nullptr});
    if (!mii.gigabit_status) members.push_back({"gigabit_status", nullptr});
    return members;
}

template <class T>
T hex_in(const Json& json, const char* name) {
    return hex_from<T>(json.at(name).get_ref<const std::string&>());
}

std::optional<std::uint16_t> read_register(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_object()) return std::nullopt;
    return hex_in<std::uint16_t>(*found, "value");
}

MiiRegisters read_mii(const Json& json) {
    MiiRegisters mii;
    take(json, "transceiver", mii.transceiver);
    mii.id = hex_in<std::uint32_t>(json, "id");
    mii.control = read_register(json, "control").value_or(0);
    mii.status = read_register(json, "status").value_or(0);
    mii.advertised = read_register(json, "advertised").value_or(0);
    mii.partner = read_register(json, "partner").value_or(0);
    mii.gigabit_control = read_register(json, "gigabit_control");
    mii.gigabit_status = read_register(json, "gigabit_status");
    return mii;
}

JsonText write_driver(const DriverReport& d) {
    return {{"driver", d.driver},
            {"bus", d.bus},
            {"link", d.link ? JsonText(*d.link) : JsonText(nullptr)},
            {"problem", d.no_link_text},
            {"speed", d.mode.speed.value_or(0)},
            {"duplex", d.mode.duplex ? name_of(*d.mode.duplex) : ""},
            {"autoneg", d.mode.autoneg ? JsonText(*d.mode.autoneg) : JsonText(nullptr)}};
}

std::optional<bool> read_flag(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_boolean() ? std::optional(found->get<bool>()) : std::nullopt;
}

DriverReport read_driver(const Json& json) {
    DriverReport d;
    std::uint32_t speed = 0;
    take(json, "driver", d.driver);
    take(json, "bus", d.bus);
    d.link = read_flag(json, "link");
    take(json, "problem", d.no_link_text);
    take(json, "speed", speed);
    if (speed != 0) d.mode.speed = speed;
    d.mode.duplex = duplex_named(json.value("duplex", ""));
    d.mode.autoneg = read_flag(json, "autoneg");
    return d;
}

LinkReport read_link(const Json& json) {
    LinkReport link;
    std::int64_t every = 0;
    take(json, "interface", link.interface);
    take(json, "index", link.index);
    take(json, "port", link.port);
    take(json, "bond", link.bond);
    take(json, "role", link.role);
    take(json, "up", link.up);
    take(json, "carrier", link.carrier);
    take(json, "carrier_changes", link.carrier_changes);
    if (const auto found = json.find("ethtool"); found != json.end()) link.card.driver = read_driver(*found);
    if (const auto found = json.find("mii"); found != json.end() && found->is_object())
        link.card.mii = read_mii(*found);
    take(json, "mii_problem", link.card.no_mii_text);
    take(json, "probe", link.probe);
    take(json, "every_us", every);
    link.every = Duration(every);
    take(json, "why", link.why);
    return link;
}

} // namespace

std::string to_json(const LinkReport& link) {
    return JsonText{{"interface", link.interface},
                    {"index", link.index},
                    {"port", link.port},
                    {"bond", link.bond},
                    {"role", link.role},
                    {"up", link.up},
                    {"carrier", link.carrier},
                    {"carrier_changes", link.carrier_changes},
                    {"ethtool", write_driver(link.card.driver)},
                    {"mii", link.card.mii ? write_mii(*link.card.mii) : JsonText(nullptr)},
                    {"mii_problem", link.card.no_mii_text},
                    {"probe", link.probe},
                    {"every_us", link.every.count()},
                    {"why", link.why}}
        .text();
}

std::optional<LinkReport> link_from_json(std::string_view text) {
    return read(text, read_link);
}

} // namespace had::control
