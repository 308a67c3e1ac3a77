// Words of other tools, and the words of had.conf for the same: ifupdown, ifcfg files, netplan, systemd-networkd,
// NetworkManager, and the switches at the other end.
#pragma once

#include <string>
#include <string_view>

namespace had::core {

// ", 'address = 10.0.1.1/24' is an address".  Empty: no other tool is known to have this word.
std::string foreign_key(std::string_view kind, std::string_view key);
std::string foreign_section(std::string_view kind);
// What was probably wanted by a key that stands twice though its values do not add up.
std::string why_twice(std::string_view key);
// As it would be spelt here: "MIIMonitorSec" and "mii-monitor" become "miimonitor".
std::string plain_word(std::string_view word);

} // namespace had::core
