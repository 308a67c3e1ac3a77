// The log: one line an event on standard error, and the only global of the program.
//
// To a terminal it prints plain lines; anywhere else each line begins with the syslog priority in angle
// brackets that systemd and `logger --prio-prefix` take off (sd-daemon(3)).
#pragma once

#include "had/core/notice.hpp"

#include <string_view>

namespace had::sys {

// The level below which nothing is printed; notice unless set.
void set_log_level(core::NoticeLevel least);

// A line that cannot be written is lost: a full or closed log must not stop the network.
void log(core::NoticeLevel level, std::string_view text);

} // namespace had::sys
