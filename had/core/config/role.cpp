// [config NAME], the role a port plays, and [vlan NAME].
#include "had/core/config/net.hpp"
#include "had/core/config/print.hpp"
#include "had/core/config/tuning_keys.hpp"
#include "had/core/config/watched.hpp"
#include "had/core/base/names.hpp"
#include "had/core/base/text.hpp"

#include <fmt/ranges.h>

namespace had::core {

namespace {

struct RoleDraft {
    RoleConfig role;
    NetDraft net;

    Watched& watched() { return role.watched; }
    Tuning& tuning() { return role.tuning; }
};

std::optional<std::uint16_t> small_number(const Reader& reader, std::uint16_t min,
                                          std::uint16_t max) {
    const auto value = reader.number(min, max);
    if (!value) return std::nullopt;
    return static_cast<std::uint16_t>(*value);
}

void read_bond(const Reader& reader, RoleDraft& draft) {
    if (const auto wrong = wrong_interface_name(reader.text())) {
        return reader.error("'bond' must be the name of a [bond], '{}' {}", reader.text(), *wrong);
    }
    draft.role.bond = reader.text();
}

// bond_main.c: 16 queues, unless the module's option tx_queues says otherwise, 255 at most.
void read_queue(const Reader& reader, PortOptions& port) {
    constexpr std::uint16_t usual = 16, most = 255;
    port.queue_id = small_number(reader, 0, most);
    if (port.queue_id.value_or(0) > usual)
        reader.warning("the bonding driver has {} queues, and takes 'queue_id = {}' only with its option tx_queues",
                       usual, *port.queue_id);
}

// Any speed that a driver offers is possible: ethtool knows 31 of them and grows.
void read_speed(const Reader& reader, RoleDraft& draft) {
    const auto value = reader.number(10, 1600000, "Mbit/s");
    if (value) draft.role.mode.speed = static_cast<std::uint32_t>(*value);
}

void read_duplex(const Reader& reader, RoleDraft& draft) {
    draft.role.mode.duplex = duplex_named(reader.text());
    if (!draft.role.mode.duplex) reader.unknown(duplex_names);
}

void read_mac(const Reader& reader, RoleDraft& draft) {
    const auto mac = mac_from(reader.text());
    if (reader.text() == "stable") draft.role.mac = MacStable{};
    else if (!mac) reader.must_be("stable or a unicast MAC address such as 02:00:00:00:00:01");
    else if (!is_unicast(*mac)) reader.must_be("a unicast MAC address");
    else draft.role.mac = *mac;
}

const std::vector<Key<RoleDraft>>& role_keys() {
    static const auto keys = with_net_keys(with_card_keys(with_tuning_keys(with_watched_keys<RoleDraft>({
        {"bond", read_bond},
        {"prio", [](const Reader& r, RoleDraft& d) { d.role.port.prio = r.signed_number(); }},
        {"queue_id",
         [](const Reader& r, RoleDraft& d) { read_queue(r, d.role.port); }},
        {"actor_port_prio",
         [](const Reader& r, RoleDraft& d) {
             d.role.port.actor_port_prio = small_number(r, 0, 65535);
         }},
        {"expect_neighbour", [](const Reader& r, RoleDraft& d) {
             d.role.expect_neighbour = fmt::format("{}", fmt::join(words_of(r.text()), " "));
         }},
        {"speed", read_speed},
        {"duplex", read_duplex},
        {"autoneg", [](const Reader& r, RoleDraft& d) { d.role.mode.autoneg = r.yes_or_no(); }},
        {"mac", read_mac},
    }))));
    return keys;
}

struct VlanDraft {
    VlanConfig vlan;
    NetDraft net;

    Watched& watched() { return vlan.watched; }
    Tuning& tuning() { return vlan.tuning; }
};

void read_on(const Reader& reader, VlanDraft& draft) {
    const bool port = port_name_from(reader.text()).has_value();
    if (!port && looks_like_port(reader.text())) return reader.must_be("a port such as 2.1 or an interface name");
    if (const auto wrong = wrong_interface_name(reader.text()); wrong && !port) {
        return reader.error("'on' must be an interface name, '{}' {}", reader.text(), *wrong);
    }
    draft.vlan.on = reader.text();
}

const std::vector<Key<VlanDraft>>& vlan_keys() {
    static const auto keys = with_net_keys(with_tuning_keys(with_watched_keys<VlanDraft>({
        {"on", read_on},
        {"id", [](const Reader& r, VlanDraft& d) {      // IEEE 802.1Q: 0 and 4095 are reserved
             d.vlan.id = small_number(r, 1, 4094).value_or(0);
         }},
    })));
    return keys;
}

void parse_role(Parsing& parsing, const Heading& heading) {
    RoleDraft draft;
    draft.role.name = heading.name;
    draft.role.line = heading.section.line;
    read_keys<RoleDraft>(parsing, heading, role_keys(), draft);
    draft.role.net = finish(draft.net, "", heading.notes);
    parsing.config.configs.push_back(std::move(draft.role));
}

void parse_vlan(Parsing& parsing, const Heading& heading) {
    VlanDraft draft;
    draft.vlan.name = heading.name;
    draft.vlan.line = heading.section.line;
    read_keys<VlanDraft>(parsing, heading, vlan_keys(), draft);
    for (const std::string_view key : {"on", "id"}) {
        if (parsing.has(heading.section.name, key)) continue;
        heading.notes.error(draft.vlan.line, "a vlan needs '{}'", key);
    }
    draft.vlan.net = finish(draft.net, draft.vlan.name, heading.notes);
    parsing.config.vlans.push_back(std::move(draft.vlan));
}

void print_role(Printer& out, const RoleConfig& role) {
    out.section("config", role.name);
    out.given("bond", role.bond);
    out.optional("prio", role.port.prio);
    out.optional("queue_id", role.port.queue_id);
    out.optional("actor_port_prio", role.port.actor_port_prio);
    print_net(out, role.net);
    print_watched(out, role.watched);
    out.given("expect_neighbour", role.expect_neighbour);
    out.optional("speed", role.mode.speed);
    if (role.mode.duplex) out.key("duplex", name_of(*role.mode.duplex));
    if (role.mode.autoneg) out.key("autoneg", yes_or_no(*role.mode.autoneg));
    if (role.mac) out.key("mac", print_mac(*role.mac));
    print_tuning(out, role.tuning);
}

void print_roles(Printer& out, const Config& config) {
    for (const RoleConfig& role : config.configs) print_role(out, role);
}

void print_vlans(Printer& out, const Config& config) {
    for (const VlanConfig& vlan : config.vlans) {
        out.section("vlan", vlan.name);
        out.given("on", vlan.on);
        out.key("id", vlan.id);
        print_net(out, vlan.net);
        print_watched(out, vlan.watched);
        print_tuning(out, vlan.tuning);
    }
}

std::vector<std::string_view> role_key_names() { return names_of<RoleDraft>(role_keys()); }
std::vector<std::string_view> vlan_key_names() { return names_of<VlanDraft>(vlan_keys()); }

} // namespace

const SectionRule role_section{"config", Named::label, false, parse_role, role_key_names, print_roles};
const SectionRule vlan_section{"vlan", Named::interface, false, parse_vlan, vlan_key_names, print_vlans};

} // namespace had::core
