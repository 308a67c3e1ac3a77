#include "had/core/config/host.hpp"
#include "had/core/config/net.hpp"
#include "had/core/base/limits.hpp"

namespace had::core {

namespace {

constexpr std::string_view route_form =
    "[blackhole] PREFIX [via ADDRESS [onlink]] [src ADDRESS] [mtu N] [metric N] [table N]";
constexpr std::string_view gateway_form = "ADDRESS [onlink] [src ADDRESS] [mtu N] [metric N] [table N]";
constexpr std::string_view group_form = "'default' or PREFIX, then [metric N] [table N]";
constexpr std::string_view rule_form = "'from PREFIX table N [priority P]'";

using Words = std::span<const std::string_view>;

// A word once, and a number or an address behind it.
class Tail {
public:
    explicit Tail(Words words) : words_(words) {}

    [[nodiscard]] bool is_at(std::string_view word) const { return !words_.empty() && words_[0] == word; }
    bool flag(std::string_view word, bool& into) {
        if (!is_at(word) || into) return false;
        words_ = words_.subspan(1);
        return into = true;
    }
    bool number(std::string_view word, std::optional<std::uint32_t>& into) {
        const auto value = is_at(word) && words_.size() > 1 && !into ? whole_number(words_[1]) : std::nullopt;
        if (!value || *value > 0xffffffff) return false;
        into = static_cast<std::uint32_t>(*value);
        words_ = words_.subspan(2);
        return true;
    }
    bool address(std::string_view word, std::optional<IpAddress>& into) {
        if (!is_at(word) || words_.size() < 2 || into) return false;
        into = ip_address_from(words_[1]);
        words_ = words_.subspan(2);
        return into.has_value();
    }
    [[nodiscard]] bool is_over() const { return words_.empty(); }

private:
    Words words_;
};

// What stands behind a gateway, or behind a destination, in any order.
bool read_tail(Words words, RouteConfig& route, bool with_via) {
    Tail tail(words);
    std::optional<std::uint32_t> mtu;
    while (!tail.is_over()) {
        const bool any = (with_via && tail.address("via", route.way.via)) ||
                         tail.flag("onlink", route.way.onlink) || tail.address("src", route.way.source) ||
                         tail.number("mtu", mtu) || tail.number("metric", route.metric) ||
                         tail.number("table", route.table);
        if (!any) return false;
    }
    if (mtu == 0U) return false;
    route.way.mtu = mtu.value_or(0);
    return route.way.via || !route.way.onlink;
}

bool is_gateway(const Reader& reader, const IpAddress& via) {
    if (!wrong_host(via)) return true;
    reader.error("'{}' goes via {}, which is no host", reader.key(), to_string(via));
    return false;
}

// RTAX_MTU ends there (net/ipv4/metrics.c), and IPv6 has no less than 1280 (RFC 8200 section 5).
bool is_whole(const Reader& reader, const RouteConfig& route) {
    const RouteWay& way = route.way;
    const bool v4 = route.family() == IpFamily::v4;
    const unsigned least = v4 ? 68 : 1280, most = 65520;
    const IpFamily family = route.family();
    const auto other = [&](const std::optional<IpAddress>& address) { return address && address->family != family; };
    if (other(way.via) || other(way.source)) {
        const IpAddress& wrong = other(way.via) ? *way.via : *way.source;
        reader.error("{} and its {} {} are of two IP versions",
                     route.destination ? "route " + to_string(*route.destination) : "gateway " + to_string(*way.via),
                     other(way.via) ? "gateway" : "source", to_string(wrong));
    } else if (way.blackhole && way != RouteWay{.blackhole = true}) {
        reader.error("a blackhole leads nowhere: without 'via', 'onlink', 'src' and 'mtu'");
    } else if (way.mtu != 0 && (way.mtu < least || way.mtu > most)) {
        reader.error("the mtu of a route is {} to {}, not {}", least, most, way.mtu);
    } else {
        return !way.via || is_gateway(reader, *way.via);
    }
    return false;
}

bool is_network(const Reader& reader, std::string_view what, const IpPrefix& prefix) {
    const IpAddress network = network_of(prefix);
    if (network == prefix.address) return true;
    reader.error("{} {} is no network, {}/{} is", what, to_string(prefix), to_string(network), prefix.length);
    return false;
}

// Many hosts could be meant: a multicast group, all of this machine.
bool is_destination(const Reader& reader, const IpPrefix& prefix) {
    const bool v4 = prefix.address.family == IpFamily::v4;
    const std::uint8_t first = prefix.address.bytes[0];
    const bool group = prefix.length > 0 && (v4 ? first >= 224 && first < 240 : first == 0xff);
    if (!group) return true;
    reader.error("route {} is a multicast group, to which no such route leads", to_string(prefix));
    return false;
}

void add(const Reader& reader, RouteConfig route, NetDraft& net) {
    if (net.routes.size() == limits::net_lines) return reader.error("more than {} routes", limits::net_lines);
    net.routes.push_back(std::move(route));
}

} // namespace

void read_gateway(const Reader& reader, NetDraft& net) {
    const auto words = reader.words();
    RouteConfig route;
    route.way.via = words.empty() ? std::nullopt : ip_address_from(words[0]);
    if (!route.way.via || !read_tail(Words(words).subspan(1), route, false)) return reader.must_be(gateway_form);
    if (!is_whole(reader, route)) return;
    for (const RouteConfig& other : net.routes)
        if (!other.destination && other.family() == route.family())
            return reader.error("'gateway' is given twice, first in {}, a second default route is 'route = {} via "
                                "{} metric N'",
                                other.line, route.family() == IpFamily::v4 ? "0.0.0.0/0" : "::/0",
                                to_string(*route.way.via));
    route.line = reader.line();
    add(reader, std::move(route), net);
}

void read_route(const Reader& reader, NetDraft& net) {
    const auto words = reader.words();
    RouteConfig route;
    route.way.blackhole = !words.empty() && words[0] == "blackhole";
    const Words rest = Words(words).subspan(route.way.blackhole ? 1 : 0);
    if (!rest.empty()) route.destination = ip_prefix_from(rest[0]);
    if (!route.destination || !read_tail(rest.subspan(1), route, true)) return reader.must_be(route_form);
    if (!is_whole(reader, route) || !is_network(reader, "route", *route.destination)) return;
    if (!route.way.via && !is_destination(reader, *route.destination)) return;
    route.line = reader.line();
    add(reader, std::move(route), net);
}

std::optional<GroupRoute> read_group_route(const Reader& reader) {
    const auto words = reader.words();
    GroupRoute route;
    route.line = reader.line();
    if (!words.empty() && words[0] != "default") route.destination = ip_prefix_from(words[0]);
    bool well = !words.empty() && (words[0] == "default" || route.destination);
    for (Tail tail(Words(words).subspan(words.empty() ? 0 : 1)); well && !tail.is_over();)
        well = tail.number("metric", route.metric) || tail.number("table", route.table);
    if (!well) return reader.must_be(group_form), std::nullopt;
    const auto& to = route.destination;
    if (to && (!is_network(reader, "route", *to) || !is_destination(reader, *to))) return std::nullopt;
    return route;
}

// Without a priority the kernel takes what is free below its rules, so that it depends on all others: so it is fixed
// here, where the first one would be.
void read_rule(const Reader& reader, NetDraft& net) {
    const auto words = reader.words();
    const auto from = words.size() > 1 && words[0] == "from" ? ip_prefix_from(words[1]) : std::nullopt;
    if (!from) return reader.must_be(rule_form);
    std::optional<std::uint32_t> table, priority;
    Tail tail(Words(words).subspan(2));
    while (!tail.is_over())
        if (!tail.number("table", table) && !tail.number("priority", priority)) return reader.must_be(rule_form);
    if (!table) return reader.must_be(rule_form);
    if (*table == 0) return reader.error("a rule leads to a table from 1 to 4294967295");
    if (priority == 0U) return reader.error("priority 0 is the kernel's own, before all others: give another");
    if (!is_network(reader, "rule from", *from)) return;
    if (net.rules.size() == limits::net_lines) return reader.error("more than {} rules", limits::net_lines);
    net.rules.push_back({{*from, *table, priority.value_or(rule_before_main)}, reader.line()});
}

} // namespace had::core
