#include "had/core/config/parse.hpp"

#include "had/core/config/keys.hpp"
#include "had/core/base/names.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

enum class Named : std::uint8_t { no, label, interface };

struct SectionRule {
    std::string_view kind;
    Named named;
    bool kind_in_object;                      // "slot 2", but "bond0"
    void (*parse)(Parsing&, const Heading&);
    std::vector<std::string_view> (*keys)();
};

constexpr SectionRule section_rules[] = {
    {"had", Named::no, true, parse_had, had_key_names},
    {"domain", Named::label, true, parse_domain, domain_key_names},
    {"slot", Named::label, true, parse_slot, slot_key_names},
    {"bond", Named::interface, false, parse_bond, bond_key_names},
    {"config", Named::label, false, parse_role, role_key_names},
    {"vlan", Named::interface, false, parse_vlan, vlan_key_names},
    {"devices", Named::no, true, parse_devices, [] { return std::vector<std::string_view>{}; }},
};

const SectionRule* find_rule(std::string_view kind) {
    const auto found = std::find_if(std::begin(section_rules), std::end(section_rules),
                                    [&](const SectionRule& rule) { return rule.kind == kind; });
    return found == std::end(section_rules) ? nullptr : found;
}

void unknown_section(Parsing& parsing, const IniSection& section, std::string_view kind) {
    std::vector<std::string_view> kinds;
    for (const SectionRule& rule : section_rules) kinds.push_back(rule.kind);
    tell(parsing.diagnostics, {Severity::error, section.line, "",
                               fmt::format("unknown section [{}]{}", section.name,
                                           did_you_mean(kind, kinds))});
}

// A section with a wrong name is parsed all the same: its keys may be wrong as well.
void check_name(const SectionRule& rule, const Heading& heading) {
    const unsigned line = heading.section.line;
    if (rule.named == Named::no) {
        if (heading.name.empty()) return;
        heading.notes.error(line, "[{}] has no name, '{}' is too much", rule.kind, heading.name);
    } else if (heading.name.empty()) {
        heading.notes.error(line, "[{0}] needs a name: [{0} NAME]", rule.kind);
    } else if (const auto wrong = rule.named == Named::label ? wrong_label(heading.name)
                                                             : wrong_own_name(heading.name)) {
        heading.notes.error(line, "'{}' is no name for a {}: it {}", heading.name, rule.kind,
                            *wrong);
    }
}

void parse_section(Parsing& parsing, const IniSection& section) {
    const std::string_view whole = section.name;
    const auto blank = std::min(whole.find(' '), whole.size());
    const std::string_view kind = whole.substr(0, blank);
    const SectionRule* rule = find_rule(kind);
    if (whole.empty()) return;                // reported with the file's other flaws of form
    if (rule == nullptr) return unknown_section(parsing, section, kind);

    const std::string_view name = blank < whole.size() ? whole.substr(blank + 1) : "";
    const std::string_view object = rule->kind_in_object || name.empty() ? whole : name;
    const Heading heading{section, kind, name, Notes{parsing.diagnostics, std::string(object)}};
    check_name(*rule, heading);
    rule->parse(parsing, heading);
}

} // namespace

unsigned Parsing::line_of(std::string_view section, std::string_view key,
                          unsigned section_line) const {
    const auto found = lines.find({std::string(section), std::string(key)});
    return found == lines.end() ? section_line : found->second;
}

bool Parsing::has(std::string_view section, std::string_view key) const {
    return lines.count({std::string(section), std::string(key)}) != 0;
}

void unknown_key(Parsing& parsing, const Heading& heading, const IniEntry& entry) {
    parsing.misspelt.insert(heading.section.name);
    if (is_full(parsing.diagnostics)) return heading.notes.error(entry.line, std::string());
    std::vector<std::string> places;
    std::vector<std::string_view> own, other;
    for (const ConfigSection& section : config_sections()) {
        if (section.kind == heading.kind) own = section.keys;
        else if (std::count(section.keys.begin(), section.keys.end(), entry.key) != 0) {
            places.push_back(fmt::format("[{}]", section.kind));
        }
    }
    other.assign(places.begin(), places.end());
    std::string hint;
    // ifupdown writes "bond-miimon".
    const std::string_view word = entry.key;
    const bool prefixed = word.substr(0, 5) == "bond-" || word.substr(0, 5) == "bond_";
    if (!other.empty()) hint = fmt::format(", it belongs in {}", either(other));
    else hint = did_you_mean(prefixed ? word.substr(5) : word, own);
    heading.notes.error(entry.line, "unknown key '{}'{}", entry.key, hint);
}

bool first_time(Parsing& parsing, const Heading& heading, const IniEntry& entry,
                std::string_view meaning, bool adds_up) {
    const auto [at, inserted] =
        parsing.lines.try_emplace({heading.section.name, std::string(meaning)}, entry.line);
    if (inserted || adds_up) return true;
    heading.notes.error(
        entry.line,
        meaning == entry.key
            ? fmt::format("'{}' is given twice, first in line {}", entry.key, at->second)
            : fmt::format("'{}' means '{}', which line {} gives already", entry.key, meaning,
                          at->second));
    return false;
}

const std::vector<ConfigSection>& config_sections() {
    static const auto sections = [] {
        std::vector<ConfigSection> all;
        for (const SectionRule& rule : section_rules) all.push_back({rule.kind, rule.keys()});
        return all;
    }();
    return sections;
}

namespace {

// Their header is reported; nothing can refer to them, and nothing is to be said of them twice.
void drop_nameless(Config& config) {
    const auto nameless = [](const auto& one) { return one.name.empty(); };
    std::erase_if(config.domains, nameless);
    std::erase_if(config.slots, nameless);
    std::erase_if(config.bonds, nameless);
    std::erase_if(config.configs, nameless);
    std::erase_if(config.vlans, nameless);
}

} // namespace

ParsedConfig parse_config(std::string_view text) {
    IniFile file = parse_ini(text);
    Parsing parsing;
    parsing.diagnostics = std::move(file.diagnostics);
    for (const IniSection& section : file.sections) parse_section(parsing, section);
    drop_nameless(parsing.config);
    parsing.config.sort_devices();
    check_config(parsing);
    sort_by_line(parsing.diagnostics);
    return {std::move(parsing.config), std::move(parsing.diagnostics)};
}

} // namespace had::core
