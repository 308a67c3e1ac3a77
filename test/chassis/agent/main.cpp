// The chassis' process 1.  It does what the host asks, one request after the other, over a
// virtio-serial port or a serial line; each request and each reply is one JSON object on a line:
//
//     {"id":1,"do":"run","command":"uname -r","limit_ms":20000}
//     {"id":1,"rc":0,"out":"6.1.0-56-amd64\n","err":"","timed_out":false}
//
// It must never end: the kernel does not survive its process 1.  Errors are replies.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <termios.h>

#include "test/chassis/agent/player.hpp"
#include "test/chassis/agent/process.hpp"
#include "test/chassis/unix_socket.hpp"

namespace had::test::agent {
namespace {

constexpr Limit wait_pause = 20ms; // between two tries of a condition
// A try that has begun is let finish: a machine under load must not fail a condition that holds.
constexpr Limit try_limit = 10s;

// There may be no udev, so there is no /dev/virtio-ports: sysfs knows the ports by name.
std::string port_device(const std::string& name) {
    const std::string folder = "/sys/class/virtio-ports";
    std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), ::closedir);
    while (dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        std::string found;
        std::ifstream(folder + "/" + entry->d_name + "/name") >> found;
        if (found == name) return std::string("/dev/") + entry->d_name;
    }
    return {};
}

Fd open_port(const std::string& name) {
    for (;;) { // its driver may still be taking the ports in
        if (auto device = port_device(name); !device.empty())
            if (Fd fd(::open(device.c_str(), O_RDWR | O_CLOEXEC)); fd) return fd;
        ::poll(nullptr, 0, 20);
    }
}

// Bytes as they come, and it must never become our terminal.
Fd open_line(const char* device) {
    Fd fd(::open(device, O_RDWR | O_CLOEXEC | O_NOCTTY));
    termios line{};
    if (!fd || ::tcgetattr(fd.get(), &line) < 0) throw std::runtime_error(std::string("cannot open ") + device);
    ::cfmakeraw(&line);
    ::tcsetattr(fd.get(), TCSANOW, &line);
    return fd;
}

// Which of the two it is knows who has started us.
Fd open_host() {
    const char* line = std::getenv("CHASSIS_LINE");
    Fd fd = line ? open_line(line) : open_port("chassis.agent");
    ::unsetenv("CHASSIS_LINE");
    return fd;
}

Json to_json(const Result& r) {
    return {{"rc", r.rc}, {"out", r.out}, {"err", r.err}, {"timed_out", r.timed_out}};
}

Json wait_until(Processes& processes, const std::string& command, const Deadline& deadline) {
    for (;;) {
        Result r = processes.run(command, Deadline(try_limit));
        if (r.rc == 0 || deadline.passed()) {
            Json reply = to_json(r);
            reply["held"] = r.rc == 0;
            return reply;
        }
        ::poll(nullptr, 0, static_cast<int>(wait_pause.count()));
    }
}

void write_file(const std::string& path, const std::string& content, std::ios::openmode how) {
    std::ofstream file(path, how);
    if (!(file << content).flush()) throw std::runtime_error("cannot write " + path);
}

// A question to a program in the guest that listens on a socket, without starting another one.
Json consult(const std::string& socket, const Json& question, const Deadline& deadline) {
    JsonLine line(connect_to(socket));
    line.send(question);
    auto answer = line.receive(deadline);
    if (!answer) throw std::runtime_error(socket + " does not answer");
    return {{"answer", *answer}};
}

Json perform(Processes& processes, Player& player, const Json& request) {
    const std::string verb = request.at("do");
    Deadline deadline{Limit(request.value("limit_ms", 0))};
    if (verb == "run") return to_json(processes.run(request.at("command"), deadline));
    if (verb == "wait") return wait_until(processes, request.at("command"), deadline);
    if (verb == "spawn")
        return {{"pid", processes.spawn(request.at("command"), request.at("log"))}};
    if (verb == "status") {
        int rc = 0;
        bool ended = processes.ended(request.at("pid"), rc, deadline);
        return {{"running", !ended}, {"rc", rc}};
    }
    if (verb == "consult") return consult(request.at("socket"), request.at("question"), deadline);
    if (verb == "signal")
        ::kill(-request.at("pid").get<pid_t>(), request.at("signal").get<int>());
    else if (verb == "kill_everything")
        processes.kill_everything();
    else if (verb == "insert")
        player.insert(request);
    else if (verb == "remove")
        player.remove(request);
    else if (verb == "write" || verb == "append")
        write_file(request.at("path"), request.at("content"), verb == "write" ? std::ios::trunc : std::ios::app);
    else
        throw std::runtime_error("unknown request " + verb);
    return Json::object();
}

Json answer(Processes& processes, Player& player, const Json& request) {
    Json reply;
    try {
        reply = perform(processes, player, request);
    } catch (const std::exception& e) {
        reply = {{"error", e.what()}};
    }
    reply["id"] = request.value("id", 0);
    return reply;
}

// The kernel starts us with nothing.  First comes what guest/init has put there, then programs of this build, then
// the machine's.
void set_environment(const std::string& self) {
    const std::string bin = self.substr(0, self.rfind('/'));
    const std::string tree = bin.substr(0, bin.rfind("/build/"));
    ::setenv("PATH",
             ("/run/chassis/bin:" + bin + ":" + tree +
              "/test/chassis/guest:/usr/local/sbin:/usr/local/bin:"
              "/usr/sbin:/usr/bin:/sbin:/bin")
                 .c_str(),
             1);
    ::setenv("HOME", "/root", 1);
    ::setenv("LANG", "C.UTF-8", 1);
    ::setenv("TERM", "linux", 1);
    if (::chdir("/root") < 0) ::perror("chassis: /root");
}

[[noreturn]] void serve() {
    Processes processes;
    Player player;
    JsonLine port(open_host());
    port.send({{"ready", true}});
    for (;;) {
        std::array<pollfd, 2> fds{{{port.fd(), POLLIN, 0}, {processes.signal_fd(), POLLIN, 0}}};
        ::poll(fds.data(), fds.size(), port.has_line() ? 0 : -1);
        processes.reap();
        if (auto request = port.receive_ready()) port.send(answer(processes, player, *request));
    }
}

} // namespace
} // namespace had::test::agent

int main(int, char** argv) try {
    had::test::agent::set_environment(argv[0]);
    had::test::agent::serve();
} catch (const std::exception& e) {
    std::fprintf(stderr, "chassis: the agent ends: %s\n", e.what());
    return 1;
}
