// Text of others (names, a driver's words, a file's) as a terminal or a log may be given it.
#pragma once

#include <string>
#include <string_view>

namespace had::core {

// What would steer a terminal, break a line or turn it round is shown as JSON would write it: ESC is \u001b, and
// U+202E is \u202e; a byte that is no UTF-8 is \xff.  Line ends stay.  JSON stays the same JSON.
std::string printable(std::string_view text);

} // namespace had::core
