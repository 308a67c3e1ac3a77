// [match NAME]: which devices are meant.
#include "had/core/base/limits.hpp"
#include "had/core/config/parse.hpp"
#include "had/core/config/print.hpp"

namespace had::core {

namespace {

void read_word(const Reader& reader, std::string& into) {
    if (reader.words().size() != 1 || reader.text().find('/') != std::string::npos)
        return reader.must_be("one word of a uevent, as `udevadm monitor -p` shows it");
    into = reader.text();
}

// "12d1/14fe/*": vendor, product and version, as the kernel's uevent has them.
void read_product(const Reader& reader, MatchConfig& match) {
    if (reader.words().size() != 1) return reader.must_be("one pattern such as 12d1/14fe/*");
    match.product = reader.text();
}

// "idVendor=12d1 idProduct=1506"
void read_attributes(const Reader& reader, std::vector<Attribute>& into) {
    for (const std::string_view word : reader.list()) {
        const auto at = word.find('=');
        const std::string_view name = word.substr(0, at);
        if (at == std::string_view::npos || name.empty() || at + 1 == word.size()) {
            reader.must_be("NAME=VALUE of sysfs, without blanks around the '='", word);
            continue;
        }
        if (name.find("..") != std::string_view::npos || name.front() == '/') {
            reader.error("'{}' is no attribute: it is a file in the device's own directory", name);
            continue;
        }
        if (into.size() == limits::attributes) return reader.error("more than {} attributes", limits::attributes);
        into.push_back({std::string(name), std::string(word.substr(at + 1))});
    }
}

constexpr Key<MatchConfig> match_keys[] = {
    {"subsystem", [](const Reader& r, MatchConfig& m) { read_word(r, m.subsystem); }},
    {"devtype", [](const Reader& r, MatchConfig& m) { read_word(r, m.devtype); }},
    {"product", read_product},
    {"attr", [](const Reader& r, MatchConfig& m) { read_attributes(r, m.attributes); }, true},
    {"number", [](const Reader& r, MatchConfig& m) { read_attributes(r, m.number); }, true},
};

void parse_match(Parsing& parsing, const Heading& heading) {
    MatchConfig match;
    match.name = heading.name;
    match.line = heading.section.line;
    read_keys<MatchConfig>(parsing, heading, match_keys, match);
    if (!parsing.has(heading.section.name, "subsystem") && !parsing.misspelt.contains(heading.section.name))
        heading.notes.error(match.line, "a match needs 'subsystem', such as usb, tty or net");
    parsing.config.matches.push_back(std::move(match));
}

void print_attributes(Printer& out, std::string_view key, const std::vector<Attribute>& all) {
    for (const Attribute& one : all) out.key(key, fmt::format("{}={}", one.name, one.value));
}

void print_matches(Printer& out, const Config& config) {
    for (const MatchConfig& match : config.matches) {
        out.section("match", match.name);
        out.given("subsystem", match.subsystem);
        out.given("devtype", match.devtype);
        out.given("product", match.product);
        print_attributes(out, "attr", match.attributes);
        print_attributes(out, "number", match.number);
    }
}

std::vector<std::string_view> match_key_names() { return names_of<MatchConfig>(match_keys); }

} // namespace

const SectionRule match_section{"match", Named::label, true, parse_match, match_key_names, print_matches};

} // namespace had::core
