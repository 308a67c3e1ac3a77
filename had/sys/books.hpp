// The right to the daemon's books: what it has made (`owned`) and what was ordered.  They describe one network, and
// one daemon keeps them, whatever its socket is called.
#pragma once

#include "had/sys/fd.hpp"

#include <filesystem>

namespace had::sys {

// Holds the file `lock` beside `owned`; makes the directory.  Throws std::system_error.  Throws std::runtime_error
// when another daemon keeps these books, or when they describe another network than this process has: in a network
// namespace with the machine's /run (`ip netns exec`) the books are those of the machine's network.  A container with
// a /run of its own has books of its own.  The machine's network is that of process 1; where process 1 cannot be
// inspected, the one that the lock names.
UniqueFd take_books(const std::filesystem::path& owned, const std::filesystem::path& proc = "/proc");

} // namespace had::sys
