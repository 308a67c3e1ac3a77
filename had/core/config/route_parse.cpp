#include "had/core/config/host.hpp"
#include "had/core/config/net.hpp"
#include "had/core/base/limits.hpp"

namespace had::core {

namespace {

constexpr std::string_view route_form = "PREFIX via ADDRESS [metric N] [table N]";
constexpr std::string_view gateway_form = "ADDRESS [metric N] [table N]";

using Words = std::span<const std::string_view>;

// "metric 10 table 100", in any order, each at most once.
bool read_tail(Words words, RouteConfig& route) {
    for (; !words.empty(); words = words.subspan(2)) {
        auto& target = words[0] == "metric" ? route.metric : route.table;
        if (words.size() < 2 || (words[0] != "metric" && words[0] != "table") || target)
            return false;
        const auto value = whole_number(words[1]);
        if (!value || *value > 0xffffffff) return false;
        target = static_cast<std::uint32_t>(*value);
    }
    return true;
}

bool is_gateway(const Reader& reader, const IpAddress& via) {
    if (!wrong_host(via)) return true;
    reader.error("'{}' goes via {}, which is no host", reader.key(), to_string(via));
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
    const auto via = words.empty() ? std::nullopt : ip_address_from(words[0]);
    if (!via || !read_tail(Words(words).subspan(1), route)) return reader.must_be(gateway_form);
    if (!is_gateway(reader, *via)) return;
    route.via = *via;
    route.line = reader.line();
    add(reader, std::move(route), net);
}

void read_route(const Reader& reader, NetDraft& net) {
    const auto words = reader.words();
    RouteConfig route;
    if (words.size() < 3 || words[1] != "via") return reader.must_be(route_form);
    route.destination = ip_prefix_from(words[0]);
    const auto via = ip_address_from(words[2]);
    if (!route.destination || !via || !read_tail(Words(words).subspan(3), route)) {
        return reader.must_be(route_form);
    }
    const IpAddress network = network_of(*route.destination);
    if (via->family != network.family) {
        return reader.error("route {} and its gateway {} are of two IP versions",
                            to_string(*route.destination), to_string(*via));
    }
    if (network != route.destination->address) {
        return reader.error("route {} is no network, {}/{} is", to_string(*route.destination),
                            to_string(network), route.destination->length);
    }
    if (!is_gateway(reader, *via)) return;
    route.via = *via;
    route.line = reader.line();
    add(reader, std::move(route), net);
}

} // namespace had::core
