#include "had/draft/sections.hpp"

#include "had/core/base/text.hpp"

#include <fmt/format.h>

namespace had::draft {

std::string FileSection::value(std::string_view key) const {
    std::string last;
    for (const SectionEntry& entry : entries)
        if (entry.key == key) last = entry.value;
    return last;
}

std::vector<FileSection> sections_of(const std::string& file, std::string_view text, Found& found) {
    std::vector<FileSection> sections;
    for (const Line& line : lines_of(text, "#;", true)) {
        const Place at{file, line.number};
        const auto equals = line.text.find('=');
        if (line.text.starts_with('[') && line.text.ends_with(']')) {
            sections.push_back({line.text.substr(1, line.text.size() - 2), line.number, {}});
        } else if (equals == std::string::npos || equals == 0) {
            found.remark(nullptr, at, fmt::format("{}: it is neither KEY=VALUE nor [SECTION]", line.text));
        } else if (sections.empty()) {
            found.remark(nullptr, at, fmt::format("{}: it stands before any [SECTION]", line.text));
        } else {
            sections.back().entries.push_back({std::string(core::trimmed(line.text.substr(0, equals))),
                                               std::string(core::trimmed(line.text.substr(equals + 1))), line.number});
        }
    }
    return sections;
}

} // namespace had::draft
