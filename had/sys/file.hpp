// Whole files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace had::sys {

// Throws std::system_error whose text names the file.
std::string read_file(const std::filesystem::path& path);
// Nothing when it does not exist; throws for every other trouble.
std::optional<std::string> read_file_if_there(const std::filesystem::path& path);

// The directory of a file that is to be written.  Throws std::system_error.
void make_parent(const std::filesystem::path& path);

// To a temporary file beside it, synced, then renamed: a reader, or a crash, sees the old text or
// the new one, never half.  Throws std::system_error.
void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode = 0644);

} // namespace had::sys
