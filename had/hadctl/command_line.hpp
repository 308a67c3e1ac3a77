// The command line as a table of verbs, by which it is parsed, explained and completed.
#pragma once

#include "had/hadctl/commands.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace had::hadctl {

struct Command {
    const char* name;
    const char* help;
    Exit (*run)(const Options&);
    void (*arguments)(CLI::App&, Options&);
};

// Fills the application.  Parsing it sets `options`, and `chosen`: null, no verb was given.
void add_verbs(CLI::App& app, Options& options, const Command*& chosen);
// What is wrong with the verbs and words of the command line.  Empty: nothing.
std::string leftover(const CLI::App& app, const Command* chosen);

// For a shell: what may stand in the place of the last, unfinished word.  "<files>" among them stands for all files.
// Names of objects come from `view`; null: the daemon could not be asked.
std::vector<std::string> completions(CLI::App& app, const std::vector<std::string>& words, const core::View* view);

} // namespace had::hadctl
