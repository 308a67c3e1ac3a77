#include "had/hadctl/command_line.hpp"

#include "had/core/base/diagnostics.hpp"
#include "had/sys/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace had::hadctl {

namespace {

void with_json(CLI::App& app, Options& options) {
    app.add_flag("--json", options.json, "for programs: JSON as doc/protocol.md has it");
}

void with_file(CLI::App& app, Options& options) {
    with_json(app, options);
    app.add_option("FILE", options.file, "instead of the usual file");
}

void with_bond(CLI::App& app, Options& options) {
    with_json(app, options);
    app.add_option("BOND", options.bond, "a bond of had.conf")->required();
}

void with_slot(CLI::App& app, Options& options) {
    with_json(app, options);
    app.add_option("SLOT", options.slot, "a slot of had.conf")->required();
}

void with_domain(CLI::App& app, Options& options) {
    with_json(app, options);
    app.add_option("DOMAIN", options.domain, "a domain of had.conf")->required();
}

void with_plan(CLI::App& app, Options& options) {
    app.add_flag("--plan", options.foresee, "only show what would be done first, or why it would be refused");
}

void with_period(CLI::App& app, Options& options) {
    CLI::Option* last = app.add_option("--last", options.last, "30d (unless given), 12h: up to now");
    CLI::Option* month = app.add_option("--month", options.month, "2026-10")->excludes(last);
    app.add_option("--since", options.since, "2026-10-01, RFC 3339, or 30d: so long ago")
        ->excludes(last)
        ->excludes(month);
}

// Nobody means more seconds than this.  "nan" is a number to the library, and refused here.
std::string mistake_in_seconds(const std::string& word) {
    constexpr double most = 366 * 86400.0;
    double seconds = -1;
    if (CLI::detail::lexical_cast(word, seconds) && seconds >= 0 && seconds <= most) return {};
    return fmt::format("'{}' is no number of seconds from 0 to {}", word, most);
}

// The mistake, as CLI11 prints it behind the option's name.  Empty: the word is a state.
std::string mistake_in(const std::string& word) {
    if (core::health_from(word) || word == "ready") return {};
    return fmt::format("'{}' is no state: healthy, degraded, down, absent, offline, quarantined, "
                       "contested, or ready of a bond",
                       word);
}

const Command commands[] = {
    {"status", "the picture of the chassis (exit 3: degraded or down)", status,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_flag("--watch", options.watch, "stay, and draw it again when something changes");
         app.add_flag("--panel", options.panel, "the front panel: where which card is, and its lamps")
             ->excludes(app.get_option("--json"));
     }},
    {"explain", "why an object is as it is", explain,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("OBJECT", options.object, "a slot, port, bond, VLAN, group, service, peer or interface")
             ->required();
     }},
    {"link", "what netlink, driver and transceiver say of a link, one below the other", link,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("INTERFACE", options.object, "an interface, or a port")->required();
     }},
    {"path", "what the monitors find of each way: state, loss, round trip (exit 3: one is silent)", path,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("OBJECT", options.object, "a bond, VLAN, service, interface or port; all, when it is left out");
         app.add_flag("--watch", options.watch, "stay, and show it again each second");
     }},
    {"peer", "the other hosts that are asked: each LAN, round trip, what was refused (exit 3: one is lost)", peer,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("PEER", options.object, "a peer of had.conf; all, when it is left out");
         app.add_flag("--watch", options.watch, "stay, and show it again each second");
     }},
    {"peer scan", "who answers on the LANs of peers, also hosts that had.conf does not name", scan, with_json},
    {"pair", "the addresses that two hosts have in turn: who has them, since when, why (exit 3: something is wrong)",
     pair,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_flag("--watch", options.watch, "stay, and show it again each second");
     }},
    {"pair notify", "for keepalived's notify: note what it says of an address", pair_notify,
     [](CLI::App& app, Options& options) {
         app.add_option("ADDRESS", options.object, "the address, without its length")->required();
         app.add_option("WORDS", options.objects, "as keepalived gives them: INSTANCE NAME STATE PRIORITY")->required();
     }},
    {"pair setup", "a configuration for keepalived, which keeps an address on one of two hosts; needs no daemon",
     pair_setup,
     [](CLI::App& app, Options& options) {
         app.add_option("ADDRESS", options.object, "that address with its length, 10.0.1.100/24")->required();
         app.add_option("FILE", options.file, "instead of /etc/had.conf");
     }},
    {"alarms", "what is to be repaired, and how (exit 3: there is something)", alarms, with_json},
    {"ack", "take note of an alarm, for others to see; it stays until it is repaired", ack,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("ALARM", options.alarm, "its id, as alarms shows it")->required();
     }},
    {"history", "what has happened, also before the daemon's start; needs no daemon", history,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("OBJECT", options.object, "a slot, port, bond, VLAN, group, service, peer or interface");
         app.add_option("--since", options.since, "2026-10-01, RFC 3339, or 30d: so long ago");
         app.add_option("--event", options.event, "this event alone: failover, down, ...");
     }},
    {"availability", "how much of a time each bond, VLAN and plain port served; needs no daemon", availability,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("OBJECT", options.object, "a bond, a VLAN, or a port without a bond");
         with_period(app, options);
         app.add_option("--at-least", options.at_least, "10s: shorter outages count as up");
     }},
    {"timeline", "outages and failovers on a line of time; needs no daemon", timeline,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("OBJECT", options.object, "a bond, a VLAN, or a port without a bond: also the last of them");
         with_period(app, options);
     }},
    {"report", "one HTML file for a ticket: the picture, the history, configuration and events", report,
     [](CLI::App& app, Options& options) {
         with_period(app, options);
         app.add_flag("--scrub", options.scrub, "other addresses, MACs, names and serials, and no comments");
         app.add_option("FILE", options.file, "the configuration, instead of /etc/had.conf");
     }},
    {"metrics", "the figures for monitoring, as OpenMetrics", metrics,
     [](CLI::App& app, Options& options) {
         app.add_flag("--prometheus", options.prometheus, "the older text format, 0.0.4, of node_exporter's files");
     }},
    {"notify", "the programs that are run at events, and how they fare", hooks, with_json},
    {"notify test", "run them now, with a marked event; the exit code is theirs", try_hooks,
     [](CLI::App& app, Options& options) {
         app.add_option("PROGRAM", options.object, "this one alone, by the name that notify shows");
         app.add_option("--event", options.event, "failover unless given");
     }},
    {"plan", "what the daemon is about to do, or would do with FILE (exit 5: something waits)", plan,
     with_file},
    {"check", "every mistake in had.conf; needs no daemon and no root (exit 6: there are some)", check,
     with_file},
    {"config", "had.conf and the files beside it as one, each line with its place; needs no daemon", show_config,
     with_file},
    {"draft", "write a had.conf from what runs, or from another tool's files; needs no daemon", draft_config,
     [](CLI::App& app, Options& options) {
         app.add_option("INTERFACE", options.objects, "these alone, with what they are made of and stand on");
         app.add_option("--from", options.from, "a file or directory of another tool; may be repeated")
             ->type_name("FILE")
             ->expected(1)
             ->take_all();
         app.add_option("--format", options.format, "ifupdown, ifcfg, netplan, networkd or keyfile; else it is found");
     }},
    {"reload", "take had.conf as it is now (exit 5: a part waits for --force)", reload,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_flag("--force", options.force, "also what cuts service for a moment");
     }},
    {"bond activate", "move a bond to a port by hand, and hold it there",
     [](const Options& o) {
         const control::Args args = {{"bond", o.bond}, {"port", o.port}};
         return o.foresee ? foresee(o, "bond.activate", args) : give_order(o, "bond.activate", args);
     },
     [](CLI::App& app, Options& options) {
         with_bond(app, options);
         with_plan(app, options);
         app.add_option("PORT", options.port, "a port of the bond, 2.1, or its interface")->required();
     }},
    {"bond auto", "end that order: the daemon chooses the active port again",
     [](const Options& o) { return give_order(o, "bond.auto", {{"bond", o.bond}}); }, with_bond},
    {"slot offline", "let a card go; returns when it is safe to pull (exit 5: it would cut service)", offline,
     [](CLI::App& app, Options& options) {
         with_slot(app, options);
         with_plan(app, options);
         CLI::Option* force = app.add_flag("--force", options.force, "also what cuts service");
         app.add_flag("--wait", options.wait, "ten minutes at most, for another port to serve instead")
             ->excludes(force);
     }},
    {"slot online", "end that order: the card serves again, or the slot is switched on", online, with_slot},
    {"slot accept", "let in a card that had.conf does not accept",
     [](const Options& o) { return order_slot(o, "slot.accept", "its card is accepted"); }, with_slot},
    {"slot identify", "blink the slot's LED for a while",
     [](const Options& o) { return order_slot(o, "slot.identify", "its LED blinks"); }, with_slot},
    {"domain release", "give a domain away; returns when it is free (exit 5: it would cut service)", release,
     [](CLI::App& app, Options& options) {
         with_domain(app, options);
         app.add_flag("--force", options.force, "also what cuts service");
     }},
    {"domain take", "take a domain, or take it back", take, with_domain},
    {"failover", "orders about a group: failover NAME use MEMBER, hold MEMBER, or release", order_group,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("GROUP", options.group, "a [failover] of had.conf")->required();
         app.add_option("ORDER", options.order, "use, hold or release")->required()
             ->check(CLI::IsMember({"use", "hold", "release"}));
         app.add_option("MEMBER", options.member, "of use and hold: a member of the group");
     }},
    {"pause", "the daemon watches and reports, and changes nothing, for DURATION or 30min", pause,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("DURATION", options.duration, "10min, 1h; 24h at most");
     }},
    {"resume", "end that pause: the daemon acts again",
     [](const Options& o) { return give_order(o, "resume", {}); }, with_json},
    {"monitor", "print each event as it happens, one a line", monitor,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("--since", options.since, "INSTANCE:SEQ: go on after this event");
         app.add_flag("--follow", options.follow, "when the daemon ends or has no room, wait for it and go on");
     }},
    {"wait", "wait until OBJECT, or the whole chassis, is in a state (exit 7: timed out)", wait,
     [](CLI::App& app, Options& options) {
         app.add_option("OBJECT", options.object,
                        "a slot, port, bond, VLAN, group, service, peer or interface; without it, the whole chassis");
         app.add_option("--until", "healthy (unless given), degraded, down, absent, ...; ready: a bond's backup port "
                                   "would serve, which a monitor has proven")
             ->type_name("STATE")
             ->check(mistake_in)
             ->each([&](const std::string& word) {
                 options.until_ready = word == "ready";
                 options.until = core::health_from(word).value_or(options.until);
             });
         app.add_option("--timeout", options.timeout,
                        "seconds; without it, for as long as it takes")
             ->check(mistake_in_seconds);
     }},
};

// "bond activate" is the verb `activate` of the group `bond`; a group needs a verb.
CLI::App* add_verb(CLI::App& app, const Command& command) {
    const std::string name = command.name;
    const std::size_t space = name.find(' ');
    if (space == std::string::npos) return app.add_subcommand(name, command.help);
    const std::string group = name.substr(0, space);
    const auto same = app.get_subcommands([&](const CLI::App* each) { return each->get_name() == group; });
    CLI::App* parent = same.empty() ? nullptr : same.front();
    if (!parent) {
        parent = app.add_subcommand(group, "orders about a " + group + ": " + group + " --help lists them");
        parent->fallthrough();
    }
    return parent->add_subcommand(name.substr(space + 1), command.help);
}

// All verbs, or those of a group, as a user types them.
std::vector<std::string_view> verbs_of(std::string_view group) {
    std::vector<std::string_view> names;
    for (const Command& command : commands) {
        std::string_view name = command.name;
        if (!group.empty() && !name.starts_with(std::string(group) + ' ')) continue;
        if (!group.empty()) name.remove_prefix(group.size() + 1);
        names.push_back(name);
    }
    return names;
}

} // namespace

void add_verbs(CLI::App& app, Options& options, const Command*& chosen) {
    app.set_version_flag("-V,--version", "hadctl " HAD_VERSION);
    app.add_option("--socket", options.socket, "the daemon's control socket (HAD_SOCKET)");
    app.require_subcommand(0, 1);
    app.allow_extras();
    app.fallthrough();
    for (const Command& command : commands) {
        CLI::App* sub = add_verb(app, command);
        command.arguments(*sub, options);
        // Of "notify test" the last word counts, though "notify" is a verb as well.
        sub->callback([&chosen, &command, sub] {
            if (sub->get_subcommands().empty()) chosen = &command;
        });
    }
    sys::refuse_values_of_flags(app);
}

std::string leftover(const CLI::App& app, const Command* chosen) {
    const auto rest = sys::strange_words(app);
    if (chosen != nullptr) return rest.empty() ? "" : fmt::format("what is '{}'?", rest.front());
    const auto parsed = app.get_subcommands();
    const std::string group = parsed.empty() ? "" : parsed.front()->get_name();
    const auto names = verbs_of(group);
    if (rest.empty() && group.empty()) return "which verb?  hadctl --help lists them";
    if (rest.empty()) return fmt::format("which verb of {}?  {}", group, fmt::join(names, ", "));
    const std::string hint = core::did_you_mean(rest.front(), names);
    return fmt::format("no verb '{}{}{}'{}", group, group.empty() ? "" : " ", rest.front(),
                       !hint.empty()   ? hint
                       : group.empty() ? ""
                                       : fmt::format(", there are {}", fmt::join(names, ", ")));
}

} // namespace had::hadctl
