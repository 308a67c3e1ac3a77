#include "test/chassis/demo/prompt.hpp"

#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "test/chassis/demo/operator_requests.hpp"
#include "test/chassis/demo/terminal.hpp"
#include "test/chassis/place.hpp"

namespace had::test::demo {
namespace {

// How often the guest is asked whether its shell is still there.
constexpr Limit look = 300ms;

Background start_shell(Guest& guest) {
    const char* term = std::getenv("TERM"); // described in the guest as here: its files are ours
    const std::string bash = fmt::format("stty {} sane; exec bash --rcfile {} -i", window_size(),
                                         shell_word(place().tree + "/test/chassis/guest/bashrc"));
    return guest.spawn(fmt::format("TERM={} exec setsid -w -c sh -c {} </dev/hvc0 >/dev/hvc0 2>&1",
                                   shell_word(term ? term : "linux"), shell_word(bash)));
}

// False at the end of the stream.
bool pass(int from, int to) {
    std::array<char, 4096> chunk;
    const ssize_t n = ::read(from, chunk.data(), chunk.size());
    if (n <= 0) return n < 0 && (errno == EINTR || errno == EAGAIN);
    std::string_view text(chunk.data(), static_cast<std::size_t>(n));
    if (to == STDOUT_FILENO) {
        print(text);
        return true;
    }
    return ::write(to, text.data(), text.size()) == n;
}

} // namespace

void serve_prompt(EmulatedChassis& chassis) {
    Guest& guest = chassis.guest();
    const RawTerminal raw;
    const int console = chassis.terminal().get();
    const Background shell = start_shell(guest);
    std::string size = window_size();
    for (Deadline next_look(look);;) {
        std::array<pollfd, 3> fds{{{STDIN_FILENO, POLLIN, 0},
                                   {console, POLLIN, 0},
                                   {chassis.operator_port().fd(), POLLIN, 0}}};
        ::poll(fds.data(), fds.size(), next_look.left_ms());
        if (fds[0].revents && !pass(STDIN_FILENO, console)) return;
        if (fds[1].revents && !pass(console, STDOUT_FILENO)) return;
        if (fds[2].revents)
            while (auto request = chassis.operator_port().receive_ready())
                chassis.operator_port().send(perform(chassis, *request));
        if (!next_look.passed()) continue;
        if (!guest.running(shell)) return;
        if (size != window_size()) guest.run("stty " + (size = window_size()) + " </dev/hvc0");
        next_look = Deadline(look);
    }
}

} // namespace had::test::demo
