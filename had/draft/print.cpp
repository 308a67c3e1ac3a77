// The text of a draft: the normal form of had.conf with comments in it, and what the parser refuses as comments.
#include "had/draft/draft.hpp"

#include "had/core/base/printable.hpp"
#include "had/core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace had::draft {

using namespace core;

namespace {

constexpr std::size_t width = 100, most_comment = 600;

// Whatever stands in it, a comment is one that nobody can take for a line of the file.
std::string one_line(std::string_view text) {
    std::string line = printable(shortened(text, most_comment));
    std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return line;
}

void add_comment(std::vector<std::string>& lines, std::string_view text) {
    std::string rest = one_line(text);
    for (std::string_view before = "; "; !rest.empty(); before = ";   ") {
        std::size_t end = rest.size();
        if (end > width) {
            end = rest.rfind(' ', width);
            if (end == std::string::npos || end < width / 2) end = std::min(rest.find(' ', width), rest.size());
        }
        lines.push_back(std::string(before) + rest.substr(0, end));
        rest.erase(0, std::min(rest.size(), end + 1));
    }
}

using ByName = std::map<std::string, std::vector<std::string>, std::less<>>;

// The comments of a section stand below its first line; those whose section is not there at the end.
std::vector<std::string> lines_of(const Draft& draft) {
    ByName comments;
    std::vector<std::string> order;
    for (const Comment& comment : draft.comments) {
        auto& of = comments[comment.section];
        if (of.empty()) order.push_back(comment.section);
        add_comment(of, comment.text);
    }
    std::vector<std::string> lines;
    const auto take = [&](std::string_view section) {
        const auto found = comments.find(section);
        if (found == comments.end()) return;
        lines.insert(lines.end(), found->second.begin(), found->second.end());
        comments.erase(found);
    };
    take("");
    if (!lines.empty()) lines.emplace_back();
    const std::string text = print(draft.config);
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = take_until(rest, '\n');
        lines.emplace_back(line);
        if (line.starts_with('[')) take(line.substr(1, line.size() - 2));
    }
    for (const std::string& section : order) {
        if (!comments.contains(section)) continue;
        lines.emplace_back();
        if (section == "devices") lines.emplace_back("[devices]");
        take(section);
    }
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
}

bool is_comment(std::string_view line) { return line.empty() || line[0] == ';'; }

void refuse(std::string& line, std::string_view why) {
    if (!is_comment(line)) line = fmt::format("; {}    ({})", line, one_line(why));
}

// A section that is refused goes with all its lines.
void refuse(std::vector<std::string>& lines, const Diagnostic& wrong) {
    const std::size_t at = wrong.line - 1;
    if (at >= lines.size()) return;
    const bool section = lines[at].starts_with('[');
    refuse(lines[at], wrong.text);
    for (std::size_t i = at + 1; section && i < lines.size() && !lines[i].starts_with('['); ++i)
        refuse(lines[i], "its section cannot be taken");
}

} // namespace

std::string print(const Draft& draft) {
    std::vector<std::string> lines = lines_of(draft);
    for (std::size_t left = lines.size() + 1; left > 0; --left) {
        std::string text = joined(lines);
        const ParsedConfig parsed = parse_config(text);
        if (!has_errors(parsed.diagnostics)) return text;
        for (const Diagnostic& one : parsed.diagnostics) {
            if (one.severity != Severity::error) continue;
            if (one.line == 0 && lines.size() > 1 && parsed.diagnostics.size() == 1)
                throw std::runtime_error(fmt::format("what was found does not fit into a had.conf: {}", one.text));
            if (one.line != 0) refuse(lines, one);
        }
    }
    throw std::runtime_error("what was found cannot be said in had.conf");
}

} // namespace had::draft
