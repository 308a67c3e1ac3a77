// `hadctl pair setup`: an address that is on one of two hosts, by keepalived.
//
// VRRP runs on the interface that carries the address, which is redundant already.  On a private link it would make two
// masters when that link dies, or none where it is tracked.  nopreempt: a host that comes back does not take the
// address from the one that serves.
#include "had/hadctl/pair.hpp"

#include "had/control/client.hpp"
#include "had/core/base/hash.hpp"
#include "had/core/config/shared_place.hpp"
#include "had/core/peer/shared.hpp"
#include "had/files.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/sys/vrrp_note.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>

namespace had::hadctl {

using namespace core;

namespace {

// The same on both hosts, and not that of another pair on the network.
unsigned router_id(const IpPrefix& address) {
    return static_cast<unsigned>(hash_of({to_string(address.address)}) % 255) + 1;
}

// Seconds.  A backup waits for three of them and a part of one (RFC 5798, 6.1): with priority 100, (256 - 100) / 256.
constexpr double least_advertisement = 0.1, priority_part = 156.0 / 256, hundredth = 0.01;
// What the daemon and keepalived need for the fault file, on a busy host.
constexpr double file_takes = 0.15;

double seconds(Duration time) { return static_cast<double>(time.count()) / 1e6; }

double advertisement(const PeerConfig& peer) {
    const double loses = seconds(peer.interval) * (peer.fall + 0.25);
    const double needed = (loses + file_takes) / (3 + priority_part);
    return std::max(least_advertisement, std::ceil(needed / hundredth) * hundredth);
}

std::string own_path() {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? "/usr/sbin/hadctl" : path.string();
}

// "MASTER"
std::optional<VrrpWord> state_from(std::string word) {
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (word == "stop" || word == "deleted") return VrrpWord::stopped;
    return vrrp_word_from(word);
}

} // namespace

std::variant<std::string, NoPair> keepalived_conf(const Config& config, const IpPrefix& address,
                                                  const std::string& file, const std::string& hadctl) {
    const std::string vip = to_string(address);
    const auto place = shared_place(config, address);
    if (!place)
        return NoPair{fmt::format("{} is in the network of no bond and no VLAN of {}", to_string(address.address),
                                  file)};
    if (place->own.address == address.address)
        return NoPair{fmt::format("{} is this host's own address on {}: give the one that both hosts are to share",
                                  to_string(place->own.address), place->interface)};
    if (const auto wrong = wrong_there(address, *place)) return NoPair{*wrong};
    const PeerConfig* peer = nullptr;
    std::optional<IpAddress> other;
    for (const PeerConfig& one : config.peers)
        if (const auto lan = shared_lan(one, *place, address.address.family); lan && !other) {
            peer = &one;
            other = one.lans[*lan].address;
        }
    if (!other)
        return NoPair{fmt::format("no [peer] of {} has a LAN on {}: the other host's address there is needed, as "
                                  "'lan = {} ADDRESS'", file, place->interface, place->interface)};
    if (place->fault_file.empty())
        return NoPair{fmt::format("{} has no fault_file in {}: without one this host would keep the address when no "
                                  "port has a way; see had.conf(5), 'keepalived'", place->interface, file)};
    const bool v6 = address.address.family == IpFamily::v6;       // an instance of its own (RFC 5798, 5.2.9)
    const std::string name = fmt::format("had_{}{}", place->interface, v6 ? "_v6" : "");
    const bool watched = std::any_of(peer->shared.begin(), peer->shared.end(), [&](const IpPrefix& shared) {
        return shared.address == address.address;
    });
    const std::string unwatched =
        watched ? ""
                : fmt::format("# Nobody sees when VRRP loses a host that lives: 'shared = {}' in [peer {}] does.\n",
                              vip, peer->name);
    return fmt::format("# {0}, shared by two hosts: made by `hadctl pair setup` from {1}.\n"
                       "# The other host's is made there from its own file.\n"
                       "{8}"
                       "global_defs {{\n"
                       "    vrrp_version 3\n"
                       "    enable_script_security\n"
                       "    script_user root\n"
                       "}}\n"
                       "track_file {2} {{\n"
                       "    file \"{3}\"      # 1: no port of {4} has a way, or the other host has the address\n"
                       "    weight 0\n"
                       "    init_file 0\n"
                       "}}\n"
                       "vrrp_instance {2} {{\n"
                       "    state BACKUP      # on both hosts: the first that is up takes the address\n"
                       "    nopreempt         # and keeps it until it fails\n"
                       "    interface {4}\n"
                       "    virtual_router_id {5}\n"
                       "    priority 100\n"
                       "    advert_int {9:.2f}   # VRRP gives a host up later than the daemon loses its LAN\n"
                       "    garp_master_refresh 60\n"
                       "    unicast_src_ip {6}\n"
                       "    unicast_peer {{\n"
                       "        {7}\n"
                       "    }}\n"
                       "    virtual_ipaddress {{\n"
                       "        {0}\n"
                       "    }}\n"
                       "    track_file {{\n"
                       "        {2}\n"
                       "    }}\n"
                       "    notify \"{10} pair notify {11}\"\n"
                       "}}\n",
                       vip, file, name, place->fault_file, place->interface, router_id(address),
                       to_string(place->own.address), to_string(*other), unwatched,
                       watched ? advertisement(*peer) : least_advertisement, hadctl, to_string(address.address));
}

Exit pair_setup(const Options& options) {
    const std::string file = options.file.empty() ? "/etc/had.conf" : options.file;
    const auto address = ip_prefix_from(options.object);
    if (!address)
        throw control::ClientError(Exit::usage, fmt::format("'{}' is no address with its length, such as 10.0.1.100/24",
                                                            options.object));
    const sys::ConfigFiles read = files_of(file);
    const ParsedConfig parsed = parse_config(read.texts);
    if (has_errors(read.diagnostics) || has_errors(parsed.diagnostics))
        throw control::ClientError(Exit::bad_config, fmt::format("{0} has mistakes: `hadctl check {0}`", file));
    const auto made = keepalived_conf(parsed.config, *address, file, own_path());
    if (const auto* not_made = std::get_if<NoPair>(&made)) throw control::ClientError(Exit::refused, not_made->why);
    print(std::get<std::string>(made));
    return Exit::ok;
}

// keepalived.conf(5): "INSTANCE", the instance's name, the state, the priority.
Exit pair_notify(const Options& options) {
    const auto address = ip_address_from(options.object);
    if (!address)
        throw control::ClientError(Exit::usage, fmt::format("'{}' is no address without a length, such as 10.0.1.100",
                                                            options.object));
    const auto state = options.objects.size() >= 3 ? state_from(options.objects[2]) : std::nullopt;
    if (!state)
        throw control::ClientError(Exit::usage, "what keepalived's notify says is needed behind the address: INSTANCE "
                                                "NAME STATE PRIORITY");
    try {
        sys::write_vrrp_note(vrrp_file(*address), *state);
    } catch (const std::system_error& e) {
        throw control::ClientError(e.code() == std::errc::permission_denied ? Exit::no_permission : Exit::failed,
                                   e.what());
    }
    return Exit::ok;
}

} // namespace had::hadctl
