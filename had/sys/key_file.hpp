// A file that holds a secret: taken only when nobody but root can have read it.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace had::sys {

// Throws std::system_error (EACCES alone where the caller may not open it), whose text names the file and what is wrong
// with it, never what is in it.  `owner` must own it.
std::string read_key_file(const std::filesystem::path& path, uid_t owner = 0);

} // namespace had::sys
