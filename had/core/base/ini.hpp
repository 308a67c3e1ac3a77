// INI text to sections, through inih, without the traps of Debian's build of it.
//
// inih as Debian compiles it gives no line numbers, silently splits a line of more than 199 bytes, takes an indented
// line for a continuation of the value above, and adds the keys after an unclosed `[section` to the section before.
// Here each of these is an error with its line.
#pragma once

#include "had/core/base/diagnostics.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace had::core {

struct IniEntry {
    std::string key, value;
    unsigned line = 0;

    friend bool operator==(const IniEntry&, const IniEntry&) = default;
};

struct IniSection {
    std::string name;                         // "bond bond0", white space folded to one blank
    unsigned line = 0;
    std::vector<IniEntry> entries;            // in the file's order, repeats included

    friend bool operator==(const IniSection&, const IniSection&) = default;
};

struct IniFile {
    std::vector<IniSection> sections;         // in the file's order; a repeated section is an error
    Diagnostics diagnostics;
};

IniFile parse_ini(std::string_view text);

} // namespace had::core
