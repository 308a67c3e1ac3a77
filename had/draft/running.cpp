#include "had/draft/running.hpp"

#include "had/draft/words.hpp"

#include "had/core/base/number.hpp"
#include "had/core/config/net.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::draft {

using namespace core;

namespace {

// linux/rtnetlink.h, RTPROT_*: who makes such routes makes them again, with had.conf or without.
struct Maker {
    std::uint8_t protocol;
    std::string_view name;
};
constexpr Maker makers[] = {{9, "router advertisements"}, {11, "zebra"}, {12, "bird"},    {16, "a DHCP client"},
                            {18, "keepalived"},           {42, "babeld"}, {186, "bgpd"},  {187, "isisd"},
                            {188, "ospfd"},               {189, "ripd"},  {192, "eigrpd"}};
constexpr std::uint8_t redirect = 1, kernel = 2;
constexpr std::size_t most_routes = 2048;

constexpr std::string_view switched_off = "net.ipv6.conf.disable_ipv6";
constexpr std::string_view sysctls[] = {
    switched_off,
    "net.ipv4.conf.accept_local",
    "net.ipv4.conf.accept_redirects",
    "net.ipv4.conf.accept_source_route",
    "net.ipv4.conf.arp_accept",
    "net.ipv4.conf.arp_announce",
    "net.ipv4.conf.arp_filter",
    "net.ipv4.conf.arp_ignore",
    "net.ipv4.conf.arp_notify",
    "net.ipv4.conf.bc_forwarding",
    "net.ipv4.conf.forwarding",
    "net.ipv4.conf.log_martians",
    "net.ipv4.conf.promote_secondaries",
    "net.ipv4.conf.proxy_arp",
    "net.ipv4.conf.route_localnet",
    "net.ipv4.conf.rp_filter",
    "net.ipv4.conf.secure_redirects",
    "net.ipv4.conf.send_redirects",
    "net.ipv4.conf.shared_media",
    "net.ipv4.conf.src_valid_mark",
    "net.ipv6.conf.accept_dad",
    "net.ipv6.conf.accept_redirects",
    "net.ipv6.conf.dad_transmits",
    "net.ipv6.conf.forwarding",
    "net.ipv6.conf.ndisc_notify",
    "net.ipv6.conf.optimistic_dad",
    "net.ipv6.conf.proxy_ndp",
    "net.ipv6.conf.use_tempaddr",
    "net.ipv4.neigh.base_reachable_time_ms",
    "net.ipv4.neigh.gc_stale_time",
    "net.ipv4.neigh.mcast_solicit",
    "net.ipv4.neigh.retrans_time_ms",
    "net.ipv4.neigh.ucast_solicit",
    "net.ipv6.neigh.base_reachable_time_ms",
    "net.ipv6.neigh.gc_stale_time",
    "net.ipv6.neigh.mcast_solicit",
    "net.ipv6.neigh.retrans_time_ms",
    "net.ipv6.neigh.ucast_solicit",
};
constexpr std::uint32_t usual_queue = 1000;   // DEFAULT_TX_QUEUE_LEN (include/net/sch_generic.h)

std::string_view name_of(std::uint8_t protocol) {
    for (const Maker& maker : makers)
        if (maker.protocol == protocol) return maker.name;
    return {};
}

// What differs from the kernel's own choice.  Options that have no meaning in the mode are no setting.
void options(const Observed& observed, const Link& link, FoundInterface& bond, Found& found) {
    const BondOptions& all = link.bond->options;
    const auto mode = static_cast<BondMode>(number_of(all, BondOption::mode));
    for (const BondOptionRule& rule : bond_option_rules()) {
        const auto have = all.find(rule.id);
        if (have == all.end() || !allowed_in(rule, mode) || rule.type == BondType::ifindex) continue;
        const bool list = rule.type == BondType::ipv4_list || rule.type == BondType::ipv6_list;
        BondValue initial = rule.initial;
        if (list) initial = std::vector<IpAddress>{};
        if (rule.type == BondType::mac) initial = Mac{};
        if (rule.id == BondOption::mode || (have->second != initial && useful_in(rule, mode)))
            bond.options.insert(*have);
    }
    if (const Link* primary = observed.link(static_cast<Ifindex>(number_of(all, BondOption::primary))))
        bond.primary = primary->name;
    else bond.options.erase(BondOption::primary_reselect);      // which has no meaning without one
    if (mode == BondMode::lacp && !all.contains(BondOption::ad_actor_sys_prio))
        found.remark(&bond, {},
                     "the kernel shows ad_actor_sys_prio, ad_user_port_key and ad_actor_system to root only");
    if (number_of(all, BondOption::miimon) == 0 && number_of(all, BondOption::arp_interval) == 0)
        found.remark(&bond, {}, "nothing watches its links, so it never fails over: had.conf takes miimon = 100");
}

// The kernel gives a bond the address of its first port.  Another one was given by somebody.
void address_of_bond(const Observed& observed, const Link& link, FoundInterface& bond) {
    const auto mode = static_cast<BondMode>(number_of(link.bond->options, BondOption::mode));
    if (mode == BondMode::active_backup && number_of(link.bond->options, BondOption::fail_over_mac) != 0) return;
    for (const Ifindex index : observed.slaves_of(link.index))
        if (const Link* port = observed.link(index); port->slave && port->slave->permanent == link.address) {
            bond.mac = MacFirst{};
            return;
        }
    if (!observed.slaves_of(link.index).empty() && !link.address.is_zero()) bond.mac = link.address;
}

void port_options(const Link& link, FoundInterface& port) {
    if (!link.slave) return;
    if (link.slave->queue_id != 0) port.port.queue_id = link.slave->queue_id;
}

class Running {
public:
    Running(const Observed& observed, const Routes& routes, const Tunables& usual)
        : observed_(observed), routes_(routes), usual_(usual) {}

    Found take() {
        for (const auto& [index, link] : observed_.links) interface(link);
        for (const auto& [index, link] : observed_.links) net(link);
        for (const AnyRoute& route : routes_.kept) add(route);
        for (const auto& [protocol, count] : routes_.by_protocol)
            found_.remark(nullptr, {}, fmt::format("{} {} of {} not written: who makes {} makes {} again", count,
                                                   count == 1 ? "route" : "routes",
                                                   std::string(name_of(protocol)) + (count == 1 ? " is" : " are"),
                                                   count == 1 ? "it" : "them", count == 1 ? "it" : "them"));
        if (routes_.too_many != 0)
            found_.remark(nullptr, {}, fmt::format("{} more routes are left out", routes_.too_many));
        settle(found_);
        return std::move(found_);
    }

private:
    // Bridges, tunnels, the ends of containers' cables: who makes them goes on doing so.
    void interface(const Link& link) {
        const bool is_port = link.kind.empty() || observed_.devices.contains(link.index);
        if (link.name == "lo" || (!link.bond && link.kind != "vlan" && !is_port)) return;
        if (link.kind == "vlan" && !is_whole(link)) return;
        FoundInterface* one = found_.at(link.name, {});
        if (!one) return;
        if (link.bond) bond(link, *one);
        else if (link.kind == "vlan") vlan(link, *one);
        else port(link, *one);
        if (link.mtu != 1500 && link.mtu != 0 && !link.slave) one->net.mtu = link.mtu;
        tuning(link, *one);
    }

    // Where IPv6 is off that is one word, unless it is off for every new interface, or in a bond.
    void tuning(const Link& link, FoundInterface& one) {
        Tunables& words = one.tuning.words;
        if (link.queue != usual_queue && link.queue != 0) words[std::string(queue_word)] = std::to_string(link.queue);
        const auto have = observed_.tunables.find(link.index);
        if (have == observed_.tunables.end()) return;
        for (const auto& [word, value] : have->second) {
            const auto usual = usual_.find(word);
            if (usual == usual_.end() || usual->second == value || !number<std::int32_t>(value)) continue;
            if (word != switched_off) words[word] = value;
            else if (!link.slave && value == "1") one.tuning.ipv6 = Ipv6Use::off;
        }
    }

    bool is_whole(const Link& link) {
        const bool here = observed_.link(link.lower) != nullptr;
        if (!link.vlan_id || !here)
            found_.remark(nullptr, {}, fmt::format("{} is left out: {}", link.name,
                                                   here ? "it is no VLAN by 802.1Q"
                                                        : "what carries this VLAN is in another network namespace"));
        return link.vlan_id && here;
    }

    void bond(const Link& link, FoundInterface& one) {
        one.kind = Kind::bond;
        options(observed_, link, one, found_);
        address_of_bond(observed_, link, one);
        for (const Ifindex index : observed_.slaves_of(link.index)) one.ports.push_back(observed_.link(index)->name);
        above(link, one);
    }

    void vlan(const Link& link, FoundInterface& one) {
        one.kind = Kind::vlan;
        one.on = observed_.link(link.lower)->name;
        one.vlan_id = link.vlan_id;
        above(link, one);
    }

    void port(const Link& link, FoundInterface& one) {
        one.kind = Kind::port;
        if (const Link* master = observed_.link(link.master); master && master->bond) one.master = master->name;
        else above(link, one);
        port_options(link, one);
    }

    // A bridge or a VRF takes it again by whoever made it.
    void above(const Link& link, FoundInterface& one) {
        if (const Link* master = observed_.link(link.master))
            found_.remark(&one, {}, fmt::format("it is a port of {} ({}), which another program makes and puts it into",
                                                master->name, master->kind.empty() ? "a card" : master->kind));
    }

    void net(const Link& link) {
        FoundInterface* one = found_.find(link.name);
        if (!one) return;
        for (const Address& address : observed_.addresses_of(link.index)) {
            const std::string text = to_string(address.prefix);
            if (address.link_scope) continue;
            if (!address.permanent)
                found_.remark(one, {}, fmt::format("{}: it is there for a time only, by DHCP or an advertisement: what "
                                                   "asks for it goes on doing so, unless 'dhcp = yes' or 'ipv6 = ra' "
                                                   "is written here in its place", text));
            else if (address.peer)
                found_.remark(one, {}, fmt::format("{}: it has a peer, which had.conf cannot say", text));
            else if (address.odd || address.scope != 0 || !address.preferred)
                found_.remark(one, {}, fmt::format("{}: it has flags or a scope that had.conf cannot say", text));
            else {
                found_.address(*one, address.prefix);
                if (address.no_route)
                    found_.remark(one, {},
                                  fmt::format("{}: it was added without the route of its network: the daemon adds it "
                                              "anew", text));
                broadcast_of_one(*one, address);
                label_of_one(*one, address);
            }
        }
        settle_broadcasts(*one);
        if (!link.up && (one->has_net() || one->kind != Kind::port))
            found_.remark(one, {}, "it is down now, and the daemon sets it up");
    }

    // had.conf has one word for all addresses of a section.
    void settle_broadcasts(FoundInterface& one) {
        auto& all = one.net.broadcasts;
        const auto none = [](const auto& entry) { return entry.second == no_broadcast; };
        const auto has_one = [](const IpPrefix& p) { return p.address.family == IpFamily::v4 && p.length < 31; };
        const auto without = std::count_if(all.begin(), all.end(), none);
        if (without == std::count_if(one.net.addresses.begin(), one.net.addresses.end(), has_one)) return;
        if (without != 0) found_.remark(&one, {},
                "some of its addresses have no broadcast address: the daemon adds them anew, with one");
        std::erase_if(all, none);
    }

    // ip(8) sets none unless it is told to; the usual one is what everybody else sets.
    void broadcast_of_one(FoundInterface& one, const Address& address) {
        const IpAddress limited{IpFamily::v4, {255, 255, 255, 255}};
        const IpPrefix& prefix = address.prefix;
        if (prefix.address.family != IpFamily::v4 || prefix.length >= 31 || address.broadcast == broadcast_of(prefix))
            return;
        if (!address.broadcast) one.net.broadcasts[prefix] = no_broadcast;
        else if (*address.broadcast == network_of(prefix) || *address.broadcast == limited)
            one.net.broadcasts[prefix] = *address.broadcast;
        else
            found_.remark(&one, {}, fmt::format("{}: its broadcast address, {}, cannot be said", to_string(prefix),
                                                to_string(*address.broadcast)));
    }

    void label_of_one(FoundInterface& one, const Address& address) {
        if (address.label.empty() || address.label == one.name) return;
        if (address.label.starts_with(one.name + ":"))
            one.net.labels[address.prefix] = address.label.substr(one.name.size());
        else
            found_.remark(&one, {}, fmt::format("{}: its label, {}, does not begin with the interface's name",
                                                to_string(address.prefix), address.label));
    }

    // A blackhole leads through no interface, and stands in any section.
    FoundInterface* with_net() {
        const auto at = std::find_if(found_.interfaces.begin(), found_.interfaces.end(),
                                     [](const FoundInterface& one) { return one.has_net(); });
        return at == found_.interfaces.end() ? nullptr : &*at;
    }

    void add(const AnyRoute& any) {
        const Link* link = any.way.blackhole ? nullptr : observed_.link(any.link);
        FoundInterface* one = link ? found_.find(link->name) : any.way.blackhole ? with_net() : nullptr;
        const std::string to = any.key.destination.length == 0 ? "default" : to_string(any.key.destination);
        const std::string text = (any.way.blackhole ? "blackhole " : "") + to + to_string(any.way);
        if (link && !one) return;             // with its interface, which is another program's
        if (!any.odd.empty() || !one) {
            const std::string why = any.odd.empty() ? "through which interface it leads is not said" : any.odd;
            return found_.remark(one, {}, fmt::format("route {}: {}", text, why));
        }
        RouteConfig route;
        route.destination = any.key.destination;
        route.way = any.way;
        const RouteKey usual = route_of(route).key;
        if (any.key.metric != usual.metric) route.metric = any.key.metric;
        if (any.key.table != usual.table) route.table = any.key.table;
        draft::route(Said{found_, one, {}, "route", text}, route);
    }

    const Observed& observed_;
    const Routes& routes_;
    const Tunables& usual_;
    Found found_;
};

} // namespace

void Routes::restart() { *this = {}; }

void Routes::tell(AnyRoute route) {
    if (route.protocol == kernel || route.protocol == redirect || route.key.table == local_table) return;
    if (!name_of(route.protocol).empty()) ++by_protocol[route.protocol];
    else if (kept.size() == most_routes) ++too_many;
    else kept.push_back(std::move(route));
}

void Routes::add(Routes other) {
    for (const auto& [protocol, count] : other.by_protocol) by_protocol[protocol] += count;
    too_many += other.too_many;
    for (AnyRoute& route : other.kept)
        if (kept.size() == most_routes) ++too_many;
        else kept.push_back(std::move(route));
}

void add(Found& found, const AnyRule& rule) {
    if (!rule.plain)
        return found.remark(nullptr, {}, fmt::format("rule {}: had.conf has rules of the form 'from PREFIX table N "
                                                     "priority P' only, so who makes it goes on doing so", rule.text));
    const IpPrefix& from = rule.plain->from;
    for (FoundInterface& one : found.interfaces)
        for (const IpPrefix& prefix : one.net.addresses)
            if (prefix.address.family == from.address.family && is_on_link(prefix.address, from))
                return found.rule(one, *rule.plain);
    found.remark(nullptr, {}, fmt::format("rule {}: no interface here has an address from there. A rule needs none: to "
                                          "have it kept, add 'rule = {}' to any section", rule.text,
                                          to_string(*rule.plain)));
}

std::span<const std::string_view> drafted_sysctls() { return sysctls; }

Found running(const Observed& observed, const Routes& routes, const Tunables& usual) {
    return Running(observed, routes, usual).take();
}

} // namespace had::draft
