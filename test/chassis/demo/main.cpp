// chassis: a virtual chassis on your terminal.  First the demonstration, then a prompt inside; the
// command `operator` there moves cards and cables.  Leaving the prompt switches the chassis off.
#include <cstdio>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "test/chassis/demo/narrate.hpp"
#include "test/chassis/demo/operator_requests.hpp"
#include "test/chassis/place.hpp"

namespace had::test::demo {
namespace {

// QEMU makes the terminal raw, and is killed before it can make it what it was.
class Terminal {
public:
    Terminal() { present_ = ::tcgetattr(STDIN_FILENO, &before_) == 0; }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        if (present_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }

private:
    termios before_{};
    bool present_;
};

// The serial line does not carry the size of the window.
std::string window_size() {
    winsize size{};
    if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0) return "rows 24 cols 80";
    return fmt::format("rows {} cols {}", size.ws_row, size.ws_col);
}

Background start_prompt(Guest& guest) {
    guest.expect(fmt::format("stty {} sane </dev/hvc0", window_size()));
    return guest.spawn(
        fmt::format("exec setsid -w -c bash --rcfile {}/test/chassis/guest/bashrc -i "
                    "</dev/hvc0 >/dev/hvc0 2>&1",
                    shell_word(place().tree)));
}

// Which of our programs end the prompt is asked now and then; requests are served at once.
void serve_until_exit(Chassis& chassis, const Background& prompt) {
    while (chassis.guest().running(prompt)) {
        pollfd p{chassis.operator_port().fd(), POLLIN, 0};
        if (::poll(&p, 1, 300) <= 0) continue;
        while (auto request = chassis.operator_port().receive_ready())
            chassis.operator_port().send(perform(chassis, *request));
    }
}

int run() {
    Terminal terminal;
    tell("Booting a chassis: an emulated machine, so it takes some ten seconds.");
    Options options;
    options.terminal = true;
    Chassis chassis(options);
    narrate(chassis);
    tell("The prompt is yours.  `operator` moves cards and cables; `exit` switches off.");
    serve_until_exit(chassis, start_prompt(chassis.guest()));
    return 0;
}

} // namespace
} // namespace had::test::demo

int main() try { return had::test::demo::run(); } catch (const std::exception& e) {
    std::fprintf(stderr, "chassis: %s\n", e.what());
    return 1;
}
