// The right to had's books: what it made (`owned`) and what was ordered.  They tell of one network, and one
// daemon keeps them, whatever its socket is called.
#pragma once

#include "had/sys/fd.hpp"

#include <filesystem>

namespace had::sys {

// Holds the file `lock` beside `owned`, whose directory it makes.  Throws std::system_error, and
// std::runtime_error when another daemon keeps these books, or when they are the machine's and the network is not:
// in a network namespace with the machine's /run (`ip netns exec`) it would write of the one about the other.
// A container, or whoever has a /run of his own, has books of his own.  The machine is process 1; who may not look
// at that goes by the network that the lock names.
UniqueFd take_books(const std::filesystem::path& owned, const std::filesystem::path& proc = "/proc");

} // namespace had::sys
