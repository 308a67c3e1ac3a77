// NetworkManager's keyfiles: nm-settings-keyfile(5).  A port and a VLAN may name what they belong to by interface, by
// the connection's id, or by its UUID.
#include "had/draft/formats.hpp"
#include "had/draft/sections.hpp"

#include "had/core/base/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace had::draft {
namespace {

using namespace core;

bool is_it(const File& file) {
    return file.text.find("[connection]") != std::string::npos && file.text.find("type=") != std::string::npos;
}

struct Connection {
    const File* file;
    std::vector<FileSection> sections;
    FoundInterface* of = nullptr;
};

// "address1", "route12": the key, with its number.
bool is_numbered(std::string_view key, std::string_view stem) {
    return key.starts_with(stem) && key.size() > stem.size() &&
           key.substr(stem.size()).find_first_not_of("0123456789") == std::string_view::npos;
}

constexpr std::string_view quiet[] = {"id", "uuid", "type", "interface-name", "timestamp", "permissions", "master",
                                      "slave-type", "controller", "port-type", "version"};

class Reading {
public:
    explicit Reading(Found& found) : found_(found) {}

    void begin(const File& file) {
        Connection one{&file, sections_of(file.name, file.text, found_)};
        const FileSection* head = section(one, "connection");
        if (!head) return found_.remark(nullptr, {file.name, 0}, "it has no [connection]");
        std::string name = head->value("interface-name"), type = head->value("type");
        const FileSection* vlan = section(one, "vlan");
        if (name.empty() && vlan) name = vlan->value("interface-name");
        const FileSection* card = section(one, type == "802-3-ethernet" ? "802-3-ethernet" : "ethernet");
        const auto mac = card ? mac_from(card->value("mac-address")) : std::nullopt;
        if (name.empty() && mac)
            name = fmt::format("x{}", fmt::join(words_between(card->value("mac-address"), ":-"), ""));
        if (name.empty())
            return found_.remark(nullptr, {file.name, head->line},
                                 "it names no interface, so which one it means is not known");
        one.of = found_.at(name, {file.name, head->line});
        if (!one.of) return;
        one.of->card = mac;
        one.of->kind = type == "bond" ? Kind::bond : type == "vlan" ? Kind::vlan
                       : type == "ethernet" || type == "802-3-ethernet" ? Kind::port : Kind::other;
        for (const std::string_view key : {"uuid", "id"})
            if (const std::string by = head->value(key); !by.empty()) names_.try_emplace(by, name);
        if (one.of->kind == Kind::other)
            return found_.remark(one.of, one.of->at,
                                 fmt::format("{}: the daemon makes bonds and VLANs only, and leaves it alone", type));
        all_.push_back(std::move(one));
    }

    void finish() {
        for (const Connection& one : all_)
            for (const FileSection& section : one.sections)
                for (const SectionEntry& entry : section.entries)
                    word(section, Said{found_, one.of, {one.file->name, entry.line}, entry.key, entry.value});
    }

private:
    static const FileSection* section(const Connection& of, std::string_view name) {
        const auto at = std::find_if(of.sections.begin(), of.sections.end(),
                                     [&](const FileSection& one) { return one.name == name; });
        return at == of.sections.end() ? nullptr : &*at;
    }

    [[nodiscard]] std::string interface_of(const std::string& by) const {
        const auto found = names_.find(by);
        return found == names_.end() ? by : found->second;
    }

    void word(const FileSection& section, const Said& said) {
        if (section.name == "connection") connection(said);
        else if (section.name == "bond") bond(said);
        else if (section.name == "bond-port") port(said);
        else if (section.name == "vlan") vlan(said);
        else if (section.name == "ethernet" || section.name == "802-3-ethernet") ethernet(said);
        else if (section.name == "ipv4" || section.name == "ipv6") ip(section, said);
        else if (section.name != "proxy" && section.name != ".nmmeta") said.unknown();
    }

    void connection(const Said& said) {
        if (said.key == "master" || said.key == "controller") {
            said.of->master = interface_of(said.value);
        } else if (said.key == "slave-type" || said.key == "port-type") {
            if (said.value == "bond") return;
            said.of->master.clear();
            said.remark("it is a port of another program's");
        } else if (said.key == "autoconnect") {
            if (truth(said.value) != true) said.unknown();
        } else if (std::find(std::begin(quiet), std::end(quiet), said.key) == std::end(quiet)) {
            said.unknown();
        }
    }

    static void bond(const Said& said) {
        if (said.key == "interface-name") return;
        bond_option(said, said.key, said.value);
    }

    static void port(const Said& said) {
        const auto queue = number<std::uint16_t>(said.value);
        const auto prio = number<std::int32_t>(said.value);
        if (said.key == "queue-id" && queue) said.of->port.queue_id = *queue;
        else if (said.key == "prio" && prio) said.of->port.prio = *prio;
        else said.unknown();
    }

    void vlan(const Said& said) {
        if (said.key == "id") return vlan_id(said);
        if (said.key == "parent") return void(said.of->on = interface_of(said.value));
        if (said.key == "flags" ? said.value != "0" && said.value != "1" : said.key != "interface-name") said.unknown();
    }

    static void ethernet(const Said& said) {
        if (said.key == "mtu") return said.value == "0" ? void() : mtu(said);
        if (said.key == "cloned-mac-address") return mac(said);
        if (said.key != "mac-address") said.unknown();
    }

    static void ip(const FileSection& section, const Said& said) {
        if (said.key == "method") return method(section, said);
        if (is_numbered(said.key, "address")) return address_of(said);
        if (said.key == "addresses") {
            for (const std::string_view each : words_between(said.value, ";"))
                address(said, each.substr(0, each.find(',')));
            return;
        }
        if (said.key == "gateway") return gateway(said, said.value, metric(section));
        if (is_numbered(said.key, "route")) return route_of(said);
        const bool usual = said.key == "may-fail" || said.key == "route-metric" ||
                           (said.key == "never-default" && truth(said.value) == false) ||
                           (said.key == "addr-gen-mode" && said.value == "default");
        if (!usual && !said.value.empty()) said.unknown();
    }

    // Without IPv4 addresses there is no IPv4; IPv6 goes on by itself.
    static void method(const FileSection& section, const Said& said) {
        const bool ipv4 = section.name == "ipv4";
        if (said.value == "manual" || said.value == "ignore" || (said.value == "disabled" && ipv4)) return;
        if (ipv4) said.unknown();
        else if (said.value == "auto") said.remark(by_advertisements);
        else said.remark("'ipv6 = off', static or ra says what the kernel does by itself with IPv6");
    }

    static std::optional<std::uint32_t> metric(const FileSection& section) {
        return number<std::uint32_t>(section.value("route-metric"));
    }

    // "10.0.1.1/24" or "10.0.1.1/24,10.0.1.254".
    static void address_of(const Said& said) {
        const auto parts = words_between(said.value, ",");
        if (parts.empty() || parts.size() > 2) return said.unread("an address, perhaps with a gateway");
        address(said, parts[0]);
        if (parts.size() == 2) gateway(said, parts[1]);
    }

    // "10.2.0.0/16,10.0.1.253,50": destination, gateway, metric.
    static void route_of(const Said& said) {
        const auto parts = words_between(said.value, ",");
        RouteConfig way;
        if (!parts.empty()) way.destination = ip_prefix_from(parts[0]);
        const auto via = parts.size() > 1 ? ip_address_from(parts[1]) : std::nullopt;
        // 0.0.0.0 or :: stands before a metric where there is no gateway.
        if (!way.destination || (parts.size() > 1 && !via) || parts.size() > 3)
            return said.remark(no_whole_route);
        if (via && *via != IpAddress{via->family, {}}) way.way.via = *via;
        if (!is_whole(way)) return said.remark(no_whole_route);
        if (parts.size() == 3) {
            way.metric = number<std::uint32_t>(parts[2]);
            if (!way.metric) return said.unread("a route with a metric");
        }
        route(said, way);
    }

    Found& found_;
    std::vector<Connection> all_;
    std::map<std::string, std::string> names_;
};

void read_all(const std::vector<File>& files, Found& found) {
    Reading reading(found);
    for (const File& file : files) reading.begin(file);
    reading.finish();
}

} // namespace

const Format keyfile_format{"keyfile", "NetworkManager's keyfiles", is_it, read_all};

} // namespace had::draft
