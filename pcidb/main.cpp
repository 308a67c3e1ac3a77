// pcidb: makes, asks and checks the driver table, and shows where the cards of this machine sit.
#include "pcidb/commands.hpp"
#include "pcidb/kernel_modules.hpp"

#include "had/core/base/diagnostics.hpp"
#include "had/sys/command_line.hpp"
#include "had/sys/fd.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

using namespace had::pcidb;

namespace {

int complain(int code, std::string_view text) {
    std::cerr << "pcidb: " << text << '\n';
    return code;
}

// What is wrong with the words of the command line.  Empty: nothing.
std::string leftover(const CLI::App& app) {
    const auto rest = had::sys::strange_words(app);
    if (!app.get_subcommands().empty()) return rest.empty() ? "" : "what is '" + rest.front() + "'?";
    std::vector<std::string> all;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        all.push_back(command->get_name());
    if (rest.empty()) return fmt::format("which command?  {}", fmt::join(all, ", "));
    const std::vector<std::string_view> names(all.begin(), all.end());
    return fmt::format("no command '{}'{}", rest.front(), had::core::did_you_mean(rest.front(), names));
}

int run(int argc, char** argv) {
    Surroundings at;
    at.kernel = running_kernel();
    std::string target;
    CLI::App app{
        "Makes the driver table of had, looks cards up in it, checks it, and shows where cards sit.",
        "pcidb"};
    app.set_version_flag("-V,--version", "pcidb " HAD_VERSION);
    app.add_option("-t,--table", at.table, "The driver table")
        ->type_name("FILE")
        ->capture_default_str();
    app.add_flag("--json", at.json, "Print JSON");
    app.fallthrough();
    app.allow_extras();

    auto* const lookup_command =
        app.add_subcommand("lookup", "What the table says of a card, and why");
    lookup_command
        ->add_option("CARD", target, "VVVV:DDDD[:SSSS:ssss], a PCI address, or a slot's name")
        ->required();
    auto* const list_command = app.add_subcommand("list", "Show every module and what it claims");
    auto* const check_command = app.add_subcommand("check", "Find every mistake in the table");
    check_command->add_option("FILE", at.table, "Another table");
    app.add_subcommand("scan", "Show every network function of this machine and its place");

    auto* const build_command =
        app.add_subcommand("build", "Print a table of the network cards that a kernel has drivers for");
    build_command->add_option("--kernel", at.kernel, "The kernel, as uname -r names it; the running one")
        ->type_name("VERSION");
    build_command->add_option("--modules", at.modules, "Where the modules of kernels are; /lib/modules")
        ->type_name("DIR");
    auto* const modprobe_command =
        app.add_subcommand("modprobe", "Print the table's options as a file for modprobe.d");
    modprobe_command->add_option("FILE", at.table, "Another table");
    for (auto* const command : {build_command, modprobe_command})
        command->add_option("-o,--output", at.output, "Write to this file")->type_name("FILE");

    had::sys::refuse_values_of_flags(app);
    std::vector<const char*> words(argv, argv + argc);
    if (argc > 1 && words[1] == std::string_view("help")) {            // as others have it
        words.erase(words.begin() + 1);
        words.push_back("--help");
    }
    if (const auto wrong = had::sys::wrong_words(argc, argv)) return complain(usage, *wrong);
    try {
        app.parse(static_cast<int>(words.size()), words.data());
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0)
            return complain(usage, error.what() + std::string("; pcidb --help lists the commands"));
        return had::sys::print_what_was_asked(app, error) ? ok : complain(failed, "cannot write the help");
    }
    if (const std::string text = leftover(app); !text.empty()) return complain(usage, text);
    if (lookup_command->parsed()) return lookup(at, target, std::cout, std::cerr);
    if (list_command->parsed()) return list(at, std::cout, std::cerr);
    if (check_command->parsed()) return check(at, std::cout, std::cerr);
    if (build_command->parsed()) return build(at, std::cout, std::cerr);
    if (modprobe_command->parsed()) return modprobe(at, std::cout, std::cerr);
    return scan(at, std::cout, std::cerr);
}

} // namespace

int main(int argc, char** argv) {
    had::sys::hold_standard_files();
    try {
        const int code = run(argc, argv);
        std::cout.flush();
        if (std::cout) return code;
        std::cerr << "pcidb: cannot write the output\n";
    } catch (const std::exception& error) {
        std::cerr << "pcidb: " << error.what() << '\n';
    }
    return failed;
}
