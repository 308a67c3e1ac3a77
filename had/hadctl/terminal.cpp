#include "had/hadctl/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
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

} // namespace

void print(std::string_view text) {
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

bool on_terminal() {
    return ::isatty(STDOUT_FILENO) != 0;
}

Style style() {
    Style result;
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
    print("\033[?1049h\033[?25l\033[H\033[2J"); // other screen, no cursor, empty
}

Screen::~Screen() {
    try {
        print("\033[?25h\033[?1049l");
    } catch (...) { // the terminal is gone: nothing to put right
    }
}

void Screen::draw(std::string_view text) {
    const std::size_t rows = window().ws_row;
    print(frame(text, rows == 0 ? 24 : rows));
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
