// chassis-hostile: somebody without rights who does to the daemon whatever its protocol allows.
//
// Each client is a process of its own, as different users' would be, and repeats one thing for
// ever.
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <grp.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "test/hostile/modes.hpp"

namespace had::test::hostile {
namespace {

struct Order {
    std::string socket = "/run/had/had.sock";
    int clients = 60, nice = 0, seconds = 0;
    unsigned uid = 65534;
    std::vector<std::string> objects{"2.0", "12.0", "6.0", "2", "bond0", "lo"}, names{"all"};
};

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void become(unsigned uid, int nice) {
    if (::setpriority(PRIO_PROCESS, 0, nice) < 0) fail("setpriority");
    if (::geteuid() != 0) return;
    if (::setgroups(0, nullptr) < 0 || ::setgid(uid) < 0 || ::setuid(uid) < 0) fail("setuid");
}

const Mode& mode_of(const std::string& name) {
    for (const Mode& mode : modes())
        if (mode.name == name) return mode;
    throw std::runtime_error("no mode '" + name + "'; --help lists them");
}

std::vector<const Mode*> chosen(const std::vector<std::string>& names) {
    std::vector<const Mode*> all;
    for (const std::string& name : names) {
        if (name != "all") all.push_back(&mode_of(name));
        for (const Mode& mode : modes())
            if (name == "all" && !mode.alone) all.push_back(&mode);
    }
    return all;
}

[[noreturn]] void attack(const Mode& mode, const Order& order, int number, Counts& counts) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Client client(order.socket, counts);
    Aim aim{order.objects, number, 0};
    for (;; ++aim.round)
        if (mode.alone || client.connected() || client.connect()) mode.act(client, aim);
}

void wait_for_end(int seconds) {
    sigset_t ends;
    ::sigemptyset(&ends);
    for (const int signal : {SIGTERM, SIGINT})
        ::sigaddset(&ends, signal);
    const timespec limit{seconds, 0};
    if (seconds > 0)
        ::sigtimedwait(&ends, nullptr, &limit);
    else
        ::sigwaitinfo(&ends, nullptr);
}

void print(const Mode& mode, const Counts& c) {
    std::printf(
        "%-8s connections %llu turned-away %llu requests %llu answers %llu refused %llu closed "
        "%llu "
        "sent %llu received %llu\n",
        mode.name, static_cast<unsigned long long>(c.connections),
        static_cast<unsigned long long>(c.turned_away), static_cast<unsigned long long>(c.requests),
        static_cast<unsigned long long>(c.answers), static_cast<unsigned long long>(c.refused),
        static_cast<unsigned long long>(c.closed), static_cast<unsigned long long>(c.sent),
        static_cast<unsigned long long>(c.received));
}

void run(const Order& order) {
    const auto attacks = chosen(order.names);
    const auto clients = static_cast<std::size_t>(order.clients);
    void* shared = ::mmap(nullptr, clients * sizeof(Counts), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) fail("mmap");
    const std::span counts(static_cast<Counts*>(shared), clients);
    sigset_t ends;
    ::sigemptyset(&ends);
    for (const int signal : {SIGTERM, SIGINT})
        ::sigaddset(&ends, signal);
    ::sigprocmask(SIG_BLOCK, &ends, nullptr);
    become(order.uid, order.nice);
    std::vector<pid_t> children;
    for (std::size_t n = 0; n < clients; ++n) {
        const pid_t pid = ::fork();
        if (pid < 0) fail("fork");
        if (pid == 0) attack(*attacks[n % attacks.size()], order, static_cast<int>(n), counts[n]);
        children.push_back(pid);
    }
    std::puts("ready");
    std::fflush(stdout);
    wait_for_end(order.seconds);
    for (const pid_t pid : children)
        ::kill(pid, SIGKILL);
    for (const pid_t pid : children)
        ::waitpid(pid, nullptr, 0);
    for (std::size_t m = 0; m < attacks.size(); ++m) {
        Counts sum{};
        for (std::size_t n = m; n < clients; n += attacks.size())
            sum += counts[n];
        print(*attacks[m], sum);
    }
}

std::string footer() {
    std::string text = "Modes; clients take them in turn, 'all' is each but the last:\n";
    for (const Mode& mode : modes())
        text += "  " + std::string(mode.name) +
                std::string(10 - std::string(mode.name).size(), ' ') + mode.what + '\n';
    return text + "It ends by SIGTERM, or after --seconds, and prints what each mode did.";
}

} // namespace
} // namespace had::test::hostile

int main(int argc, char** argv) try {
    using namespace had::test::hostile;
    Order order;
    CLI::App app{"Does to the daemon what anybody on the machine may do."};
    app.footer(footer());
    app.add_option("mode", order.names, "what to do")->capture_default_str();
    app.add_option("--socket", order.socket, "the daemon's")
        ->envname("HAD_SOCKET")
        ->capture_default_str();
    app.add_option("--clients", order.clients, "how many connections, each a process")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--uid", order.uid, "who they are, when root starts them")
        ->capture_default_str();
    app.add_option("--nice", order.nice, "their nice value")->capture_default_str();
    app.add_option("--seconds", order.seconds, "how long; 0: until SIGTERM")->capture_default_str();
    app.add_option("--object", order.objects,
                   "of explain and link; may be given again, and they come in turn")
        ->allow_extra_args(false)
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    run(order);
} catch (const std::exception& e) {
    std::fprintf(stderr, "chassis-hostile: %s\n", e.what());
    return 1;
}
