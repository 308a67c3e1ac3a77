// A TCP connection on which somebody types: how long it stood still.
//
//     chassis-stream listen ADDRESS PORT LOG     a line of LOG for each silence of 50 ms or more, in ms
//     chassis-stream send ADDRESS PORT           a few bytes every 10 ms; ends with the connection
#include "had/core/base/number.hpp"
#include "test/chassis/fd.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto pause = std::chrono::milliseconds(10), worth_telling = std::chrono::milliseconds(50);

int complain(const char* what) { return std::perror(what), 1; }

int send_to(const sockaddr_in& address) {
    const had::test::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return complain("connect");
    while (::send(fd.get(), "a few bytes", 11, MSG_NOSIGNAL) > 0) std::this_thread::sleep_for(pause);
    return complain("send");
}

int listen_at(const sockaddr_in& address, const char* file) {
    const had::test::Fd door(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(door.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(door.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return complain("bind");
    if (::listen(door.get(), 1) != 0) return complain("listen");
    const had::test::Fd fd(::accept4(door.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::FILE* log = std::fopen(file, "a");
    if (!log) return complain(file);
    std::fputs("begins\n", log), std::fflush(log);
    char room[4096];
    for (auto last = Clock::now(); ::recv(fd.get(), room, sizeof room, 0) > 0;) {
        const auto now = Clock::now();
        const auto silence = std::chrono::duration_cast<std::chrono::milliseconds>(now - last);
        if (silence >= worth_telling) std::fprintf(log, "%ld\n", static_cast<long>(silence.count())), std::fflush(log);
        last = now;
    }
    std::fputs("ends\n", log);
    return std::fclose(log);
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc > 3 ? argv[1] : "";
    sockaddr_in address{};
    address.sin_family = AF_INET;
    const auto port = argc > 3 ? had::core::number<std::uint16_t>(argv[3]) : std::nullopt;
    if (!port || ::inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
        return std::fputs("see the source\n", stderr), 2;
    address.sin_port = htons(*port);
    if (verb == "send") return send_to(address);
    return verb == "listen" && argc == 5 ? listen_at(address, argv[4]) : 2;
}
