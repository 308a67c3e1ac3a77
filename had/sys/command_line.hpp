// What the daemon, hadctl and pcidb have in common in reading their command lines.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace had::sys {

// Refuses values of options that take none: "--force=false" is a mistake, and does not mean "no --force".
void refuse_values_of_flags(CLI::App& app);

// The words that belong nowhere.  "--", after which no word is an option, is not one of them.
std::vector<std::string> strange_words(const CLI::App& app);

// What cannot be meant: an empty word, which an unset variable of a script becomes.  It would count as no word:
// `wait ''` would mean the whole chassis.
std::optional<std::string> wrong_words(int argc, const char* const* argv);

// Prints what --help or --version ask for, with which parsing ends.  True: all of it could be printed.
bool print_what_was_asked(const CLI::App& app, const CLI::ParseError& asked);

} // namespace had::sys
