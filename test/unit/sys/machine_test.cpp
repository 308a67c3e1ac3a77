#include "had/sys/machine.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <span>

using namespace had;
using namespace had::core;
using namespace had::sys;

namespace {

struct World {
    Loop loop;
    std::vector<Event> events;
    int wakes = 0;

    MachineOptions options(const std::filesystem::path& root = "/") {
        MachineOptions o;
        o.event_source = EventSource::kernel;
        o.root = root;
        o.wake = [this] { ++wakes; };
        o.jobs.run = [](std::span<const char* const> arguments) {
            fmt::print("{}", fmt::join(arguments, " "));
            std::fflush(stdout);
            return 0;
        };
        return o;
    }
    EventSink sink = [this](Event event) { events.push_back(std::move(event)); };
};

} // namespace

BOOST_AUTO_TEST_SUITE(machine)

BOOST_AUTO_TEST_CASE(it_starts_with_all_there_is_and_then_tells_what_changes) {
    HAD_TRY(test::fresh_network());
    World world;
    Machine machine(world.loop, world.sink, world.options());
    BOOST_TEST(world.events.empty());
    HAD_TRY(test::shell("ip link add had0 type veth peer name had1"));
    machine.start();
    // What came between joining and dumping is told, then both dumps.
    BOOST_TEST(test::only<LinkSeen>(world.events).size() >= 2);
    BOOST_TEST(test::only<LinksDumped>(world.events).size() == 1);
    BOOST_TEST(test::only<DevicesScanned>(world.events).size() == 1);
    BOOST_TEST(world.wakes == 1);
    BOOST_TEST(machine.event_source() == "kernel");

    world.events.clear();
    HAD_TRY(test::shell("ip link del had0"));
    BOOST_TEST(
        test::wait_for(world.loop, [&] { return test::only<LinkGone>(world.events).size() == 2; }));
    BOOST_TEST(world.wakes >= 2);
}

BOOST_AUTO_TEST_CASE(what_has_arrived_can_be_drained_without_the_loop) {
    HAD_TRY(test::fresh_network());
    World world;
    Machine machine(world.loop, world.sink, world.options());
    machine.start();
    world.events.clear();
    HAD_TRY(test::shell("ip link add had0 type veth peer name had1"));
    machine.drain();
    BOOST_TEST(!test::only<LinkSeen>(world.events).empty());
    BOOST_TEST(world.wakes == 1); // the caller folds by itself
}

BOOST_AUTO_TEST_CASE(operations_that_block_become_jobs) {
    HAD_TRY(test::fresh_network());
    World world;
    Machine machine(world.loop, world.sink, world.options());
    LoadModule load;
    load.module = "e1000";
    load.slot = "2";
    std::optional<ActionResult> result;
    machine.start(load, [&](ActionResult r) { result = std::move(r); });
    BOOST_TEST(test::wait_for(world.loop, [&] { return result.has_value(); }));
    BOOST_CHECK(result == (ActionResult{0, "load-module e1000"}));
}

BOOST_AUTO_TEST_SUITE_END()
