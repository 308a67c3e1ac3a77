// Who else may change a file that the daemon acts by: a line of it loads a module, with options, as root.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace had::sys {

// A sentence for each of the file and the directories above it that others than root, or than who asks, may write.
// Nobody may in a directory with the sticky bit, whose files are their owners' alone.  A file that is not there
// says nothing of itself.
std::vector<std::string> other_writers(const std::filesystem::path& file);

} // namespace had::sys
