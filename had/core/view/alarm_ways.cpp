#include "had/core/view/alarm_ways.hpp"

#include "had/core/view/view.hpp"

#include <fmt/format.h>
#include <string>
#include <utility>

namespace had::core {
namespace {

template <class V>
void add_silent(const V& object, const std::string& silence, Alarms& found) {
    if (silence.empty()) return;
    const std::string name = id_of(object).name;
    found.push_back(about(object, silence,
                          fmt::format("see `hadctl path {}` for who is asked, look there and at the way to it", name)));
}

// A system alone suffices where had.conf names no port of it.  A neighbour that is not heard is none that is wrong.
bool is_expected(const NeighbourView& neighbour) {
    return neighbour.system.empty() || neighbour.expected.empty() || neighbour.expected == neighbour.system ||
           neighbour.expected == neighbour.system + " " + neighbour.port;
}

std::string repair_of(const PeerLanView& lan) {
    if (lan.interface.empty() || !lan.link)
        return fmt::format("look at {}: `hadctl explain {}`, its cable and its switch", lan.lan, lan.lan);
    return fmt::format("look at the network between {} and {}, and whether had runs there", lan.lan,
                       to_string(lan.address));
}

// What is wrong with keys or settings is told as trouble.
template <Health health>
void find_peers(const View& view, Alarms& found) {
    for (const PeerView& peer : view.peers) {
        if (peer.health != health) continue;
        std::string repair;
        for (const PeerLanView& lan : peer.lans)
            if (!lan.usable() && !lan.text.empty())
                repair += fmt::format("{}{}", repair.empty() ? "" : "; ", repair_of(lan));
        if (!repair.empty()) found.push_back(about(peer, how_many_serve(peer), std::move(repair)));
    }
}

std::string repair_of(const PeerView& peer, const SharedView& shared) {
    const bool ended_there = shared.there && shared.there->gone;
    if (shared.split && ended_there) return fmt::format("start keepalived on {}", peer.name);
    if (shared.split)
        return fmt::format("let VRRP pass between both hosts on {}: look at the network there and at packet filters "
                           "(IP protocol 112); if {} stays kept from it behind that, restart keepalived on the one "
                           "that has it", shared.interface, shared.here && shared.here->kept ? "this host" : peer.name);
    if (shared.nobody)
        return fmt::format("look at keepalived on both hosts, and at the fault_file of {}", shared.interface);
    if (shared.here && shared.here->gone) return "start keepalived";
    if (ended_there) return fmt::format("start keepalived on {}", peer.name);
    return "see `hadctl pair` on both hosts";
}

enum class SharedTrouble : std::uint8_t { split, nobody, other };
template <SharedTrouble wanted>
void find_pairs(const View& view, Alarms& found) {
    for (const PeerView& peer : view.peers)
        for (const SharedView& shared : peer.shared) {
            const SharedTrouble is = shared.split    ? SharedTrouble::split
                                     : shared.nobody ? SharedTrouble::nobody
                                                     : SharedTrouble::other;
            if (shared.text.empty() || is != wanted) continue;
            found.push_back(about(peer, fmt::format("{}: {}", to_string(shared.address), shared.text),
                                  repair_of(peer, shared)));
            break;                            // one of each type
        }
}

} // namespace

void find_path_silent(const View& view, std::int64_t, Alarms& found) {
    for (const BondView& bond : view.bonds) add_silent(bond, bond.silence, found);
    for (const VlanView& vlan : view.vlans) add_silent(vlan, silence_of(vlan.paths), found);
    for_each_port(view, [&](const SlotView&, const PortView& port) {
        if (port.bond.empty()) add_silent(port, silence_of(port.paths), found);
    });
}

void find_neighbour(const View& view, std::int64_t, Alarms& found) {
    for_each_port(view, [&](const SlotView& slot, const PortView& port) {
        if (!port.neighbour || is_expected(*port.neighbour)) return;
        const NeighbourView& neighbour = *port.neighbour;
        found.push_back(about(port, fmt::format("its cable ends at {} {}, and had.conf expects {}", neighbour.system,
                                                neighbour.port, neighbour.expected),
                              fmt::format("put the cable of {} into {}, or correct `expect_neighbour` in had.conf",
                                          to_string(port.name), neighbour.expected),
                              slot.name));
    });
}

void find_peer_silent(const View& view, std::int64_t, Alarms& found) { find_peers<Health::down>(view, found); }
void find_peer_lan(const View& view, std::int64_t, Alarms& found) { find_peers<Health::degraded>(view, found); }
void find_pair_split(const View& view, std::int64_t, Alarms& found) { find_pairs<SharedTrouble::split>(view, found); }
void find_pair_down(const View& view, std::int64_t, Alarms& found) { find_pairs<SharedTrouble::nobody>(view, found); }
void find_pair_lame(const View& view, std::int64_t, Alarms& found) { find_pairs<SharedTrouble::other>(view, found); }

} // namespace had::core
