#include "had/record/metrics.hpp"

#include "had/core/base/utc.hpp"
#include "had/record/counting.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

namespace had::record {

using namespace core;

namespace {

using enum MetricType;

constexpr Metric table[] = {
    {"had_up", gauge, "", "Whether the daemon answers on its socket."},
    {"had_build", info, "", "The version of had, and of its protocol."},
    {"had_health", gauge, "", "1 for the health that the whole chassis has."},
    {"had_start_time_seconds", gauge, "seconds", "When the daemon started, since 1970."},
    {"had_config_reload_successful", gauge, "", "Whether the last reload took had.conf."},
    {"had_config_reload_timestamp_seconds", gauge, "seconds", "When had.conf was taken for the last time, since 1970."},
    {"had_config_waiting", gauge, "", "Changes of had.conf that wait for `reload --force`."},
    {"had_orders", gauge, "", "Orders that operators have given by hand, and that are in force."},
    {"had_alarms", gauge, "", "Active alarms by severity."},
    {"had_alarm_raised_timestamp_seconds", gauge, "seconds", "When each active alarm was raised."},
    {"had_alarms_raised", counter, "", "Alarms that were raised, by severity."},
    {"had_bond_up", gauge, "", "1 while a healthy port carries the bond."},
    {"had_bond_state", gauge, "", "1 for the one state that the bond is in."},
    {"had_bond_ports_configured", gauge, "", "Ports that had.conf names for the bond, present or not."},
    {"had_bond_ports_serving", gauge, "", "Ports that carry the bond now."},
    {"had_bond_ready", gauge, "",
     "Whether a backup port would serve now, which a monitor has proven; of bonds with such a one."},
    {"had_bond_cards_serving", gauge, "", "Distinct cards that carry the bond now."},
    {"had_bond_domains_serving", gauge, "", "Distinct I/O domains that carry the bond now."},
    {"had_bond_active", gauge, "", "1 for the port that the bond sends on, 0 for its others."},
    {"had_bond_failovers", counter, "", "Moves of the active port, by cause, and by had or the kernel."},
    {"had_bond_failover_duration_seconds", histogram, "seconds",
     "From hearing of a loss to the kernel's announcement of the new port; failovers made by had."},
    {"had_bond_down_seconds", counter, "seconds", "Time without service; planned: by an operator's order."},
    {"had_bond_unknown_seconds", counter, "seconds", "Time in which nobody looked."},
    {"had_bond_unprotected_seconds", counter, "seconds", "Time served by one port or one card only."},
    {"had_vlan_up", gauge, "", "1 while the VLAN has a link."},
    {"had_vlan_down_seconds", counter, "seconds", "Time without service; planned: by an operator's order."},
    {"had_vlan_unknown_seconds", counter, "seconds", "Time in which nobody looked."},
    {"had_failover_up", gauge, "", "1 while a member of the group serves."},
    {"had_failover_active", gauge, "", "1 for the member that serves, 0 for the others."},
    {"had_service_up", gauge, "", "1 while the service is up, or a oneshot has run; for each instance."},
    {"had_service_failures", gauge, "", "How often the service has failed in a row."},
    {"had_peer_state", gauge, "", "1 for the one state that the other host is in, as seen from here."},
    {"had_peer_lan_up", gauge, "", "1 while the LAN to the other host serves in both directions."},
    {"had_peer_lan_used", gauge, "", "1 for the LAN by which the routes to the other host lead."},
    {"had_pair_address", gauge, "", "1 while the host (here, there) has the address that both share."},
    {"had_port_state", gauge, "", "1 for the one state that the port is in."},
    {"had_port_link_up", gauge, "", "Whether the port has a link."},
    {"had_port", info, "", "What the place holds at present."},
    {"had_port_losses", counter, "", "Times that the port stopped serving, by cause."},
    {"had_port_damped", gauge, "", "1 while its bond keeps a port back, since its link came and went again and again."},
    {"had_port_down_seconds", counter, "seconds", "Time without service of a port without a bond."},
    {"had_port_unknown_seconds", counter, "seconds", "Time in which nobody looked at a port without a bond."},
    {"had_path_stray_frames", gauge, "",
     "At least so many frames came in at the port by the protocol of a monitor (arp, nd, peer) and answer no "
     "question."},
    {"had_slot_occupied", gauge, "", "Whether a card is in the slot."},
    {"had_slot_state", gauge, "", "1 for the one state that the slot is in."},
    {"had_slot_card", info, "", "Which model is in the slot."},
    {"had_slot_insertions", counter, "", "Cards that came into the slot."},
    {"had_slot_removals", counter, "", "Cards that left the slot, in order or not."},
    {"had_kernel_resyncs", counter, "", "Times that messages of the kernel were lost, and all was read anew."},
    {"had_events_lost", counter, "", "Events that the recorder could not get or keep."},
    {"had_hook_runs", counter, "", "Programs at events that ended, well or not; since had-notify knows each of them."},
    {"had_history_errors", counter, "", "Tries to open or to write the history that failed."},
};

std::string labels(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
    std::string text;
    for (const auto& [name, value] : pairs) text += (text.empty() ? "" : ",") + label(name, value);
    return text;
}

class Gatherer {
public:
    explicit Gatherer(const Figures& figures) : f_(figures) {}

    std::vector<Sample> gather() {
        add("had_up", "", f_.view ? 1 : 0);
        if (f_.view) view(*f_.view);
        counters();
        hooks();
        std::stable_sort(samples_.begin(), samples_.end(), [](const Sample& a, const Sample& b) {
            return place_of(a.metric) < place_of(b.metric);
        });
        return std::move(samples_);
    }

private:
    static std::ptrdiff_t place_of(std::string_view name) {
        return std::find_if(std::begin(table), std::end(table), [&](const Metric& m) { return m.name == name; }) -
               std::begin(table);
    }
    void add(std::string_view metric, std::string text, double value, std::string suffix = "") {
        samples_.push_back({metric, std::move(suffix), std::move(text), value});
    }
    void time(std::string_view metric, std::string text, std::string_view when) {
        if (const auto micros = utc_micros_from(when)) add(metric, std::move(text), static_cast<double>(*micros) / 1e6);
    }
    // One series a state, of which one is 1.
    void states(std::string_view metric, std::string_view of, std::string_view name, Health is) {
        for (int i = 0; i <= static_cast<int>(Health::contested); ++i) {
            const auto health = static_cast<Health>(i);
            const std::string state = label("state", to_string(health));
            add(metric, of.empty() ? state : label(of, name) + "," + state, health == is ? 1 : 0);
        }
    }

    void view(const View& view) {
        add("had_build", labels({{"version", f_.version}, {"api", "1"}}), 1, "_info");
        states("had_health", "", "", view.health);
        time("had_start_time_seconds", "", view.started);
        add("had_config_reload_successful", "", view.file_refused.empty() ? 1 : 0);
        time("had_config_reload_timestamp_seconds", "", view.file_taken);
        std::size_t waiting = 0;
        for_each_object(view, [&](const ObjectId&, const auto& object) { waiting += object.waiting.size(); });
        add("had_config_waiting", "", static_cast<double>(waiting));
        std::map<std::string, int> orders;
        for (const OrderView& order : view.orders) ++orders[order.what];
        for (const auto& [what, count] : orders) add("had_orders", label("what", what), count);
        alarms(view);
        for (const BondView& each : view.bonds) bond(view, each);
        for (const VlanView& vlan : view.vlans) {
            add("had_vlan_up", label("vlan", vlan.name), vlan.carrier && vlan.health != Health::down ? 1 : 0);
            strays(vlan.name, vlan.paths);
        }
        for (const FailoverView& group : view.failovers) {
            add("had_failover_up", label("failover", group.name), group.active.empty() ? 0 : 1);
            for (const std::string& member : group.members)
                add("had_failover_active", labels({{"failover", group.name}, {"member", member}}),
                    member == group.active ? 1 : 0);
        }
        for (const ServiceView& service : view.services) {
            const bool up = service.phase == Phase::up || service.phase == Phase::done;
            add("had_service_up", label("service", service.name), up ? 1 : 0);
            add("had_service_failures", label("service", service.name), service.failures);
        }
        for (const PeerView& each : view.peers) peer(each);
        for (const SlotView& each : view.slots) slot(each);
    }

    void peer(const PeerView& peer) {
        states("had_peer_state", "peer", peer.name, peer.health);
        for (const PeerLanView& lan : peer.lans) {
            const std::string name = labels({{"peer", peer.name}, {"lan", lan.lan}});
            add("had_peer_lan_up", name, lan.usable() ? 1 : 0);
            add("had_peer_lan_used", name, lan.used ? 1 : 0);
        }
        for (const SharedView& shared : peer.shared)
            for (const auto& [where, host] : {std::pair("here", shared.here), std::pair("there", shared.there)})
                add("had_pair_address",
                    labels({{"peer", peer.name}, {"address", to_string(shared.address)}, {"host", where}}),
                    host && host->has ? 1 : 0);
    }

    void alarms(const View& view) {
        for (const auto severity : alarm_severities)
            add("had_alarms", label("severity", to_string(severity)),
                static_cast<double>(std::count_if(view.alarms.begin(), view.alarms.end(),
                                                  [&](const Alarm& alarm) { return alarm.severity == severity; })));
        for (const Alarm& alarm : view.alarms)
            time("had_alarm_raised_timestamp_seconds",
                 labels({{"alarm", alarm.id}, {"object", alarm.object}, {"severity", to_string(alarm.severity)}}),
                 alarm.raised);
    }

    void bond(const View& view, const BondView& bond) {
        const std::string name = label("bond", bond.name);
        std::set<std::string> cards, domains;
        for (const MemberView& member : bond.members) {
            const auto port = port_name_from(member.port);
            if (!serves(member) || !port) continue;
            cards.insert(port->slot);
            if (const SlotView* in = view.slot(port->slot)) domains.insert(in->domain);
        }
        for (const MemberView& member : bond.members)
            if (!member.port.empty()) add("had_port_damped", label("port", member.port), member.damped ? 1 : 0);
        add("had_bond_up", name, bond.health != Health::down && serving(bond) > 0 ? 1 : 0);
        states("had_bond_state", "bond", bond.name, bond.health);
        add("had_bond_ports_configured", name, bond.wanted);
        add("had_bond_ports_serving", name, serving(bond));
        if (bond.provable) add("had_bond_ready", name, bond.ready ? 1 : 0);
        add("had_bond_cards_serving", name, static_cast<double>(cards.size()));
        strays(bond.name, bond.paths);
        add("had_bond_domains_serving", name, static_cast<double>(domains.size()));
        for (const SlotView& in : view.slots)
            for (const PortView& port : in.ports)
                if (port.bond == bond.name)
                    add("had_bond_active", labels({{"bond", bond.name}, {"port", to_string(port.name)}}),
                        !bond.active.empty() && port.interface == bond.active ? 1 : 0);
    }

    void slot(const SlotView& slot) {
        add("had_slot_occupied", labels({{"slot", slot.name}, {"domain", slot.domain}}), slot.card ? 1 : 0);
        states("had_slot_state", "slot", slot.name, slot.health);
        if (slot.card)
            add("had_slot_card",
                labels({{"slot", slot.name}, {"vendor", fmt::format("{:04x}", slot.card->vendor)},
                        {"device", fmt::format("{:04x}", slot.card->device)}}), 1, "_info");
        for (const PortView& port : slot.ports) {
            if (port.config.empty()) continue;
            const std::string name = to_string(port.name);
            states("had_port_state", "port", name, port.health);
            add("had_port_link_up", label("port", name), port.carrier && !port.no_link_by ? 1 : 0);
            strays(name, port.paths);
            add("had_port",
                labels({{"port", name}, {"bond", port.bond}, {"interface", port.interface}, {"driver", port.driver},
                        {"mac", port.mac.is_zero() ? std::string() : to_string(port.mac)}}), 1, "_info");
        }
    }

    void strays(const std::string& object, const std::vector<PathView>& paths) {
        for (const PathView& path : paths)
            add("had_path_stray_frames", labels({{"monitor", path.monitor}, {"object", object}}),
                static_cast<double>(path.stray));
    }

    void counters() {
        Counters all = f_.counters;
        begin("", "", all);
        for (const auto& [object, span] : f_.open) {
            if (span.kind == "bond") begin("bond", object, all);
            Span so_far = span;
            so_far.length = between(span.begin, f_.now);
            for (const State state : {State::down, State::planned, State::unknown})       // there from the beginning
                count(Span{.kind = span.kind, .object = span.object, .state = state}, all);
            if (span.kind == "bond")
                count(Span{.kind = span.kind, .object = span.object, .state = State::up, .unprotected = true}, all);
            count(so_far, all);
        }
        for (const char* name : {"had_history_errors", "had_events_lost"}) all[{name, ""}] += 0;
        if (f_.view) begin_places(*f_.view, all);
        for (const auto& [key, value] : all)
            for (const Metric& metric : table)
                if (metric.type == counter && metric.name == key.name) add(metric.name, key.labels, value, "_total");
        histograms(all);
    }

    static void begin_places(const View& view, Counters& all) {
        for (const BondView& bond : view.bonds) begin("bond", bond.name, all);
        for (const SlotView& slot : view.slots) {
            begin("slot", slot.name, all);
            for (const PortView& port : slot.ports)
                if (!port.config.empty()) begin("port", to_string(port.name), all);
        }
    }

    // What had-notify keeps of its programs: it counts, so nobody else does.
    void hooks() {
        for (const auto& [name, progress] : f_.hooks)
            for (const auto& [result, runs] : {std::pair{"well", progress.well}, {"failed", progress.failed}})
                add("had_hook_runs", labels({{"hook", name}, {"result", result}}), static_cast<double>(runs), "_total");
    }

    // Kept by bucket, and written as sums: what took so long or less.
    void histograms(const Counters& all) {
        constexpr std::string_view name = "had_bond_failover_duration_seconds";
        for (const auto& [key, sum] : all) {
            if (key.name != std::string(name) + "_sum") continue;
            double below = 0;
            const auto bucket = [&](const std::string& bound) {
                const std::string text = fmt::format("{},le=\"{}\"", key.labels, bound);
                const auto at = all.find({std::string(name) + "_bucket", text});
                below += at == all.end() ? 0 : at->second;
                add(name, text, below, "_bucket");
            };
            for (const double bound : failover_bounds) bucket(fmt::format("{}", bound));
            bucket("+Inf");
            add(name, key.labels, below, "_count");
            add(name, key.labels, sum, "_sum");
        }
    }

    const Figures& f_;
    std::vector<Sample> samples_;
};

std::string_view word_of(MetricType type) {
    switch (type) {
    case gauge: return "gauge";
    case counter: return "counter";
    case info: return "info";
    case histogram: return "histogram";
    }
    return "unknown";
}

std::string number(double value) {
    return value == static_cast<double>(static_cast<std::int64_t>(value)) && value < 1e15 && value > -1e15
               ? fmt::format("{}", static_cast<std::int64_t>(value))
               : fmt::format("{}", value);
}

template <class Head>
std::string written(const std::vector<Sample>& samples, Head head) {
    std::string text;
    std::string_view last;
    for (const Sample& sample : samples) {
        if (sample.metric != std::exchange(last, sample.metric))
            text += head(*std::find_if(std::begin(table), std::end(table),
                                       [&](const Metric& m) { return m.name == sample.metric; }));
        text += fmt::format("{}{}{} {}\n", sample.metric, sample.suffix,
                            sample.labels.empty() ? "" : "{" + sample.labels + "}", number(sample.value));
    }
    return text;
}

} // namespace

std::span<const Metric> metrics() { return table; }

std::vector<Sample> samples_of(const Figures& figures) { return Gatherer(figures).gather(); }

std::string openmetrics(const std::vector<Sample>& samples) {
    return written(samples, [](const Metric& m) {
               std::string head = fmt::format("# TYPE {} {}\n", m.name, word_of(m.type));
               if (!m.unit.empty()) head += fmt::format("# UNIT {} {}\n", m.name, m.unit);
               return head + fmt::format("# HELP {} {}\n", m.name, m.help);
           }) + "# EOF\n";
}

// There a family has the name of its samples, and `info` is no type.
std::string textfile(const std::vector<Sample>& samples) {
    return written(samples, [](const Metric& m) {
        const std::string name =
            fmt::format("{}{}", m.name, m.type == counter ? "_total" : m.type == info ? "_info" : "");
        return fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, m.help, word_of(m.type == info ? gauge : m.type));
    });
}

} // namespace had::record
