// The first line of each file that the daemon keeps for itself: what the file is, and how many lines follow.
//
//     orders 2
//     offline 5 asked 5 2002-05-01T12:00:00Z root
//     pause 1020256200 2002-05-01T12:00:00Z root
//
// A power cut or a bad disk may leave a file short, or empty.  Then the missing lines are unknown, and are never
// taken for none.  Files of version 3.0 have no such first line: of these, only one that is empty or ends within a
// line is known to be short.
#pragma once

#include <string>
#include <string_view>

namespace had::core {

// `lines` are whole ones, each ended by '\n', or none at all.
std::string seal(std::string_view kind, std::string_view lines);

struct Unsealed {
    std::string_view lines;                   // those that are there
    std::string damage;                       // what is wrong, the end of a sentence; empty: it is whole
};
Unsealed unseal(std::string_view kind, std::string_view text);

} // namespace had::core
