#include "had/draft/words.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/core/config/foreign_word.hpp"
#include "had/core/config/net.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace had::draft {

using namespace core;

namespace {

constexpr std::string_view blanks = " \t\v\f\r";

std::string_view kind_of(const FoundInterface* of) {
    if (!of) return "had";
    switch (of->kind) {
    case Kind::bond: return "bond";
    case Kind::vlan: return "vlan";
    case Kind::unknown:
    case Kind::port:
    case Kind::other: return "config";
    }
    return "had";
}

} // namespace

std::vector<Line> lines_of(std::string_view text, std::string_view marks, bool joins) {
    std::vector<Line> lines;
    unsigned number = 0;
    bool goes_on = false;
    while (!text.empty()) {
        std::string_view line = trimmed(take_until(text, '\n'));
        ++number;
        const bool first = !std::exchange(goes_on, false);
        if (line.empty() || (marks.find(line[0]) != std::string_view::npos && first)) continue;
        if (joins && line.ends_with('\\')) {
            goes_on = true;
            line = trimmed(line.substr(0, line.size() - 1));
        }
        if (first) lines.push_back({number, std::string(line)});
        else lines.back().text.append(" ").append(line);
    }
    // Pieces that are joined may be empty: a line may be a backslash alone.
    for (Line& line : lines) line.text = trimmed(line.text);
    std::erase_if(lines, [](const Line& line) { return line.text.empty(); });
    return lines;
}

std::string lower(std::string_view text) {
    std::string small;
    for (const char c : text) small += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return small;
}

std::vector<std::string_view> words_between(std::string_view text, std::string_view separators) {
    const std::string all = std::string(blanks) + std::string(separators);
    std::vector<std::string_view> words;
    while ((text = text.substr(std::min(text.find_first_not_of(all), text.size()))) != "") {
        words.push_back(text.substr(0, text.find_first_of(all)));
        text.remove_prefix(words.back().size());
    }
    return words;
}

std::optional<bool> truth(std::string_view text) {
    const std::string small = lower(text);
    for (const std::string_view yes : {"yes", "true", "on", "1", "y"})
        if (small == yes) return true;
    for (const std::string_view no : {"no", "false", "off", "0", "n"})
        if (small == no) return false;
    return std::nullopt;
}

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t us;
};
constexpr Unit units[] = {{"us", 1},           {"usec", 1},         {"ms", 1000},         {"msec", 1000},
                          {"s", 1000000},      {"sec", 1000000},    {"second", 1000000},  {"seconds", 1000000},
                          {"m", 60000000},     {"min", 60000000},   {"minute", 60000000}, {"minutes", 60000000}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "0.25" with a unit of 1000000 us is 250000 us; what is below one is not kept.
std::optional<std::uint64_t> take_number(std::string_view& text, std::uint64_t& thousandths) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const std::string_view whole(text.begin(), end);
    text.remove_prefix(whole.size());
    thousandths = 0;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        for (std::uint64_t weight = 100; !text.empty() && is_digit(text[0]); text.remove_prefix(1), weight /= 10)
            thousandths += weight * static_cast<std::uint64_t>(text[0] - '0');
    }
    const auto value = number<std::uint64_t>(whole);
    return value && *value <= 1000000000 ? value : std::nullopt;
}

} // namespace

std::optional<std::uint64_t> milliseconds(std::string_view text, std::uint64_t unit) {
    std::uint64_t us = 0;
    text = trimmed(text);
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        std::uint64_t thousandths = 0;
        const auto whole = take_number(text, thousandths);
        if (!whole) return std::nullopt;
        text = text.substr(std::min(text.find_first_not_of(blanks), text.size()));
        const auto end = std::find_if_not(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        const std::string_view name(text.begin(), end);
        text = trimmed(text.substr(name.size()));
        std::uint64_t scale = unit * 1000;
        if (!name.empty()) {
            const auto known = std::find_if(std::begin(units), std::end(units),
                                            [&](const Unit& u) { return u.name == name; });
            if (known == std::end(units)) return std::nullopt;
            scale = known->us;
        }
        us += *whole * scale + thousandths * scale / 1000;
        if (us > std::uint64_t{1} << 50) return std::nullopt;
    }
    return us / 1000;
}

void Said::remark(std::string_view why) const {
    found.remark(of, at, fmt::format("{}{}{}: {}", key, value.empty() ? "" : " ", value, why));
}

void Said::unknown() const {
    const std::string hint = foreign_key(kind_of(of), key);
    remark(hint.empty() ? "had.conf has no word for it" : hint.substr(2));
}

void Said::unread(std::string_view what) const { remark(fmt::format("cannot be read as {}", what)); }

void bond_option(const Said& said, std::string_view option, std::string_view value) {
    const BondOptionRule* rule = find_bond_option(option);
    if (!rule) return said.unknown();
    FoundInterface& bond = *said.of;
    if (rule->id == BondOption::primary) {
        if (bond.primary.empty()) bond.primary = value;
        return;
    }
    if (rule->type == BondType::ifindex)
        return said.remark("which port is active is no setting: `hadctl bond activate` moves it");
    if (rule->type != BondType::ipv4_list && rule->type != BondType::ipv6_list) {
        const auto one = parse_value(*rule, value);
        if (!one) return said.unread(fmt::format("the bonding driver's {}", rule->name));
        bond.options[rule->id] = *one;
        return;
    }
    std::vector<IpAddress> targets;
    for (const std::string_view word : words_between(value, ",;")) {
        const auto one = parse_value(*rule, word.starts_with('+') ? word.substr(1) : word);
        if (!one) return said.unread("addresses");
        targets.push_back(std::get<std::vector<IpAddress>>(*one).front());
        if (targets.size() > max_bond_targets) return said.remark("more addresses than the kernel takes");
    }
    if (!targets.empty()) bond.options[rule->id] = std::move(targets);
}

void address(const Said& said, std::string_view text, std::string_view length) {
    const auto prefix = prefix_from(text, length);
    if (!prefix) return said.unread("an address with the length of its network");
    said.found.address(*said.of, *prefix);
}

void broadcast(const Said& said) {
    const auto given = ip_address_from(said.value);
    if (!given || given->family != IpFamily::v4) return said.unread("an IPv4 address");
    for (const IpPrefix& prefix : said.of->net.addresses) {
        if (prefix.address.family != IpFamily::v4) continue;
        if (broadcast_of(prefix) == *given) return;
        if (network_of(prefix) != *given && *given != IpAddress{IpFamily::v4, {255, 255, 255, 255}}) continue;
        said.of->net.broadcasts[prefix] = *given;
        return;
    }
    said.remark("it is the broadcast address of no address beside it");
}

void mtu(const Said& said) {
    const auto value = number<std::uint32_t>(said.value);
    if (!value) return said.unread("an MTU");
    said.of->net.mtu = *value;
}

void mac(const Said& said) {
    if (said.of->kind != Kind::bond) return said.unknown();
    const auto value = mac_from(said.value);
    if (!value) return said.unread("a MAC address");
    said.of->mac = *value;
}

void gateway(const Said& said, std::string_view text, std::optional<std::uint32_t> metric) {
    RouteConfig way;
    const auto via = ip_address_from(text);
    if (!via) return said.unread("the address of a gateway");
    way.way.via = *via;
    way.metric = metric;
    route(said, way);
}

void vlan_id(const Said& said) {
    const auto value = number<std::uint16_t>(said.value);
    if (!value || *value == 0 || *value > 4094) return said.unread("a VLAN's number, 1 to 4094");
    said.of->vlan_id = *value;
}

namespace {

bool is_default(const IpPrefix& prefix) { return prefix.length == 0; }

} // namespace

bool is_whole(const RouteConfig& route) {
    const RouteWay& way = route.way;
    if (!way.via && (way.onlink || !route.destination)) return false;
    if (way.blackhole) return way == RouteWay{.blackhole = true};
    const IpFamily family = route.family();
    return (!way.via || way.via->family == family) && (!way.source || way.source->family == family);
}

// The first default route of the section is its `gateway`, another one a `route`, since keys stand once.
void route(const Said& said, RouteConfig way) {
    if (way.destination && way.way.via && is_default(*way.destination)) way.destination.reset();
    const auto& all = said.of->net.routes;
    const bool has = std::any_of(all.begin(), all.end(), [](const RouteConfig& one) { return !one.destination; });
    if (!way.destination && has) way.destination = IpPrefix{IpAddress{way.family(), {}}, 0};
    if (way.destination) {
        const IpAddress network = network_of(*way.destination);
        if (network != way.destination->address)
            said.remark(fmt::format("its network is {}/{}, which is taken", core::to_string(network),
                                    way.destination->length));
        way.destination->address = network;
    }
    said.found.route(*said.of, way);
}

std::optional<IpPrefix> network_from(std::string_view text) {
    if (const auto host = ip_address_from(text)) return IpPrefix{*host, static_cast<std::uint8_t>(host->size() * 8)};
    return ip_prefix_from(text);
}

bool route_goes(const Said& said, RouteWay& way, std::string_view via, std::string_view type) {
    way.via = ip_address_from(via);
    way.blackhole = type == "blackhole";
    if (!way.via && !via.empty()) return said.remark("its gateway is no address"), false;
    if (!type.empty() && type != "unicast" && !way.blackhole)
        return said.remark(fmt::format("had.conf has no route of type {}", type)), false;
    return true;
}

bool ip_route(const Said& said, std::string_view text) {
    const auto words = words_of(text);
    RouteConfig route;
    RouteWay& way = route.way;
    way.blackhole = !words.empty() && words[0] == "blackhole";
    std::size_t i = way.blackhole ? 1 : 0;
    if (i >= words.size()) return false;
    const std::string_view to = words[i++];
    if (to != "default") {
        route.destination = network_from(to);
        if (!route.destination) return false;
    }
    bool dev = false;
    while (i < words.size()) {
        if (words[i] == "onlink") {
            way.onlink = true;
            ++i;
            continue;
        }
        if (i + 1 == words.size()) return false;
        const std::string_view word = words[i], next = words[i + 1];
        const auto value = number<std::uint32_t>(next);
        const auto address = ip_address_from(next);
        i += 2;
        if (word == "via" && address) way.via = *address;
        else if (word == "src" && address) way.source = *address;
        else if (word == "mtu" && value) way.mtu = *value;
        else if (word == "metric" && value) route.metric = *value;
        else if (word == "table" && value) route.table = *value;
        else if (word == "dev" && (next == said.of->name || next.starts_with('$'))) dev = true;
        else if (word != "proto") return false;
    }
    if (!is_whole(route) || (!way.via && !way.blackhole && !dev)) return false;
    draft::route(said, route);
    return true;
}

// Without a priority the kernel takes the next one before its own rules, and had.conf the last of these.
bool ip_rule(const Said& said, std::string_view text) {
    const auto words = words_of(text);
    std::optional<IpPrefix> from;
    Rule rule{{}, 0, rule_before_main};
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
        const std::string_view word = words[i], next = words[i + 1];
        const auto value = number<std::uint32_t>(next);
        if (word == "from") from = network_from(next);
        else if ((word == "table" || word == "lookup") && value) rule.table = *value;
        else if ((word == "priority" || word == "prio" || word == "pref" || word == "order") && value)
            rule.priority = *value;
        else return false;
    }
    if (words.size() % 2 != 0 || !from || rule.table == 0 || rule.priority == 0) return false;
    rule.from = {network_of(*from), from->length};
    said.found.rule(*said.of, rule);
    return true;
}

} // namespace had::draft
