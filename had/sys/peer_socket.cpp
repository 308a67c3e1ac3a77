#include "had/sys/peer_socket.hpp"

#include "had/core/base/number.hpp"
#include "had/sys/file.hpp"
#include "had/sys/probe_socket.hpp"
#include "had/sys/vrrp_note.hpp"

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <random>
#include <system_error>
#include <utility>

namespace had::sys {

using namespace core;

namespace {

// Whoever floods a LAN gets this much of the loop, and then everybody else has a turn.
constexpr int most_at_once = 64;
constexpr Duration between_tries = std::chrono::seconds(1);

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;

    [[nodiscard]] const sockaddr* plain() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* plain() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress address_of(const PeerSocketId& id, const IpAddress& host) {
    SocketAddress to;
    if (id.family == IpFamily::v4) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(id.port);
        std::memcpy(&v4.sin_addr, host.bytes.data(), sizeof v4.sin_addr);
        std::memcpy(&to.storage, &v4, to.size = sizeof v4);
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(id.port);
        v6.sin6_scope_id = static_cast<std::uint32_t>(id.link);   // means something for link-local addresses alone
        std::memcpy(&v6.sin6_addr, host.bytes.data(), sizeof v6.sin6_addr);
        std::memcpy(&to.storage, &v6, to.size = sizeof v6);
    }
    return to;
}

// Nothing: from another port than the one that both ends use.
std::optional<IpAddress> host_of(const SocketAddress& from, std::uint16_t port) {
    IpAddress host;
    if (from.storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &from.storage, sizeof v4);
        if (ntohs(v4.sin_port) != port) return std::nullopt;
        std::memcpy(host.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
        return host;
    }
    if (from.storage.ss_family != AF_INET6) return std::nullopt;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &from.storage, sizeof v6);
    if (ntohs(v6.sin6_port) != port) return std::nullopt;
    host.family = IpFamily::v6;
    std::memcpy(host.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    return host;
}

} // namespace

PeerSockets::PeerSockets(Loop& loop, Hears hears, std::filesystem::path settings)
    : loop_(loop), hears_(std::move(hears)), settings_(std::move(settings)) {}

bool PeerSockets::listen(const std::vector<PeerSocketId>& sockets) try {
    const auto is_wanted = [&](const PeerSocketId& id) {
        return std::find(sockets.begin(), sockets.end(), id) != sockets.end();
    };
    std::erase_if(lines_, [&](const auto& line) { return !is_wanted(line.first); });
    for (const PeerSocketId& id : sockets) lines_[id];
    open_missing();
    return true;
} catch (const std::exception&) {
    return false;
}

// Who only answers sends nothing before something is heard, and so would stay deaf.
void PeerSockets::open_missing() {
    Timer again = loop_.after(between_tries, [this] { open_missing(); });
    bool any = false;
    for (auto& [id, line] : lines_) {
        if (!line.fd) open(id, line);
        any = any || !line.fd;
    }
    retry_ = any ? std::move(again) : Timer();
}

// Not SO_REUSEADDR: sockets of several interfaces have one port all the same, and with it anybody on this host could
// bind the port with an address, and hear instead of us.
void PeerSockets::open(const PeerSocketId& id, Line& line) try {
    const bool v4 = id.family == IpFamily::v4;
    UniqueFd fd(::socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) throw std::system_error(errno, std::generic_category(), "cannot open a socket");
    set_option(fd.get(), SOL_SOCKET, SO_BINDTOIFINDEX, id.link);
    set_option(fd.get(), SOL_SOCKET, SO_PRIORITY, control_priority);
    if (!v4) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    // Neighbours are asked, and nobody beyond a router.
    if (v4) set_option(fd.get(), SOL_SOCKET, SO_BROADCAST, 1);
    if (v4) set_option(fd.get(), IPPROTO_IP, IP_TTL, 1);
    else set_option(fd.get(), IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1);
    const SocketAddress any = address_of(id, IpAddress{id.family, {}});
    SocketAddress here = any;
    if (!v4) {                                // the wildcard has no scope
        sockaddr_in6 v6{};
        std::memcpy(&v6, &any.storage, sizeof v6);
        v6.sin6_scope_id = 0;
        std::memcpy(&here.storage, &v6, sizeof v6);
    }
    if (::bind(fd.get(), here.plain(), here.size) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot bind a socket");
    line.watch = loop_.on_readable(fd.get(), [this, id] { drain(id); });
    line.fd = std::move(fd);                  // only what is watched is kept
    line.error = 0;
} catch (const std::system_error& e) {
    line.error = e.code().value();
} catch (const std::bad_alloc&) {
    line.error = ENOMEM;
}

int PeerSockets::send(const PeerSocketId& id, const IpAddress& to, std::span<const std::uint8_t> bytes) try {
    const auto at = lines_.find(id);
    if (at == lines_.end()) return ENOTCONN;
    Line& line = at->second;
    if (!line.fd) open(id, line);
    if (!line.fd) return line.error;
    const SocketAddress address = address_of(id, to);
    const auto try_once = [&] {
        return ::sendto(line.fd.get(), bytes.data(), bytes.size(), 0, address.plain(), address.size);
    };
    // An answer of the network to an earlier packet, as "port unreachable", is told to the next one.
    if (try_once() >= 0 || (errno == ECONNREFUSED && try_once() >= 0)) return 0;
    return errno == EAGAIN ? ENOBUFS : errno;
} catch (const std::exception&) {
    return ENOMEM;
}

int PeerSockets::shout(const PeerSocketId& id, std::span<const std::uint8_t> bytes) {
    IpAddress all{id.family, {}};
    if (id.family == IpFamily::v4) std::fill_n(all.bytes.begin(), 4, std::uint8_t{0xff});
    else all.bytes = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return send(id, all, bytes);
}

VrrpNote PeerSockets::vrrp(const std::string& path) { return read_vrrp_note(path); }

// What `hears` does may end this line.
void PeerSockets::drain(const PeerSocketId& id) {
    for (int left = most_at_once; left > 0; --left) {
        const auto line = lines_.find(id);
        if (line == lines_.end() || !line->second.fd) return;
        SocketAddress from;
        const long size = ::recvfrom(line->second.fd.get(), room_.data(), room_.size(), MSG_TRUNC, from.plain(),
                                     &from.size);
        if (size < 0 && errno == EAGAIN) return;
        if (size < 0) continue;               // an error of an earlier packet, which is taken by this
        const auto host = host_of(from, id.port);
        if (host) hears_({id, *host, std::span(room_).first(std::min(static_cast<std::size_t>(size), room_.size()))});
    }
}

std::optional<int> PeerSockets::setting(const std::string& interface, const char* name) const {
    const auto text = first_line(settings_ / interface / name);
    return text ? number<int>(*text) : std::nullopt;
}

// Of these two the higher value of the interface and of `all` is in force; of the third the interface's alone.
LanSettings PeerSockets::settings(const std::string& interface) try {
    const auto in_force = [&](const char* name) -> std::optional<int> {
        const auto own = setting(interface, name), all = setting("all", name);
        return own && all ? std::optional(std::max(*own, *all)) : own;
    };
    return {in_force("rp_filter"), in_force("arp_ignore"), setting(interface, "ignore_routes_with_linkdown")};
} catch (const std::exception&) {
    return {};
}

// Never zero, which stands for no session; and never thrown: without the kernel's numbers there is the clock's.
std::uint64_t PeerSockets::random() {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != static_cast<long>(sizeof number))
        number = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    return number == 0 ? 1 : number;
}

} // namespace had::sys
