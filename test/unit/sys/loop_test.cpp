#include "had/sys/loop.hpp"

#include "had/sys/fd.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

using namespace had;
using namespace had::sys;
using namespace std::chrono_literals;

namespace {

struct Pipe {
    UniqueFd read, write;
    Pipe() {
        int ends[2];
        BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
        read.reset(ends[0]);
        write.reset(ends[1]);
    }
    void put(const char* text) const {
        BOOST_REQUIRE(::write(write.get(), text, strlen(text)) > 0);
    }
    [[nodiscard]] char get() const {
        char c = 0;
        return ::read(read.get(), &c, 1) == 1 ? c : '-';
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(loop)

BOOST_AUTO_TEST_CASE(what_is_left_unread_is_told_again) {
    Loop loop;
    const Pipe pipe;
    std::string heard;
    const auto watch = loop.on_readable(pipe.read.get(), [&] { heard += pipe.get(); });
    pipe.put("abc");
    BOOST_TEST(test::wait_for(loop, [&] { return heard.size() == 3; }));
    BOOST_TEST(heard == "abc");
}

BOOST_AUTO_TEST_CASE(a_watch_that_ends_leaves_its_descriptor_open) {
    Loop loop;
    const Pipe pipe;
    {
        const auto watch = loop.on_readable(pipe.read.get(), [] {});
    }
    loop.poll();
    BOOST_TEST(::fcntl(pipe.read.get(), F_GETFD) >= 0);
}

BOOST_AUTO_TEST_CASE(a_handler_may_end_its_own_watch) {
    Loop loop;
    const Pipe pipe;
    Watch watch;
    int calls = 0;
    watch = loop.on_readable(pipe.read.get(), [&] {
        ++calls;
        watch = Watch();
    });
    pipe.put("abc");
    loop.run(); // ends: nothing is left to wait for
    BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_leaves_everything_watched) {
    Loop loop;
    const Pipe pipe;
    int calls = 0;
    const auto watch = loop.on_readable(pipe.read.get(), [&] {
        static_cast<void>(pipe.get());
        if (++calls == 1) throw std::runtime_error("one bad message");
    });
    bool posted = false;
    pipe.put("ab");
    BOOST_CHECK_THROW(loop.run(), std::runtime_error);
    loop.post([&] { posted = true; });
    BOOST_TEST(test::wait_for(loop, [&] { return calls == 2 && posted; }));
}

BOOST_AUTO_TEST_CASE(a_signals_handler_that_throws_is_called_again) {
    Loop loop;
    int hups = 0;
    loop.on_signal(SIGHUP, [&] {
        if (++hups == 1) throw std::runtime_error("a file that cannot be read");
    });
    ::raise(SIGHUP);
    BOOST_CHECK_THROW(loop.run(), std::runtime_error);
    ::raise(SIGHUP);
    BOOST_TEST(test::wait_for(loop, [&] { return hups == 2; }));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_watched_is_a_system_error_and_leaves_nothing_behind) {
    Loop loop;
    const int closed = ::dup(0);
    ::close(closed);
    BOOST_CHECK_EXCEPTION(static_cast<void>(loop.on_readable(closed, [] {})), std::system_error,
                          [](const auto& e) { return e.code() == std::errc::bad_file_descriptor; });
    loop.run();
}

BOOST_AUTO_TEST_CASE(a_timer_fires_once_and_not_before_its_time) {
    Loop loop;
    const auto start = steady_now();
    int calls = 0;
    const auto timer = loop.after(20ms, [&] { ++calls; });
    BOOST_TEST(timer.pending());
    loop.run();
    BOOST_TEST(calls == 1);
    BOOST_TEST(!timer.pending());
    BOOST_CHECK(steady_now() - start >= 20ms);
}

BOOST_AUTO_TEST_CASE(a_timer_that_is_gone_never_fires) {
    Loop loop;
    bool fired = false;
    auto timer = loop.after(0ms, [&] { fired = true; });
    timer = Timer();
    loop.run();
    BOOST_TEST(!fired);
}

// Both are ready in the same turn: cancelling is too late for Asio, and must not be for us.
BOOST_AUTO_TEST_CASE(a_timer_ended_by_a_handler_of_its_own_turn_does_not_fire) {
    Loop loop;
    int fired = 0;
    Timer first, second;
    first = loop.after(1ms, [&] { ++fired, second = Timer(); });
    second = loop.after(1ms, [&] { ++fired, first = Timer(); });
    const auto late = steady_now() + 5ms;
    while (steady_now() < late) {
    }
    loop.run();
    BOOST_TEST(fired == 1);
}

BOOST_AUTO_TEST_CASE(what_is_posted_runs_after_what_is_ready) {
    Loop loop;
    std::string order;
    loop.post([&] {
        loop.post([&] { order += 'c'; });
        order += 'a';
    });
    loop.post([&] { order += 'b'; });
    loop.poll();
    BOOST_TEST(order == "abc");
}

BOOST_AUTO_TEST_CASE(a_signal_is_an_event_each_time) {
    Loop loop;
    int hups = 0;
    loop.on_signal(SIGHUP, [&] { ++hups; });
    for (int n = 1; n <= 2; ++n) {
        ::raise(SIGHUP);
        BOOST_TEST(test::wait_for(loop, [&] { return hups == n; }));
    }
}

BOOST_AUTO_TEST_CASE(a_stop_that_comes_before_the_run_ends_that_run_and_no_other) {
    Loop loop;
    const auto limit = loop.after(10s, [] { BOOST_ERROR("it ran on"); });
    loop.stop();
    loop.run();
    bool ran = false;
    loop.post([&] {
        ran = true;
        loop.stop();
    });
    loop.run();
    BOOST_TEST(ran);
    loop.post([&] { loop.stop(); });
    loop.run();
}

BOOST_AUTO_TEST_CASE(an_idle_loop_never_wakes_up) {
    Loop loop;
    const Pipe pipe;
    const auto watch = loop.on_readable(pipe.read.get(), [] {});
    const auto end = loop.after(300ms, [&] { loop.stop(); });
    rusage before{}, after{};
    loop.poll();
    ::getrusage(RUSAGE_SELF, &before);
    loop.run();
    ::getrusage(RUSAGE_SELF, &after);
    BOOST_TEST(after.ru_nvcsw - before.ru_nvcsw <=
               3); // each sleep is one switch; the timer's is one
}

BOOST_AUTO_TEST_SUITE_END()
