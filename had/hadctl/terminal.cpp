#include "had/hadctl/terminal.hpp"

#include "had/core/base/printable.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace had::hadctl {

namespace {

volatile std::sig_atomic_t interrupts = 0;

void on_interrupt(int) {
    interrupts = 1;
}

void on_resize(int) {} // its delivery interrupts poll(), which is all it is for

winsize window() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) size = {};
    return size;
}

void handle(int number, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler; // without SA_RESTART
    ::sigaction(number, &action, nullptr);
}

bool is_colour(std::string_view text) {
    return text.find_first_not_of("0123456789;") == std::string_view::npos;
}

void write_out(std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(STDOUT_FILENO, text.data(), text.size());
        if (size >= 0) {
            text.remove_prefix(static_cast<std::size_t>(size));
        } else if (errno == EPIPE) {
            throw BrokenPipe{};
        } else if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "standard output");
        }
    }
}

} // namespace

void print(std::string_view text) {
    write_out(core::printable(text));
}

void print_picture(std::string_view text) {
    write_out(coloured(text));
}

void print_error(std::string_view line) {
    std::fputs((core::printable(line) + '\n').c_str(), stderr);
}

std::string coloured(std::string_view text) {
    std::string result;
    for (;;) {
        const std::size_t begin = text.find(colour_begin);
        result += core::printable(text.substr(0, begin));
        if (begin == std::string_view::npos) return result;
        text.remove_prefix(begin + 1);
        const std::size_t end = text.find(colour_end);
        if (end == std::string_view::npos || !is_colour(text.substr(0, end))) {
            result += core::printable({&colour_begin, 1});
            continue;
        }
        result += "\033[" + std::string(text.substr(0, end)) + 'm';
        text.remove_prefix(end + 1);
    }
}

bool on_terminal() {
    return ::isatty(STDOUT_FILENO) != 0;
}

// As the C library would choose it, without its tables: the first of these that is set counts.
bool is_unicode_locale() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* value = std::getenv(name);
        if (value == nullptr || *value == '\0') continue;
        std::string locale(value);
        std::transform(locale.begin(), locale.end(), locale.begin(),
                       [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
        return locale.find("UTF-8") != std::string::npos || locale.find("UTF8") != std::string::npos;
    }
    return false;
}

Style style() {
    Style result;
    result.unicode = is_unicode_locale();
    if (!on_terminal()) return result;
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    result.colour = (no_color == nullptr || *no_color == '\0') && term != nullptr &&
                    std::string_view(term) != "dumb";
    result.width = std::max<std::size_t>(80, window().ws_col);
    return result;
}

// Blocked but while the client waits (client.hpp), so that none comes unseen between asking and
// waiting.
void keep_interrupts() {
    sigset_t kept;
    sigemptyset(&kept);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGWINCH})
        sigaddset(&kept, number);
    ::sigprocmask(SIG_BLOCK, &kept, nullptr);
    handle(SIGINT, on_interrupt);
    handle(SIGTERM, on_interrupt);
    handle(SIGHUP, on_interrupt);
    handle(SIGWINCH, on_resize);
}

bool interrupted() {
    return interrupts != 0;
}

Screen::Screen() {
    write_out("\033[?1049h\033[?25l\033[H\033[2J"); // other screen, no cursor, empty
}

Screen::~Screen() {
    try {
        write_out("\033[?25h\033[?1049l");
    } catch (...) { // the terminal is gone: nothing to put right
    }
}

void Screen::draw(std::string_view text) {
    const std::size_t rows = window().ws_row;
    write_out(frame(coloured(text), rows == 0 ? 24 : rows));
}

std::string frame(std::string_view text, std::size_t rows) {
    std::string result = "\033[H";
    std::size_t row = 0;
    for (; row < rows && !text.empty(); ++row) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (row > 0) result += "\n";
        result += "\033[K";
        result += line;
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    // Not right after the text: a line that fills the window would lose its last character.
    if (row == 0) return result + "\033[J";
    return row < rows ? result + "\n\033[J" : result;
}

} // namespace had::hadctl
