#include "had/sys/command_line.hpp"

#include <fmt/format.h>

#include <iostream>
#include <string_view>

namespace had::sys {

void refuse_values_of_flags(CLI::App& app) {
    for (CLI::Option* option :
         app.get_options([](const CLI::Option* one) { return one->get_items_expected_max() == 0; }))
        option->disable_flag_override();
    for (CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) refuse_values_of_flags(*verb);
}

std::vector<std::string> strange_words(const CLI::App& app) {
    auto words = app.remaining(true);
    std::erase(words, "--");
    return words;
}

std::optional<std::string> wrong_words(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word.empty())
            return fmt::format("argument {} is empty: leave it out, or is a variable not set?", i);
        if (word.starts_with("--") && word.find('=') == word.size() - 1)
            return fmt::format("'{}' has no value: leave it out, or is a variable not set?", word);
    }
    return std::nullopt;
}

bool print_what_was_asked(const CLI::App& app, const CLI::ParseError& asked) {
    app.exit(asked, std::cout, std::cout);
    return static_cast<bool>(std::cout.flush());
}

} // namespace had::sys
