// [peer NAME].
#include "had/core/config/peer.hpp"

#include "had/core/base/duration.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/config/host.hpp"
#include "had/core/config/parse.hpp"
#include "had/core/config/print.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

constexpr Duration least_interval = std::chrono::milliseconds(10), most_interval = std::chrono::seconds(60);
constexpr std::uint64_t most_in_row = 1000, most_key_id = 255;

void read_lan(const Reader& reader, PeerConfig& peer) {
    const auto words = reader.words();
    const auto address = words.size() == 2 ? ip_address_from(words[1]) : std::nullopt;
    if (!address) return reader.must_be("INTERFACE ADDRESS, such as 'bond0 10.1.0.2'");
    if (const auto wrong = wrong_host(*address)) return reader.error("{} {}", words[1], *wrong);
    PeerLan lan{std::string(words[0]), *address, reader.line()};
    for (const PeerLan& other : peer.lans) {
        if (other.on == lan.on) return reader.error("{} is a LAN of {} already", lan.on, other.line);
        if (other.address == lan.address)
            return reader.error("{} is the peer's address of {} already", words[1], other.line);
    }
    if (peer.lans.size() == limits::peer_lans) return reader.error("more than {} LANs", limits::peer_lans);
    peer.lans.push_back(std::move(lan));
}

void read_prefixes(const Reader& reader, PeerConfig& peer) {
    for (const std::string_view word : reader.list()) {
        const auto prefix = ip_prefix_from(word);
        if (!prefix) {
            reader.must_be("a network such as 10.20.0.0/16", word);
        } else if (network_of(*prefix) != prefix->address) {
            reader.error("{} is no network, {}/{} is", word, to_string(network_of(*prefix)), prefix->length);
        } else if (std::find(peer.prefixes.begin(), peer.prefixes.end(), *prefix) != peer.prefixes.end()) {
            reader.error("{} is given twice", word);
        } else if (peer.prefixes.size() == limits::net_lines) {
            return reader.error("more than {} prefixes", limits::net_lines);
        } else {
            peer.prefixes.push_back(*prefix);
        }
    }
}

void read_shared(const Reader& reader, PeerConfig& peer) {
    for (const std::string_view word : reader.list()) {
        const auto address = ip_prefix_from(word);
        if (!address) {
            reader.must_be("an address with its length, such as 10.0.1.100/24", word);
            continue;
        }
        const auto same = [&](const IpPrefix& other) { return other.address == address->address; };
        if (const auto wrong = wrong_host(address->address)) {
            reader.error("{} {}", word, *wrong);
        } else if (std::any_of(peer.shared.begin(), peer.shared.end(), same)) {
            reader.error("{} is given twice", to_string(address->address));
        } else if (peer.shared.size() == limits::peer_shared) {
            return reader.error("more than {} addresses", limits::peer_shared);
        } else {
            peer.shared.push_back(*address);
        }
    }
}

void read_interval(const Reader& reader, PeerConfig& peer) {
    const auto value = reader.duration();
    if (value && *value >= least_interval && *value <= most_interval) peer.interval = *value;
    else if (value) reader.must_be("a duration from 10ms to 60s");
}

void read_role(const Reader& reader, PeerConfig& peer) {
    const auto at = std::find(peer_role_names.begin(), peer_role_names.end(), reader.text());
    if (at == peer_role_names.end()) return reader.unknown(peer_role_names);
    peer.role = static_cast<PeerRole>(at - peer_role_names.begin());
}

void read_key(const Reader& reader, PeerConfig& peer) {
    const auto words = reader.words();
    const auto id = words.size() == 3 ? whole_number(words[2]) : std::nullopt;
    if (!id || *id < 1 || *id > most_key_id || words[0] != "file" || !words[1].starts_with('/'))
        return reader.must_be("'file PATH ID' with an absolute path and a number from 1 to 255, "
                              "such as 'file /etc/had/peer.key 1'");
    for (const PeerKey& other : peer.keys)
        if (other.id == *id) return reader.error("key {} is that of {} already", *id, other.line);
    if (peer.keys.size() == limits::peer_keys)
        return reader.error("more than {} keys: the one in use, and the one before or after it", limits::peer_keys);
    peer.keys.push_back({std::string(words[1]), static_cast<std::uint8_t>(*id), reader.line()});
}

void read_host(const Reader& reader, std::optional<IpAddress>& into) {
    const auto address = ip_address_from(reader.text());
    if (!address) return reader.must_be("an address without a length, such as 10.9.0.2");
    if (const auto wrong = wrong_host(*address)) return reader.error("{} {}", reader.text(), *wrong);
    into = address;
}

void read_count(const Reader& reader, unsigned& into) {
    if (const auto n = reader.number(1, most_in_row)) into = static_cast<unsigned>(*n);
}

const std::vector<Key<PeerConfig>>& peer_config_keys() {
    using P = PeerConfig;
    static const std::vector<Key<P>> keys{
        {"service", [](const Reader& r, P& p) { read_host(r, p.service); }},
        {"from", [](const Reader& r, P& p) { read_host(r, p.from); }},
        {"lan", read_lan, true},
        {"prefix", read_prefixes, true},
        {"interval", read_interval},
        {"fall", [](const Reader& r, P& p) { read_count(r, p.fall); }},
        {"rise", [](const Reader& r, P& p) { read_count(r, p.rise); }},
        {"role", read_role},
        {"port", [](const Reader& r, P& p) {
             // Below 1024 the service may not bind one.
             if (const auto n = r.number(1024, 65535)) p.port = static_cast<std::uint16_t>(*n);
         }},
        {"key", read_key, true},
        {"failback", [](const Reader& r, P& p) { read_failback(r, p.failback); }},
        {"shared", read_shared, true},
    };
    return keys;
}

void parse_peer(Parsing& parsing, const Heading& heading) {
    PeerConfig peer;
    peer.name = heading.name;
    peer.line = heading.section.line;
    read_keys<PeerConfig>(parsing, heading, peer_config_keys(), peer);
    if (parsing.config.peers.size() == limits::peers)
        return heading.notes.error(heading.section.line, "more than {} peers", limits::peers);
    parsing.config.peers.push_back(std::move(peer));
}

void print_peer(Printer& out, const PeerConfig& peer) {
    const PeerConfig usual;
    out.section("peer", peer.name);
    if (peer.service) out.key("service", to_string(*peer.service));
    if (peer.from) out.key("from", to_string(*peer.from));
    for (const PeerLan& lan : peer.lans) out.key("lan", fmt::format("{} {}", lan.on, to_string(lan.address)));
    for (const IpPrefix& prefix : peer.prefixes) out.key("prefix", to_string(prefix));
    if (peer.interval != usual.interval) out.key("interval", print_duration(peer.interval));
    if (peer.fall != usual.fall) out.key("fall", peer.fall);
    if (peer.rise != usual.rise) out.key("rise", peer.rise);
    if (peer.role != usual.role) out.key("role", to_string(peer.role));
    if (peer.port != usual.port) out.key("port", peer.port);
    for (const PeerKey& key : peer.keys) out.key("key", fmt::format("file {} {}", key.path, key.id));
    print_failback(out, peer.failback);
    for (const IpPrefix& address : peer.shared) out.key("shared", to_string(address));
}

void print_peers(Printer& out, const Config& config) {
    for (const PeerConfig& peer : config.peers) print_peer(out, peer);
}

std::vector<std::string_view> peer_key_names() { return names_of<PeerConfig>(peer_config_keys()); }

} // namespace

std::vector<IpPrefix> PeerConfig::destinations() const {
    std::vector<IpPrefix> all;
    if (service) all.push_back({*service, static_cast<std::uint8_t>(service->size() * 8)});
    all.insert(all.end(), prefixes.begin(), prefixes.end());
    return all;
}

const SectionRule peer_section{"peer", Named::label, true, parse_peer, peer_key_names, print_peers};

} // namespace had::core
