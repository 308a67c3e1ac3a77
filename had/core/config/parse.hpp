// The inside of parse_config(): a table of keys for each section, and the lines of the keys.
//
// parse_config() (parse.cpp) gives each section to its parser.  A parser is a table of keys, each with the
// function that reads it into a draft, and an end in which the draft becomes a value.  Then check*.cpp finds
// the mistakes that only several values together can have.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/config/reader.hpp"
#include "had/core/base/ini.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace had::core {

// What the file names, by its name: the checks look it up for every line.
struct Index {
    std::map<std::string_view, const BondConfig*> bonds;
    std::map<std::string_view, const RoleConfig*> roles;
    std::map<std::string_view, const VlanConfig*> vlans;
    std::map<std::string_view, const SlotConfig*> slots;
    std::map<std::string_view, const MonitorConfig*> monitors;
    std::map<std::string_view, std::string_view> domains;            // of a slot
    std::set<std::string_view> slot_names;                           // wherever it is named
};

// Null: there is none of that name.
template <class T>
const T* named(const std::map<std::string_view, const T*>& all, std::string_view name) {
    const auto found = all.find(name);
    return found == all.end() ? nullptr : found->second;
}

struct Parsing {
    Config config;
    Index index;                              // for the checks, when all sections are read
    Diagnostics diagnostics;
    std::map<std::pair<std::string, std::string>, Line> lines;       // section and key: first line
    std::set<std::string> misspelt; // sections with an unknown key: nobody knows what they lack
    std::size_t slots = 0;          // in all domains so far

    // The line of a key of a section; the section's own line when the key is not given.
    [[nodiscard]] Line line_of(std::string_view section, std::string_view key,
                                   const Line& section_line) const;
    [[nodiscard]] bool has(std::string_view section, std::string_view key) const;
};

// One section's header taken apart: [bond bond0].
struct Heading {
    const IniSection& section;
    std::string_view kind, name;
    Notes notes;
};

// Adds the error that this kind of section has no such key, and where it belongs or what it resembles.
void unknown_key(Parsing& parsing, const Heading& heading, const IniEntry& entry);
// False: the key was given before and its values do not add up; that error is added.
bool first_time(Parsing& parsing, const Heading& heading, const IniEntry& entry,
                std::string_view meaning, bool adds_up);
// False: the value has quotes around it, which are an error in this file; that error is added.
bool unquoted(const Heading& heading, const IniEntry& entry);

template <class Draft>
struct Key {
    std::string_view name;
    void (*read)(const Reader&, Draft&);
    bool adds_up = false;                     // may be repeated, the values add up
    std::string_view meaning = name;          // another key's name: this is its alias
};

template <class Draft>
void read_keys(Parsing& parsing, const Heading& heading, std::span<const Key<Draft>> keys,
               Draft& draft) {
    for (const IniEntry& entry : heading.section.entries) {
        const auto key = std::find_if(keys.begin(), keys.end(),
                                      [&](const Key<Draft>& k) { return k.name == entry.key; });
        if (key == keys.end()) {
            unknown_key(parsing, heading, entry);
        } else if (first_time(parsing, heading, entry, key->meaning, key->adds_up) && unquoted(heading, entry)) {
            key->read(Reader(heading.notes, entry), draft);
        }
    }
}

template <class Draft>
std::vector<std::string_view> names_of(std::span<const Key<Draft>> keys) {
    std::vector<std::string_view> names;
    for (const Key<Draft>& key : keys) names.push_back(key.name);
    return names;
}

// One kind of section: a file of its own (bond.cpp and so on), which reads and prints the keys, and a row in parse.cpp.
class Printer;
enum class Named : std::uint8_t { no, label, interface };

struct SectionRule {
    std::string_view kind;
    Named named;
    bool kind_in_object;                      // "slot 2", but "bond0"
    void (*parse)(Parsing&, const Heading&);
    std::vector<std::string_view> (*keys)();
    void (*print)(Printer&, const Config&);   // all sections of the kind, in the normal form
};
extern const SectionRule had_section, domain_section, slot_section, bond_section, role_section, vlan_section,
    monitor_section, match_section, service_section, member_section, failover_section, peer_section,
    devices_section;
// In the order in which they are printed.
std::span<const SectionRule* const> section_rules();

// Finds the mistakes that only several values together can have; sets what the file may leave out.
void check_config(Parsing& parsing);

} // namespace had::core
