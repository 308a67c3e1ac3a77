#include "had/core/config/parse.hpp"

#include "had/core/config/foreign_word.hpp"
#include "had/core/config/keys.hpp"
#include "had/core/base/names.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

constexpr const SectionRule* all_rules[] = {
    &had_section,     &domain_section, &slot_section,    &bond_section,   &role_section,     &vlan_section,
    &monitor_section, &match_section,  &service_section, &member_section, &failover_section, &peer_section,
    &devices_section};

const SectionRule* find_rule(std::string_view kind) {
    const auto found = std::find_if(std::begin(all_rules), std::end(all_rules),
                                    [&](const SectionRule* rule) { return rule->kind == kind; });
    return found == std::end(all_rules) ? nullptr : *found;
}

void unknown_section(Parsing& parsing, const IniSection& section, std::string_view kind) {
    std::vector<std::string_view> kinds;
    for (const SectionRule* rule : all_rules) kinds.push_back(rule->kind);
    std::string hint = foreign_section(kind);
    if (hint.empty()) hint = did_you_mean(kind, kinds);
    tell(parsing.diagnostics,
         mistake(Severity::error, section.line, "", fmt::format("unknown section [{}]{}", section.name, hint)));
}

// A section with a wrong name is parsed nevertheless: its keys may be wrong as well.
void check_name(const SectionRule& rule, const Heading& heading) {
    const Line line = heading.section.line;
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
    if (whole.empty()) return;                // reported with the file's other mistakes of form
    if (rule == nullptr) return unknown_section(parsing, section, kind);

    const std::string_view name = blank < whole.size() ? whole.substr(blank + 1) : "";
    const std::string_view object = rule->kind_in_object || name.empty() ? whole : name;
    if (const auto inside = without_quotes(name)) {
        const Notes notes{parsing.diagnostics, std::string(rule->kind_in_object ? whole : *inside)};
        notes.error(section.line, "{} is in quotes, write [{} {}]", name, kind, *inside);
        return parse_section(parsing, {fmt::format("{} {}", kind, *inside), section.line, section.entries});
    }
    const Heading heading{section, kind, name, Notes{parsing.diagnostics, std::string(object)}};
    check_name(*rule, heading);
    rule->parse(parsing, heading);
}

} // namespace

std::span<const SectionRule* const> section_rules() { return all_rules; }

Line Parsing::line_of(std::string_view section, std::string_view key, const Line& section_line) const {
    const auto found = lines.find({std::string(section), std::string(key)});
    return found == lines.end() ? section_line : found->second;
}

bool Parsing::has(std::string_view section, std::string_view key) const {
    return lines.count({std::string(section), std::string(key)}) != 0;
}

namespace {

// "bond-miimon" and "MIIMonSec" differ from a key in their spelling only.
std::optional<std::string_view> spelt_otherwise(std::string_view word, std::span<const std::string_view> keys) {
    const std::string plain = plain_word(word);
    const auto same = [&](std::string_view key) { return plain_word(key) == plain; };
    const auto key = std::find_if(keys.begin(), keys.end(), same);
    return key == keys.end() ? std::nullopt : std::optional(*key);
}

// "min-links" in a [config].
std::string meant_elsewhere(std::string_view word, std::string_view here) {
    for (const ConfigSection& section : config_sections())
        if (const auto key = spelt_otherwise(word, section.keys))
            return fmt::format(", it is '{}', and belongs in [{}]", *key, section.kind);
    return here == "bond" ? "" : foreign_key("bond", word);
}

// What was probably meant, the surest guess first.
std::string hint_for(std::string_view kind, std::string_view word) {
    std::vector<std::string> places;
    std::span<const std::string_view> own;
    for (const ConfigSection& section : config_sections()) {
        if (section.kind == kind) own = section.keys;
        else if (std::count(section.keys.begin(), section.keys.end(), word) != 0)
            places.push_back(fmt::format("[{}]", section.kind));
    }
    if (std::string hint = foreign_key(kind, word); !hint.empty()) return hint;
    if (const auto key = spelt_otherwise(word, own)) return fmt::format(", did you mean '{}'?", *key);
    const std::vector<std::string_view> names(places.begin(), places.end());
    if (!names.empty()) return fmt::format(", it belongs in {}", either(names));
    if (std::string hint = did_you_mean(word, own); !hint.empty()) return hint;
    if (std::string hint = meant_elsewhere(word, kind); !hint.empty()) return hint;
    return did_you_mean(plain_word(word), own);
}

} // namespace

void unknown_key(Parsing& parsing, const Heading& heading, const IniEntry& entry) {
    parsing.misspelt.insert(heading.section.name);
    if (is_full(parsing.diagnostics)) return heading.notes.error(entry.line, std::string());
    heading.notes.error(entry.line, "unknown key '{}'{}", entry.key, hint_for(heading.kind, entry.key));
}

bool first_time(Parsing& parsing, const Heading& heading, const IniEntry& entry,
                std::string_view meaning, bool adds_up) {
    const auto [at, inserted] =
        parsing.lines.try_emplace({heading.section.name, std::string(meaning)}, entry.line);
    if (inserted || adds_up) return true;
    if (meaning == entry.key)
        heading.notes.error(entry.line, "'{}' is given twice, first in {}{}", entry.key, at->second,
                            why_twice(entry.key));
    else heading.notes.error(entry.line, "'{}' means '{}', which {} gives already", entry.key, meaning, at->second);
    return false;
}

bool unquoted(const Heading& heading, const IniEntry& entry) {
    const auto inside = without_quotes(entry.value);
    if (inside) heading.notes.error(entry.line, "{} is in quotes, write '{} = {}'", entry.value, entry.key, *inside);
    return !inside;
}

const std::vector<ConfigSection>& config_sections() {
    static const auto sections = [] {
        std::vector<ConfigSection> all;
        for (const SectionRule* rule : all_rules) all.push_back({rule->kind, rule->keys()});
        return all;
    }();
    return sections;
}

namespace {

// Their header is an error already, and nothing can refer to them: so no more is said of them.
void drop_nameless(Config& config) {
    const auto nameless = [](const auto& one) { return one.name.empty(); };
    std::erase_if(config.domains, nameless);
    std::erase_if(config.slots, nameless);
    std::erase_if(config.bonds, nameless);
    std::erase_if(config.configs, nameless);
    std::erase_if(config.vlans, nameless);
    std::erase_if(config.monitors, nameless);
    std::erase_if(config.matches, nameless);
    std::erase_if(config.services, nameless);
    std::erase_if(config.members, nameless);
    std::erase_if(config.failovers, nameless);
    std::erase_if(config.peers, nameless);
}

} // namespace

namespace {

ParsedConfig parse(IniFile file) {
    Parsing parsing;
    parsing.diagnostics = std::move(file.diagnostics);
    for (const IniSection& section : file.sections) parse_section(parsing, section);
    drop_nameless(parsing.config);
    parsing.config.sort_devices();
    check_config(parsing);
    sort_by_line(parsing.diagnostics);
    return {std::move(parsing.config), std::move(parsing.diagnostics)};
}

} // namespace

ParsedConfig parse_config(std::string_view text) { return parse(parse_ini(text)); }

ParsedConfig parse_config(const ConfigTexts& files) { return parse(parse_ini(files)); }

} // namespace had::core
