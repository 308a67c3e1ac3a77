#include "had/run/peer_words.hpp"

#include <fmt/format.h>

#include <cstring>

namespace had {

using namespace core;

std::string words_of(const LanFinding& finding, bool left, bool there, const std::optional<PeerRefusal>& complaint,
                     int trouble) {
    if (finding.usable()) return "";
    if (!there) return "is not there";
    if (!finding.link) return "has no link";
    if (complaint) return "hears what is not believed";
    if (finding.state == LanState::good) return "hears it, and is not heard there";
    if (trouble != 0) return fmt::format("cannot send: {}", std::strerror(trouble));
    if (left) return "hears nothing since the daemon there has ended";
    return finding.state == LanState::unproven ? "has not heard it yet" : "hears nothing";
}

std::string words_of(const SharedFinding& finding, const std::string& peer, const SharedFacts& facts) {
    const SharedHost& here = finding.here;
    const std::string& on = finding.interface;
    const bool theirs = finding.there && finding.there->has;
    if (finding.split && here.has && theirs)
        return here.kept ? fmt::format("{} has it as well, since before: this host gives it up", peer)
                         : fmt::format("{} has taken it as well, and is to give it up: VRRP on {} does not reach it",
                                       peer, on);
    if (here.kept && !finding.there)
        return fmt::format("{} had it when it was heard last: this host is kept from taking it until that is known "
                           "again", peer);
    if (here.kept && theirs && finding.there->gone)
        return fmt::format("keepalived on {0} has ended and has left it on {0}, which lives: this host is kept from "
                           "taking it", peer);
    if (here.kept) {
        const auto* why = facts.lan_lost ? "does not serve" : "serves, and what keepalived sends does not arrive";
        return fmt::format("{} has it and lives, and VRRP has lost it: LAN {} {}; this host is kept from taking it",
                           peer, on, why);
    }
    if (finding.split)
        return fmt::format("VRRP on {} does not reach {}, which lives: its daemon keeps it from taking the address", on,
                           peer);
    const auto said = [](const SharedHost& host) {
        return host.gone ? "has ended" : fmt::format("says {}", to_string(host.word));
    };
    if (finding.nobody && finding.there)
        return fmt::format("no host has it: keepalived {} here, and {} on {}", said(here), said(*finding.there), peer);
    if (here.gone && here.has)
        return "keepalived has ended and has left it on this host: nothing takes it away when this host fails";
    if (here.gone) return "keepalived has ended: this host would not take it";
    if (finding.there && finding.there->gone)
        return theirs ? fmt::format("keepalived on {0} has ended and has left it on {0}: nothing takes it away when "
                                    "that host fails", peer)
                      : fmt::format("keepalived on {0} has ended: {0} would not take it", peer);
    if (facts.heard && !finding.there)
        return fmt::format("{} says nothing of it: give it as 'shared' in its had.conf too", peer);
    return {};
}

std::string complaint_of(const PeerConfig& config, std::size_t at, PeerRefusal refusal) {
    const PeerLan& lan = config.lans[at];
    const std::string from = fmt::format("what comes from {} on {}", to_string(lan.address), lan.on);
    switch (refusal) {
    case PeerRefusal::version:
        return fmt::format("{} is of another version of the protocol: give both hosts the same version of had", from);
    case PeerRefusal::key: {
        std::string known;
        for (const PeerKey& key : config.keys) known += fmt::format("{}{}", known.empty() ? "" : " and ", key.id);
        return fmt::format("{} is signed with a key of another number than {}: name that key here too", from, known);
    }
    case PeerRefusal::forged:
        return fmt::format("{} is not signed with the key in {}: the files of both hosts differ, or somebody forges it",
                           from, config.keys.empty() ? "" : config.keys.front().path);
    case PeerRefusal::misnumbered:
        return fmt::format("the peer calls {} another LAN of its list: give the `lan` lines in the same order at both "
                           "ends", lan.on);
    case PeerRefusal::crossed:
        return fmt::format("packets of another LAN of the peer come in on {}: both ways are one network, and fail "
                           "together", lan.on);
    case PeerRefusal::malformed:
    case PeerRefusal::stale:
    case PeerRefusal::replayed:
    case PeerRefusal::limited: break;         // counted alone
    }
    return fmt::format("{} is not believed", from);
}

void judge(const LanSettings& settings, const std::string& interface, PeerState& state) {
    if (settings.rp_filter == 1)
        state.problems.push_back(
            fmt::format("rp_filter is 1 on {0}: the kernel drops what comes in there while the routes lead by another "
                        "LAN; `sysctl net.ipv4.conf.{0}.rp_filter=2`, and the same in /etc/sysctl.d", interface));
    if (settings.arp_ignore == 0)
        state.advice.push_back(fmt::format("arp_ignore is 0 on {0}, so this host answers there for its addresses on "
                                           "other LANs: `sysctl net.ipv4.conf.{0}.arp_ignore=1`", interface));
    if (settings.ignore_linkdown == 0)
        state.advice.push_back(fmt::format("ignore_routes_with_linkdown is 0 on {0}, so a route by it is used without "
                                           "a link as long as no daemon runs: `sysctl "
                                           "net.ipv4.conf.{0}.ignore_routes_with_linkdown=1`", interface));
}

} // namespace had
