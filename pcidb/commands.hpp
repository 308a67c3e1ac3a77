// The commands, each from the machine to an exit code: gather, print, judge.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

namespace had::pcidb {

// The exit codes that the daemon, hadctl and pcidb share, as far as pcidb needs them.
enum ExitCode : int {
    ok = 0,
    failed = 1,
    usage = 2,
    no_permission = 4,
    bad_configuration = 6,
    no_such_object = 8,
};

// The machine that a command looks at; tests give another one.
struct Surroundings {
    std::string table = "/etc/pcidrivers.conf";
    std::filesystem::path root = "/";         // above sys and lib/modules
    std::string kernel;                       // uname -r
    std::string modules;                      // `build`: another directory than root/lib/modules
    std::string output;                       // `build`, `modprobe`: a file; empty: standard output
    std::string names;                        // another pci.ids; empty: the system's
    bool json = false;
};

int lookup(const Surroundings& at, const std::string& target, std::ostream& out, std::ostream& err);
int list(const Surroundings& at, std::ostream& out, std::ostream& err);
int check(const Surroundings& at, std::ostream& out, std::ostream& err);
int scan(const Surroundings& at, std::ostream& out, std::ostream& err);
int build(const Surroundings& at, std::ostream& out, std::ostream& err);
int modprobe(const Surroundings& at, std::ostream& out, std::ostream& err);

} // namespace had::pcidb
