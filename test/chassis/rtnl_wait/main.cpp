// chassis-rtnl-wait: how long does somebody wait who needs the kernel's RTNL, the lock behind every
// change of a network interface?
//
//     chassis-rtnl-wait       says "ready"; at SIGTERM prints the longest wait, in microseconds
//
// It asks for the link of lo every millisecond, for which the kernel takes the lock (net/ethtool
// dev_ethtool), and counts from the moment at which it was due, so that a processor that was taken
// away, which delays everybody, counts too.  It runs at had's nice value, for the same reason: what
// it meets is what a program in had's place can meet.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "test/chassis/fd.hpp"

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using had::test::Fd;

constexpr auto rest = 1ms;
constexpr int hads_nice = -10;

bool take_lock(int socket) {
    ethtool_value link{};
    link.cmd = ETHTOOL_GLINK;
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_data = reinterpret_cast<char*>(&link);
    return ::ioctl(socket, SIOCETHTOOL, &request) == 0;
}

// Without a handler: the signal is looked for between two waits.
bool asked_to_end(int signals) {
    signalfd_siginfo info;
    return ::read(signals, &info, sizeof info) > 0;
}

} // namespace

int main() {
    sigset_t term;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    const Fd signals(::signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK));
    const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ::setpriority(PRIO_PROCESS, 0, hads_nice);
    Clock::duration longest{};
    std::puts("ready");
    std::fflush(stdout);
    while (!asked_to_end(signals.get())) {
        const auto due = Clock::now() + rest;
        ::usleep(static_cast<useconds_t>(rest / 1us));
        if (!take_lock(socket.get())) {
            std::perror("chassis-rtnl-wait: lo");
            return 1;
        }
        longest = std::max(longest, Clock::now() - due);
    }
    std::printf("%lld\n", static_cast<long long>(longest / 1us));
    return 0;
}
