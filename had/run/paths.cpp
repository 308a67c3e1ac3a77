#include "had/run/paths.hpp"

#include "had/core/monitor/probe_mac.hpp"
#include "had/core/plan/service.hpp"
#include "had/core/policy/failover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace had {

using namespace core;

namespace {

constexpr std::size_t most_ports = 64;        // that peers can name (PeerMark)

// One that asks the same thing, however often and whatever follows.
bool asks_the_same(const MonitorConfig& a, const MonitorConfig& b) {
    return a.kind == b.kind && a.path == b.path && a.port == b.port && a.command == b.command;
}

Mac address_of(const MonitorConfig& monitor, const Link& port, const Link& bond, const Mac& local) {
    switch (monitor.source_mac) {
    case SourceMac::local: return local;
    case SourceMac::port: return port.slave ? port.slave->permanent : port.address;
    case SourceMac::bond: return bond.address;
    }
    return local;
}

WatchedPort whole(const Link& link) {
    return {.index = link.index,
            .name = link.name,
            .carrier = link.up && link.carrier,
            .active = true,
            .mac = link.address,
            .mtu = link.mtu};
}

} // namespace

void Paths::begin() {
    beginning_ = true;
    faults_.review();
}

void Paths::reload() {
    faults_.review();
    for (const auto& [interface, states] : m_.paths) write_fault(interface, states);
}

// Who is watched changes only by what was heard, and is looked at when a turn has made it so.
void Paths::after_turn() {
    follow();
    listen();
    judge();
    arm();
    beginning_ = false;
}

void Paths::hear_link(const Link& link) {
    for (auto& [key, watch] : watches_) {
        const auto port = std::find_if(watch.ports.begin(), watch.ports.end(),
                                       [&](const WatchedPort& one) { return one.index == link.index; });
        if (port == watch.ports.end() || port->carrier == (link.up && link.carrier)) continue;
        std::vector<WatchedPort> ports = watch.ports;
        ports[static_cast<std::size_t>(port - watch.ports.begin())].carrier = link.up && link.carrier;
        if (link.up && link.carrier) listen_again();          // a socket whose port was down has told an error
        watch.monitor->watch(ports, run_.now(), false);
        watch.ports = std::move(ports);
    }
}

void Paths::follow() {
    if (m_.config.monitors.empty() && watches_.empty()) return;
    std::set<Key> followed;
    const auto each = [&](const std::string& name, const Watched& watched, const Addressing& net, const Link* link) {
        if (!link) return;
        for (const std::string& monitor : watched.monitors) {
            const MonitorConfig* config = m_.config.monitor(monitor);
            MonitorPlace place{.interface = name, .group = peer_group(run_.identity.machine_id, name, monitor)};
            const VlanConfig* vlan = m_.config.vlan(config->vlan);
            place.targets = targets_of(*config, vlan ? vlan->net : net);
            if (vlan) place.vlan = vlan->id;
            const bool by_port = link->bond && rule_of(config->kind).of_each_port &&
                                 has_active_port(mode_in_force(*link));
            place.whole = !by_port;
            if (by_port && asks_by_frames(config->kind)) tell_bridge(*link);
            std::vector<WatchedPort> ports;
            if (by_port) ports = ports_of(*link, *config, place.vlan);
            else ports.push_back(whole(*link));
            follow({name, monitor}, *config, std::move(place), std::move(ports));
            followed.insert({name, monitor});
        }
    };
    for (const BondConfig& bond : m_.config.bonds) {
        const Link* link = m_.observed.link(bond.name);
        each(bond.name, bond.watched, bond.net, link && link->bond ? link : nullptr);
    }
    for (const VlanConfig& vlan : m_.config.vlans) each(vlan.name, vlan.watched, vlan.net, m_.observed.link(vlan.name));
    for (const auto& [index, link] : m_.observed.links) {
        const PlacedPort* port = m_.chassis().port(index);
        if (port && port->role && !port->role->watched.monitors.empty())
            each(link.name, port->role->watched, port->role->net, &link);
    }
    follow_services(followed);
    const auto gone = std::erase_if(watches_, [&](const auto& entry) { return !followed.contains(entry.first); });
    unsettled_ = unsettled_ || gone > 0;
}

// While it runs, so that each run begins unproven.
void Paths::follow_services(std::set<Key>& followed) {
    if (m_.services.services.empty()) return;
    const auto all = all_services(m_.config);
    const ServiceFacts facts = facts_of(m_.situation());
    for (const auto& [key, state] : m_.services.services) {
        const ServiceConfig* service = is_active(state.phase) ? named(all, key.service) : nullptr;
        if (!service) continue;
        const Link* link = m_.observed.link(interface_of(facts, *service, key.device));
        if (!link) continue;
        for (const std::string& monitor : service->monitors()) {
            const Key watched{watched_name(key), monitor};
            const MonitorConfig& config = *m_.config.monitor(monitor);
            MonitorPlace place{.interface = link->name,
                               .group = peer_group(run_.identity.machine_id, watched.first, monitor),
                               .targets = targets_of(config, service->net),
                               .whole = true};
            follow(watched, config, std::move(place), {whole(*link)});
            followed.insert(watched);
        }
    }
}

// Once, as long as it is so.
void Paths::tell_bridge(const Link& bond) {
    const Link* bridge = m_.observed.link(bond.master);
    if (!bridge || bridge->kind != "bridge") return void(bridged_.erase(bond.index));
    if (!bridged_.insert(bond.index).second) return;
    run_.log(NoticeLevel::warning,
             fmt::format("{}: is a port of the bridge {}, which floods to its other ports what is sent to the probe "
                         "addresses of {}",
                         bond.name, bridge->name, bond.name));
}

// Tells it once.
Mac Paths::sender_of(const Link& port, const Link& bond, const MonitorConfig& config, const Mac& local) {
    const Mac wanted = address_of(config, port, bond, local);
    const auto& slaves = m_.observed.slaves_of(bond.index);
    const auto has_it = [&](Ifindex other) {
        return other != port.index && m_.observed.link(other)->address == wanted;
    };
    const bool taken = wanted == bond.address ? !port.slave->active : std::any_of(slaves.begin(), slaves.end(), has_it);
    if (config.source_mac != SourceMac::port || !taken) return wanted;
    if (replaced_.insert(port.index).second)
        run_.log(NoticeLevel::warning,
                 fmt::format("{}: {} is the address of {}, so monitors ask by an address of the place, as with "
                             "'source_mac = local'",
                             port.name, to_string(wanted), wanted == bond.address ? bond.name : "another port"));
    return local;
}

std::vector<WatchedPort> Paths::ports_of(const Link& bond, const MonitorConfig& config,
                                         std::optional<std::uint16_t> vlan) {
    std::vector<WatchedPort> ports;
    for (const Ifindex index : m_.observed.slaves_of(bond.index)) {
        const Link& link = *m_.observed.link(index);
        if (!link.slave || ports.size() == most_ports) continue;
        const PlacedPort* placed = m_.chassis().port(index);
        const PortName name = placed ? placed->name : PortName{link.name, 0, 0};
        const Mac local = probe_mac(run_.identity.machine_id, bond.name, name, vlan);
        ports.push_back({.index = index,
                         .name = placed ? to_string(placed->name) : link.name,
                         .place = static_cast<std::uint8_t>(ports.size()),
                         .carrier = link.up && link.carrier,
                         .active = link.slave->active,
                         .mac = sender_of(link, bond, config, local),
                         .mtu = link.mtu});
    }
    return ports;
}

// A monitor that is what it was goes on, and knows what it knew.  Without memory all stays, for the next turn.
void Paths::follow(const Key& key, const MonitorConfig& config, MonitorPlace place, std::vector<WatchedPort> ports) {
    const auto at = watches_.find(key);
    if (at != watches_.end() && at->second.place == place && asks_the_same(at->second.monitor->config(), config)) {
        Watch& watch = at->second;
        if (watch.monitor->config() != config) watch.monitor->take(config, run_.now());
        if (watch.ports == ports) return;
        watch.monitor->watch(ports, run_.now(), beginning_);
        watch.ports = std::move(ports);
        return;
    }
    Watch watch{.place = std::move(place), .monitor = nullptr, .ports = std::move(ports)};
    watch.monitor = make_monitor(config, watch.place);
    watch.monitor->watch(watch.ports, run_.now(), beginning_);
    const Watch& made = watches_.insert_or_assign(key, std::move(watch)).first->second;
    if (config.action == MonitorAction::tell || made.place.whole) return;
    const TimePoint judged = run_.now() + config.interval * (std::max(config.fall, config.rise) + 1);
    for (const WatchedPort& port : made.ports) {
        const auto standing = m_.standings.find(port.index);
        if (standing == m_.standings.end()) continue;
        standing->second.judged = std::max(standing->second.judged, judged);
        m_.note_of(port.index);
    }
}

// Where a port is listened to anyway, its switch is heard as well.
void Paths::add_lldp(std::vector<Ear>& ears) {
    std::set<Ifindex> ports;
    for (const Ear& ear : ears) {
        if (ear.transport != Transport::arp && ear.transport != Transport::nd && ear.transport != Transport::peer)
            continue;
        ports.insert(ear.port);
        for (const Ifindex slave : m_.observed.slaves_of(ear.port)) ports.insert(slave);   // of a bond as a whole
    }
    for (const Ifindex port : ports)
        if (const PlacedPort* placed = m_.chassis().port(port); placed && placed->role)
            ears.push_back({.port = port, .transport = Transport::lldp, .address = lldp_address});
}

void Paths::listen() {
    std::vector<Ear> ears;
    for (const auto& [key, watch] : watches_) {
        const auto of_one = watch.monitor->ears();
        ears.insert(ears.end(), of_one.begin(), of_one.end());
    }
    add_lldp(ears);
    if (ears == ears_) return;
    ears_ = std::move(ears);
    std::erase_if(strays_, [&](const auto& entry) {
        return std::none_of(ears_.begin(), ears_.end(), [&](const Ear& ear) {
            return ear.port == entry.first.first && ear.transport == entry.first.second;
        });
    });
    prober_.listen(ears_);
}

void Paths::listen_again() {
    if (!listen_at_) listen_at_ = std::max(run_.now(), listened_ + again_after);
}

void Paths::listen_if_due() {
    if (!listen_at_ || run_.now() < *listen_at_) return;
    listen_at_.reset();
    listened_ = run_.now();
    prober_.listen(ears_);
}

void Paths::forget_gone_links() {
    for (auto& [key, watch] : watches_)
        std::erase_if(watch.trouble, [&](const auto& entry) { return !m_.observed.link(entry.first); });
    std::erase_if(bridged_, [&](const Ifindex bond) { return !m_.observed.link(bond); });
    std::erase_if(replaced_, [&](const Ifindex port) { return !m_.observed.link(port); });
}

void Paths::arm() {
    std::optional<TimePoint> next;
    for (const auto& [key, watch] : watches_)
        if (const auto due = watch.monitor->due()) earlier(next, *due);
    if (const auto due = faults_.due()) earlier(next, *due);
    if (listen_at_) earlier(next, *listen_at_);
    run_.around.probe_at(next);
}

const Watched* Paths::watched_of(const std::string& interface) const {
    if (const BondConfig* bond = m_.config.bond(interface)) return &bond->watched;
    if (const VlanConfig* vlan = m_.config.vlan(interface)) return &vlan->watched;
    const Link* link = m_.observed.link(interface);
    const PlacedPort* port = link ? m_.chassis().port(link->index) : nullptr;
    return port && port->role ? &port->role->watched : nullptr;
}

// A carrier that has changed is heard first: what cannot be answered is not asked.
void Paths::probe() try {
    failover_.act();
    const TimePoint now = run_.now();
    for (auto& [key, watch] : watches_) {
        const auto due = watch.monitor->due();
        if (!due || *due > now) continue;
        for (const Question& question : watch.monitor->step(now, prober_)) ask(key, watch, question);
        if (watch.monitor->take_suspicion()) hurry(key.first);
    }
    show_strays();
    judge();
    faults_.retry();
    listen_if_due();                          // last: it takes the RTNL
    arm();
} catch (...) {
    run_.around.probe_at(run_.now() + again_after);           // without a timer nobody would be asked any more
    throw;
}

// A port that has just gone, or gone down, is heard of; a full queue is a lost question, and so is one to which there
// is no way.  All else is an error of this host: no word on the path, and told once.
void Paths::ask(const Key& key, Watch& watch, const Question& question) {
    const int error = prober_.ask(question);
    if (error == ENETDOWN || error == ENXIO || error == ENODEV || error == ENOBUFS) return;
    const bool no_way = error == ENETUNREACH || error == EHOSTUNREACH;
    if (error != 0 && !no_way) {
        watch.monitor->not_asked(question);
        listen_again();
    }
    int& trouble = watch.trouble[question.port];
    if (error == trouble) return;
    trouble = error;
    const Link* link = m_.observed.link(question.port);
    const std::string name = link ? link->name : "";
    if (error == 0)
        run_.log(NoticeLevel::notice,
                 fmt::format("{}: monitor {} can ask through {} again", key.first, key.second, name));
    else run_.log(NoticeLevel::error, fmt::format("{}: monitor {} cannot ask through {}: {}", key.first, key.second,
                                                  name, std::generic_category().message(error)));
}

void Paths::hurry(const std::string& interface) {
    for (auto& [key, watch] : watches_)
        if (key.first == interface) watch.monitor->hurry(run_.now());
}

void Paths::hear(const Answer& answer) {
    if (answer.strays > 0) return note_strays(answer, answer.strays);
    bool is_ours = false;
    const TimePoint now = run_.now();
    for (auto& [key, watch] : watches_) is_ours = watch.monitor->hear(answer, now) || is_ours;
    if (!is_ours && is_frame(answer.transport)) note_strays(answer, 1);
    if (answer.transport == Transport::file) probe();         // it is read now, or soon
    else judge();
}

std::vector<PathReport> Paths::report(std::string_view object) const {
    std::vector<PathReport> all;
    for (const auto& [key, watch] : watches_)
        for (PathReport& one : watch.monitor->report(run_.now())) {
            one.interface = key.first;
            one.monitor = key.second;
            one.stray = strays_of(watch, one.port);
            const bool of_service =
                is_watched_service(key.first) && key.first == watched_name({std::string(object), ""});
            if (object.empty() || object == key.first || object == one.port || of_service)
                all.push_back(std::move(one));
        }
    return all;
}

} // namespace had
