// Who is at the other end of a Unix socket, as the kernel says, and what he may do.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace had::control {

struct Peer {
    uid_t uid = 0;
    std::vector<gid_t> groups;                // primary and supplementary

    friend bool operator==(const Peer&, const Peer&) = default;
};

// As they were when the peer connected (SO_PEERCRED, SO_PEERGROUPS).  Throws std::system_error.
Peer peer_of(int socket);

// Uid 0, or a member of `group`; without a group only uid 0.
bool may_change(const Peer& peer, std::optional<gid_t> group);

// As /etc/passwd has it, else "uid 1000".  Other sources of names are not asked: they may be reached only over
// the network that the daemon keeps.
std::string user_name(uid_t uid);

// Nothing: no group is configured, or there is none of that name; had/files.cpp warns of that.
std::optional<gid_t> group_id(const std::string& name);

} // namespace had::control
