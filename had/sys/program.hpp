// Runs another program to its end.  Only for a job's child, since it waits.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

namespace had::sys {

struct ProgramEnd {
    int code = 0;                             // -1: it was killed
    std::string words;                        // the last line that it wrote, to standard output or error
};

// Found by PATH; its standard input is /dev/null.  Nothing: there is no such program here.  Throws
// std::system_error.
std::optional<ProgramEnd> run_program(std::initializer_list<const char*> command);

} // namespace had::sys
