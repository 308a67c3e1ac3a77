// What keepalived says of an address that two hosts share: its notify writes a file for each (hadctl pair notify).
//
// "master 1234567 890": the state, when that was (us of the clock that goes on while the host sleeps), and keepalived's
// process.  The time is when the notify's process was started, and the later one stands: keepalived starts one for each
// change and waits for none of them.
#pragma once

#include "had/core/peer/shared.hpp"

#include <string>
#include <string_view>

namespace had::sys {

// Unknown where there is none, or it says something else.  Throws nothing.
core::VrrpNote read_vrrp_note(const std::string& path);
// Of the process that calls it, which keepalived has started.  Throws std::system_error.
void write_vrrp_note(const std::string& path, core::VrrpWord word);

} // namespace had::sys
