// The answers of pcidb, as values; text.cpp and json.cpp print them.
#pragma once

#include "had/core/base/diagnostics.hpp"
#include "had/core/config/driver_table.hpp"
#include "had/core/base/pci.hpp"

#include <optional>
#include <string>
#include <vector>

namespace had::pcidb {

// A module that claims a card, as the table has it.
struct Candidate {
    std::string module;
    std::string claim;                        // "id = 8086:100e"
    unsigned line = 0;
    std::string options;
    std::vector<std::string> also;
    unsigned specificity = 0;

    friend bool operator==(const Candidate&, const Candidate&) = default;
};

// The place of a card in this machine, and its driver.
struct Presence {
    core::PciAddress address;
    std::string slot, controller;             // as the kernel names it; slot empty: in none
    bool hot_plug = false;                    // the slot can be powered: cards come and go here
    std::string location;                     // "path 0000:00:1c.0/0c", as [slot] spells it
    std::string path;                         // below the slot, "00.0/04.0", for `ports =`
    std::string driver;                       // empty: none bound
    std::vector<std::string> interfaces;
    bool is_virtual = false;

    friend bool operator==(const Presence&, const Presence&) = default;
};

struct CardReport {
    core::CardId id;
    bool subsystem_known = true;
    std::string name;                         // empty: not in pci.ids
    std::optional<Presence> presence;         // nothing: looked up by its id
    bool table_read = true;                   // false: the candidates are unknown
    std::vector<Candidate> candidates;        // best first
    // "skge, id = 1737:1032:*:0015": what another module claims of it, if the subsystem is that one.
    std::vector<std::string> narrower;
};

struct ListedClaim {
    core::DriverClaim claim;
    std::string name;                         // of the card or class; empty: unknown
};
struct ListedModule {
    const core::DriverEntry* entry = nullptr;
    std::vector<ListedClaim> claims;
};

struct CheckReport {
    std::string file;
    std::size_t modules = 0, claims = 0;
    core::Diagnostics diagnostics;
    std::string kernel;                       // whose modules were looked at; empty: none are installed
};

// Cut to `room` bytes with "..." at the end, never inside a UTF-8 character.
std::string fit(const std::string& text, std::size_t room);

// Why the first candidate is the first: a sentence.
std::string why(const CardReport& card);

// Text for people, 80 columns wide; a line that cannot be broken may be longer.
std::string lookup_text(const std::vector<CardReport>& cards);
std::string scan_text(const std::vector<CardReport>& cards);
std::string list_text(const std::vector<ListedModule>& modules);
std::string check_text(const CheckReport& report);

// Files for programs, made from a table: pcidrivers.conf with the name of each card, and lines for modprobe.d, so
// that a driver gets its options whoever loads it.
std::string table_file(const std::vector<ListedModule>& modules, const std::string& kernel);
std::string modprobe_file(const core::DriverTable& table, const std::string& file);

// One JSON document each; pcidb(8) lists the keys, and keys are only ever added.
std::string lookup_json(const std::vector<CardReport>& cards);
std::string scan_json(const std::vector<CardReport>& cards);
std::string list_json(const std::vector<ListedModule>& modules);
std::string check_json(const CheckReport& report);

} // namespace had::pcidb
