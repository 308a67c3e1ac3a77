// The command line of ifenslave 1.1.0 (2003), which scripts rely on: its options, what excludes
// what, and what it says about itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace had::ifenslave {

enum class Verb : std::uint8_t {
    enslave, // or show the master, when no slave is named
    release,
    change_active,
    show_all,
    help,
    usage,
    version,
    misuse,
};

struct Command {
    Verb verb = Verb::misuse;
    bool force = false;
    bool verbose = false; // set for a misuse too: -v prints the version first
    std::string master;
    std::vector<std::string> slaves;

    friend bool operator==(const Command&, const Command&) = default;
};

// getopt_long() itself names on standard error what it does not understand, as in the original.
// Options and operands may come in any order.
Command parse(int argc, char* const* argv);

std::string version_text();
std::string usage_text();
std::string help_text(); // follows the usage

} // namespace had::ifenslave
