// [member NAME] and [failover NAME]: which one of several services runs.
#include "had/core/config/net.hpp"
#include "had/core/config/parse.hpp"
#include "had/core/config/print.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/base/names.hpp"

namespace had::core {

namespace {

constexpr Key<MemberConfig> member_keys[] = {
    {"service",
     [](const Reader& r, MemberConfig& m) {
         if (const auto label = r.label()) m.service = *label;
     }},
    {"interface",
     [](const Reader& r, MemberConfig& m) {
         if (const auto wrong = wrong_interface_name(r.text()); wrong && !port_name_from(r.text()))
             return r.error("'interface' must be an interface or a port, '{}' {}", r.text(), *wrong);
         m.interface = r.text();
     }},
    {"gateway",
     [](const Reader& r, MemberConfig& m) {
         m.gateway = ip_address_from(r.text());
         if (!m.gateway) r.must_be("an address");
     }},
};

void parse_member(Parsing& parsing, const Heading& heading) {
    MemberConfig member;
    member.name = heading.name;
    member.line = heading.section.line;
    read_keys<MemberConfig>(parsing, heading, member_keys, member);
    if (!parsing.has(heading.section.name, "service") && !parsing.misspelt.contains(heading.section.name))
        heading.notes.error(member.line, "a member needs 'service'");
    parsing.config.members.push_back(std::move(member));
}

void read_members(const Reader& reader, FailoverConfig& group) {
    for (const std::string_view word : reader.list()) {
        if (const auto wrong = wrong_label(word)) return reader.error("'{}' is no name: it {}", word, *wrong);
        if (std::find(group.members.begin(), group.members.end(), word) != group.members.end())
            reader.error("'{}' is named twice", word);
        else if (group.members.size() == limits::members) return reader.error("more than {} members", limits::members);
        else group.members.emplace_back(word);
    }
}

// "02:30", as minutes of the day.
std::optional<unsigned> time_of_day(std::string_view text) {
    const auto colon = text.find(':');
    if (colon != 2 || text.size() != 5) return std::nullopt;
    const auto hours = whole_number(text.substr(0, 2)), minutes = whole_number(text.substr(3));
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return static_cast<unsigned>(*hours * 60 + *minutes);
}

constexpr std::string_view failback_form = "never, 'after DURATION' or 'within HH:MM-HH:MM'";

void read_failback(const Reader& reader, FailoverConfig& group) {
    const auto words = reader.words();
    if (reader.text() == "never") return void(group.failback = {});
    if (words.size() != 2) return reader.must_be(failback_form);
    if (words[0] == "after") {
        const auto after = duration_from(words[1]);
        if (!after || *after <= Duration(0)) return reader.must_be(failback_form);
        group.failback = {ReturnKind::after, *after, 0, 0};
    } else if (words[0] == "within") {
        const auto dash = words[1].find('-');
        const auto from = time_of_day(words[1].substr(0, dash));
        const auto to = dash == std::string_view::npos ? std::nullopt : time_of_day(words[1].substr(dash + 1));
        if (!from || !to || *from == *to) return reader.must_be(failback_form);
        group.failback = {ReturnKind::within, {}, *from, *to};
    } else {
        reader.must_be(failback_form);
    }
}

void read_route_of_group(const Reader& reader, FailoverConfig& group) {
    const auto route = read_group_route(reader);
    if (!route) return;
    if (group.routes.size() == limits::net_lines) return reader.error("more than {} routes", limits::net_lines);
    group.routes.push_back(*route);
}

constexpr Key<FailoverConfig> failover_keys[] = {
    {"members", read_members, true},
    {"failback", read_failback},
    {"together", [](const Reader& r, FailoverConfig& g) { g.together = r.yes_or_no().value_or(false); }},
    {"settle", [](const Reader& r, FailoverConfig& g) { g.settle = r.duration(); }},
    {"route", read_route_of_group, true},
    {"fault_file", [](const Reader& r, FailoverConfig& g) { g.fault_file = r.written_path().value_or(""); }},
};

void parse_failover(Parsing& parsing, const Heading& heading) {
    FailoverConfig group;
    group.name = heading.name;
    group.line = heading.section.line;
    read_keys<FailoverConfig>(parsing, heading, failover_keys, group);
    parsing.config.failovers.push_back(std::move(group));
}

void print_members(Printer& out, const Config& config) {
    for (const MemberConfig& member : config.members) {
        out.section("member", member.name);
        out.given("service", member.service);
        out.given("interface", member.interface);
        if (member.gateway) out.key("gateway", to_string(*member.gateway));
    }
}

void print_group_route(Printer& out, const GroupRoute& route) {
    std::string text = route.destination ? to_string(*route.destination) : "default";
    if (route.metric) text += fmt::format(" metric {}", *route.metric);
    if (route.table) text += fmt::format(" table {}", *route.table);
    out.key("route", text);
}

void print_failovers(Printer& out, const Config& config) {
    for (const FailoverConfig& group : config.failovers) {
        out.section("failover", group.name);
        for (const std::string& member : group.members) out.key("members", member);
        if (!group.together) out.key("failback", to_string(group.failback));
        if (group.together) out.key("together", "yes");
        if (group.settle) out.key("settle", print_duration(*group.settle));
        for (const GroupRoute& route : group.routes) print_group_route(out, route);
        out.given("fault_file", group.fault_file);
    }
}

std::vector<std::string_view> member_key_names() { return names_of<MemberConfig>(member_keys); }
std::vector<std::string_view> failover_key_names() { return names_of<FailoverConfig>(failover_keys); }

} // namespace

std::string to_string(const GroupFailback& failback) {
    switch (failback.kind) {
    case ReturnKind::never: return "never";
    case ReturnKind::after: return "after " + print_duration(failback.after);
    case ReturnKind::within:
        return fmt::format("within {:02}:{:02}-{:02}:{:02}", failback.from / 60, failback.from % 60, failback.to / 60,
                           failback.to % 60);
    }
    return {};
}

const SectionRule member_section{"member", Named::label, true, parse_member, member_key_names, print_members};
const SectionRule failover_section{"failover", Named::label, true, parse_failover, failover_key_names,
                                   print_failovers};

} // namespace had::core
