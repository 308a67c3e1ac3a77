// pcidb: makes, asks and checks the driver table, and shows where the cards of this machine sit.
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
        "Makes had's driver table, looks cards up in it, checks it, and shows where cards sit.",
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

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? ok : usage;
    }
    if (lookup_command->parsed()) return lookup(at, target, std::cout, std::cerr);
    if (list_command->parsed()) return list(at, std::cout, std::cerr);
    if (check_command->parsed()) return check(at, std::cout, std::cerr);
    if (build_command->parsed()) return build(at, std::cout, std::cerr);
    if (modprobe_command->parsed()) return modprobe(at, std::cout, std::cerr);
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
