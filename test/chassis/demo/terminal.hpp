// The terminal that the demonstration runs on.
#pragma once
#include <string>
#include <string_view>

namespace had::test::demo {

// Somebody sits there: both streams are a terminal.
bool on_terminal();
// `rows 40 cols 80`, as stty(1) takes it: the guest's console does not carry the window's size.
std::string window_size();
// All of it to our output; throws std::system_error when there is nobody any more.
void print(std::string_view text);

// For as long as it lives every key, control-C too, is a byte for us to read.  The terminal is as
// before when it ends, and when SIGTERM or a line that is hung up ends the program.
class RawTerminal {
public:
    RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;
    ~RawTerminal();
};

} // namespace had::test::demo
