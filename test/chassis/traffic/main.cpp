// chassis-traffic: does the network carry?
//
//     chassis-traffic run NAME [ADDRESS [RATE [one-way]]]   keeps a flow going in the foreground
//     chassis-traffic report|reset|stop NAME      asks that flow: one line of JSON
//
// `stop` waits for the packets under way, then reports and ends the flow.
#include <array>
#include <cstdio>
#include <filesystem>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "test/chassis/traffic/run.hpp"
#include "test/chassis/unix_socket.hpp"

namespace had::test::traffic {
namespace {

// How long `stop` waits after the last packet that came back.
constexpr auto quiet_time = 500ms;

std::string socket_of(const std::string& name) {
    const std::string folder = "/run/chassis-traffic";
    std::filesystem::create_directories(folder);
    return folder + "/" + name;
}

Fd clock_of(int rate) {
    Fd fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    itimerspec every{};
    every.it_interval.tv_nsec = every.it_value.tv_nsec = 999'999'999 / rate;
    ::timerfd_settime(fd.get(), 0, &every, nullptr);
    return fd;
}

// One question a connection; we know the asker, so we wait for its line.
Json answer(Run& run, JsonLine& client, bool& stopping) {
    auto question = client.receive(Deadline(1s));
    const std::string verb = question ? question->value("do", "") : "";
    if (verb == "stop") {
        run.stop_sending();
        stopping = true;
    } else if (verb == "reset") {
        run.reset();
    }
    return run.report();
}

void turn(Run& run, int timer, std::array<pollfd, 4>& fds) {
    ::poll(fds.data(), fds.size(), 50);
    std::uint64_t ticks;
    if (fds[0].revents && ::read(timer, &ticks, sizeof ticks) > 0) run.tick();
    if (fds[1].revents) run.far_ready();
    if (fds[2].revents) run.near_ready();
}

int keep_going(const std::string& name, const Flow& flow) {
    Run run(flow);
    Fd timer = clock_of(flow.rate), control = listen_at(socket_of(name));
    // The far end is another machine: it must not wait for the guest's other work.
    sched_param first{1};
    ::sched_setscheduler(0, SCHED_FIFO, &first);
    std::array<pollfd, 4> fds{{{timer.get(), POLLIN, 0},
                               {run.far_fd(), POLLIN, 0},
                               {run.near_fd(), POLLIN, 0},
                               {control.get(), POLLIN, 0}}};
    for (;;) {
        turn(run, timer.get(), fds);
        if (!fds[3].revents) continue;
        JsonLine client(Fd(::accept4(control.get(), nullptr, nullptr, SOCK_CLOEXEC)));
        bool stopping = false;
        Json report = answer(run, client, stopping);
        if (!stopping) {
            client.send(report);
            continue;
        }
        const auto asked = Clock::now();
        while (!run.all_through() && Clock::now() - std::max(asked, run.last_through()) < quiet_time)
            turn(run, timer.get(), fds);
        client.send(run.report());
        return 0;
    }
}

int ask(const std::string& verb, const std::string& name) {
    JsonLine server(connect_to(socket_of(name)));
    server.send({{"do", verb}});
    auto report = server.receive(Deadline(10s));
    std::puts(report ? report->dump().c_str() : "{}");
    return report ? 0 : 1;
}

} // namespace
} // namespace had::test::traffic

int main(int argc, char** argv) try {
    using namespace had::test::traffic;
    const std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() >= 2 && args[0] == "run") {
        Flow flow;
        if (args.size() > 2) flow.to = args[2];
        if (args.size() > 3) flow.rate = std::stoi(args[3]);
        flow.one_way = args.size() > 4 && args[4] == "one-way";
        return keep_going(args[1], flow);
    }
    if (args.size() == 2) return ask(args[0], args[1]);
    std::fputs("usage: chassis-traffic run NAME [ADDRESS [RATE [one-way]]] | report|reset|stop NAME\n",
               stderr);
    return 2;
} catch (const std::exception& e) {
    std::fprintf(stderr, "chassis-traffic: %s\n", e.what());
    return 1;
}
