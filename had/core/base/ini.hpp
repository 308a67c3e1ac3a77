// INI text to sections, through inih, without the traps of Debian's build of it.
//
// inih as Debian compiles it gives no line numbers, silently splits a line of more than 199 bytes, takes an indented
// line for a continuation of the value above, and adds the keys after an unclosed `[section` to the section before.
// Here each of these is an error with its line.
#pragma once

#include "had/core/base/diagnostics.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

struct IniEntry {
    std::string key, value;
    Line line;

    friend bool operator==(const IniEntry&, const IniEntry&) = default;
};

struct IniSection {
    std::string name;                         // "bond bond0", white space folded to one blank
    Line line;
    std::vector<IniEntry> entries;            // in the file's order, repeats included

    friend bool operator==(const IniSection&, const IniSection&) = default;
};

struct IniFile {
    std::vector<IniSection> sections;         // in the file's order; a repeated section is an error
    Diagnostics diagnostics;
};

IniFile parse_ini(std::string_view text);

struct IniText {
    std::string path, text;

    friend bool operator==(const IniText&, const IniText&) = default;
};

// Files that are one, in this order, the first of them the main one.  A section may go on in another file; what is
// repeated within one file is an error as above.  The limits are those of one file, for all of them together.
IniFile parse_ini(std::span<const IniText> files);

} // namespace had::core
