// What the log of this machine has of the daemon and of the programs beside it: systemd's journal, or else the file of
// a syslog daemon.
//
// A journal may be large, its disk slow and a file on a network that is gone.  So a child looks, and is given up when
// the time is over; what it has said until then is kept.
#pragma once

#include "had/core/base/types.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace had::sys {

struct LogPlaces {
    std::string journal = "journalctl";       // found by PATH
    std::vector<std::string> files = {"/var/log/daemon.log", "/var/log/syslog", "/var/log/messages"};
    core::Duration limit = std::chrono::seconds(3);           // for all of it
};

struct LogLines {
    std::vector<std::string> lines;           // the oldest first
    std::string why;                          // there are none, or not all of them; or empty
};

// Those around each of the moments (microseconds since 1970), and the last ones of all.  Of a file only these: how its
// lines write their time is the syslog daemon's own affair.  Throws std::system_error when no child can be started.
LogLines log_lines(std::vector<std::int64_t> moments, const LogPlaces& places = {});

} // namespace had::sys
