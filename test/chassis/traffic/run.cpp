#include "test/chassis/traffic/run.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <system_error>

namespace had::test::traffic {
namespace {

struct Packet {
    std::uint64_t epoch, number;
    std::array<char, 84> filling; // the size of a ping
};

// A packet younger than this may still be on its way, and is neither lost nor there.
constexpr auto flight_time = 500ms;
constexpr auto late = 10ms;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

Fd udp_socket() {
    Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) fail("socket");
    // What waits here while we are not scheduled must not count as lost by the network.
    int room = 4 << 20;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    return fd;
}

// A socket stays in the namespace that it was made in.
Fd far_socket(const Flow& flow, const sockaddr_in& address) {
    Fd home(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    Fd far(::open(("/run/netns/" + flow.far_namespace).c_str(), O_RDONLY | O_CLOEXEC));
    if (!home || !far || ::setns(far.get(), CLONE_NEWNET) < 0)
        fail("namespace " + flow.far_namespace);
    Fd fd = udp_socket();
    bool bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    int error = errno;
    if (::setns(home.get(), CLONE_NEWNET) < 0)
        fail("coming home from namespace " + flow.far_namespace);
    errno = error;
    if (!bound) fail("far end at " + flow.to);
    return fd;
}

sockaddr_in address_of(const Flow& flow) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(flow.port);
    if (::inet_pton(AF_INET, flow.to.c_str(), &address.sin_addr) != 1)
        throw std::invalid_argument("no IPv4 address: " + flow.to);
    return address;
}

double ms(Clock::duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

} // namespace

Run::Run(const Flow& flow)
    : flow_(flow), target_(address_of(flow)), near_(udp_socket()), far_(far_socket(flow, target_)),
      epoch_(static_cast<std::uint64_t>(Clock::now().time_since_epoch().count())),
      start_(Clock::now()), next_(start_), out_(start_), back_(start_) {}

void Run::tick() {
    const auto interval = std::chrono::nanoseconds(1'000'000'000 / flow_.rate);
    const auto now = Clock::now();
    if (stopped_) return;
    if (now - next_ > late) next_ = now;
    for (; next_ <= now; next_ += interval) {
        Packet packet{epoch_, sent_++, {}};
        if (::sendto(near_.get(), &packet, sizeof packet, 0,
                     reinterpret_cast<const sockaddr*>(&target_), sizeof target_) < 0)
            ++refused_;
    }
}

void Run::far_ready() {
    Packet packet;
    sockaddr_in from{};
    socklen_t size = sizeof from;
    while (::recvfrom(far_.get(), &packet, sizeof packet, 0, reinterpret_cast<sockaddr*>(&from),
                      &size) == sizeof packet) {
        if (packet.epoch == epoch_) out_.came(packet.number, Clock::now());
        if (flow_.one_way) continue;
        ::sendto(far_.get(), &packet, sizeof packet, 0, reinterpret_cast<const sockaddr*>(&from),
                 size);
    }
}

void Run::near_ready() {
    Packet packet;
    while (::recv(near_.get(), &packet, sizeof packet, 0) == sizeof packet)
        if (packet.epoch == epoch_) back_.came(packet.number, Clock::now());
}

void Run::reset() {
    ++epoch_;
    sent_ = 0;
    refused_ = 0;
    start_ = next_ = Clock::now();
    out_ = back_ = Ledger(start_);
}

// After the end there is nothing more to wait for: who stops us has given the last packets time.
std::uint64_t Run::settled() const {
    if (stopped_) return sent_;
    auto flying = static_cast<std::uint64_t>(flow_.rate * (flight_time / 1ms) / 1000);
    return sent_ - std::min(sent_, flying);
}

Json Run::report() const {
    const auto now = stopped_.value_or(Clock::now());
    const auto end = settled();
    return {{"sent", sent_},
            {"refused", refused_},
            {"arrived", out_.count()},
            {"returned", back_.count()},
            {"lost_out", out_.lost(end)},
            {"lost", back_.lost(end)},
            {"longest_loss", back_.longest_loss(end)},
            {"duplicates", out_.duplicates()},
            {"gap_out_ms", ms(out_.longest_gap(now))},
            {"gap_ms", ms(back_.longest_gap(now))},
            {"flowing", last_leg().count() > 0 && Clock::now() - last_leg().last() < 100ms},
            {"running_ms", ms(now - start_)}};
}

} // namespace had::test::traffic
