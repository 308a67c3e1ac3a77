// [service NAME]: what runs while what it needs is there.
#include "had/core/config/service.hpp"

#include "had/core/config/command_words.hpp"
#include "had/core/config/net.hpp"
#include "had/core/config/print.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/base/names.hpp"

namespace had::core {

namespace {

struct ServiceDraft {
    ServiceConfig service;
    NetDraft net;
    bool ready = false;                       // is given
};

constexpr Duration longest = std::chrono::hours(24), least = std::chrono::milliseconds(100);

void read_type(const Reader& reader, ServiceDraft& draft) {
    const auto at = std::find(service_type_names.begin(), service_type_names.end(), reader.text());
    if (at == service_type_names.end()) return reader.unknown(service_type_names);
    draft.service.type = static_cast<ServiceType>(at - service_type_names.begin());
}

void read_label(const Reader& reader, std::string& into) {
    if (const auto label = reader.label()) into = *label;
}

// An interface, or a port of the chassis.
bool is_way(std::string_view word) { return port_name_from(word) || !wrong_interface_name(word); }

// "lte-net", "link 2.0"
void read_needs(const Reader& reader, ServiceDraft& draft) {
    const auto words = reader.list();
    for (std::size_t i = 0; i < words.size(); ++i) {
        Need need{words[i] == "link", std::string(words[i])};
        if (need.link) {
            if (++i == words.size() || !is_way(words[i]))
                return reader.must_be("a service, or 'link' and a port such as 2.0 or an interface");
            need.object = words[i];
        } else if (const auto wrong = wrong_label(words[i])) {
            return reader.error("'{}' is no service's name: it {}", words[i], *wrong);
        }
        auto& all = draft.service.needs;
        if (std::find(all.begin(), all.end(), need) != all.end()) reader.error("'{}' is named twice", need.object);
        else if (all.size() == limits::needs) return reader.error("more than {} needs", limits::needs);
        else all.push_back(std::move(need));
    }
}

void read_after(const Reader& reader, ServiceDraft& draft) {
    for (const std::string_view word : reader.list()) {
        if (const auto wrong = wrong_label(word)) return reader.error("'{}' is no service's name: it {}", word, *wrong);
        auto& all = draft.service.after;
        if (std::find(all.begin(), all.end(), word) != all.end()) reader.error("'{}' is named twice", word);
        else if (all.size() == limits::needs) return reader.error("after more than {} services", limits::needs);
        else all.emplace_back(word);
    }
}

void read_command(const Reader& reader, std::string& into) {
    const auto words = command_words(reader.text());
    if (!words) return reader.error("a quote or a backslash of '{}' has nothing behind it", reader.text());
    if (words->empty() || words->front().empty()) return reader.must_be("a program and its arguments");
    if (!placeholders(reader.text()))
        return reader.error("'%' stands for '%{{NAME}}' here, a percent sign itself is '%%'");
    into = reader.text();
}

// systemd.unit(5), "Description": what a name may consist of, and how long it is.
void read_unit(const Reader& reader, ServiceDraft& draft) {
    constexpr std::string_view signs = ":-_.\\@%{}";
    constexpr std::size_t longest_name = 255;
    const std::string_view name = reader.text();
    const bool fits = std::all_of(name.begin(), name.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               signs.find(c) != std::string_view::npos;
    });
    if (!fits || !name.ends_with(".service") || name == ".service" || name.size() > longest_name || !placeholders(name))
        return reader.must_be("the name of a unit that ends with '.service'");
    draft.service.unit = name;
}

std::optional<Sign> read_sign(const Reader& reader, bool lasting) {
    std::vector<std::string_view> names;
    for (const SignRule& rule : sign_rules)
        if (rule.lasts || !lasting) names.push_back(rule.name);
    const auto words = reader.words();
    const auto rule = std::find_if(sign_rules.begin(), sign_rules.end(), [&](const SignRule& one) {
        return !words.empty() && one.name == words[0] && (one.lasts || !lasting);
    });
    if (rule == sign_rules.end()) {
        reader.must_be(either(names));
        return std::nullopt;
    }
    if (words.size() != (rule->has_object ? 2U : 1U)) {
        if (rule->has_object) reader.must_be(fmt::format("'{0}' and one word, such as '{0} {1}'", rule->name,
                                                         rule->name == "file"      ? "/run/x"
                                                         : rule->name == "monitor" ? "gw"
                                                                                   : "ppp0"));
        else reader.must_be(fmt::format("'{}' alone", rule->name));
        return std::nullopt;
    }
    Sign sign{static_cast<SignKind>(rule - sign_rules.begin()), words.size() == 2 ? std::string(words[1]) : ""};
    if (sign.kind == SignKind::monitor) {
        const auto wrong = wrong_label(sign.object);
        if (wrong) reader.error("'{}' is no monitor's name: it {}", sign.object, *wrong);
        return wrong ? std::nullopt : std::optional(sign);
    }
    const bool filled_in = sign.object.find('%') != std::string::npos;
    if (filled_in && !placeholders(sign.object)) {
        reader.error("'%' stands for '%{{NAME}}' here, a percent sign itself is '%%'");
        return std::nullopt;
    }
    const bool path = sign.kind == SignKind::file;
    if (rule->has_object && !filled_in && (path ? sign.object.front() != '/' : !is_way(sign.object))) {
        reader.must_be(path ? "a path that begins with '/'" : "an interface or a port such as 2.0", sign.object);
        return std::nullopt;
    }
    return sign;
}

void read_ready(const Reader& reader, ServiceDraft& draft) {
    draft.ready = true;
    draft.service.ready = read_sign(reader, false).value_or(Sign{});
}

void read_time(const Reader& reader, Duration& into) {
    const auto value = reader.duration();
    if (!value) return;
    if (*value < least || *value > longest)
        return reader.error("'{}' is {} to {}", reader.key(), print_duration(least), print_duration(longest));
    into = *value;
}

void read_way(const Reader& reader, std::string& into) {
    if (!is_way(reader.text()) && wrong_label(reader.text()))
        return reader.must_be("a [match], a port such as 2.0 or an interface");
    into = reader.text();
}

const std::vector<Key<ServiceDraft>>& service_keys() {
    using D = ServiceDraft;
    static const auto keys = with_net_keys(std::vector<Key<D>>{
        {"type", read_type},
        {"for", [](const Reader& r, D& d) { read_label(r, d.service.match); }},
        {"needs", read_needs, true},
        {"after", read_after, true},
        {"command", [](const Reader& r, D& d) { read_command(r, d.service.command); }},
        {"unit", read_unit},
        {"stop", [](const Reader& r, D& d) { read_command(r, d.service.stop); }},
        {"ready", read_ready},
        {"alive", [](const Reader& r, D& d) { d.service.alive = read_sign(r, true); }},
        {"probe", [](const Reader& r, D& d) { read_command(r, d.service.probe); }},
        {"probe_interval", [](const Reader& r, D& d) { read_time(r, d.service.probe_interval); }},
        {"start_timeout", [](const Reader& r, D& d) { read_time(r, d.service.start_timeout); }},
        {"stop_timeout", [](const Reader& r, D& d) { read_time(r, d.service.stop_timeout); }},
        {"settle", [](const Reader& r, D& d) { read_time(r, d.service.settle); }},
        {"retry", [](const Reader& r, D& d) { read_time(r, d.service.retry); }},
        {"retry_max", [](const Reader& r, D& d) { read_time(r, d.service.retry_max); }},
        {"interface", [](const Reader& r, D& d) { read_way(r, d.service.interface); }},
    });
    return keys;
}

void parse_service(Parsing& parsing, const Heading& heading) {
    ServiceDraft draft;
    ServiceConfig& service = draft.service;
    service.name = heading.name;
    service.line = heading.section.line;
    read_keys<ServiceDraft>(parsing, heading, service_keys(), draft);
    service.net = finish(draft.net, "", heading.notes);
    // What keeps it alive is what makes it ready; a oneshot is ready when it has ended well.
    if (!draft.ready && service.alive) service.ready = *service.alive;
    if (!draft.ready && service.type == ServiceType::oneshot) service.ready = {SignKind::exit, ""};
    parsing.config.services.push_back(std::move(service));
}

std::string words_of(const Need& need) { return (need.link ? "link " : "") + need.object; }

void print_service(Printer& out, const ServiceConfig& service) {
    const ServiceConfig usual;
    const auto time = [&](std::string_view key, Duration value, Duration otherwise) {
        if (value != otherwise) out.key(key, print_duration(value));
    };
    out.section("service", service.name);
    if (service.type != usual.type) out.key("type", service_type_names[static_cast<std::size_t>(service.type)]);
    out.given("for", service.match);
    for (const Need& need : service.needs) out.key("needs", words_of(need));
    out.given("after", service.after);
    out.given("command", service.command);
    out.given("unit", service.unit);
    out.given("stop", service.stop);
    const Sign otherwise = service.type == ServiceType::oneshot ? Sign{SignKind::exit, ""}
                                                                : service.alive.value_or(Sign{});
    if (service.ready != otherwise) out.key("ready", to_string(service.ready));
    if (service.alive) out.key("alive", to_string(*service.alive));
    out.given("probe", service.probe);
    time("probe_interval", service.probe_interval, usual.probe_interval);
    time("start_timeout", service.start_timeout, usual.start_timeout);
    time("stop_timeout", service.stop_timeout, usual.stop_timeout);
    time("settle", service.settle, usual.settle);
    time("retry", service.retry, usual.retry);
    time("retry_max", service.retry_max, usual.retry_max);
    out.given("interface", service.interface);
    print_net(out, service.net);
}

void print_services(Printer& out, const Config& config) {
    for (const ServiceConfig& service : config.services) print_service(out, service);
}

std::vector<std::string_view> service_key_names() { return names_of<ServiceDraft>(service_keys()); }

} // namespace

std::string to_string(const Sign& sign) {
    const std::string_view name = sign_rules[static_cast<std::size_t>(sign.kind)].name;
    return sign.object.empty() ? std::string(name) : fmt::format("{} {}", name, sign.object);
}

std::vector<std::string> ServiceConfig::monitors() const {
    std::vector<std::string> names;
    if (ready.kind == SignKind::monitor) names.push_back(ready.object);
    if (alive && alive->kind == SignKind::monitor && *alive != ready) names.push_back(alive->object);
    return names;
}

const SectionRule service_section{"service", Named::label, true, parse_service, service_key_names, print_services};

} // namespace had::core
