// Edges that throw and memory that ends, wherever in a turn: what is told of it, and that the turns go on.
#include "test/boost_test.hpp"
#include "test/scenario/rig.hpp"
#include "test/unit/short_memory.hpp"

#include <new>
#include <system_error>

using namespace had;
using namespace had::core;
using namespace had::test;

BOOST_FIXTURE_TEST_SUITE(reconciler, Rig)

BOOST_AUTO_TEST_CASE(it_acts_again_after_the_link_socket_has_failed_in_the_middle_of_a_list) {
    kernel.drain_throws = true;
    disturb();
    kernel.drain_throws = false;
    BOOST_TEST(acts());
}

BOOST_AUTO_TEST_CASE(it_acts_again_after_a_request_had_no_memory) {
    kernel.apply_throws = true;
    disturb();
    kernel.apply_throws = false;
    BOOST_TEST(acts());
}

// The loop hears all anew when an event could not be folded.
BOOST_AUTO_TEST_CASE(it_acts_again_wherever_in_a_turn_an_allocation_has_failed) {
    Link lowered = *had->model().observed.link("bond0");
    lowered.up = false;
    lowered.mtu -= 4;
    std::size_t first = 0;
    for (bool failed = true; failed; ++first) {
        now += std::chrono::minutes(5);
        Event event = LinkSeen{lowered};
        try {
            const ShortMemory short_memory(first, 1);
            had->hear(std::move(event));
            run();
            failed = short_memory.failures() == 0;
        } catch (const std::bad_alloc&) {
            had->hear(LinkSeen{lowered});
        }
        BOOST_TEST_REQUIRE(acts(), "allocation no. " << first << " of the turn has failed, and it does nothing more");
        BOOST_TEST_REQUIRE(!waits_for_ever(), "allocation no. " << first << " has failed, and a request has no end");
    }
    BOOST_TEST(first > 100U);
}

// Kept, in force and part of the configuration, or none of it; and the turns go on.
BOOST_AUTO_TEST_CASE(an_order_is_in_force_or_is_not_wherever_an_allocation_has_failed) {
    world = World("[had]\ndomains = A\n[domain A]\nslots = 2\n[domain B]\nslots = 3\n"
                  "[bond bond0]\nmode = active-backup\nmiimon = 100\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    struct Given {
        Command command;
        Orders before;
    };
    Orders released, taken, taken_out, activated, left_out, paused;
    released.domains["A"] = {.force = true, .by = "root", .since = "then"};
    taken.domains["B"] = {.take = true, .by = "root", .since = "then"};
    taken_out.offline["2"] = {.kernel = "2", .by = "root", .since = "then"};
    activated.active["bond0"] = {.port = "2.1", .by = "root", .since = "then"};
    left_out.left_out[{"2", 1, 0}] = {.by = "root", .since = "then", .bond = "bond0"};
    paused.pause = PauseOrder{"root", "then", std::nullopt};
    const Given all[] = {{command::Release{"A", true}, {}},      {command::Take{"A"}, released},
                         {command::Take{"B"}, {}},              {command::Release{"B"}, taken},
                         {command::Offline{"2", true}, {}},     {command::Online{"2"}, taken_out},
                         {command::Activate{"bond0", "2.1"}, {}}, {command::Auto{"bond0"}, activated},
                         {command::LeaveOut{"2.1"}, {}},        {command::PutBack{"2.1"}, left_out},
                         {command::Pause{}, {}},                {command::Resume{}, paused}};
    for (const Given& given : all) {
        std::size_t first = 0;
        for (bool failed = true; failed; ++first) {
            start(given.before);
            try {
                const ShortMemory short_memory(first, 1);
                had->carry_out(given.command, "root");
                failed = short_memory.failures() == 0;
            } catch (const std::bad_alloc&) {
            }
            run();
            now += std::chrono::minutes(5);
            had->wake();
            const Model& model = had->model();
            const std::string which = "command no. " + std::to_string(&given - all) + ", allocation no. " +
                                      std::to_string(first);
            BOOST_TEST_REQUIRE(!had->failing_since().has_value(), which);
            BOOST_TEST_REQUIRE((kept == model.orders), which);
            BOOST_TEST_REQUIRE((model.config == model.config_with(model.orders)), which);
        }
        BOOST_TEST(first > 10U);
    }
}

BOOST_AUTO_TEST_CASE(it_tries_again_in_a_second_when_a_turn_fails_and_says_so_until_then) {
    tells_throw = true;
    Link bond = *had->model().observed.link("bond0");
    bond.up = false;
    bond.carrier = false;
    had->hear(LinkSeen{bond});
    BOOST_CHECK_NO_THROW(run());
    BOOST_REQUIRE(had->failing_since().has_value());
    BOOST_TEST((had->view().health != Health::healthy));
    BOOST_REQUIRE(!had->view().problems.empty());
    BOOST_TEST(had->view().problems.front().find("could not finish its turn") != std::string::npos);
    BOOST_TEST(was_told(NoticeKind::trouble));
    BOOST_TEST((wake && *wake == now + std::chrono::seconds(1)));
    had->wake();
    BOOST_TEST(!had->failing_since().has_value());
    BOOST_TEST(was_told(NoticeKind::trouble_over));
    BOOST_TEST(acts());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_refused_is_shown_and_an_alarm_until_one_is_taken) {
    BOOST_TEST(!had->view().started.empty());
    BOOST_TEST(had->view().file_taken == had->view().started);
    BOOST_TEST(had->view().file_refused.empty());
    had->refuse_file();
    had->refuse_file();
    BOOST_TEST(!had->view().file_refused.empty());
    BOOST_TEST(had->view().alarm_of("chassis/config-refused") != nullptr);
    BOOST_REQUIRE_EQUAL(notices.size(), 1U);
    BOOST_TEST(was_told(NoticeKind::alarm_raised));
    BOOST_TEST(notices.front().alarm == "chassis/config-refused");
    had->reload(world.config, {}, false);
    BOOST_TEST(had->view().file_refused.empty());
    BOOST_TEST(had->view().alarms.empty());
    BOOST_TEST(was_told(NoticeKind::alarm_cleared));
    BOOST_TEST(!had->view().file_taken.empty());
}

BOOST_AUTO_TEST_CASE(a_job_that_cannot_be_started_has_failed_and_is_tried_again) {
    World loads("[bond bond0]\nmode = active-backup\nmiimon = 100\n");
    kernel.start_throws = true;
    BOOST_CHECK_NO_THROW(had->reload(loads.config, {}, false));
    LinksDumped none;
    BOOST_CHECK_NO_THROW(had->hear(none));
    BOOST_CHECK_NO_THROW(run());
    kernel.start_throws = false;
    now += std::chrono::minutes(5);
    had->wake();
    BOOST_TEST(kernel.jobs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(others_are_told_later_when_they_cannot_be_told_now) {
    kernel.tell_throws = true;
    const unsigned before = kernel.told;
    World other("[bond bond0]\nmode = active-backup\nmiimon = 100\n[config member]\nbond = bond0\n"
                "[devices]\n2 = member\n3 = member\n");
    BOOST_CHECK_NO_THROW(had->reload(other.config, {}, false));
    kernel.tell_throws = false;
    had->reload(other.config, {}, false);
    had->reload(world.config, {}, false);
    BOOST_TEST(had->failing_since().has_value() == false);
    BOOST_TEST(kernel.told >= before);
}

BOOST_AUTO_TEST_CASE(cards_are_read_again_a_second_after_that_has_failed) {
    SlotSeen silent{world.observed.slots.begin()->second};
    silent.slot.controller = "pci_hotplug";
    had->hear(silent);
    run();
    kernel.look_throws = true;
    sense.reset();
    now += std::chrono::seconds(5);
    BOOST_CHECK_THROW(had->sense(), std::system_error);
    BOOST_TEST((sense && *sense == now + std::chrono::seconds(1)));
}

BOOST_AUTO_TEST_SUITE_END()
