// A file that one program at a time holds, for as long as the program lives.
#pragma once

#include "had/sys/fd.hpp"

#include <filesystem>
#include <optional>

namespace had::sys {

// Makes the file.  Nothing: another holds it.  Throws std::system_error, which names the file.
std::optional<UniqueFd> try_lock(const std::filesystem::path& path);

} // namespace had::sys
