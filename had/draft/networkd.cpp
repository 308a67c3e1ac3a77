// systemd-networkd: NAME.netdev makes an interface, NAME.network says what it has, NAME.link how it is called.
#include "had/draft/formats.hpp"
#include "had/draft/sections.hpp"

#include "had/core/base/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace had::draft {
namespace {

using namespace core;

struct Word {
    std::string_view networkd, kernel;
    std::uint64_t unit = 0;                   // ms of a number alone; 0: it is no time
    std::uint64_t per = 1;                    // ms of one of the kernel's
};
constexpr Word bond_words[] = {{"Mode", "mode"},
                               {"TransmitHashPolicy", "xmit_hash_policy"},
                               {"LACPTransmitRate", "lacp_rate"},
                               {"MIIMonitorSec", "miimon", 1000},
                               {"UpDelaySec", "updelay", 1000},
                               {"DownDelaySec", "downdelay", 1000},
                               {"PeerNotifyDelaySec", "peer_notif_delay", 1000},
                               {"LearnPacketIntervalSec", "lp_interval", 1000, 1000},
                               {"AdSelect", "ad_select"},
                               {"AdActorSystemPriority", "ad_actor_sys_prio"},
                               {"AdUserPortKey", "ad_user_port_key"},
                               {"AdActorSystem", "ad_actor_system"},
                               {"FailOverMACPolicy", "fail_over_mac"},
                               {"ARPValidate", "arp_validate"},
                               {"ARPIntervalSec", "arp_interval", 1000},
                               {"ARPIPTargets", "arp_ip_target"},
                               {"ARPAllTargets", "arp_all_targets"},
                               {"ARPMissedMax", "arp_missed_max"},
                               {"PrimaryReselectPolicy", "primary_reselect"},
                               {"ResendIGMP", "resend_igmp"},
                               {"PacketsPerSlave", "packets_per_slave"},
                               {"GratuitousARP", "num_grat_arp"},
                               {"AllSlavesActive", "all_slaves_active"},
                               {"DynamicTransmitLoadBalancing", "tlb_dynamic_lb"},
                               {"MinLinks", "min_links"}};

bool ends(const File& file, std::string_view with) { return std::string_view(file.name).ends_with(with); }

bool is_it(const File& file) {
    if (!ends(file, ".netdev") && !ends(file, ".network")) return false;
    return file.text.find("[NetDev]") != std::string::npos || file.text.find("[Match]") != std::string::npos ||
           file.text.find("[Network]") != std::string::npos;
}

void bond_word(const Said& said) {
    for (const Word& word : bond_words) {
        if (word.networkd != said.key) continue;
        std::string value = lower(said.value);
        if (word.unit != 0) {
            const auto ms = milliseconds(value, word.unit);
            if (!ms) return said.unread("a time");
            value = std::to_string(*ms / word.per);
        } else if (word.kernel == "all_slaves_active" || word.kernel == "tlb_dynamic_lb") {
            const auto yes = truth(value);
            if (!yes) return said.unread("yes or no");
            value = *yes ? "1" : "0";
        }
        return bond_option(said, word.kernel, value);
    }
    said.unknown();
}

void read_netdev(const File& file, Found& found) {
    const auto sections = sections_of(file.name, file.text, found);
    FoundInterface* of = nullptr;
    for (const FileSection& section : sections) {
        if (section.name != "NetDev") continue;
        const std::string name = section.value("Name"), kind = section.value("Kind");
        if (name.empty()) return found.remark(nullptr, {file.name, section.line}, "it has no Name=");
        of = found.at(name, {file.name, section.line});
        if (!of) return;
        of->kind = kind == "bond" ? Kind::bond : kind == "vlan" ? Kind::vlan : Kind::other;
        if (of->kind == Kind::other)
            return found.remark(of, of->at,
                                fmt::format("{}: the daemon makes bonds and VLANs only, and leaves it alone", kind));
        for (const SectionEntry& entry : section.entries) {
            const Said said{found, of, {file.name, entry.line}, entry.key, entry.value};
            if (entry.key == "MTUBytes") mtu(said);
            else if (entry.key == "MACAddress") mac(said);
            else if (entry.key != "Name" && entry.key != "Kind" && entry.key != "Description") said.unknown();
        }
    }
    for (const FileSection& section : sections) {
        if (section.name == "NetDev") continue;
        for (const SectionEntry& entry : section.entries) {
            const Said said{found, of, {file.name, entry.line}, entry.key, entry.value};
            if (of && section.name == "Bond") bond_word(said);
            else if (of && section.name == "VLAN" && entry.key == "Id") vlan_id(said);
            else said.unknown();
        }
    }
}

// [Match]: a name without wild cards, or the address of the card.
FoundInterface* matched(const File& file, const FileSection& match, Found& found) {
    const Place at{file.name, match.line};
    const std::string named = match.value("Name");
    const auto names = words_between(named, "");
    std::string mac = match.value("PermanentMACAddress");
    if (mac.empty()) mac = match.value("MACAddress");
    if (names.size() == 1 && names[0].find_first_of("*?[!") == std::string_view::npos) return found.at(names[0], at);
    if (names.empty() && mac_from(mac)) {
        FoundInterface* of = found.at(fmt::format("x{}", fmt::join(words_between(mac, ":-"), "")), at);
        if (of) of->card = mac_from(mac);
        return of;
    }
    found.remark(nullptr, at,
                 fmt::format("[Match]: which interface {} means is not known, and nothing of the file is taken",
                                          names.empty() ? "it" : named));
    return nullptr;
}

// What an interface has.
class Network {
public:
    Network(const File& file, Found& found, FoundInterface& of) : file_(file), found_(found), of_(of) {}

    void section(const FileSection& section) {
        if (section.name == "Address") return address_section(section);
        if (section.name == "Route") return route_section(section);
        for (const SectionEntry& entry : section.entries) {
            const Said said = at(entry);
            if (section.name == "Network") network(said);
            else if (section.name == "Link" && entry.key == "MTUBytes") mtu(said);
            else if (section.name == "Link" && entry.key == "MACAddress") mac(said);
            else if (section.name != "Match") said.unknown();
        }
    }

private:
    [[nodiscard]] Said at(const SectionEntry& entry) const {
        return {found_, &of_, {file_.name, entry.line}, entry.key, entry.value};
    }

    void network(const Said& said) {
        if (said.key == "Address") return address(said, said.value);
        if (said.key == "Gateway") return gateway(said, said.value);
        if (said.key == "Bond") return void(of_.master = said.value);
        if (said.key == "PrimarySlave") return primary(said);
        if (said.key == "VLAN") return vlan(said);
        if (said.key != "Description" && (said.key != "DHCP" || truth(said.value) != false)) said.unknown();
    }

    void primary(const Said& said) {
        FoundInterface* bond = of_.master.empty() ? nullptr : found_.at(of_.master, said.at);
        if (bond && truth(said.value) == true) bond->primary = of_.name;
        else if (truth(said.value) != false) said.remark("it stands before Bond=, and is not taken");
    }

    void vlan(const Said& said) {
        for (const std::string_view name : words_between(said.value, "")) {
            FoundInterface* one = found_.at(name, said.at);
            if (!one) return;
            if (one->kind == Kind::unknown) one->kind = Kind::vlan;
            one->on = of_.name;
        }
    }

    void address_section(const FileSection& section) {
        for (const SectionEntry& entry : section.entries)
            if (entry.key == "Address") address(at(entry), entry.value);
        for (const SectionEntry& entry : section.entries)
            if (entry.key == "Broadcast") broadcast(at(entry));
            else if (entry.key != "Address") at(entry).unknown();
    }

    void route_section(const FileSection& section) {
        const std::string to = section.value("Destination"), via = section.value("Gateway");
        const Said said{found_, &of_, {file_.name, section.line}, "[Route]",
                        (to.empty() ? "default" : to) + (via.empty() ? "" : " via " + via)};
        RouteConfig way;
        if (!to.empty()) {
            way.destination = network_from(to);
            if (!way.destination) return said.remark("it is no destination with a length");
        }
        if (!route_goes(said, way.way, via, section.value("Type"))) return;
        for (const SectionEntry& entry : section.entries) {
            const auto value = number<std::uint32_t>(entry.value);
            if (entry.key == "Metric" && value) way.metric = *value;
            else if (entry.key == "Table" && value) way.table = *value;
            else if (entry.key == "Table") return at(entry).remark("its table has no number, so the route is left out");
            else if (entry.key == "MTUBytes" && value) way.way.mtu = *value;
            else if (entry.key == "PreferredSource" && ip_address_from(entry.value))
                way.way.source = ip_address_from(entry.value);
            else if (entry.key == "GatewayOnLink" && truth(entry.value)) way.way.onlink = *truth(entry.value);
            else if (entry.key != "Destination" && entry.key != "Gateway" &&
                     entry.key != "Type" && (entry.key != "Scope" || entry.value != "link"))
                at(entry).remark("had.conf has no such word for a route");
        }
        if (!is_whole(way)) return said.remark(no_whole_route);
        route(said, way);
    }

    const File& file_;
    Found& found_;
    FoundInterface& of_;
};

void read_network(const File& file, Found& found, std::map<std::string, std::string>& taken) {
    const auto sections = sections_of(file.name, file.text, found);
    const auto match = std::find_if(sections.begin(), sections.end(),
                                    [](const FileSection& one) { return one.name == "Match"; });
    if (match == sections.end())
        return found.remark(nullptr, {file.name, 0}, "it has no [Match], and would be for every interface");
    FoundInterface* of = matched(file, *match, found);
    if (!of) return;
    if (const auto [at, first] = taken.try_emplace(of->name, file.name); !first)
        return found.remark(of, {file.name, match->line},
                            fmt::format("nothing of it is taken: {} comes first", at->second));
    for (const SectionEntry& entry : match->entries)
        if (entry.key != "Name" && entry.key != "MACAddress" && entry.key != "PermanentMACAddress")
            Said{found, of, {file.name, entry.line}, entry.key, entry.value}.remark("it is not looked at here");
    Network network(file, found, *of);
    for (const FileSection& section : sections) network.section(section);
}

// networkd takes the first file that fits, by its name.
void read_all(const std::vector<File>& files, Found& found) {
    std::map<std::string, std::string> taken; // interfaces, by which file
    for (const File& file : files)
        if (ends(file, ".netdev")) read_netdev(file, found);
    for (const File& file : files)
        if (!ends(file, ".netdev")) read_network(file, found, taken);
}

} // namespace

const Format networkd_format{"networkd", "systemd-networkd's .netdev and .network", is_it, read_all};

} // namespace had::draft
