#include "had/core/config/net.hpp"

#include "had/core/config/host.hpp"
#include "had/core/config/print.hpp"
#include "had/core/config/route.hpp"
#include "had/core/base/limits.hpp"

namespace had::core {

namespace {

// The usual mistakes of a v4 address with its length.  A /31 or /32 has neither network nor
// broadcast.
void check_host_part(const IpPrefix& prefix, const Line& line, const Notes& notes) {
    const bool v4 = prefix.address.family == IpFamily::v4;
    if (prefix.length == 0) {
        notes.error(line, "address {} would make the whole world local", to_string(prefix));
    } else if (v4 && prefix.length <= 30 && prefix.address == network_of(prefix)) {
        notes.error(line, "address {} is the network, not a host in it", to_string(prefix));
    } else if (v4 && prefix.length <= 30 && prefix.address == broadcast_of(prefix)) {
        notes.error(line, "address {} is the broadcast address", to_string(prefix));
    }
}

std::optional<IpPrefix> join(const NetDraft::Given& given, const NetDraft& net,
                             const Notes& notes) {
    const std::string text = to_string(given.address);
    const bool masked = net.netmask && given.address.family == IpFamily::v4;
    if (given.length && masked && *given.length != net.netmask->value) {
        notes.error(net.netmask->line, "netmask is a /{}, but the address is {}/{}",
                    net.netmask->value, text, *given.length);
        return std::nullopt;
    }
    if (given.length) return IpPrefix{given.address, *given.length};
    if (masked) return IpPrefix{given.address, net.netmask->value};
    if (given.address.family == IpFamily::v6) {
        notes.error(given.line, "address {0} has no length, write {0}/64", text);
    } else if (!net.netmask_refused) {
        notes.error(given.line, "address {0} has no length, write {0}/24 or give 'netmask'", text);
    }
    return std::nullopt;
}

void check_network(const NetDraft& net, const Addressing& done, const Notes& notes) {
    if (!net.network) return;
    const IpAddress& network = net.network->value;
    const IpPrefix* v4 = nullptr;
    for (const IpPrefix& prefix : done.addresses) {
        if (prefix.address.family != IpFamily::v4) continue;
        if (network_of(prefix) == network) return;
        if (v4 == nullptr) v4 = &prefix;
    }
    if (v4 == nullptr) return;
    notes.error(net.network->line, "network {} disagrees with address {}, whose network is {}",
                to_string(network), to_string(*v4), to_string(network_of(*v4)));
}

// Besides all ones, a host part of all zeros (4.2BSD) and 255.255.255.255 are in use.  Anything else is
// probably a slip.
void settle_broadcast(const NetDraft& net, Addressing& done, const Notes& notes) {
    if (net.broadcast_none)
        for (const IpPrefix& prefix : done.addresses)
            if (prefix.address.family == IpFamily::v4 && prefix.length < 31) done.broadcasts[prefix] = no_broadcast;
    if (!net.broadcast || net.broadcast_none) return;
    const IpAddress& wish = net.broadcast->value;
    const IpAddress limited{IpFamily::v4, {255, 255, 255, 255}};
    const IpPrefix* v4 = nullptr;
    for (const IpPrefix& prefix : done.addresses) {
        if (prefix.address.family != IpFamily::v4) continue;
        if (wish == broadcast_of(prefix)) return;
        if (wish == network_of(prefix) || wish == limited) {
            done.broadcasts[prefix] = wish;
            return;
        }
        if (v4 == nullptr) v4 = &prefix;
    }
    if (v4 == nullptr) return;
    notes.error(net.broadcast->line,
                "broadcast {} disagrees with address {}, whose broadcast is {}", to_string(wish),
                to_string(*v4), to_string(broadcast_of(*v4)));
}

// The kernel takes any text.  That it is the interface's name and ':' with a word is what ifconfig and ip(8) need to
// find the address by it.
std::optional<std::string> wrong_label_of(std::string_view text, std::string_view name) {
    const auto colon = std::min(text.find(':'), text.size());
    const std::string_view whose = text.substr(0, colon), word = text.substr(std::min(colon + 1, text.size()));
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    };
    if (name.empty() && !whose.empty())
        return "has an interface's name, which is that of the card of the day: begin it with ':'";
    if (!whose.empty() && whose != name) return fmt::format("is not of {}: begin it with ':'", name);
    if (word.empty() || !std::all_of(word.begin(), word.end(), allowed))
        return "must be ':' and a word of letters, digits, '_', '-' and '.'";
    const std::size_t room = longest_label - (name.empty() ? 1 : name.size());
    if (word.size() + 1 > room)
        return fmt::format("is too long: with the interface's name it has at most {} characters", longest_label);
    return std::nullopt;
}

void settle_labels(const NetDraft& net, std::string_view name, Addressing& done, const Notes& notes) {
    for (const NetDraft::Label& label : net.labels) {
        const auto of = std::find_if(done.addresses.begin(), done.addresses.end(),
                                     [&](const IpPrefix& prefix) { return prefix.address == label.address; });
        if (const auto wrong = wrong_label_of(label.text, name))
            notes.error(label.line, "label '{}' {}", label.text, *wrong);
        else if (of == done.addresses.end())
            notes.error(label.line, "label {} is for {}, which is no 'address' here", label.text,
                        to_string(label.address));
        else if (!done.labels.try_emplace(*of, label.text.substr(label.text.find(':'))).second)
            notes.error(label.line, "{} has a label already", to_string(label.address));
    }
}

void need_an_address(const NetDraft& net, const Notes& notes) {
    bool v4 = false;
    for (const NetDraft::Given& given : net.addresses) {
        v4 = v4 || given.address.family == IpFamily::v4;
    }
    if (v4) return;
    const auto lonely = [&](std::string_view key, const auto& given) {
        if (given) notes.error(given->line, "'{}' needs an IPv4 'address'", key);
    };
    lonely("netmask", net.netmask);
    lonely("network", net.network);
    lonely("broadcast", net.broadcast);
}

// RFC 8200 section 5: no IPv6 below an MTU of 1280; the kernel would drop the addresses silently.
void check_mtu(const NetDraft& net, const Notes& notes) {
    if (!net.mtu || net.mtu->value >= 1280) return;
    for (const NetDraft::Given& given : net.addresses) {
        if (given.address.family == IpFamily::v4) continue;
        notes.error(net.mtu->line, "mtu {} is too small for the IPv6 address {}, which needs 1280",
                    net.mtu->value, to_string(given.address));
        return;
    }
    for (const RouteConfig& route : net.routes) {
        if (route.family() == IpFamily::v4) continue;
        notes.error(net.mtu->line, "mtu {} is too small for the IPv6 {}, which needs 1280", net.mtu->value,
                    route.way.via ? "gateway " + to_string(*route.way.via)
                                  : "route " + to_string(*route.destination));
        return;
    }
}

} // namespace

void read_address(const Reader& reader, NetDraft& net) {
    for (const std::string_view word : reader.list()) {
        if (word == "dhcp") {
            reader.error("addresses by DHCP are asked for by 'dhcp = yes'");
            continue;
        }
        NetDraft::Given given{{}, std::nullopt, reader.line()};
        if (const auto prefix = ip_prefix_from(word)) {
            given.address = prefix->address;
            given.length = prefix->length;
        } else if (const auto address = ip_address_from(word)) {
            given.address = *address;
        } else {
            reader.must_be("an address such as 10.0.1.1/24 or 2001:db8::1/64", word);
            continue;
        }
        if (const auto wrong = wrong_host(given.address)) {
            reader.error("address {} {}", word, *wrong);
            continue;
        }
        if (net.addresses.size() == limits::net_lines)
            return reader.error("more than {} addresses", limits::net_lines);
        net.addresses.push_back(given);
    }
}

void read_netmask(const Reader& reader, NetDraft& net) {
    const auto address = ip_address_from(reader.text());
    const auto length = address ? length_of_netmask(*address) : std::nullopt;
    net.netmask_refused = !length;
    if (!length) return reader.must_be("a netmask such as 255.255.255.0");
    net.netmask = {*length, reader.line()};
}

void read_network(const Reader& reader, NetDraft& net) {
    if (const auto value = reader.address(IpFamily::v4)) net.network = {*value, reader.line()};
}

void read_broadcast(const Reader& reader, NetDraft& net) {
    net.broadcast_none = reader.text() == "none";
    if (net.broadcast_none) net.broadcast = {no_broadcast, reader.line()};
    else if (const auto value = reader.address(IpFamily::v4)) net.broadcast = {*value, reader.line()};
}

void read_label(const Reader& reader, NetDraft& net) {
    const auto words = reader.words();
    if (words.size() != 2) return reader.must_be("ADDRESS LABEL, such as '10.0.1.2 :dmz'");
    const auto prefix = ip_prefix_from(words[0]);
    const auto address = prefix ? std::optional(prefix->address) : ip_address_from(words[0]);
    if (!address) return reader.must_be("an address of this section, and its label", words[0]);
    if (address->family == IpFamily::v6) return reader.error("IPv6 addresses have no label, {} is one", words[0]);
    if (net.labels.size() == limits::net_lines) return reader.error("more than {} labels", limits::net_lines);
    net.labels.push_back({*address, std::string(words[1]), reader.line()});
}

void read_mtu(const Reader& reader, NetDraft& net) {
    const auto value = reader.number(68, 65535);      // ETH_MIN_MTU, ETH_MAX_MTU
    if (value) net.mtu = {static_cast<std::uint32_t>(*value), reader.line()};
}

Addressing finish(const NetDraft& net, std::string_view name, const Notes& notes) {
    Addressing done;
    std::set<IpAddress> seen;
    for (const NetDraft::Given& given : net.addresses) {
        const auto prefix = join(given, net, notes);
        if (!prefix) continue;
        check_host_part(*prefix, given.line, notes);
        if (!seen.insert(prefix->address).second) {
            notes.error(given.line, "address {} is given twice", to_string(given.address));
        } else {
            done.addresses.push_back(*prefix);
        }
    }
    need_an_address(net, notes);
    check_network(net, done, notes);
    settle_broadcast(net, done, notes);
    settle_labels(net, name, done, notes);
    check_mtu(net, notes);
    done.routes = net.routes;
    done.rules = net.rules;
    if (net.mtu) done.mtu = net.mtu->value;
    done.dhcp = net.dhcp;
    return done;
}

namespace {

std::string print_route(const RouteConfig& route) {
    std::string text = route.way.blackhole ? "blackhole " : "";
    if (route.destination) text += to_string(*route.destination) + to_string(route.way);
    else text += to_string(route.way).substr(std::string_view(" via ").size());
    if (route.metric) text += fmt::format(" metric {}", *route.metric);
    if (route.table) text += fmt::format(" table {}", *route.table);
    return text;
}

} // namespace

void print_net(Printer& out, const Addressing& net) {
    for (const IpPrefix& prefix : net.addresses) out.key("address", to_string(prefix));
    bool none = false;
    for (const auto& [prefix, broadcast] : net.broadcasts)
        if (broadcast != no_broadcast) out.key("broadcast", to_string(broadcast));
        else if (!std::exchange(none, true)) out.key("broadcast", "none");
    for (const auto& [prefix, label] : net.labels) out.key("label", to_string(prefix.address) + " " + label);
    for (const RouteConfig& route : net.routes) out.key(route.destination ? "route" : "gateway", print_route(route));
    for (const RuleConfig& rule : net.rules) out.key("rule", to_string(rule.rule));
    out.optional("mtu", net.mtu);
    if (net.dhcp) out.key("dhcp", "yes");
}

} // namespace had::core
