// [bond NAME]: every option of the kernel's driver under its own name, and the daemon's own keys.
#include "had/core/config/host.hpp"
#include "had/core/config/net.hpp"
#include "had/core/config/print.hpp"
#include "had/core/config/route.hpp"
#include "had/core/config/tuning_keys.hpp"
#include "had/core/config/watched.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/names.hpp"

namespace had::core {

namespace {

struct BondDraft {
    BondConfig bond;
    NetDraft net;

    Watched& watched() { return bond.watched; }
    Tuning& tuning() { return bond.tuning; }
};

void refuse_value(const Reader& reader, const BondOptionRule& rule, std::string_view value) {
    switch (rule.type) {
    case BondType::u8:
    case BondType::u16:
    case BondType::u32:
        if (rule.names.empty()) {
            (void)reader.number(rule.min, rule.max, rule.unit);
        } else {
            std::vector<std::string_view> names;
            for (const NamedValue& named : rule.names) names.push_back(named.name);
            reader.unknown(names);
        }
        return;
    case BondType::ifindex: return;
    case BondType::mac: return reader.must_be("a MAC address such as 02:00:00:00:00:01", value);
    case BondType::ipv4_list: return reader.must_be("an IPv4 address", value);
    case BondType::ipv6_list: return reader.must_be("an IPv6 address", value);
    }
}

// bond_option_arp_ip_target_add() and bond_option_ns_ip6_targets_set() of bond_options.c refuse what no ARP or
// neighbour solicitation can ask for: 0.0.0.0/8 and 255.255.255.255, multicast and link-local IPv6.
bool is_target(const IpAddress& address) { return !wrong_host(address) && !is_link_local(address); }

void add_targets(const Reader& reader, const BondOptionRule& rule, BondOptions& options) {
    auto& list = options.try_emplace(rule.id, std::vector<IpAddress>{}).first->second;
    auto& targets = std::get<std::vector<IpAddress>>(list);
    for (const std::string_view word : reader.list()) {
        if (targets.size() > max_bond_targets) return;       // an error already
        const auto value = parse_value(rule, word);
        if (!value) {
            refuse_value(reader, rule, word);
            continue;
        }
        const IpAddress& target = std::get<std::vector<IpAddress>>(*value).front();
        if (!is_target(target)) {
            reader.error("{} {} is no host that could answer", rule.name, word);
        } else if (std::find(targets.begin(), targets.end(), target) != targets.end()) {
            reader.error("{} {} is given twice", rule.name, word);
        } else {
            targets.push_back(target);
            if (targets.size() == max_bond_targets + 1) {
                reader.error("more than {} of {}, the kernel takes no more", max_bond_targets,
                             rule.name);
            }
        }
    }
    if (targets.empty()) options.erase(rule.id);
}

// A port or an interface name; check_bond.cpp judges whether the port is one of this bond's.
void read_reference(const Reader& reader, std::string& into) {
    const auto wrong = wrong_interface_name(reader.text());
    const bool looks_wrong = wrong || looks_like_port(reader.text()) || looks_like_range(reader.text());
    if (!port_name_from(reader.text()) && looks_wrong) {
        reader.must_be("a port such as 2.1 or an interface name");
    } else {
        into = reader.text();
    }
}

void read_option(const Reader& reader, BondDraft& draft) {
    const BondOptionRule& rule = *find_bond_option(reader.key());
    BondConfig& bond = draft.bond;
    if (rule.id == BondOption::primary) return read_reference(reader, bond.primary);
    if (rule.id == BondOption::active_slave) return read_reference(reader, bond.active_slave);
    if (rule.type == BondType::ipv4_list || rule.type == BondType::ipv6_list) {
        return add_targets(reader, rule, bond.options);
    }
    const auto value = parse_value(rule, reader.text());
    if (!value) return refuse_value(reader, rule, reader.text());
    if (const Mac* mac = std::get_if<Mac>(&*value); mac != nullptr && !is_unicast(*mac)) {
        return reader.must_be("a unicast MAC address");
    }
    bond.options[rule.id] = *value;
}

void read_mac(const Reader& reader, BondDraft& draft) {
    BondConfig& bond = draft.bond;
    bond.mac_given = true;
    if (reader.text() == "stable") {
        bond.mac = MacStable{};
    } else if (reader.text() == "first") {
        bond.mac = MacFirst{};
    } else if (const auto mac = mac_from(reader.text())) {
        if (!is_unicast(*mac)) return reader.must_be("a unicast MAC address");
        bond.mac = *mac;
    } else {
        reader.must_be("stable, first or a unicast MAC address such as 02:00:00:00:00:01");
    }
}

// A shorter interval would do little but hold the RTNL; with a longer one every driver is faster.
constexpr Duration least_link_poll = std::chrono::milliseconds(5), most_link_poll = std::chrono::seconds(10);

void read_link_poll(const Reader& reader, BondDraft& draft) {
    if (reader.text() == "auto") {
        draft.bond.link_poll = {LinkPollKind::automatic, {}};
    } else if (reader.text() == "off") {
        draft.bond.link_poll = {LinkPollKind::off, {}};
    } else if (const auto every = duration_from(reader.text());
               every && *every >= least_link_poll && *every <= most_link_poll) {
        draft.bond.link_poll = {LinkPollKind::every, *every};
    } else {
        reader.must_be("auto, off or a duration from 5ms to 10s");
    }
}

std::vector<Key<BondDraft>> all_keys() {
    std::vector<Key<BondDraft>> keys;
    for (const BondOptionRule& rule : bond_option_rules()) {
        const bool list = rule.type == BondType::ipv4_list || rule.type == BondType::ipv6_list;
        keys.push_back({rule.name, read_option, list});
    }
    for (const BondOptionAlias& alias : bond_option_aliases()) {
        keys.push_back({alias.name, read_option, false, rule_of(alias.id).name});
    }
    keys.insert(keys.end(), {
        {"mac", read_mac},
        {"failback", [](const Reader& r, BondDraft& d) { read_failback(r, d.bond.failback); }},
        {"rise", [](const Reader& r, BondDraft& d) { d.bond.rise = r.duration(); }},
        {"damp", [](const Reader& r, BondDraft& d) { d.bond.damp = r.yes_or_no(); }},
        {"link_poll", read_link_poll},
    });
    return with_net_keys(with_tuning_keys(with_watched_keys(std::move(keys))));
}

const std::vector<Key<BondDraft>>& bond_keys() {
    static const auto keys = all_keys();
    return keys;
}

void parse_bond(Parsing& parsing, const Heading& heading) {
    BondDraft draft;
    draft.bond.name = heading.name;
    draft.bond.line = heading.section.line;
    read_keys<BondDraft>(parsing, heading, bond_keys(), draft);
    draft.bond.net = finish(draft.net, draft.bond.name, heading.notes);
    parsing.config.bonds.push_back(std::move(draft.bond));
}

void print_link_poll(Printer& out, const LinkPoll& poll) {
    switch (poll.kind) {
    case LinkPollKind::automatic: return;
    case LinkPollKind::off: return out.key("link_poll", "off");
    case LinkPollKind::every: return out.key("link_poll", print_duration(poll.every));
    }
}

void print_option(Printer& out, const BondOptionRule& rule, const BondValue& value) {
    if (const auto* list = std::get_if<std::vector<IpAddress>>(&value)) {
        for (const IpAddress& address : *list) out.key(rule.name, to_string(address));
    } else {
        out.key(rule.name, print_value(rule, value));
    }
}

void print_bond(Printer& out, const BondConfig& bond) {
    out.section("bond", bond.name);
    for (const BondOptionRule& rule : bond_option_rules()) {
        const auto found = bond.options.find(rule.id);
        if (found != bond.options.end()) print_option(out, rule, found->second);
    }
    out.given("primary", bond.primary);
    out.given("active_slave", bond.active_slave);
    if (bond.mac_given) {
        out.key("mac", print_mac(bond.mac));
    }
    print_failback(out, bond.failback);
    if (bond.rise) out.key("rise", print_duration(*bond.rise));
    if (bond.damp) out.key("damp", yes_or_no(*bond.damp));
    print_link_poll(out, bond.link_poll);
    print_watched(out, bond.watched);
    print_tuning(out, bond.tuning);
    print_net(out, bond.net);
}

void print_bonds(Printer& out, const Config& config) {
    for (const BondConfig& bond : config.bonds) print_bond(out, bond);
}

std::vector<std::string_view> bond_key_names() { return names_of<BondDraft>(bond_keys()); }

} // namespace

const SectionRule bond_section{"bond", Named::interface, false, parse_bond, bond_key_names, print_bonds};

} // namespace had::core
