// pcidb: asks the driver table, checks it, and shows where the cards of this machine sit.
#include "pcidb/commands.hpp"
#include "pcidb/kernel_modules.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <string>

using namespace had::pcidb;

namespace {

int run(int argc, char** argv) {
    Surroundings at;
    at.kernel = running_kernel();
    std::string target;
    CLI::App app{
        "Looks cards up in had's driver table, checks the table, and shows where cards sit.",
        "pcidb"};
    app.set_version_flag("-V,--version", "pcidb " HAD_VERSION);
    app.add_option("-t,--table", at.table, "The driver table")
        ->type_name("FILE")
        ->capture_default_str();
    app.add_flag("--json", at.json, "Print JSON");
    app.require_subcommand(1);
    app.fallthrough();

    auto* const lookup_command =
        app.add_subcommand("lookup", "What the table says of a card, and why");
    lookup_command
        ->add_option("CARD", target, "VVVV:DDDD[:SSSS:ssss], a PCI address, or a slot's name")
        ->required();
    auto* const list_command = app.add_subcommand("list", "Show every module and what it claims");
    auto* const check_command = app.add_subcommand("check", "Find every mistake in the table");
    check_command->add_option("FILE", at.table, "Another table");
    app.add_subcommand("scan", "Show every network function of this machine and its place");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? ok : usage;
    }
    if (lookup_command->parsed()) return lookup(at, target, std::cout, std::cerr);
    if (list_command->parsed()) return list(at, std::cout, std::cerr);
    if (check_command->parsed()) return check(at, std::cout, std::cerr);
    return scan(at, std::cout, std::cerr);
}

} // namespace

int main(int argc, char** argv) {
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
