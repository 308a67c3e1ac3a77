#include "had/control/view_json.hpp"

#include "had/control/json.hpp"
#include "had/control/json_text.hpp"

// Each value has a writer and a reader, side by side, in the order of the header's members. Readers
// throw what json or they themselves find wrong; the public ones at the end make that "nothing".

namespace had::control {

namespace {

using namespace core;

std::string mac_text(const Mac& mac) {
    return mac.is_zero() ? std::string() : to_string(mac);
}

JsonText write_prefixes(const std::vector<IpPrefix>& prefixes) {
    return texts(prefixes, [](const IpPrefix& prefix) { return JsonText(to_string(prefix)); });
}

IpPrefix prefix_from(const Json& json) {
    return ip_prefix_from(json.get<std::string>()).value();
}

JsonText write_port(const PortView& port) {
    return {{"name", to_string(port.name)},
            {"health", to_string(port.health)},
            {"config", port.config},
            {"bond", port.bond},
            {"role", port.role},
            {"doing", port.doing},
            {"problem", port.problem},
            {"function", port.function ? JsonText(to_string(*port.function)) : JsonText(nullptr)},
            {"path", port.path},
            {"driver", port.driver},
            {"index", port.index},
            {"interface", port.interface},
            {"mac", mac_text(port.mac)},
            {"up", port.up},
            {"carrier", port.carrier},
            {"no_link_by", port.no_link_by},
            {"addresses", write_prefixes(port.addresses)},
            {"routes", port.routes},
            {"config_line", port.config_line}};
}

PortView read_port(const Json& json) {
    PortView port;
    take_text(json, "name", port.name, port_name_from);
    take_text(json, "health", port.health, health_from);
    take(json, "config", port.config);
    take(json, "bond", port.bond);
    take(json, "role", port.role);
    take(json, "doing", port.doing);
    take(json, "problem", port.problem);
    take_text(json, "function", port.function, pci_address_from);
    take(json, "path", port.path);
    take(json, "driver", port.driver);
    take(json, "index", port.index);
    take(json, "interface", port.interface);
    take_text(json, "mac", port.mac, mac_from);
    take(json, "up", port.up);
    take(json, "carrier", port.carrier);
    take(json, "no_link_by", port.no_link_by);
    take_list(json, "addresses", port.addresses, prefix_from);
    take_list(json, "routes", port.routes, text_from);
    take(json, "config_line", port.config_line);
    return port;
}

JsonText write_card(const CardView& card) {
    return {{"vendor", hex(card.vendor, 4)},       {"device", hex(card.device, 4)},
            {"subvendor", hex(card.subvendor, 4)}, {"subdevice", hex(card.subdevice, 4)},
            {"class", hex(card.class_code, 6)},    {"address", to_string(card.address)}};
}

CardView read_card(const Json& json) {
    CardView card;
    take_hex(json, "vendor", card.vendor);
    take_hex(json, "device", card.device);
    take_hex(json, "subvendor", card.subvendor);
    take_hex(json, "subdevice", card.subdevice);
    take_hex(json, "class", card.class_code);
    take_text(json, "address", card.address, pci_address_from);
    return card;
}

JsonText write_slot(const SlotView& slot) {
    return {{"name", slot.name},
            {"health", to_string(slot.health)},
            {"domain", slot.domain},
            {"controlled", slot.controlled},
            {"location", slot.location},
            {"card", slot.card ? write_card(*slot.card) : JsonText(nullptr)},
            {"ports", texts(slot.ports, write_port)},
            {"extraction", to_string(slot.extraction)},
            {"doing", slot.doing},
            {"model_before", slot.model_before},
            {"problem", slot.problem}};
}

SlotView read_slot(const Json& json) {
    SlotView slot;
    take(json, "name", slot.name);
    take_text(json, "health", slot.health, health_from);
    take(json, "domain", slot.domain);
    take(json, "controlled", slot.controlled);
    take(json, "location", slot.location);
    if (const auto card = json.find("card"); card != json.end() && card->is_object())
        slot.card = read_card(*card);
    take_list(json, "ports", slot.ports, read_port);
    take_text(json, "extraction", slot.extraction, extraction_from);
    take(json, "doing", slot.doing);
    take(json, "model_before", slot.model_before);
    take(json, "problem", slot.problem);
    return slot;
}

JsonText write_member(const MemberView& member) {
    return {{"interface", member.interface},
            {"port", member.port},
            {"active", member.active},
            {"carrier", member.carrier},
            {"mii", member.mii},
            {"no_link_by", member.no_link_by}};
}

MemberView read_member(const Json& json) {
    MemberView member;
    take(json, "interface", member.interface);
    take(json, "port", member.port);
    take(json, "active", member.active);
    take(json, "carrier", member.carrier);
    take(json, "mii", member.mii);
    take(json, "no_link_by", member.no_link_by);
    return member;
}

JsonText write_bond(const BondView& bond) {
    return {{"name", bond.name},
            {"health", to_string(bond.health)},
            {"mode", bond.mode},
            {"mac", mac_text(bond.mac)},
            {"mtu", bond.mtu},
            {"miimon_us", bond.miimon * 1000},
            {"up", bond.up},
            {"carrier", bond.carrier},
            {"active", bond.active},
            {"addresses", write_prefixes(bond.addresses)},
            {"routes", bond.routes},
            {"members", texts(bond.members, write_member)},
            {"wanted", bond.wanted},
            {"problem", bond.problem},
            {"waiting", bond.waiting},
            {"exposure", bond.exposure}};
}

BondView read_bond(const Json& json) {
    BondView bond;
    take(json, "name", bond.name);
    take_text(json, "health", bond.health, health_from);
    take(json, "mode", bond.mode);
    take_text(json, "mac", bond.mac, mac_from);
    take(json, "mtu", bond.mtu);
    take(json, "miimon_us", bond.miimon);
    bond.miimon /= 1000;
    take(json, "up", bond.up);
    take(json, "carrier", bond.carrier);
    take(json, "active", bond.active);
    take_list(json, "addresses", bond.addresses, prefix_from);
    take_list(json, "routes", bond.routes, text_from);
    take_list(json, "members", bond.members, read_member);
    take(json, "wanted", bond.wanted);
    take(json, "problem", bond.problem);
    take_list(json, "waiting", bond.waiting, text_from);
    take(json, "exposure", bond.exposure);
    return bond;
}

JsonText write_order(const OrderView& order) {
    return {{"what", order.what},
            {"bond", order.bond},
            {"port", order.port},
            {"interface", order.interface},
            {"slot", order.slot},
            {"domain", order.domain},
            {"by", order.by},
            {"since", order.since},
            {"until", order.until},
            {"text", order.text}};
}

OrderView read_order(const Json& json) {
    OrderView order;
    take(json, "what", order.what);
    take(json, "bond", order.bond);
    take(json, "port", order.port);
    take(json, "interface", order.interface);
    take(json, "slot", order.slot);
    take(json, "domain", order.domain);
    take(json, "by", order.by);
    take(json, "since", order.since);
    take(json, "until", order.until);
    take(json, "text", order.text);
    return order;
}

JsonText write_vlan(const VlanView& vlan) {
    return {{"name", vlan.name},
            {"health", to_string(vlan.health)},
            {"on", vlan.on},
            {"id", vlan.id},
            {"index", vlan.index},
            {"mac", mac_text(vlan.mac)},
            {"mtu", vlan.mtu},
            {"up", vlan.up},
            {"carrier", vlan.carrier},
            {"addresses", write_prefixes(vlan.addresses)},
            {"routes", vlan.routes},
            {"doing", vlan.doing},
            {"problem", vlan.problem},
            {"waiting", vlan.waiting}};
}

VlanView read_vlan(const Json& json) {
    VlanView vlan;
    take(json, "name", vlan.name);
    take_text(json, "health", vlan.health, health_from);
    take(json, "on", vlan.on);
    take(json, "id", vlan.id);
    take(json, "index", vlan.index);
    take_text(json, "mac", vlan.mac, mac_from);
    take(json, "mtu", vlan.mtu);
    take(json, "up", vlan.up);
    take(json, "carrier", vlan.carrier);
    take_list(json, "addresses", vlan.addresses, prefix_from);
    take_list(json, "routes", vlan.routes, text_from);
    take(json, "doing", vlan.doing);
    take(json, "problem", vlan.problem);
    take_list(json, "waiting", vlan.waiting, text_from);
    return vlan;
}

View read_view(const Json& json) {
    View view;
    take_list(json, "orders", view.orders, read_order);
    take_text(json, "health", view.health, health_from);
    take(json, "event_source", view.event_source);
    take(json, "alarm", view.alarm);
    take_list(json, "problems", view.problems, text_from);
    take_list(json, "bonds", view.bonds, read_bond);
    take_list(json, "vlans", view.vlans, read_vlan);
    take_list(json, "slots", view.slots, read_slot);
    return view;
}

} // namespace

std::string to_json(const View& view) {
    return JsonText{{"orders", texts(view.orders, write_order)},
                    {"health", to_string(view.health)},
                    {"event_source", view.event_source},
                    {"alarm", view.alarm},
                    {"problems", view.problems},
                    {"bonds", texts(view.bonds, write_bond)},
                    {"vlans", texts(view.vlans, write_vlan)},
                    {"slots", texts(view.slots, write_slot)}}
        .text();
}

std::string to_json(const OrderView& order) {
    return write_order(order).text();
}

std::string to_json(const SlotView& slot) {
    return write_slot(slot).text();
}

std::optional<View> view_from_json(std::string_view text) {
    return read(text, read_view);
}

std::optional<OrderView> order_from_json(std::string_view text) {
    return read(text, read_order);
}

std::optional<SlotView> slot_from_json(std::string_view text) {
    return read(text, read_slot);
}

} // namespace had::control
