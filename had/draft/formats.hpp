// The files that other tools are configured by: a file of code and a row each.
#pragma once

#include "had/draft/found.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace had::draft {

// A configuration of a network has few files, of some hundred lines.
inline constexpr std::size_t most_files = 256, most_file_bytes = 1024 * 1024;

struct File {
    std::string name, text;                   // the name as it is to be told
};

struct Format {
    std::string_view name;                    // of --format
    std::string_view whose;
    bool (*is)(const File& file);             // by its name, and by what stands in it
    void (*read)(const std::vector<File>& files, Found& found);
};
extern const Format ifupdown_format, ifcfg_format, netplan_format, networkd_format, keyfile_format;
std::span<const Format* const> formats();
// Null: there is none of that name.
const Format* format_named(std::string_view name);

// The format of these files.  Null: `wrong` says why there is none: nothing is known, or two are.
const Format* format_of(const std::vector<File>& files, std::string& wrong);

// Reads those files that are of the format, and remarks the others.
Found read(const Format& format, const std::vector<File>& files);

} // namespace had::draft
