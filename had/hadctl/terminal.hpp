// What hadctl writes to, and how it watches without harm to the terminal.
#pragma once

#include "had/hadctl/picture.hpp"

#include <string>
#include <string_view>

namespace had::hadctl {

// The reader has gone (`hadctl monitor | head`): nothing is left to do, and it is no error.
struct BrokenPipe {};

// All that hadctl prints goes through these, so that no name can steer the terminal (printable.hpp).  JSON
// stays the same JSON.

// To standard output, at once.  Throws BrokenPipe, std::system_error.
void print(std::string_view text);
void print_picture(std::string_view text);    // with its colours
// A line to standard error.  What cannot be written there is lost.
void print_error(std::string_view line);

bool on_terminal();                           // is standard output one?
bool is_unicode_locale();                     // LC_ALL, LC_CTYPE, LANG
// Of standard output: colour on a terminal unless NO_COLOR is set or it is dumb; at least 80 columns.
Style style();

// From here on Ctrl-C and TERM are only recorded, for interrupted() to tell; a changed window size also
// interrupts a wait.
void keep_interrupts();
bool interrupted();

// A full-screen picture that is redrawn in place, without flicker, on the terminal's other screen.  The
// terminal is as before when it ends.  Requires: keep_interrupts(), so that it does end.
class Screen {
public:
    Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    ~Screen();

    void draw(std::string_view text);         // what does not fit the window is cut off below
};

// For a terminal: the picture's colours become escape sequences, and nothing else does.
std::string coloured(std::string_view text);

// One frame: every line erases what the last frame left there.  At most `rows` lines.
std::string frame(std::string_view text, std::size_t rows);

} // namespace had::hadctl
