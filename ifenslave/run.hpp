// A command, from its value to the exit code.
#pragma once

#include "ifenslave/command_line.hpp"
#include "ifenslave/machine.hpp"

#include <functional>
#include <iosfwd>

namespace had::ifenslave {

// Opened only when it is needed: usage and help want no socket.  May throw std::system_error.
using OpenMachine = std::function<Machine&()>;

// A slave that fails never stops the others; the exit code is that of the last failure.
int run(const Command& command, const OpenMachine& open, std::ostream& out, std::ostream& err);

} // namespace had::ifenslave
