// `hadctl config`: had.conf and the files beside it as the one file that they are, each line with its place.
#include "had/control/json_text.hpp"
#include "had/control/view_json.hpp"
#include "had/files.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::hadctl {

namespace {

using control::JsonText;
using core::IniEntry;
using core::IniSection;
using core::Line;

std::string place_of(const Line& line) { return fmt::format("{}:{}", line.path(), line.number()); }

std::string text_of_whole(const core::IniFile& whole) {
    std::size_t width = 0;
    const auto measure = [&](const Line& line) { width = std::max(width, place_of(line).size()); };
    for (const IniSection& section : whole.sections) {
        measure(section.line);
        for (const IniEntry& entry : section.entries) measure(entry.line);
    }
    std::string out;
    const auto row = [&](const Line& line, const std::string& text) {
        out += fmt::format("{:<{}}  {}\n", place_of(line), width, text);
    };
    for (const IniSection& section : whole.sections) {
        if (!out.empty()) out += '\n';
        row(section.line, fmt::format("[{}]", section.name));
        for (const IniEntry& entry : section.entries) row(entry.line, fmt::format("{} = {}", entry.key, entry.value));
    }
    return out;
}

JsonText json_of(const IniEntry& entry) {
    return {{"key", entry.key}, {"value", entry.value}, {"file", entry.line.path()}, {"line", entry.line.number()}};
}

JsonText json_of(const IniSection& section) {
    return {{"section", section.name},
            {"file", section.line.path()},
            {"line", section.line.number()},
            {"keys", control::texts(section.entries, [](const IniEntry& entry) { return json_of(entry); })}};
}

} // namespace

Exit show_config(const Options& options) {
    const std::string file = options.file.empty() ? "/etc/had.conf" : options.file, name = shown_name(file);
    const sys::ConfigFiles read = files_of(file);
    const core::IniFile whole = core::parse_ini(read.texts);
    const Files files = judged(file, read);
    if (!files.usable()) {
        print(options.json ? control::to_json(name, files.diagnostics) + "\n" : format(files.diagnostics, name));
        return Exit::bad_config;
    }
    std::vector<std::string> paths;
    for (const core::IniText& one : read.texts) paths.push_back(one.path);
    if (!options.json) print(text_of_whole(whole));
    else
        print(JsonText{{"files", paths},
                       {"sections", control::texts(whole.sections,
                                                   [](const IniSection& section) { return json_of(section); })}}
                  .text() + "\n");
    return Exit::ok;
}

} // namespace had::hadctl
