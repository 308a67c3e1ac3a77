// Requests between two turns, orders that outlive the daemon, and clocks that jump.
#include "test/boost_test.hpp"
#include "test/scenario/rig.hpp"

#include <system_error>
#include <variant>

using namespace had;
using namespace had::core;
using namespace had::test;

namespace {

bool is_refused(const CommandAnswer& answer) { return std::holds_alternative<Refusal>(answer); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(reconciler, Rig)

BOOST_AUTO_TEST_CASE(whatever_goes_can_be_asked_for_before_the_next_turn) {
    const Observed before = had->model().observed;
    const auto ask = [this] {
        for (const char* object : {"2", "2.0", "2.1", "bond0", "eth0", "eth1", "nothing"})
            BOOST_CHECK_NO_THROW(static_cast<void>(had->explain(object)));
        BOOST_CHECK_NO_THROW(static_cast<void>(had->model().plan_now()));
        BOOST_CHECK_NO_THROW(static_cast<void>(had->link("2.1")));
    };
    for (const auto& [index, link] : before.links) {
        had->hear(LinkGone{index});
        ask();
    }
    for (const auto& [index, device] : before.devices) {
        had->hear(NetDeviceGone{index});
        ask();
    }
    for (const auto& [address, function] : before.functions) {
        had->hear(FunctionGone{address});
        ask();
    }
    for (const auto& [name, slot] : before.slots) {
        had->hear(SlotGone{name});
        ask();
    }
    had->hear(DevicesScanned{});
    had->hear(LinksDumped{});
    ask();
}

BOOST_AUTO_TEST_CASE(what_a_card_says_of_its_link_is_told_before_the_next_turn) {
    const auto says = [this](bool link) {
        now += std::chrono::seconds(1);
        kernel.reading = {link, 0, ""};
        had->sense();
        return had->explain("2.0").back().why;
    };
    BOOST_TEST(says(true) == "link is up");
    run();
    BOOST_TEST(says(false) == "no link, says MII; the driver has not noticed");
    run();
    BOOST_TEST(says(true) == "link is up");
}

BOOST_AUTO_TEST_CASE(a_pause_may_end_within_the_call_that_gives_it) {
    keep_takes = 1;
    had->carry_out(command::Pause{std::chrono::seconds(1)}, "root");
    BOOST_TEST((had->view().pause() == nullptr));
    BOOST_TEST(!kept.pause.has_value());
}

BOOST_AUTO_TEST_CASE(a_pause_lasts_a_day_at_most_whatever_the_clock_was) {
    Orders orders;
    orders.pause = PauseOrder{"root", "then", latest_time};
    start(orders);
    BOOST_REQUIRE(kept.pause.has_value());
    BOOST_TEST(*kept.pause->until == wall + pause_most.count());
    BOOST_TEST((wake && *wake == now + pause_most));
    wall -= 10 * pause_most.count();
    had->wake();
    BOOST_TEST(*kept.pause->until == wall + pause_most.count());
    wall += pause_most.count();
    had->wake();
    BOOST_TEST(!kept.pause.has_value());
}

BOOST_AUTO_TEST_CASE(a_pause_without_an_end_lasts_until_somebody_ends_it) {
    Orders orders;
    orders.pause = PauseOrder{"the daemon", "then", std::nullopt};
    start(orders);
    wall += 100 * pause_most.count();
    had->wake();
    BOOST_TEST((had->view().pause() != nullptr));
    BOOST_TEST((had->view().alarm_of("chassis/orders-unknown") != nullptr));
    BOOST_TEST(!wake.has_value());
    BOOST_TEST(!acts());
    had->carry_out(command::Resume{}, "root");
    BOOST_TEST(acts());
    BOOST_TEST((had->view().alarm_of("chassis/orders-unknown") == nullptr));
}

BOOST_AUTO_TEST_CASE(a_card_whose_return_was_cut_off_by_a_kill_comes_back_with_the_next_daemon) {
    for (auto& [address, seen] : world.observed.functions) seen.function.driver.clear();
    Orders orders;
    orders.online["2"] = {"2", "root", "then"};
    kernel.jobs.clear();
    start(orders);
    BOOST_REQUIRE(kernel.jobs.size() == 1u);                  // binds the drivers
    BOOST_TEST(!kept.online.empty());
    kernel.jobs.front()(ActionResult{});
    run();
    BOOST_TEST(!kept.online.empty());
    const auto have_driver = [this](const std::string& driver) {
        const auto functions = had->model().observed.functions;
        for (const auto& [address, seen] : functions) {
            PciFunction function = seen.function;
            function.driver = driver;
            had->hear(FunctionSeen{function});
        }
        run();
    };
    have_driver("e1000");
    have_driver("");                          // a child of the daemon before was late
    now += std::chrono::seconds(1);
    had->wake();
    BOOST_REQUIRE(kernel.jobs.size() == 2u);
    have_driver("e1000");
    kernel.jobs.back()(ActionResult{});
    run();
    BOOST_TEST(!kept.online.empty());
    now += std::chrono::seconds(4);
    had->wake();
    BOOST_TEST(kernel.jobs.size() == 2u);
    BOOST_TEST(kept.online.empty());
}

BOOST_AUTO_TEST_CASE(an_order_that_cannot_be_kept_settles_no_contest) {
    world.owned.contested["bond0"] = {.times = 1, .until = now + std::chrono::minutes(1)};
    start({});
    disk_is_full = true;
    const command::Activate order{.bond = "bond0", .port = "2.1"};
    BOOST_CHECK_THROW(had->carry_out(order, "root"), std::system_error);
    BOOST_TEST(had->model().owned.contested.contains("bond0"));
    disk_is_full = false;
    BOOST_TEST(!is_refused(had->carry_out(order, "root")));
    BOOST_TEST(!had->model().owned.contested.contains("bond0"));
}

BOOST_AUTO_TEST_CASE(a_port_by_its_long_name_is_the_port) {
    const CommandAnswer answer = had->carry_out(command::LeaveOut{"2.1/0"}, "root");
    BOOST_REQUIRE(std::holds_alternative<OrderView>(answer));
    BOOST_TEST(std::get<OrderView>(answer).port == "2.1");
    BOOST_TEST((had->view().leave_out_of({"2", 1, 0}) != nullptr));
}

BOOST_AUTO_TEST_CASE(an_order_about_a_port_is_none_about_the_active_port) {
    BOOST_TEST(!is_refused(had->carry_out(command::LeaveOut{"2.1"}, "root")));
    BOOST_TEST((had->view().order_of_bond("bond0") == nullptr));
}

// Its cards were let go by the daemon, so nobody else gives them drivers: also when the order was all that was done
// of it.
BOOST_AUTO_TEST_CASE(a_domain_that_was_taken_gets_its_drivers_from_the_next_daemon) {
    world = World("[had]\ndomains = A\n[domain A]\nslots = 2\n[bond bond0]\nmode = active-backup\nmiimon = 100\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    BOOST_REQUIRE(!is_refused(had->carry_out(command::Release{.domain = "A", .force = true}, "operator")));
    for (const char* place : {"0000:00:02.0", "0000:00:02.1"}) had->hear(FunctionSeen{function({place}, 0x1010)});
    for (const Ifindex index : {2, 3}) had->hear(LinkGone{index});
    run();
    BOOST_REQUIRE(!is_refused(had->carry_out(command::Take{"A"}, "operator")));
    world.observed = had->model().observed;
    posted.clear();
    kernel.jobs.clear();
    start(kept);                              // as if the one before had been killed at once
    BOOST_REQUIRE(!kernel.jobs.empty());
    BOOST_TEST(!kept.online.empty());
}

BOOST_AUTO_TEST_SUITE_END()
