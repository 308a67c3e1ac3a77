#include "test/chassis/demo/terminal.hpp"

#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>

namespace had::test::demo {
namespace {

termios before{}; // for the signal handler

void restore() {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

void restore_and_die(int number) {
    restore();
    ::raise(number); // SA_RESETHAND: the default is to end
}

} // namespace

bool on_terminal() {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

std::string window_size() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0) return "rows 24 cols 80";
    return fmt::format("rows {} cols {}", size.ws_row, size.ws_col);
}

void print(std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
        if (n >= 0)
            text.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EINTR && errno != EAGAIN)
            throw std::system_error(errno, std::generic_category(), "standard output");
    }
}

RawTerminal::RawTerminal() {
    if (::tcgetattr(STDIN_FILENO, &before) < 0)
        throw std::system_error(errno, std::generic_category(), "the terminal");
    struct sigaction action {};
    action.sa_handler = restore_and_die;
    action.sa_flags = SA_RESETHAND | SA_NODEFER;
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM})
        ::sigaction(number, &action, nullptr);
    termios raw = before;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

RawTerminal::~RawTerminal() {
    restore();
}

} // namespace had::test::demo
