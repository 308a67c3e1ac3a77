// A command, from its value to the exit code.
#pragma once

#include "ifenslave/command_line.hpp"
#include "ifenslave/machine.hpp"

#include <functional>
#include <iosfwd>

namespace had::ifenslave {

// Called only when the machine is needed: usage and help need no socket.  May throw std::system_error.
using OpenMachine = std::function<Machine&()>;

// After a slave that fails the others are done nevertheless; the exit code is that of the last failure.
int run(const Command& command, const OpenMachine& open, std::ostream& out, std::ostream& err);

} // namespace had::ifenslave
