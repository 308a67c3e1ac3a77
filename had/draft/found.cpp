#include "had/draft/found.hpp"

#include "had/core/base/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace had::draft {

using namespace core;

std::string to_string(const Place& place) {
    return place.line == 0 ? place.file : fmt::format("{}:{}", place.file, place.line);
}

FoundInterface* Found::find(std::string_view name) {
    const auto found = std::find_if(interfaces.begin(), interfaces.end(),
                                    [&](const FoundInterface& one) { return one.name == name; });
    return found == interfaces.end() ? nullptr : &*found;
}

FoundInterface* Found::at(std::string_view name, const Place& place) {
    if (FoundInterface* one = find(name)) return one;
    if (interfaces.size() == most_interfaces) {
        remark(nullptr, place, fmt::format("{}: more than {} interfaces, the rest is left out", name, most_interfaces));
        return nullptr;
    }
    interfaces.reserve(most_interfaces);      // what is handed out stays where it is
    FoundInterface& fresh = interfaces.emplace_back();
    fresh.name = name;
    fresh.at = place;
    return &fresh;
}

void Found::remark(FoundInterface* of, const Place& place, std::string text) {
    if (++remarked > most_remarks) return;
    if (remarked == most_remarks) text = "there is more that cannot be said, of which nothing stands here";
    auto& list = remarked == most_remarks || !of ? remarks : of->remarks;
    list.push_back({place, std::move(text)});
}

bool Found::has_room(FoundInterface& of) {
    if (++lines <= most_lines) return true;
    if (lines == most_lines + 1) remark(&of, of.at, "too many addresses, routes and rules, the rest is left out");
    return false;
}

void Found::address(FoundInterface& of, const IpPrefix& address) {
    if (has_room(of)) of.net.addresses.push_back(address);
}

void Found::route(FoundInterface& of, const RouteConfig& route) {
    if (has_room(of)) of.net.routes.push_back(route);
}

void Found::rule(FoundInterface& of, const Rule& rule) {
    if (has_room(of)) of.net.rules.push_back({.rule = rule, .line = {}});
}

namespace {

void join(Found& found, FoundInterface& port) {
    FoundInterface* bond = found.find(port.master);
    if (!bond) {
        found.remark(&port, port.at, fmt::format("its bond {} stands nowhere here", port.master));
        return port.master.clear();
    }
    if (bond->kind == Kind::unknown) bond->kind = Kind::bond;
    if (bond->kind != Kind::bond) return;
    if (std::find(bond->ports.begin(), bond->ports.end(), port.name) == bond->ports.end())
        bond->ports.push_back(port.name);
}

// A name is one word of the draft, whatever YAML or the kernel takes for a name.
void on_one_line(std::string& name) {
    std::replace_if(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
}

} // namespace

void settle(Found& found) {
    for (FoundInterface& one : found.interfaces) {
        for (std::string* name : {&one.name, &one.primary, &one.master, &one.on}) on_one_line(*name);
        std::for_each(one.ports.begin(), one.ports.end(), on_one_line);
    }
    for (std::size_t i = 0; i < found.interfaces.size(); ++i)
        if (FoundInterface& one = found.interfaces[i]; !one.master.empty()) join(found, one);
    for (std::size_t i = 0; i < found.interfaces.size(); ++i) {
        FoundInterface& bond = found.interfaces[i];
        if (bond.kind != Kind::bond) continue;
        std::vector<std::string> ports;
        for (std::string& name : bond.ports)
            if (std::find(ports.begin(), ports.end(), name) == ports.end()) ports.push_back(std::move(name));
        bond.ports = ports;
        for (const std::string& name : ports)
            if (FoundInterface* port = found.at(name, found.interfaces[i].at); port && port->master.empty())
                port->master = found.interfaces[i].name;
    }
    for (FoundInterface& one : found.interfaces)
        if (one.kind == Kind::unknown) one.kind = Kind::port;
}

bool keep_only(Found& found, const std::vector<std::string>& names, std::string& missing) {
    std::set<std::string> kept;
    for (const std::string& name : names) {
        const FoundInterface* one = found.find(name);
        if (!one) return missing = name, false;
        kept.insert(name);
        if (!one->on.empty()) kept.insert(one->on);
        if (!one->master.empty()) kept.insert(one->master);    // what a port serves
    }
    for (const FoundInterface& one : found.interfaces)
        if (one.kind == Kind::bond && kept.contains(one.name)) kept.insert(one.ports.begin(), one.ports.end());
    std::erase_if(found.interfaces, [&](const FoundInterface& one) { return !kept.contains(one.name); });
    for (const std::string& name : names) {
        FoundInterface* one = found.find(name);
        const auto is_below = [&](const FoundInterface& other) { return other.on == name; };
        const bool says = one->kind != Kind::port || !one->master.empty() || one->has_net() || one->net.mtu ||
                          std::any_of(found.interfaces.begin(), found.interfaces.end(), is_below);
        if (!says)
            found.remark(one, one->at, "it has no address, no route and no MTU of its own, and carries no VLAN that is "
                                       "asked for: there is nothing to write");
    }
    return true;
}

std::optional<IpPrefix> prefix_from(std::string_view address, std::string_view length) {
    if (auto whole = ip_prefix_from(address)) return whole;
    const auto host = ip_address_from(address);
    if (!host || length.empty()) return std::nullopt;
    if (const auto bits = number<std::uint8_t>(length); bits && *bits <= host->size() * 8)
        return IpPrefix{*host, *bits};
    const auto mask = ip_address_from(length);
    const auto bits = mask && mask->family == host->family ? length_of_netmask(*mask) : std::nullopt;
    return bits ? std::optional(IpPrefix{*host, *bits}) : std::nullopt;
}

} // namespace had::draft
