// Text from elsewhere (names, a driver's words, a file's) in a form that is safe for a terminal or a log.
#pragma once

#include <string>
#include <string_view>

namespace had::core {

// Characters that would steer a terminal, break a line or turn its direction are shown as JSON writes them: ESC is
// \u001b, and U+202E is \u202e.  A byte that is not UTF-8 is \xff.  Line ends stay.  JSON stays the same JSON.
std::string printable(std::string_view text);

} // namespace had::core
