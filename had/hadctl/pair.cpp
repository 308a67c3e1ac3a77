// `hadctl pair setup`: an address that is on one of two hosts, by keepalived.
//
// VRRP runs on the interface that carries the address, which is redundant already.  On a private link it would make two
// masters when that link dies, or none where it is tracked.  nopreempt: a host that comes back does not take the
// address from the one that serves.
#include "had/hadctl/pair.hpp"

#include "had/control/client.hpp"
#include "had/core/base/hash.hpp"
#include "had/core/config/route.hpp"
#include "had/files.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::hadctl {

using namespace core;

namespace {

struct Place {
    std::string interface;
    IpAddress own;
    std::string fault_file;
};

std::optional<Place> place_of(const Config& config, const IpPrefix& address) {
    std::optional<Place> place;
    for_each_interface(config, [&](const auto& one) {
        for (const IpPrefix& own : one.net.addresses)
            if (!place && is_on_link(address.address, own))
                place = Place{one.name, own.address, one.watched.fault_file};
    });
    return place;
}

// The same on both hosts, and not that of another pair on the network.
unsigned router_id(const IpPrefix& address) {
    return static_cast<unsigned>(hash_of({to_string(address.address)}) % 255) + 1;
}

} // namespace

std::variant<std::string, NoPair> keepalived_conf(const Config& config, const IpPrefix& address,
                                                  const std::string& file) {
    const std::string vip = to_string(address);
    const auto place = place_of(config, address);
    if (!place)
        return NoPair{fmt::format("{} is in the network of no bond and no VLAN of {}", to_string(address.address),
                                  file)};
    if (place->own == address.address)
        return NoPair{fmt::format("{} is this host's own address on {}: give the one that both hosts are to share",
                                  to_string(place->own), place->interface)};
    std::optional<IpAddress> other;
    for (const PeerConfig& peer : config.peers)
        for (const PeerLan& lan : peer.lans)
            if (!other && lan.on == place->interface && lan.address.family == address.address.family)
                other = lan.address;
    if (!other)
        return NoPair{fmt::format("no [peer] of {} has a LAN on {}: the other host's address there is needed, as "
                                  "'lan = {} ADDRESS'", file, place->interface, place->interface)};
    if (place->fault_file.empty())
        return NoPair{fmt::format("{} has no fault_file in {}: without one this host would keep the address when no "
                                  "port has a way; see had.conf(5), 'keepalived'", place->interface, file)};
    const std::string name = "had_" + place->interface;
    return fmt::format("# {0}, shared by two hosts: made by `hadctl pair setup` from {1}.\n"
                       "# The other host's is made there from its own file.\n"
                       "global_defs {{\n"
                       "    vrrp_version 3\n"
                       "}}\n"
                       "track_file {2} {{\n"
                       "    file \"{3}\"      # the daemon writes 1 while no port of {4} has a way\n"
                       "    weight 0\n"
                       "    init_file 0\n"
                       "}}\n"
                       "vrrp_instance {4} {{\n"
                       "    state BACKUP      # on both hosts: the first that is up takes the address\n"
                       "    nopreempt         # and keeps it until it fails\n"
                       "    interface {4}\n"
                       "    virtual_router_id {5}\n"
                       "    priority 100\n"
                       "    advert_int 0.1\n"
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
                       "}}\n",
                       vip, file, name, place->fault_file, place->interface, router_id(address), to_string(place->own),
                       to_string(*other));
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
    const auto made = keepalived_conf(parsed.config, *address, file);
    if (const auto* not_made = std::get_if<NoPair>(&made)) throw control::ClientError(Exit::refused, not_made->why);
    print(std::get<std::string>(made));
    return Exit::ok;
}

} // namespace had::hadctl
