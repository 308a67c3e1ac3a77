// A word of an interface that could not be read, though it may well be there: as a card whose driver answers EIO.  What
// stands for its value says why, and is no value of the kernel's.
#pragma once

#include <string>
#include <string_view>

namespace had::core {

inline constexpr char unread_mark = '?';

inline std::string unread_because(std::string_view why) { return unread_mark + std::string(why); }
inline bool is_unread(std::string_view value) { return value.starts_with(unread_mark); }
// Requires: it is unread.
inline std::string_view why_unread(std::string_view value) { return value.substr(1); }

} // namespace had::core
