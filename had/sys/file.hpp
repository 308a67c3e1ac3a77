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
// Whatever it is, for who has said so: it waits for its end, within the same limit.
std::string read_standard_input();
// Nothing when it does not exist; throws for every other trouble.
std::optional<std::string> read_file_if_there(const std::filesystem::path& path);
// Without its line end.  Nothing when it cannot be read, whatever the reason: what goes while it is looked at.
std::optional<std::string> first_line(const std::filesystem::path& path);

// The directory of a file that is to be written.  Throws std::system_error.
void make_parent(const std::filesystem::path& path);

// To a temporary file beside it, synced, then renamed, and the directory synced: a reader, a crash or a power cut
// leaves the old text or the new one, never half.  The temporary file is always PATH.had-new, so a writer that was killed
// leaves one at most, and the next one replaces it.  One writer a file.  `mode` is that of a new file.  Throws
// std::system_error.
//
// A link is followed, and what is there keeps its mode, and its owner where that can be given.  What is no regular
// file is refused.
void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode = 0644);

// The same for a file that a user has named.  Where a new file could not be what the old one is (it has another name,
// its owner cannot be given, its directory may not be written) the text is written into it.  He may mean a device or a
// pipe: then the text is written to that, and waits for its reader.
void write_output(const std::filesystem::path& path, std::string_view text);
// Whether the name is that of the file that standard output goes to: /dev/stdout, and any other of its names.
bool is_standard_output(const std::filesystem::path& path);

// One write to a file that is there, for the files of sysfs, which act by it.  0, or an errno.
int write_once(const std::filesystem::path& path, std::string_view text);

} // namespace had::sys
