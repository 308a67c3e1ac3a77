#include "had/sys/loop.hpp"

#include "had/sys/fd.hpp"
#include "had/sys/loop_asio.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <list>
#include <string>
#include <system_error>
#include <utility>

namespace had::sys {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Boost's own error is not a std::system_error, which everybody here catches.
template <class F>
auto std_errors(const char* doing, F action) {
    try {
        return action();
    } catch (const boost::system::system_error& e) {
        throw std::system_error(e.code().value(), std::system_category(), std::string("event loop: ") + doing);
    }
}

} // namespace

struct Loop::Impl {
    asio::io_context io{1}; // one thread: no locks
    std::list<Watch::State*> watches;
    struct Signal {
        UniqueFd fd;
        Handler handler;
        Watch watch;
    };
    std::list<Signal> signals;
    bool stopped = false; // io's own memory of it ends with restart()

    void arm_all();
    void try_timers();
};

// --- Watch ---------------------------------------------------------------------------------------
// The pending wait holds the state, so that a handler may end its own Watch and still return into
// it.
struct Watch::State : std::enable_shared_from_this<Watch::State> {
    State(Loop::Impl& l, int fd, Handler h);

    // Armed again after the handler, which has read by then; earlier, the same bytes would wake us twice.  After a
    // handler that has thrown, or when memory is short, the loop arms it when it runs again.
    void arm() {
        if (armed || !descriptor.is_open()) return;
        descriptor.async_wait(descriptor.wait_read, [self = shared_from_this()](error_code error) {
            self->armed = false;
            if (!self->descriptor.is_open()) return;
            if (error) throw std::system_error(error.value(), std::system_category(), "event loop: cannot wait");
            self->handler();
            self->arm();
        });
        armed = true;
    }
    // Asio would close a descriptor that is only lent to it (boostorg/asio #249): release() takes
    // it out of epoll and leaves it open.
    void end();

    Loop::Impl& loop;
    std::list<State*>::iterator place;        // among the loop's watches
    asio::posix::stream_descriptor descriptor;
    Handler handler;
    bool armed = false;
};

Watch::State::State(Loop::Impl& l, int fd, Handler h)
    : loop(l), place(l.watches.end()), descriptor(l.io, fd), handler(std::move(h)) {}

void Watch::State::end() {
    if (!descriptor.is_open()) return;
    if (place != loop.watches.end()) loop.watches.erase(place);
    descriptor.release();
}

Watch::Watch() = default;
Watch::Watch(std::shared_ptr<State> state) : state_(std::move(state)) {}
Watch::Watch(Watch&&) noexcept = default;
Watch& Watch::operator=(Watch&& other) noexcept {
    if (this != &other) {
        if (state_) state_->end();
        state_ = std::move(other.state_);
    }
    return *this;
}
Watch::~Watch() {
    if (state_) state_->end();
}

// --- Timer ---------------------------------------------------------------------------------------
struct Timer::State {
    State(asio::io_context& io, core::Duration delay, Handler h)
        : timer(io, delay), handler(std::move(h)) {}

    asio::steady_timer timer;
    Handler handler;
    bool pending = true; // cancel() comes too late for a wait that is already queued
};

Timer::Timer() = default;
Timer::Timer(std::shared_ptr<State> state) : state_(std::move(state)) {}
Timer::Timer(Timer&&) noexcept = default;
Timer& Timer::operator=(Timer&& other) noexcept {
    if (this != &other) {
        Timer old(std::move(*this));
        state_ = std::move(other.state_);
    }
    return *this;
}
Timer::~Timer() {
    if (!state_) return;
    state_->pending = false;
    state_->timer.cancel();
}
bool Timer::pending() const {
    return state_ && state_->pending;
}

// --- Loop ----------------------------------------------------------------------------------------
// Arms what a handler that threw has left unarmed.
void Loop::Impl::arm_all() {
    for (Watch::State* watch : watches) watch->arm();
}

// Asio does not check whether epoll has taken its timer (epoll_reactor.ipp, the constructor).  Without memory for
// that no timer would ever fire.
void Loop::Impl::try_timers() {
    bool fired = false;
    asio::steady_timer timer(io, core::Duration(0));
    timer.async_wait([&](error_code) { fired = true; });
    io.run_for(std::chrono::seconds(1));
    if (!fired) throw std::system_error(ENOMEM, std::generic_category(), "event loop: no timers");
}

// Asio makes its descriptors at the first use, where nobody expects that none are left.
Loop::Loop() : impl_(std_errors("cannot start", [] {
    auto impl = std::make_unique<Impl>();
    impl->try_timers();
    return impl;
})) {}
Loop::~Loop() = default;

Watch Loop::on_readable(int fd, Handler handler) {
    auto state = std_errors("cannot watch a descriptor", [&] {
        return std::make_shared<Watch::State>(*impl_, fd, std::move(handler));
    });
    Watch watch(state); // first: it gives the descriptor back if the rest throws
    state->place = impl_->watches.insert(impl_->watches.end(), state.get());
    state->arm();
    return watch;
}

Timer Loop::after(core::Duration delay, Handler handler) {
    auto state = std::make_shared<Timer::State>(impl_->io, delay, std::move(handler));
    state->timer.async_wait([state](error_code error) {
        if (error || !state->pending) return;
        state->pending = false;
        state->handler();
    });
    return Timer(std::move(state));
}

// Signals are blocked, and read from a descriptor of our own: Asio does not check whether epoll has taken its pipe.
void Loop::on_signal(int number, Handler handler) {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, number);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    Impl::Signal& signal = impl_->signals.emplace_back();
    signal.fd.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signal.fd) throw std::system_error(errno, std::generic_category(), "event loop: cannot catch a signal");
    signal.handler = std::move(handler);
    signal.watch = on_readable(signal.fd.get(), [&signal] {
        signalfd_siginfo heard{};
        if (::read(signal.fd.get(), &heard, sizeof heard) == sizeof heard) signal.handler();
    });
}

void Loop::post(Handler handler) {
    asio::post(impl_->io, std::move(handler));
}

void Loop::run() {
    if (std::exchange(impl_->stopped, false)) return;
    impl_->io.restart(); // after a run that has ended
    impl_->arm_all();
    impl_->io.run();
    impl_->stopped = false;
}

void Loop::stop() {
    impl_->stopped = true;
    impl_->io.stop();
}

std::size_t Loop::poll() {
    impl_->io.restart();
    impl_->arm_all();
    return impl_->io.poll();
}

asio::io_context& io_context_of(Loop& loop) {
    return loop.impl().io;
}

} // namespace had::sys
