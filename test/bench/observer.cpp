// The bench's clock, in the guest: it times had and had's peers alike, from outside.
//
//     bench-observer                     prints "NAME MICROSECONDS" for each port that is enslaved
//     bench-observer failover BOND       prints "NAME MICROSECONDS" for each change of active port
//     bench-observer NAME COMMAND...     prints "PID MILLISECONDS" when the port NAME is enslaved
//     bench-observer exit COMMAND...     the same when the command has ended
//
// It listens to RTNLGRP_LINK, as the observed programs do.  A port comes with the first RTM_NEWLINK
// of an index above all that were there; it is enslaved with the first that has IFLA_MASTER, which
// the kernel sends while it executes the request, just before it acknowledges it.  So both moments
// are the kernel's, and whose request it was makes no difference.  A failover begins with the first
// message without carrier of the port that is active, and ends with the bond's first that names
// another; the kernel sends that one, too, while it executes the request.
//
// It runs under SCHED_FIFO: one message wakes it and the observed program, and it would otherwise
// be luck which of the two reads the clock, or does its work, first.  With hundreds of ports its
// own work would count, so for NAME, the last of them, the kernel wakes it once.
#include "test/bench/link_listener.hpp"

#include <chrono>
#include <cstdio>
#include <map>
#include <net/if.h>
#include <optional>
#include <sched.h>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using namespace std::chrono_literals;
using had::test::LinkListener;
using had::test::LinkMessage;

// Until it is killed.
void time_each() {
    LinkListener listener;
    const int old = had::test::highest_index();
    std::map<int, Time> coming;
    std::set<int> enslaved;
    for (;;)
        listener.receive([&](const LinkMessage& link) {
            if (link.gone || link.index <= old || enslaved.contains(link.index)) return;
            const auto now = Clock::now();
            const auto came = coming.try_emplace(link.index, now).first->second;
            if (link.master == 0) return;
            std::printf("%s %lld\n", link.name.c_str(), static_cast<long long>((now - came) / 1us));
            std::fflush(stdout);
            enslaved.insert(link.index);
        });
}

// Until it is killed.
void time_failovers(const std::string& bond) {
    LinkListener listener;
    const int index = static_cast<int>(::if_nametoindex(bond.c_str()));
    if (index == 0) throw std::runtime_error("no bond " + bond);
    int active = had::test::active_slave_of(bond);
    std::optional<Time> lost;
    std::puts("ready 0");
    std::fflush(stdout);
    for (;;)
        listener.receive([&](const LinkMessage& link) {
            const auto now = Clock::now();
            if (link.index == active && !link.carrier && !lost) lost = now;
            if (link.index != index || link.active_slave == 0 || link.active_slave == active)
                return;
            active = link.active_slave;
            if (!lost) return;
            char name[IF_NAMESIZE] = "?";
            ::if_indextoname(static_cast<unsigned>(active), name);
            std::printf("%s %lld\n", name, static_cast<long long>((now - *lost) / 1us));
            std::fflush(stdout);
            lost.reset();
        });
}

pid_t start(char** command) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    sched_param ordinary{};
    ::sched_setscheduler(0, SCHED_OTHER, &ordinary);
    ::execvp(command[0], command);
    std::perror(command[0]);
    ::_exit(127);
}

void time_command(const std::string& until, char** command) {
    LinkListener listener;
    const bool until_exit = until == "exit";
    if (!until_exit) listener.only_slave(static_cast<int>(::if_nametoindex(until.c_str())));
    const auto begin = Clock::now();
    const pid_t pid = start(command);
    int status = 0;
    if (until_exit)
        ::waitpid(pid, &status, 0);
    else
        listener.receive([](const LinkMessage&) {});
    const auto took = Clock::now() - begin;
    if (status != 0) throw std::runtime_error("the command failed");
    std::printf("%d %lld\n", pid, static_cast<long long>(took / 1ms));
}

} // namespace

int main(int argc, char** argv) try {
    sched_param urgent{};
    urgent.sched_priority = 1;
    if (::sched_setscheduler(0, SCHED_FIFO, &urgent) < 0) throw std::runtime_error("no SCHED_FIFO");
    if (argc == 3 && std::string(argv[1]) == "failover")
        time_failovers(argv[2]);
    else if (argc > 2)
        time_command(argv[1], argv + 2);
    else
        time_each();
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench-observer: %s\n", e.what());
    return 1;
}
