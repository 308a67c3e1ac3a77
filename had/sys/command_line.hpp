// What had, hadctl and pcidb do alike with their command lines.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace had::sys {

// No option that takes no value takes one: "--force=false" is a mistake, and not the same as nothing.
void refuse_values_of_flags(CLI::App& app);

// The words that belong nowhere; "--", behind which nothing is an option, is none of them.
std::vector<std::string> strange_words(const CLI::App& app);

// What cannot be meant.  A script's variable that is not set becomes an empty word, and an empty word would count
// as none: `wait ''` as the whole chassis.
std::optional<std::string> wrong_words(int argc, const char* const* argv);

// What parsing ended with that is no mistake, --help or --version, is printed.  True: it was, and whole.
bool print_what_was_asked(const CLI::App& app, const CLI::ParseError& asked);

} // namespace had::sys
