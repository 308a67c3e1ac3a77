// The daemon's peer for path health: the least a program can do that asks a host through many ports.
//
//     bench-bare-prober ADDRESS MILLISECONDS PORT...
//
// Each interval an ARP request goes out through each port, as the daemon's do: from an address that is nobody's, 60
// bytes, to everybody at first and then to the host alone.  A socket a port, with the daemon's filter and in one epoll;
// all that becomes of an answer is its count.  Ends by SIGTERM, and prints how many questions were asked and answered.
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace {

constexpr std::size_t target_in_request = 38, sender_in_reply = 28;

void must(bool done, const char* what) {
    if (!done) throw std::system_error(errno, std::generic_category(), what);
}

struct Port {
    int fd = -1;
    std::array<std::uint8_t, 60> request{};
};

void filter(int fd, std::uint32_t own, std::uint32_t host) {
    sock_filter program[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 2},   {BPF_JMP | BPF_JEQ | BPF_K, 0, 5, own},
                             {BPF_LD | BPF_H | BPF_ABS, 0, 0, 20},  {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 2},
                             {BPF_LD | BPF_W | BPF_ABS, 0, 0, 28},  {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, host},
                             {BPF_RET | BPF_K, 0, 0, 128},          {BPF_RET | BPF_K, 0, 0, 0}};
    const sock_fprog all{std::size(program), program};
    must(::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof all) == 0, "filter");
}

Port open(const char* name, in_addr host, std::uint8_t number) {
    const std::array<std::uint8_t, 6> own{0x06, 0xbe, 0x4c, 0x11, 0x00, number};
    Port port;
    const int index = static_cast<int>(::if_nametoindex(name));
    port.fd = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    must(index != 0 && port.fd >= 0, name);
    const int on = 1;
    must(::setsockopt(port.fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) == 0, name);
    filter(port.fd, 0x4c110000U | number, ntohl(host.s_addr));
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(ETH_P_ARP);
    at.sll_ifindex = index;
    must(::bind(port.fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0, name);
    packet_mreq let_in{};
    let_in.mr_ifindex = index;
    let_in.mr_type = PACKET_MR_UNICAST;
    let_in.mr_alen = ETH_ALEN;
    std::memcpy(let_in.mr_address, own.data(), own.size());
    must(::setsockopt(port.fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &let_in, sizeof let_in) == 0, name);
    constexpr std::uint8_t head[] = {0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1};
    std::uint8_t* frame = port.request.data();
    std::memset(frame, 0xff, ETH_ALEN);
    std::memcpy(frame + 6, own.data(), own.size());
    std::memcpy(frame + 12, head, sizeof head);
    std::memcpy(frame + 22, own.data(), own.size());
    std::memcpy(frame + target_in_request, &host, sizeof host);
    return port;
}

int timer(long ms) {
    const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    const timespec each{ms / 1000, ms % 1000 * 1'000'000};
    const itimerspec when{each, each};
    must(fd >= 0 && ::timerfd_settime(fd, 0, &when, nullptr) == 0, "timer");
    return fd;
}

int end_signal() {
    sigset_t end;
    ::sigemptyset(&end);
    ::sigaddset(&end, SIGTERM);
    must(::sigprocmask(SIG_BLOCK, &end, nullptr) == 0, "signals");
    const int fd = ::signalfd(-1, &end, SFD_CLOEXEC);
    must(fd >= 0, "signals");
    return fd;
}

} // namespace

int main(int argc, char** argv) try {
    in_addr host{};
    if (argc < 4 || ::inet_pton(AF_INET, argv[1], &host) != 1)
        throw std::runtime_error("usage: bench-bare-prober ADDRESS MILLISECONDS PORT...");
    std::vector<Port> ports;
    for (int n = 3; n < argc; ++n) ports.push_back(open(argv[n], host, static_cast<std::uint8_t>(n)));
    const int poll = ::epoll_create1(EPOLL_CLOEXEC), round = timer(std::atol(argv[2])), end = end_signal();
    const auto watch = [&](int fd, std::uint64_t which) {
        epoll_event event{EPOLLIN, {}};
        event.data.u64 = which;
        must(::epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll");
    };
    for (std::size_t i = 0; i < ports.size(); ++i) watch(ports[i].fd, i);
    watch(round, ports.size());
    watch(end, ports.size() + 1);
    unsigned long asked = 0, answered = 0;
    for (bool ends = false; !ends;) {
        std::array<epoll_event, 64> events{};
        const int count = ::epoll_wait(poll, events.data(), events.size(), -1);
        for (int n = 0; n < count; ++n) {
            const auto which = static_cast<std::size_t>(events[static_cast<std::size_t>(n)].data.u64);
            std::array<std::uint8_t, 2048> answer{};
            if (which > ports.size()) {
                ends = true;
            } else if (which == ports.size()) {
                (void)!::read(round, answer.data(), answer.size());
                for (const Port& port : ports)
                    if (::send(port.fd, port.request.data(), port.request.size(), 0) > 0) ++asked;
            } else {
                Port& port = ports[which];
                while (::recv(port.fd, answer.data(), answer.size(), 0) > static_cast<long>(sender_in_reply)) {
                    ++answered;
                    std::memcpy(port.request.data(), answer.data() + 6, ETH_ALEN);
                }
            }
        }
    }
    std::printf("%lu %lu\n", asked, answered);
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench-bare-prober: %s\n", e.what());
    return 1;
}
