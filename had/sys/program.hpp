// Other programs, and how they end.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace had::sys {

// Where the programs of had.conf are looked for, whatever PATH the daemon itself has.
inline constexpr std::string_view program_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
// "PATH=...", in their environment.
inline std::string path_variable() { return "PATH=" + std::string(program_path); }

struct ProgramEnd {
    int code = 0;                             // -1: it was killed
    std::string words;                        // the last line that it wrote, to standard output or error
};

// Runs one to its end: only for a job's child, since it waits.  Found by PATH; its standard input is /dev/null.
// Nothing: there is no such program here.  Throws std::system_error.
std::optional<ProgramEnd> run_program(std::initializer_list<const char*> command);

// SIG_IGN may be inherited from the parent, and then the kernel reaps children before we see how they ended.
void see_how_children_end();

} // namespace had::sys
