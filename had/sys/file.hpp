// Whole files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace had::sys {

// Our largest file is a driver table of 100 kB.  A larger file than this is not read to its end.
constexpr std::size_t file_max = 4 << 20;

// Reads only a regular file, also of sysfs and proc: a FIFO, a device or a socket could make us wait, or could
// act when it is opened.  Throws std::system_error whose text names the file.
std::string read_file(const std::filesystem::path& path);
// Reads any kind of file, for a caller that wants it: waits for its end, within the same limit.
std::string read_standard_input();
// Nothing: it does not exist.  Throws on any other error.
std::optional<std::string> read_file_if_there(const std::filesystem::path& path);
// Without its line end.  Nothing: it cannot be read, for whatever reason; it may go while it is read.
std::optional<std::string> first_line(const std::filesystem::path& path);

// The directory of a file that is to be written.  Throws std::system_error.
void make_parent(const std::filesystem::path& path);

// Writes a temporary file beside it, syncs it, renames it, and syncs the directory.  So a reader finds, and a crash or
// a power cut leaves, the old text or the new one, never half.  The temporary file is always PATH.had-new: a killed
// writer leaves one at most, and the next writer replaces it.  One writer a file.  `mode` is that of a new file.
// Throws std::system_error.
//
// A link is followed, and what is there keeps its mode, and its owner where that can be given.  What is no regular
// file is refused.
void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode = 0644);

// The same, but a link is not followed: whatever has the name gives way to a new file that everybody may read.  For a
// directory that others may write to, who could lead the writer elsewhere.  A directory is not replaced, nor is a
// device: only root makes one, and the name was a slip.
void replace_file(const std::filesystem::path& path, std::string_view text);

// The same as write_file() for a file that a user has named.  Where a new file could not be what the old one is (it
// has another name, its owner cannot be given, its directory may not be written) the text is written into it.  He may
// mean a device or a pipe: then the text is written to that, and waits for its reader.
void write_output(const std::filesystem::path& path, std::string_view text);
// Whether the name leads to the file that standard output goes to: /dev/stdout, or any other of its names.
bool is_standard_output(const std::filesystem::path& path);

// One write to an existing file, as the files of sysfs need it.  Returns 0 or an errno.
int write_once(const std::filesystem::path& path, std::string_view text);

} // namespace had::sys
