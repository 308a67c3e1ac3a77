// Whole files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace had::sys {

// The largest of ours is a driver table of 100 kB.  What says that it is larger than this is not read to its end.
constexpr std::size_t file_max = 4 << 20;

// Only a regular file, sysfs's and proc's among them: a FIFO, a device or a socket would have us wait, or do
// something by being opened.  Throws std::system_error whose text names the file.
std::string read_file(const std::filesystem::path& path);
// Nothing when it does not exist; throws for every other trouble.
std::optional<std::string> read_file_if_there(const std::filesystem::path& path);
// Without its line end.  Nothing when it cannot be read, whatever the reason: what goes while it is looked at.
std::optional<std::string> first_line(const std::filesystem::path& path);

// The directory of a file that is to be written.  Throws std::system_error.
void make_parent(const std::filesystem::path& path);

// To a temporary file beside it, synced, then renamed, and the directory synced: a reader, a crash or a power cut
// leaves the old text or the new one, never half.  The temporary file is always PATH.had-new, so a writer that was killed
// leaves one at most, and the next one replaces it.  One writer a file.  Throws std::system_error.
void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode = 0644);

// One write to a file that is there, for the files of sysfs, which act by it.  0, or an errno.
int write_once(const std::filesystem::path& path, std::string_view text);

} // namespace had::sys
