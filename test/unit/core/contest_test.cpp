#include "had/core/action/contest.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

namespace {

const TimePoint start{std::chrono::hours(1)};
const LinkRef bond0{9, "bond0"}, eth0{2, "eth0"};

Action about_bond(Operation operation) {
    return {.operation = std::move(operation), .reason = "", .object = bond_id("bond0")};
}

Action enslave(Ifindex index) {
    return {.operation = Enslave{{index, "eth0"}, bond0, false}, .reason = "", .object = port_id({"2"})};
}

// It is made, it shows, and it is wanted again: until when it is left; nothing: it is brought back at once.
std::optional<LeftAlone> fought(Contests& contests, const Action& action, TimePoint now, const Owned& owned = {}) {
    contests.showed(action.operation);
    const auto lost = contests.lost({action}, owned, now);
    return lost.empty() ? std::nullopt : std::optional(lost.begin()->second);
}

const std::string key = "enslave eth0";
constexpr Duration second = std::chrono::seconds(1), minute = std::chrono::minutes(1);

} // namespace

BOOST_AUTO_TEST_SUITE(contest)

BOOST_AUTO_TEST_CASE(what_is_undone_in_one_burst_is_brought_back_when_that_is_over_however_often_it_was) {
    Contests contests;
    BOOST_TEST(!fought(contests, enslave(2), start).has_value());
    for (int n = 1; n < 1000; ++n) {
        const auto left = fought(contests, enslave(2), start + n * std::chrono::microseconds(900));
        BOOST_TEST((left == LeftAlone{0, start + contest_burst}));
    }
}

BOOST_AUTO_TEST_CASE(the_second_and_third_burst_within_a_minute_are_waited_for_and_the_fourth_gives_it_up) {
    Contests contests;
    BOOST_TEST(!fought(contests, enslave(2), start).has_value());
    BOOST_TEST((fought(contests, enslave(2), start + second) == LeftAlone{0, start + 2 * second}));
    BOOST_TEST((fought(contests, enslave(2), start + 30 * second) == LeftAlone{0, start + 31 * second}));
    BOOST_TEST((fought(contests, enslave(2), start + 59 * second) == LeftAlone{1, start + 59 * second + minute}));
}

BOOST_AUTO_TEST_CASE(slower_than_that_it_is_brought_back_for_ever) {
    Contests contests;
    for (int n = 0; n < 20; ++n) {
        const TimePoint now = start + n * 20 * second;
        BOOST_TEST((fought(contests, enslave(2), now).value_or(LeftAlone{0, now}).times == 0));
    }
}

BOOST_AUTO_TEST_CASE(what_was_given_up_is_tried_again_after_ever_longer_times_up_to_an_hour) {
    TimePoint now = start;
    for (const int minutes : {2, 4, 8, 16, 32, 60, 60, 60}) {
        static unsigned times = 1;
        Contests contests;                    // also of another daemon
        Owned owned;
        owned.contested[key] = {times, now};
        BOOST_TEST(!owned.left_alone(key, now));
        BOOST_TEST((fought(contests, enslave(2), now, owned) == LeftAlone{times, now + second}));
        now += second;
        ++times;
        BOOST_TEST((fought(contests, enslave(2), now, owned) == LeftAlone{times, now + minutes * minute}));
        now += minutes * minute;
    }
}

BOOST_AUTO_TEST_CASE(what_has_held_for_as_long_as_it_was_left_is_contested_no_more) {
    Owned owned;
    owned.contested[key] = {3, start};
    BOOST_TEST(!owned.forget_held(start + 4 * minute - second));
    BOOST_TEST(owned.gave_up(key));
    BOOST_TEST(owned.forget_held(start + 4 * minute));
    BOOST_TEST(!owned.gave_up(key));
}

BOOST_AUTO_TEST_CASE(a_time_that_no_daemon_of_this_boot_can_have_meant_holds_nothing_back) {
    Owned owned;
    owned.contested[key] = {3, start + contest_retry_most};
    BOOST_TEST(owned.left_alone(key, start));
    BOOST_TEST(!owned.left_alone(key, start - second));
}

// As the routes to a peer do, whose LAN comes and goes.
BOOST_AUTO_TEST_CASE(what_the_daemon_itself_has_taken_away_was_undone_by_nobody) {
    const LinkRef one{2, "eth0"}, two{3, "eth1"};
    const Route by_one{{*ip_prefix_from("10.9.0.2/32"), 5, main_table}, *ip_address_from("10.1.0.2")};
    const Route by_two{by_one.key, *ip_address_from("10.2.0.2")};
    const auto add = [](const LinkRef& link, const Route& route, bool replace) {
        return Action{.operation = AddRoute{link, route, replace}, .reason = {}, .object = {}};
    };
    const Action remove{.operation = RemoveRoute{one, by_one}, .reason = {}, .object = {}};
    Contests contests;
    for (int n = 0; n < 20; ++n) {
        const TimePoint now = start + 2 * n * second;
        BOOST_TEST(contests.lost({add(one, by_one, false)}, {}, now).empty());
        contests.showed(add(one, by_one, false).operation);
        BOOST_TEST(contests.lost({remove}, {}, now).empty());
    }
    for (int n = 0; n < 20; ++n) {
        const TimePoint now = start + 2 * n * second;
        BOOST_TEST(contests.lost({add(n % 2 ? one : two, n % 2 ? by_one : by_two, true)}, {}, now).empty());
        contests.showed(add(n % 2 ? one : two, n % 2 ? by_one : by_two, true).operation);
    }
}

BOOST_AUTO_TEST_CASE(another_card_another_file_and_an_order_begin_anew) {
    Contests contests;
    for (int n = 0; n < 3; ++n)
        fought(contests, enslave(2), start + n * second);
    contests.showed(enslave(2).operation);
    BOOST_TEST(contests.lost({enslave(3)}, {}, start + 3 * second).empty());
    contests.settle_all();
    BOOST_TEST(!fought(contests, enslave(2), start + 3 * second).has_value());
    for (int n = 0; n < 3; ++n)
        contests.undone("bond0", {}, start + n * second);
    contests.settle("bond0");
    BOOST_TEST(!contests.undone("bond0", {}, start + 3 * second).has_value());
}

BOOST_AUTO_TEST_CASE(what_was_not_yet_seen_to_work_is_no_contest) {
    Contests contests;
    for (int n = 0; n < 9; ++n)
        BOOST_TEST(contests.lost({enslave(2)}, {}, start).empty());
}

BOOST_AUTO_TEST_CASE(the_active_port_and_its_ranks_move_by_nobodys_hand) {
    Contests contests;
    PortOptions ranked;
    ranked.prio = 3;
    const Action active = about_bond(SetBondOptions{bond0, {{BondOption::active_slave, std::uint64_t{2}}}});
    const Action prio = about_bond(SetPortOptions{eth0, bond0, ranked});
    for (int n = 0; n < 9; ++n) {
        BOOST_TEST(!fought(contests, active, start).has_value());
        BOOST_TEST(!fought(contests, prio, start).has_value());
    }
}

BOOST_AUTO_TEST_CASE(what_fell_with_its_interface_or_its_address_was_undone_by_nobody) {
    const Action raise = about_bond(SetLink{.link = bond0, .up = true});
    const Action address = about_bond(AddAddress{.link = bond0, .prefix = ip_prefix_from("10.0.0.1/24").value()});
    const Action route = about_bond(AddRoute{bond0, {}});
    for (const Action& cause : {raise, address}) {
        Contests contests;
        for (int n = 0; n < 9; ++n) {
            contests.showed(route.operation);
            BOOST_TEST(contests.lost({cause, route}, {}, start + n * second).empty());
        }
        for (int n = 0; n < 3; ++n)
            fought(contests, route, start + n * second);
        BOOST_TEST((fought(contests, route, start + 3 * second) == LeftAlone{1, start + 3 * second + minute}));
    }
}

BOOST_AUTO_TEST_CASE(the_link_that_it_is_about_is_known) {
    BOOST_TEST(contested_link(key_of(enslave(2).operation)) == "eth0");
    BOOST_TEST(contested_link("bond0") == "");
    BOOST_TEST(contested_link("add bond0 10.0.0.1/24") == "bond0");
}

BOOST_AUTO_TEST_SUITE_END()
