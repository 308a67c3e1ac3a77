#include "had/sys/loop.hpp"

#include "had/sys/loop_asio.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>

namespace had::sys {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Runs when the scope is left, also by an exception.
template <class F>
struct AtExit {
    F action;
    ~AtExit() { action(); }
};
template <class F>
AtExit(F) -> AtExit<F>;

} // namespace

// --- Watch ---------------------------------------------------------------------------------------
// The pending wait holds the state, so that a handler may end its own Watch and still return into
// it.
struct Watch::State : std::enable_shared_from_this<Watch::State> {
    State(asio::io_context& io, int fd, Handler h) : descriptor(io, fd), handler(std::move(h)) {}

    void arm() {
        if (!descriptor.is_open()) return;
        descriptor.async_wait(descriptor.wait_read, [self = shared_from_this()](error_code error) {
            if (error || !self->descriptor.is_open()) return;
            // Armed again after the handler, which has read by then: before it, the same bytes
            // would wake us twice.
            AtExit rearm{[&self] { self->arm(); }};
            self->handler();
        });
    }
    // Asio would close a descriptor that is only lent to it (boostorg/asio #249): release() takes
    // it out of epoll and leaves it open.
    void end() {
        if (descriptor.is_open()) descriptor.release();
    }

    asio::posix::stream_descriptor descriptor;
    Handler handler;
};

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
struct Loop::Impl {
    asio::io_context io{1}; // one thread: no locks
    struct Signal {
        Signal(asio::io_context& context, int number, Handler h)
            : set(context, number), handler(std::move(h)) {}
        asio::signal_set set;
        Handler handler;
    };
    std::list<Signal> signals;

    void arm(Signal& signal) {
        signal.set.async_wait([this, &signal](error_code error, int) {
            if (error) return;
            AtExit rearm{[&] { arm(signal); }};
            signal.handler();
        });
    }
};

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

Watch Loop::on_readable(int fd, Handler handler) {
    auto state = std::make_shared<Watch::State>(impl_->io, fd, std::move(handler));
    Watch watch(state); // first: it gives the descriptor back if arming throws
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

void Loop::on_signal(int number, Handler handler) {
    impl_->arm(impl_->signals.emplace_back(impl_->io, number, std::move(handler)));
}

void Loop::post(Handler handler) {
    asio::post(impl_->io, std::move(handler));
}

void Loop::run() {
    impl_->io.restart(); // an earlier stop() would still hold
    impl_->io.run();
}

void Loop::stop() {
    impl_->io.stop();
}

std::size_t Loop::poll() {
    impl_->io.restart();
    return impl_->io.poll();
}

asio::io_context& io_context_of(Loop& loop) {
    return loop.impl().io;
}

} // namespace had::sys
