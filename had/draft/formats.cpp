#include "had/draft/formats.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::draft {

namespace {

constexpr const Format* all[] = {&ifupdown_format, &ifcfg_format, &netplan_format, &networkd_format, &keyfile_format};

std::string_view wrong_with(const File& file) {
    if (file.text.size() > most_file_bytes) return "it is too large for a configuration";
    if (file.text.find('\0') != std::string::npos) return "it is no text file";
    return {};
}

} // namespace

std::span<const Format* const> formats() { return all; }

const Format* format_named(std::string_view name) {
    const auto found = std::find_if(std::begin(all), std::end(all),
                                    [&](const Format* one) { return one->name == name; });
    return found == std::end(all) ? nullptr : *found;
}

const Format* format_of(const std::vector<File>& files, std::string& wrong) {
    const Format* format = nullptr;
    std::string first;
    for (const File& file : files) {
        if (!wrong_with(file).empty()) continue;
        for (const Format* one : all) {
            if (!one->is(file)) continue;
            if (format && format != one) {
                wrong = fmt::format("{} is {}'s, and {} is {}'s: say --format", first, format->name, file.name,
                                    one->name);
                return nullptr;
            }
            format = one;
            if (first.empty()) first = file.name;
            break;
        }
    }
    if (!format) wrong = "it is of no format that is known: say --format, if it is one of them";
    return format;
}

Found read(const Format& format, const std::vector<File>& files) {
    Found found;
    std::vector<File> good;
    for (const File& file : files) {
        std::string_view wrong = wrong_with(file);
        if (wrong.empty() && files.size() > 1 && !format.is(file)) wrong = "it is none of these files, and is not read";
        if (wrong.empty()) good.push_back(file);
        else found.remark(nullptr, {file.name, 0}, std::string(wrong));
    }
    format.read(good, found);
    settle(found);
    return found;
}

} // namespace had::draft
