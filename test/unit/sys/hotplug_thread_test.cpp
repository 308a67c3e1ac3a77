#include "had/sys/hotplug_thread.hpp"

#include "had/sys/clock.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <atomic>
#include <thread>

using namespace std::chrono_literals;
using had::sys::HotplugThread;
using had::sys::steady_now;
using had::test::TempDir;

namespace {

struct Proc {
    TempDir root;

    void process(const std::string& pid, const std::string& name, const std::string& sleeps = "7") {
        root.write("proc/" + pid + "/comm", name + "\n");
        root.write("proc/" + pid + "/status", "Name:\t" + name + "\nvoluntary_ctxt_switches:\t" + sleeps +
                                                  "\nnonvoluntary_ctxt_switches:\t0\n");
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(hotplug_thread)

BOOST_FIXTURE_TEST_CASE(either_name_is_known_and_no_other, Proc) {
    process("12", "cpci_hp");
    root.write("proc/uptime", "cpci_hp_polld\n");
    BOOST_TEST(!HotplugThread(root.path()).runs());
    process("34", "cpci_hp_eventd");
    BOOST_TEST(HotplugThread(root.path()).runs());
    process("34", "cpci_hp_polld");
    BOOST_TEST(HotplugThread(root.path()).runs());
}

BOOST_FIXTURE_TEST_CASE(one_that_has_ended_does_not_run, Proc) {
    process("34", "cpci_hp_polld");
    HotplugThread thread(root.path());
    BOOST_TEST(thread.runs());
    root.write("proc/34/comm", "");           // as the file of an ended process reads
    BOOST_TEST(!thread.runs());
}

BOOST_FIXTURE_TEST_CASE(its_next_sleep_is_awaited, Proc) {
    process("34", "cpci_hp_polld");
    HotplugThread thread(root.path());
    const auto began = steady_now();
    thread.await_sleep(20ms);                 // it does nothing, and is waited for as long as that
    BOOST_TEST((steady_now() - began >= 20ms));
    std::atomic<bool> heard = false;
    std::thread kernel([&] {
        for (int sleeps = 8; !heard; ++sleeps) process("34", "cpci_hp_polld", std::to_string(sleeps));
    });
    thread.await_sleep(20s);
    heard = true;
    kernel.join();
    BOOST_TEST((steady_now() - began < 10s));
}

BOOST_FIXTURE_TEST_CASE(without_one_there_is_nothing_to_wait_for, Proc) {
    const auto began = steady_now();
    HotplugThread(root.path()).await_sleep(20s);
    BOOST_TEST((steady_now() - began < 10s));
}

BOOST_AUTO_TEST_SUITE_END()
