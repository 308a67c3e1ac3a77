// Who else may change a file that the daemon obeys: one line of it loads a module, with options, as root.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace had::sys {

// A sentence for the file, and for each directory above it, that others than root and the caller may write.  A
// directory with the sticky bit counts as safe: only the owner of a file may replace it there.  For a file that does
// not exist there is no sentence of its own.
std::vector<std::string> other_writers(const std::filesystem::path& file);

} // namespace had::sys
