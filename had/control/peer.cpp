#include "had/control/peer.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace had::control {

Peer peer_of(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        throw std::system_error(errno, std::generic_category(), "control: SO_PEERCRED");
    Peer peer{credentials.uid, {}};

    // Too small a buffer is answered with the size that is needed (net/core/sock.c).
    size = 0;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, nullptr, &size) != 0 && errno == ERANGE) {
        peer.groups.resize(size / sizeof(gid_t));
        if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &size) != 0)
            peer.groups.clear();
    }
    peer.groups.push_back(credentials.gid);
    return peer;
}

bool may_change(const Peer& peer, std::optional<gid_t> group) {
    if (peer.uid == 0) return true;
    return group && std::find(peer.groups.begin(), peer.groups.end(), *group) != peer.groups.end();
}

std::string user_name(uid_t uid) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/etc/passwd", "re"), std::fclose);
    while (const passwd* user = file ? ::fgetpwent(file.get()) : nullptr)
        if (user->pw_uid == uid) return user->pw_name;
    return fmt::format("uid {}", uid);
}

std::optional<gid_t> group_id(const std::string& name) {
    if (name.empty()) return std::nullopt;
    const group* found = ::getgrnam(name.c_str());
    return found ? std::optional(found->gr_gid) : std::nullopt;
}

} // namespace had::control
