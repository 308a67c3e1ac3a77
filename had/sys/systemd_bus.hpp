// systemd's own socket: org.freedesktop.systemd1(5) without a message bus between, so that it needs no dbus-daemon.
// systemctl speaks to it in the same way.  Only root may.
//
// Nothing waits.  The calls are queued, and the answers are heard from the loop.  When the connection is lost, as while
// systemd executes itself anew, it is tried again each second.
#pragma once

#include "had/sys/loop.hpp"
#include "had/sys/unit_manager.hpp"

#include <memory>
#include <string>

namespace had::sys {

inline constexpr const char* systemd_socket = "/run/systemd/private";

// Null: there is none that could be reached, and `trouble` says why; empty where systemd does not run at all.  With a
// `trouble` that passes it is away, and tried again each second.
std::unique_ptr<UnitManager> connect_systemd(Loop& loop, const std::string& socket, std::string& trouble);

} // namespace had::sys
