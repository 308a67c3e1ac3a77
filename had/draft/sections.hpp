// Files of sections with KEY=VALUE, in which both may be repeated: systemd's and NetworkManager's.
#pragma once

#include "had/draft/words.hpp"

#include <string>
#include <vector>

namespace had::draft {

struct SectionEntry {
    std::string key, value;
    unsigned line = 0;
};
struct FileSection {
    std::string name;
    unsigned line = 0;
    std::vector<SectionEntry> entries;

    // The last value of a key, which counts; empty: there is none.
    [[nodiscard]] std::string value(std::string_view key) const;
};

// Lines that are neither are remarked.
std::vector<FileSection> sections_of(const std::string& file, std::string_view text, Found& found);

} // namespace had::draft
