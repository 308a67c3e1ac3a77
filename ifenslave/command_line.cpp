#include "ifenslave/command_line.hpp"

#include <getopt.h>

namespace had::ifenslave {

namespace {

constexpr option long_options[] = {
    {"all-interfaces", no_argument, nullptr, 'a'},
    {"change-active", no_argument, nullptr, 'c'},
    {"detach", no_argument, nullptr, 'd'},
    {"force", no_argument, nullptr, 'f'},
    {"help", no_argument, nullptr, 'h'},
    {"usage", no_argument, nullptr, 'u'},
    {"verbose", no_argument, nullptr, 'v'},
    {"version", no_argument, nullptr, 'V'},
    {nullptr, 0, nullptr, 0},
};

// All options but -v exclude each other, and may not be repeated.  False: misuse.
bool take_options(int argc, char* const* argv, Command& command) {
    int exclusive = 0;
    ::optind = 0; // glibc: from the beginning, whatever was parsed before
    for (int c; (c = ::getopt_long(argc, argv, "acdfhuvV", long_options, nullptr)) != -1;) {
        if (c != 'v') ++exclusive;
        switch (c) {
        case 'a': command.verb = Verb::show_all; break;
        case 'c': command.verb = Verb::change_active; break;
        case 'd': command.verb = Verb::release; break;
        case 'f': command.force = true; break;
        case 'h': command.verb = Verb::help; break;
        case 'u': command.verb = Verb::usage; break;
        case 'v': command.verbose = true; break;
        case 'V': command.verb = Verb::version; break;
        default: return false;
        }
    }
    return exclusive <= 1;
}

} // namespace

Command parse(int argc, char* const* argv) {
    Command command;
    command.verb = Verb::enslave;
    if (!take_options(argc, argv, command)) return {};
    if (command.verb == Verb::version || command.verb == Verb::usage || command.verb == Verb::help)
        return command;
    const bool has_master = ::optind < argc;
    if (has_master == (command.verb == Verb::show_all)) {
        command.verb = Verb::misuse;
        return command;
    }
    if (has_master) command.master = argv[::optind];
    for (int n = ::optind + 1; n < argc; ++n)
        command.slaves.emplace_back(argv[n]);
    return command;
}

// The first word is what scripts look for: it names the command line that this program speaks.
std::string version_text() {
    return "ifenslave.c:v1.1.0 (had " HAD_VERSION ", over netlink)\n"
           "o The commands and messages are those of the ifenslave that Donald Becker wrote and\n"
           "  Willy Tarreau, Chad N. Tindel and others carried on until 1.1.0; the program is "
           "part of had.\n";
}

std::string usage_text() {
    return "Usage: ifenslave [-f] <master-if> <slave-if> [<slave-if>...]\n"
           "       ifenslave -d   <master-if> <slave-if> [<slave-if>...]\n"
           "       ifenslave -c   <master-if> <slave-if>\n"
           "       ifenslave --help\n";
}

std::string help_text() {
    return R"(
   A bond in three steps, by hand:
     # ip link add bond0 type bond mode active-backup miimon 100
     # ip addr add 10.0.1.1/24 dev bond0 && ip link set bond0 up
     # ifenslave bond0 eth0 eth1
   Without miimon or arp_interval a bond never fails over.  A bond without a
   MAC address of its own takes that of its first slave.

   <master-if> <slave-if>...        enslave them to the bond, which must be up
     -f, --force                    also if the bond is not Ethernet-like
   -d, --detach <master-if> ...     release the slaves from the bond
   -c, --change-active <master-if> <slave-if>
                                    make this the active slave
   <master-if>                      show the bond
   -a, --all-interfaces             show every interface that has an IPv4 address
   -v, --verbose                    with each of these: print each step, show more
   -u, --usage                      the usage
   -V, --version                    the version
   -h, --help                       this

   A running daemon is told what it must know; see ifenslave(8).
)";
}

} // namespace had::ifenslave
