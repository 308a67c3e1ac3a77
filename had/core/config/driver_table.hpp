// The driver table, /etc/pcidrivers.conf: which module serves which card.
//
// Each section is a module: what it claims and how it is loaded.  The narrowest claim wins: subsystem before device
// before vendor before class.  Equal claims are tried in the file's order until one binds.  The daemon and pcidb use
// the same code, so that both always agree.
#pragma once

#include "had/core/base/diagnostics.hpp"
#include "had/core/base/pci.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// `id = VVVV:DDDD[:SSSS:ssss]`, `*` for any; or `class = 0200`, the class and subclass.
struct DriverClaim {
    std::optional<std::uint16_t> vendor, device, subvendor, subdevice;
    std::optional<std::uint16_t> device_class;
    unsigned line = 0;

    friend bool operator==(const DriverClaim&, const DriverClaim&) = default;
};
std::string to_string(const DriverClaim& claim);      // as the file spells it: "id = 8086:100e"

struct DriverEntry {
    std::string module;
    std::vector<DriverClaim> claims;
    std::string options;                      // "name=value ...", handed to the module as it is loaded
    std::vector<std::string> also;            // loaded when the function is bound and has no network device
    unsigned line = 0;

    friend bool operator==(const DriverEntry&, const DriverEntry&) = default;
};

struct DriverTable {
    std::vector<DriverEntry> entries;         // in the file's order

    friend bool operator==(const DriverTable&, const DriverTable&) = default;
};

struct ParsedDriverTable {
    DriverTable table;
    Diagnostics diagnostics;                  // equal claims of two modules are a warning that names both
};

ParsedDriverTable parse_driver_table(std::string_view text);
std::string print(const DriverTable& table);          // parses to the same table again

// The keys of a section, as the manual page must list them.
inline constexpr std::array<std::string_view, 4> driver_table_keys = {"id", "class", "options", "also"};

// As libkmod compares them: '-' and '_' are the same letter.
bool same_module(std::string_view a, std::string_view b);

// What claims are matched against.
struct CardId {
    std::uint16_t vendor = 0, device = 0, subvendor = 0, subdevice = 0;
    std::uint32_t class_code = 0;             // 24 bit
};
CardId id_of(const PciFunction& function);

struct DriverMatch {
    const DriverEntry* entry;                 // points into the table
    const DriverClaim* claim;
};
// How narrow a claim is.  The narrower one wins, whatever the order of the file.
unsigned specificity(const DriverClaim& claim);
// All claims on this card, best first; each module once.  Empty: the card is unknown.
std::vector<DriverMatch> lookup(const DriverTable& table, const CardId& card);

} // namespace had::core
