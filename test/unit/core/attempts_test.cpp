#include "had/core/action/attempts.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <cerrno>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{};
const SetLink raise{.link = {9, "bond0"}, .up = true};
const SetLink lower{.link = {9, "bond0"}, .up = false};
const CreateBond create{.name = "bond0"};
const Enslave enslave{{2, "eth0"}, {9, "bond0"}, false};
const LoadModule load{.module = "e1000", .slot = "2", .insertion = 1};

Action action(Operation operation, ObjectId object = bond_id("bond0"), std::string needs = "") {
    return {.operation = std::move(operation), .reason = "", .object = std::move(object), .needs = std::move(needs)};
}

std::size_t due_at(Attempts& attempts, std::vector<Action> wanted, Duration after) {
    return due(std::move(wanted), attempts, start + after).actions.size();
}

void fail(Attempts& attempts, const Operation& operation, TimePoint at) {
    attempts.began(operation, at);
    attempts.ended(operation, {EBUSY, "busy"}, at);
}

} // namespace

BOOST_AUTO_TEST_SUITE(attempts)

BOOST_AUTO_TEST_CASE(a_failure_is_tried_again_after_ever_longer_times_up_to_a_minute) {
    Attempts all;
    TimePoint now = start;
    for (const int seconds : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
        fail(all, raise, now);
        BOOST_TEST((all.find(raise)->retry_at() - now == std::chrono::seconds(seconds)));
        now = all.find(raise)->retry_at();
    }
}

BOOST_AUTO_TEST_CASE(what_could_not_be_sent_is_tried_each_second_and_counts_for_no_refusal) {
    Attempts all;
    for (int n = 0; n < 3; ++n) fail(all, raise, start);
    for (int n = 0; n < 9; ++n) {
        all.began(raise, start);
        all.ended(raise, {.error = EMFILE, .text = "too many files", .unasked = true}, start);
        BOOST_TEST((all.find(raise)->retry_at() - start == 1s));
    }
    fail(all, raise, start);
    BOOST_TEST((all.find(raise)->retry_at() - start == 8s));
}

BOOST_AUTO_TEST_CASE(a_driver_has_refused_a_speed_for_good_unless_it_was_never_asked_or_had_no_memory) {
    LinkMode slow;
    slow.speed = 100;
    const SetLinkMode set{{2, "eth0"}, slow};
    const auto is_final = [&](ActionResult result) {
        Attempts all;
        all.began(set, start);
        all.ended(set, std::move(result), start);
        return is_refused_for_good(*all.find(set));
    };
    BOOST_TEST(is_final({EINVAL, "no such speed"}));
    BOOST_TEST(!is_final({ENOMEM, "no memory"}));
    BOOST_TEST(!is_final({.error = EINVAL, .text = "socket", .unasked = true}));
}

BOOST_AUTO_TEST_CASE(an_option_that_needs_its_bond_down_is_not_woken_by_the_news_of_that_bond) {
    const LinkRef bond{9, "bond0"};
    const SetBondOptions rate{bond, {{BondOption::lacp_rate, std::uint64_t{1}}}};
    const SetBondOptions links{bond, {{BondOption::min_links, std::uint64_t{1}}}};
    Attempts all;
    for (const Operation& set : {Operation(rate), Operation(links)})
        for (int n = 0; n < 9; ++n) fail(all, set, start);
    all.wake(9);
    BOOST_TEST((all.find(links)->retry_at() - start == 1s));
    BOOST_TEST((all.find(rate)->retry_at() - start == 60s));
    BOOST_TEST(all.waits(rate, start + 59s));
    BOOST_TEST(!all.waits(rate, start + 60s));
}

BOOST_AUTO_TEST_CASE(a_refused_route_is_due_as_soon_as_its_interface_has_another_address) {
    Attempts all;
    const AddRoute route{{9, "bond0"}, {}, false};
    fail(all, route, start);
    fail(all, raise, start);
    all.retry_routes(8);
    BOOST_TEST(due_at(all, {action(route), action(raise)}, 0s) == 0u);
    all.retry_routes(9);
    BOOST_TEST(due_at(all, {action(route), action(raise)}, 0s) == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_refused_is_due_as_soon_as_something_is_heard_of_its_interface_but_not_within_a_second) {
    const AddAddress address{.link = {9, "bond0"}, .prefix = ip_prefix_from("fd00::1/64").value()};
    Attempts all;
    for (int n = 0; n < 9; ++n) fail(all, address, start);
    all.wake(8);
    BOOST_TEST(due_at(all, {action(address)}, 59s) == 0u);
    all.wake(9);
    BOOST_TEST(due_at(all, {action(address)}, 999ms) == 0u);
    BOOST_TEST(due_at(all, {action(address)}, 1s) == 1u);
    fail(all, address, start + 1s);
    BOOST_TEST(due_at(all, {action(address)}, 60s) == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_acknowledged_again_and_does_not_show_is_told_in_words) {
    Attempts all;
    for (int n = 0; n < 3; ++n) {
        const Duration passed = n * 60s;
        all.began(raise, start + passed);
        all.ended(raise, {}, start + passed);
        due_at(all, {action(raise)}, passed + echo_limit);
        BOOST_TEST(!all.find(raise)->result.text.empty());
    }
    all.began(raise, start + 180s);
    all.ended(raise, {}, start + 180s);
    BOOST_TEST(!all.find(raise)->result.text.empty());
}

BOOST_AUTO_TEST_CASE(an_mtu_that_was_refused_is_kept_until_another_file_or_other_ports) {
    const SetLink resize{.link = {9, "bond0"}, .mtu = 9000};
    const auto refused = [&](int error) {
        Attempts all;
        all.began(resize, start);
        all.ended(resize, {error, "no"}, start);
        static_cast<void>(due_at(all, {}, 0s));                // the plan does not want it any more
        return all;
    };
    BOOST_TEST((refused(EINVAL).find(resize) != nullptr));
    BOOST_TEST((refused(ENOMEM).find(resize) == nullptr));     // the next moment may have it
    Attempts all = refused(EINVAL);
    all.began(enslave, start);
    all.ended(enslave, {}, start);
    BOOST_TEST((all.find(resize) == nullptr));
    all = refused(EINVAL);
    all.retry_refused();
    BOOST_TEST((all.find(resize) == nullptr));
}

BOOST_AUTO_TEST_CASE(what_failed_is_due_when_its_time_has_come) {
    Attempts all;
    fail(all, raise, start);
    BOOST_TEST(due_at(all, {action(raise)}, 999ms) == 0u);
    BOOST_TEST((due({action(raise)}, all, start).next == start + 1s));
    BOOST_TEST(due_at(all, {action(raise)}, 1s) == 1u);
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_without_an_echo_is_a_failure) {
    Attempts all;
    all.began(raise, start);
    all.ended(raise, {}, start);
    BOOST_TEST(due_at(all, {action(raise)}, 1999ms) == 0u);
    BOOST_TEST(due_at(all, {action(raise)}, 2s) == 0u);
    BOOST_TEST(all.find(raise)->failures == 1u);
    BOOST_TEST(!all.find(raise)->result.text.empty());
    BOOST_TEST(due_at(all, {action(raise)}, 3s) == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_wanted_no_more_is_forgotten) {
    Attempts all;
    fail(all, raise, start);
    due({}, all, start);
    BOOST_TEST(all.by_key.empty());
}

BOOST_AUTO_TEST_CASE(a_loaded_module_is_remembered_so_that_the_next_candidate_has_its_turn) {
    Attempts all;
    all.began(load, start);
    all.ended(load, {}, start);
    due({}, all, start + 1h);
    BOOST_TEST(all.find(load));
}

BOOST_AUTO_TEST_CASE(something_else_of_the_same_object_does_not_wait_for_a_failure) {
    Attempts all;
    fail(all, raise, start);
    BOOST_TEST(key_of(raise) == key_of(lower));
    BOOST_TEST(due_at(all, {action(lower)}, 0s) == 1u);
}

BOOST_AUTO_TEST_CASE(a_job_that_runs_is_waited_for_also_when_another_card_wants_one) {
    Attempts all;
    all.began(load, start);
    LoadModule other = load;
    other.insertion = 2;
    BOOST_TEST(due_at(all, {action(other, slot_id("2"))}, 1h) == 0u);
    BOOST_TEST(all.find(load));
}

BOOST_AUTO_TEST_CASE(the_result_of_an_operation_that_was_replaced_is_dropped) {
    Attempts all;
    all.began(raise, start);
    all.began(lower, start);
    BOOST_TEST(!all.ended(raise, {EBUSY, "busy"}, start));
    BOOST_TEST(all.find(lower)->failures == 0u);
}

BOOST_AUTO_TEST_CASE(a_bond_that_cannot_be_made_holds_its_list_and_its_ports_and_no_others) {
    Attempts all;
    fail(all, create, start);
    const AddAddress other{{4, "eth2"}, ip_prefix_from("10.0.0.1/8").value(), std::nullopt, true};
    const Due now =
        due({action(create), action(raise), action(enslave, port_id({"2"}), "bond0"), action(other, port_id({"3"}))},
            all, start);
    BOOST_REQUIRE(now.actions.size() == 1u);
    BOOST_TEST((now.actions[0].operation == Operation(other)));
}

BOOST_AUTO_TEST_CASE(an_address_that_is_refused_holds_nothing) {
    Attempts all;
    const AddAddress refused{
        {9, "bond0"}, ip_prefix_from("10.0.0.1/8").value(), std::nullopt, false};
    fail(all, refused, start);
    BOOST_TEST(due_at(all, {action(refused), action(raise), action(enslave, port_id({"2"}), "bond0")}, 0s) ==
               2u);
}

BOOST_AUTO_TEST_CASE(what_is_held_back_keeps_its_own_failures) {
    Attempts all;
    fail(all, create, start);
    fail(all, raise, start);
    due({action(create), action(raise)}, all, start);
    BOOST_TEST(all.find(raise));
}

BOOST_AUTO_TEST_CASE(udev_is_awaited_in_vain_once) {
    Attempts all;
    Observed observed;
    fold(observed, NetDeviceSeen{{2, at("0000:00:02.0"), 0, false}});
    BOOST_TEST(all.await_udev(observed, start).empty());
    BOOST_TEST(all.await_udev(observed, start + settle_limit - 1us).empty());
    BOOST_TEST(all.await_udev(observed, start + settle_limit).size() == 1u);
    BOOST_TEST(all.await_udev(observed, start + settle_limit + 1s).empty());
    fold(observed, NetDeviceSeen{{2, at("0000:00:02.0"), 0, true}});
    all.await_udev(observed, start + 1h);
    BOOST_TEST(all.unsettled.empty());
}

BOOST_AUTO_TEST_SUITE_END()
