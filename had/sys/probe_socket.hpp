// A socket by which one port is asked in one way, and what the two kinds of it have in common.
#pragma once

#include "had/core/monitor/prober.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

namespace had::sys {

class ProbeSocket {
public:
    struct Heard {
        int error = 0;                        // EAGAIN: nothing waits
        std::optional<core::Answer> answer;   // nothing: something else had come in
    };

    virtual ~ProbeSocket() = default;
    [[nodiscard]] virtual int fd() const = 0;
    // Listens to these from now on, all of the port and the transport that it was made for.  What does not change
    // costs nothing.  Throws std::system_error.
    virtual void hear(const std::vector<core::Ear>& ears) = 0;
    // What is for others (Ear::beside) comes in no more, or again.  Throws std::system_error.
    virtual void shut_out_others(bool /*shut_out*/) {}
    // 0 or an errno.  Waits for nobody.
    virtual int ask(const core::Question& question) = 0;
    // The next thing that has come in, read into the room given.
    virtual Heard next(std::span<std::uint8_t> room) = 0;
};

template <class T>
void set_option(int fd, int level, int name, const T& value) {
    if (::setsockopt(fd, level, name, &value, sizeof value) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot set an option of a socket");
}

// Before other traffic in the queue of the port, as what keeps a network together (linux/pkt_sched.h TC_PRIO_CONTROL).
inline constexpr int control_priority = 6;

// An error that waits at the socket, as that its port is down, is told to whoever calls next: one call for it, one for
// what is wanted.
template <class Send>
int send_now(Send send) {
    if (send() >= 0) return 0;
    if (errno == ENETDOWN && send() >= 0) return 0;
    return errno == EAGAIN ? ENOBUFS : errno;
}

} // namespace had::sys
