// The event loop: one thread, in which every handler runs inside run() or poll().
//
// Nothing here names Asio, so it could be replaced in two files.  With nothing to do the loop sleeps in
// one epoll_wait without a time limit: an idle daemon causes no wake-up.
//
// A handler may end its own Watch or Timer.  A handler that throws leaves run(), which may be called
// again: what was watched is still watched, and what was posted still runs.  The Loop outlives its
// Watches and Timers.
#pragma once

#include "had/core/base/types.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace had::sys {

using Handler = std::function<void()>;

// Borrows a descriptor and ends the watching with its scope; never closes.  It must end before the
// owner closes: a new file with the same number would lose its events.
class Watch {
public:
    struct State;
    Watch();
    explicit Watch(std::shared_ptr<State> state);
    Watch(Watch&&) noexcept;
    Watch& operator=(Watch&&) noexcept;
    ~Watch();

private:
    std::shared_ptr<State> state_;
};

// Ends with its scope: a Timer that is gone never fires.
class Timer {
public:
    struct State;
    Timer();
    explicit Timer(std::shared_ptr<State> state);
    Timer(Timer&&) noexcept;
    Timer& operator=(Timer&&) noexcept;
    ~Timer();

    [[nodiscard]] bool pending() const; // armed, and has not fired yet

private:
    std::shared_ptr<State> state_;
};

class Loop {
public:
    struct Impl;
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Throws std::system_error when the descriptor cannot be watched.  The handler is called as long as there
    // is something to read (or an error to fetch): by level, not by edge.  So it need not read everything, but
    // ours read until EAGAIN anyway.
    [[nodiscard]] Watch on_readable(int fd, Handler handler);
    [[nodiscard]] Timer after(core::Duration delay, Handler handler);
    // For as long as the loop lives.  A signal has one handler, and is blocked in the thread from now on.
    void on_signal(int number, Handler handler);
    // Runs after the handlers that are ready now.
    void post(Handler handler);

    void run(); // until stop(), or until nothing is left to wait for
    void stop(); // also before run(), which then returns at once
    std::size_t poll(); // what is ready now, without waiting: for tests

    [[nodiscard]] Impl& impl() { return *impl_; } // for loop_asio.hpp

private:
    std::unique_ptr<Impl> impl_;
};

} // namespace had::sys
