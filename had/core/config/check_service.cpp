// Services and groups: what each needs, and what cannot come to run.
#include "had/core/config/check.hpp"
#include "had/core/config/command_words.hpp"
#include "had/core/config/group_route.hpp"
#include "had/core/config/waits.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/limits.hpp"

#include <fmt/format.h>

#include <utility>

namespace had::core {

namespace {

class ServiceCheck {
public:
    ServiceCheck(Parsing& parsing, const ServiceConfig& service)
        : parsing_(parsing), service_(service), section_("service " + service.name),
          notes_{parsing.diagnostics, section_} {}

    void all() const {
        name();
        device();
        what_runs();
        signs();
        names();
        for (const std::string_view key : {"command", "unit", "stop", "probe"}) placeholders_of(key, text_of(key));
        placeholders_of("ready", service_.ready.object);
        if (service_.alive) placeholders_of("alive", service_.alive->object);
        if (service_.retry > service_.retry_max)
            notes_.error(line_of("retry"), "'retry' is longer than 'retry_max', {}",
                         print_duration(service_.retry_max));
    }

private:
    [[nodiscard]] bool has(std::string_view key) const { return parsing_.has(section_, key); }
    [[nodiscard]] Line line_of(std::string_view key) const {
        return parsing_.line_of(section_, key, service_.line);
    }
    [[nodiscard]] const std::string& text_of(std::string_view key) const {
        return key == "command" ? service_.command
               : key == "unit"  ? service_.unit
               : key == "stop"  ? service_.stop
                                : service_.probe;
    }

    void name() const {
        for (const std::string_view program : {"notify", "recorder"})
            if (service_.name == program)
                notes_.error(service_.line, "'{}' is no name for a service: had-{}.service is a program of the "
                                            "daemon's own", program, program);
    }

    void device() const {
        if (service_.match.empty() || parsing_.config.match(service_.match)) return;
        std::string hint = suggest(parsing_, service_.match, parsing_.config.matches);
        if (hint.empty()) hint = fmt::format(", there is no [match {}]", service_.match);
        notes_.error(line_of("for"), "unknown match '{}'{}", service_.match, hint);
    }

    void what_runs() const {
        if (has("unit")) unit();
        for (const std::string_view key : {"address", "gateway", "route", "rule", "mtu"})
            if (has(key)) of_interface(key);
        if (service_.net.dhcp) {
            if (has("command"))
                notes_.error(line_of("dhcp"),
                             "'dhcp' and 'command' exclude each other: the DHCP client is the command");
            if (!has("interface")) notes_.error(line_of("dhcp"), "'dhcp' needs 'interface', on which it asks");
            if (service_.type == ServiceType::oneshot)
                notes_.error(line_of("type"), "a DHCP client stays and renews its lease, it is no oneshot");
        } else if (!has("command") && !has("unit") && !parsing_.misspelt.contains(section_)) {
            if (!has("interface")) notes_.error(service_.line, "a service needs 'command', 'unit' or 'interface'");
            else without_process();
        }
    }

    // What it gives its interface while it is up.  One that has a section has its addresses there.
    void of_interface(std::string_view key) const {
        if (!has("interface")) return notes_.error(line_of(key), "'{}' needs 'interface', which is to have it", key);
        if (service_.type == ServiceType::oneshot)
            return notes_.error(line_of(key), "a oneshot has ended when it has done its work, and '{}' is for a "
                                              "service that is up", key);
        std::string owner;
        for_each_interface(parsing_.config, [&](const auto& one) {
            if (one.name == service_.interface) owner = one.name;
        });
        const auto port = port_name_from(service_.interface);
        const DeviceLine* device = port ? parsing_.config.device(*port) : nullptr;
        if (device) owner = "config " + device->config;
        if (!owner.empty())
            notes_.error(line_of(key), "{} has a section: '{}' belongs in that of {}", service_.interface, key, owner);
    }

    void without_process() const {
        if (service_.type == ServiceType::oneshot)
            notes_.error(line_of("type"), "a oneshot needs 'command', which it runs once");
        if (has("ready") && (service_.ready.kind == SignKind::notify || service_.ready.kind == SignKind::started))
            notes_.error(line_of("ready"), "'ready = {}' is said by a process, and without 'command' there is none",
                         to_string(service_.ready));
        if (!service_.match.empty())
            notes_.error(line_of("for"), "'for' runs a command for each device: without one, give 'interface = {}'",
                         service_.match);
    }

    void unit() const {
        for (const std::string_view key : {"command", "dhcp"})
            if (has(key)) notes_.error(line_of("unit"), "'unit' and '{}' exclude each other: one of them runs", key);
        if (service_.type == ServiceType::oneshot)
            notes_.error(line_of("type"), "a unit is watched for as long as it is active: a oneshot has 'command'");
        if (service_.unit.starts_with("had-") || service_.unit.starts_with("had."))
            notes_.error(line_of("unit"), "names that begin with 'had-' or 'had.' are those of the daemon's own units");
        for (const ServiceConfig& other : parsing_.config.services)
            if (!service_.unit.empty() && other.unit == service_.unit && other.line < service_.line)
                notes_.error(line_of("unit"), "{} is already that of service {}, {}", service_.unit, other.name,
                             other.line.seen_from(line_of("unit")));
    }

    void signs() const {
        if (service_.type == ServiceType::oneshot) {
            if (service_.alive) notes_.error(line_of("alive"), "a oneshot has ended when it has done its work");
            if (service_.ready.kind != SignKind::exit)
                notes_.error(line_of("ready"), "a oneshot is ready when it has ended with 0, 'ready = exit'");
        } else {
            if (service_.ready.kind == SignKind::exit)
                notes_.error(line_of("ready"), "'ready = exit' is for 'type = oneshot', a daemon that ends has failed");
            if (has("stop"))
                notes_.error(line_of("stop"), "'stop' is for 'type = oneshot', a daemon is stopped by TERM");
        }
    }

    void names() const {
        for (const Need& need : service_.needs)
            if (!need.link) service_named("needs", need.object);
        for (const std::string& name : service_.after) service_named("after", name);
    }
    void service_named(std::string_view key, const std::string& name) const {
        if (name == service_.name) return notes_.error(line_of(key), "it cannot wait for itself");
        if (parsing_.config.service(name)) return;
        std::string hint = suggest(parsing_, name, parsing_.config.services);
        if (parsing_.config.match(name))
            hint = fmt::format(", it is a match: 'for = {}' runs the service for each", name);
        else if (hint.empty()) hint = fmt::format(", there is no [service {}]", name);
        notes_.error(line_of(key), "unknown service '{}'{}", name, hint);
    }

    void placeholders_of(std::string_view key, const std::string& text) const {
        for (const std::string& name : placeholders(text).value_or(std::vector<std::string>{})) {
            const bool of_device = name == "devnode" || name == "device" || name == "syspath";
            const bool of_link = name == "interface" && (has("interface") || !service_.match.empty());
            if (port_name_from(name) || (of_device && !service_.match.empty()) || of_link) continue;
            if (of_device) notes_.error(line_of(key), "'%{{{}}}' needs 'for', the match whose device it is", name);
            else notes_.error(line_of(key), "unknown '%{{{}}}', it is devnode, device, syspath, interface or a port "
                                            "such as 2.0", name);
        }
    }

    Parsing& parsing_;
    const ServiceConfig& service_;
    std::string section_;
    Notes notes_;
};

// Each service of a circle is told, for each of them can be the one to change.
void check_cycles(Parsing& parsing, const Waits& waits) {
    for (const ServiceConfig& service : parsing.config.services) {
        const auto all = waits.of(service.name);
        const auto through = std::find_if(all.begin(), all.end(), [&](std::string_view next) {
            return next != service.name && waits.reach(next, service.name);
        });
        if (through == all.end()) continue;
        Notes{parsing.diagnostics, "service " + service.name}.error(
            service.line, "it waits for {}, which waits for it: none of them would ever start", *through);
    }
}

// Who may talk to a device at the same time: nobody, unless one waits for the other.
void check_devices(Parsing& parsing, const Waits& waits) {
    const auto& all = parsing.config.services;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
            if (all[i].match.empty() || all[i].match != all[k].match) continue;
            if (waits.reach(all[i].name, all[k].name) || waits.reach(all[k].name, all[i].name)) continue;
            Notes{parsing.diagnostics, "service " + all[i].name}.error(
                parsing.line_of("service " + all[i].name, "for", all[i].line),
                "{} is also the device of service {}, {}: let one of them wait for the other", all[i].match,
                all[k].name, all[k].line);
        }
}

class GroupCheck {
public:
    GroupCheck(Parsing& parsing, const Waits& waits, const FailoverConfig& group)
        : parsing_(parsing), waits_(waits), group_(group), section_("failover " + group.name),
          notes_{parsing.diagnostics, section_} {}

    void all(std::map<std::string_view, const FailoverConfig*>& taken) const {
        if (!parsing_.has(section_, "members")) {
            if (!parsing_.misspelt.contains(section_)) notes_.error(group_.line, "a failover needs 'members'");
            return;
        }
        failback();
        if (!group_.routes.empty()) ways();
        for (std::size_t i = 0; i < group_.members.size(); ++i) member(i, taken);
        if (group_.members.size() == 1)
            notes_.warning(line_of("members"), "has only one member: nothing takes over when it fails");
    }

private:
    [[nodiscard]] Line line_of(std::string_view key) const {
        return parsing_.line_of(section_, key, group_.line);
    }

    // The author of a file says what is to happen when the better way is back; there is no value that suits everybody.
    void failback() const {
        const bool given = parsing_.has(section_, "failback");
        if (group_.together && given)
            notes_.error(line_of("failback"), "'failback' and 'together = yes' exclude each other: nothing comes back "
                                              "where all run");
        if (!group_.together && !given && !parsing_.misspelt.contains(section_))
            notes_.error(group_.line, "a failover needs 'failback': never, 'after DURATION' or 'within HH:MM-HH:MM'");
    }

    // Each member has a way, and it is of the routes' IP version.
    void ways() const {
        for (const std::string& name : group_.members) {
            const MemberConfig* member = parsing_.config.member(name);
            if (!member && !parsing_.config.service(name)) continue;         // told
            if (way_of(parsing_.config, name).empty())
                notes_.error(group_.routes.front().line,
                             "nothing says by which interface {0} leads: give {1}", name,
                             member ? fmt::format("'interface' in [member {}]", name)
                                    : fmt::format("a [member ...] with 'service = {}' and 'interface'", name));
            for (const GroupRoute& route : group_.routes) {
                const auto& via = member ? member->gateway : std::nullopt;
                if (!via || !route.destination || route.destination->address.family == via->family) continue;
                notes_.error(route.line, "route {} and the gateway {} of member {} are of two IP versions",
                             to_string(*route.destination), to_string(*via), name);
            }
        }
    }

    void member(std::size_t at, std::map<std::string_view, const FailoverConfig*>& taken) const {
        const std::string& name = group_.members[at];
        const MemberConfig* section = parsing_.config.member(name);
        const std::string_view of = parsing_.config.service_of(name);
        const ServiceConfig* service = parsing_.config.service(of);
        if (!service) {
            if (section) return;                  // [member] has the error
            std::string hint = suggest(parsing_, name, parsing_.config.services);
            if (hint.empty()) hint = suggest(parsing_, name, parsing_.config.members);
            if (hint.empty()) hint = fmt::format(", there is no [member {0}] and no [service {0}]", name);
            return notes_.error(line_of("members"), "unknown member '{}'{}", name, hint);
        }
        const auto [first, fresh] = taken.try_emplace(service->name, &group_);
        if (!fresh)
            notes_.error(line_of("members"), "service {} is a member of {} already, {}", service->name,
                         first->second->name, first->second->line);
        if (service->type == ServiceType::oneshot)
            notes_.error(line_of("members"), "{} is a oneshot: it ends, and nothing would tell that it fails", name);
        const bool last = at + 1 == group_.members.size();
        if (group_.failback.kind != ReturnKind::never && !group_.together && !last && service->probe.empty())
            notes_.error(line_of("failback"), "a better member comes back when its 'probe' has succeeded for a while, "
                                              "and service {} has none", service->name);
        for (const std::string& other : group_.members) {
            const std::string_view needed = parsing_.config.service_of(other);
            if (!group_.together && other != name && waits_.reach(of, needed))
                notes_.error(line_of("members"), "{} needs {}, and only one of them runs at a time", name, other);
        }
    }

    Parsing& parsing_;
    const Waits& waits_;
    const FailoverConfig& group_;
    std::string section_;
    Notes notes_;
};

void check_member(Parsing& parsing, const MemberConfig& member) {
    const std::string section = "member " + member.name;
    const Notes notes{parsing.diagnostics, section};
    const auto& groups = parsing.config.failovers;
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const FailoverConfig& one) {
        return std::find(one.members.begin(), one.members.end(), member.name) != one.members.end();
    });
    for (const std::string_view key : {"interface", "gateway"})
        if (parsing.has(section, key) && group != groups.end() && group->routes.empty())
            notes.error(parsing.line_of(section, key, member.line),
                        "'{}' is for the 'route' of a group, and [failover {}] has none", key, group->name);
    if (member.service.empty() || parsing.config.service(member.service)) return;
    std::string hint = suggest(parsing, member.service, parsing.config.services);
    if (hint.empty()) hint = fmt::format(", there is no [service {}]", member.service);
    notes.error(parsing.line_of(section, "service", member.line), "unknown service '{}'{}", member.service, hint);
}

// One name means one thing to `hadctl explain` and to an order.
void check_own_names(Parsing& parsing) {
    std::map<std::string_view, std::pair<std::string_view, Line>> taken;
    for_each_interface(parsing.config, [&](const auto& one) {
        taken.try_emplace(one.name, std::string_view("an interface"), one.line);
    });
    const auto take = [&](std::string_view kind, const std::string& name, const Line& line) {
        const Notes notes{parsing.diagnostics, fmt::format("{} {}", kind, name)};
        if (parsing.index.slot_names.contains(name)) notes.error(line, "'{}' is a slot of this file already", name);
        else if (name.find_first_not_of("0123456789") == std::string::npos)
            notes.error(line, "'{}' is no name for a {}: it reads as a slot", name, kind);
        const auto [at, fresh] = taken.try_emplace(name, kind, line);
        if (!fresh && !(at->second.first == kind))
            notes.error(line, "{} gives this name to {}", at->second.second,
                        at->second.first == "an interface" ? "an interface" : fmt::format("a {}", at->second.first));
    };
    for (const ServiceConfig& service : parsing.config.services) take("service", service.name, service.line);
    for (const FailoverConfig& group : parsing.config.failovers) take("failover", group.name, group.line);
    for (const PeerConfig& peer : parsing.config.peers) take("peer", peer.name, peer.line);
}

// One interface has its addresses from one service at a time.
void check_owners(Parsing& parsing) {
    const auto& all = parsing.config.services;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
            if (all[i].interface.empty() || all[i].interface != all[k].interface) continue;
            if (!gives_something(all[i].net) || !gives_something(all[k].net)) continue;
            if (exclude_each_other(parsing.config, all[i].name, all[k].name)) continue;
            Notes{parsing.diagnostics, "service " + all[i].name}.error(
                parsing.line_of("service " + all[i].name, "interface", all[i].line),
                "{} has its addresses from service {} already, {}", all[i].interface, all[k].name, all[k].line);
        }
}

// Two clients on one interface take each other's address away.
void check_clients(Parsing& parsing) {
    std::map<std::string_view, std::string_view> clients;
    const auto note = [&](const auto& one) {
        if (one.net.dhcp) clients.try_emplace(one.name, one.name);
    };
    for_each_interface(parsing.config, note);
    for (const ServiceConfig& service : parsing.config.services) {
        if (!service.net.dhcp || service.interface.empty()) continue;
        const auto [at, fresh] = clients.try_emplace(service.interface, service.name);
        const std::string section = "service " + service.name;
        if (!fresh)
            Notes{parsing.diagnostics, section}.error(parsing.line_of(section, "dhcp", service.line),
                                                      "{} asks on {} already, and two clients take each other's "
                                                      "address away", at->second, service.interface);
    }
}

} // namespace

void check_services(Parsing& parsing) {
    const Config& config = parsing.config;
    for (const ServiceConfig& service : config.services) ServiceCheck(parsing, service).all();
    for (const MemberConfig& member : config.members) check_member(parsing, member);
    std::map<std::string_view, const FailoverConfig*> taken;
    const Waits waits(config);
    for (const FailoverConfig& group : config.failovers) GroupCheck(parsing, waits, group).all(taken);
    check_cycles(parsing, waits);
    check_devices(parsing, waits);
    check_own_names(parsing);
    check_clients(parsing);
    check_owners(parsing);
    if (config.services.size() > limits::services)
        Notes{parsing.diagnostics, ""}.error(config.services[limits::services].line, "more than {} services",
                                             limits::services);
}

void check_unused_services(Parsing& parsing) {
    const Config& config = parsing.config;
    std::set<std::string_view> matches, members;
    for (const ServiceConfig& service : config.services) matches.insert({service.match, service.interface});
    for (const MemberConfig& member : config.members) matches.insert(member.interface);
    for (const FailoverConfig& group : config.failovers) members.insert(group.members.begin(), group.members.end());
    for (const MatchConfig& match : config.matches)
        if (!matches.contains(match.name))
            Notes{parsing.diagnostics, "match " + match.name}.warning(match.line, "no service is for it");
    for (const MemberConfig& member : config.members)
        if (!members.contains(member.name))
            Notes{parsing.diagnostics, "member " + member.name}.warning(member.line, "no [failover] names it");
}

} // namespace had::core
