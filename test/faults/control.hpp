// What the driver of the fault tests and the library that it preloads into the daemon say to each other: one
// page of memory that both have mapped.
//
// Armed, the library counts the calls of each kind that one role makes, and fails one: the daemon itself, or
// the processes that it starts.  Recording, it fails nothing and notes where each call came from.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace had::faults {

enum class Call : std::uint8_t {
    open, read, write, rename, fsync, mkostemp, chmod, unlink, mkdir, stat, readlink, opendir,
    send, recv, socket, bind, listen, connect, accept, setsockopt, getsockopt, ioctl, flock,
    epoll_create, epoll_ctl, epoll_wait, timerfd, eventfd, pipe, fork, pidfd_open, waitpid, spawn, malloc
};
inline constexpr std::size_t call_count = 34;

enum class Mode : int { off, record, fail };
enum class Role : int { daemon, child };

// In place of an errno: the call does less than it was asked for.
inline constexpr int cut_short = -1;
// Without memory, and the call after it too: what is kept in reserve for one does not help.
inline constexpr int twice = 1 << 20;

struct Place {
    Call call;
    int nth;
    std::uint64_t stack;                      // a hash of the return addresses
};

struct Control {
    static constexpr std::size_t most_places = 1 << 18;
    static constexpr std::size_t depth = 24;

    std::atomic<int> daemon;                  // its process id
    std::atomic<Mode> mode;
    std::atomic<Role> role;
    std::atomic<Call> call;
    std::atomic<int> nth, error;
    std::atomic<int> hits;
    std::array<void*, depth> stack;           // of the call that failed
    std::atomic<int> stack_size;
    std::array<std::atomic<int>, call_count> counts;
    std::atomic<std::size_t> places_seen;
    std::array<Place, most_places> places;
};

inline constexpr const char* control_variable = "HAD_FAULT_CONTROL";

} // namespace had::faults
