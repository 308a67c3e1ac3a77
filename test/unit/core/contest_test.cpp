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

// It is made, it shows, and it is wanted again.
bool fought(Contests& contests, const Action& action, TimePoint now) {
    contests.showed(action.operation);
    return !contests.lost({action}, now).empty();
}

} // namespace

BOOST_AUTO_TEST_SUITE(contest)

BOOST_AUTO_TEST_CASE(what_is_undone_a_fourth_time_within_a_minute_is_lost) {
    Contests contests;
    for (int n = 0; n < 3; ++n)
        BOOST_TEST(!fought(contests, enslave(2), start));
    BOOST_TEST(fought(contests, enslave(2), start + std::chrono::seconds(59)));
}

BOOST_AUTO_TEST_CASE(slower_than_that_it_is_brought_back_for_ever) {
    Contests contests;
    for (int n = 0; n < 20; ++n)
        BOOST_TEST(!fought(contests, enslave(2), start + n * std::chrono::seconds(20)));
}

BOOST_AUTO_TEST_CASE(another_card_another_file_and_an_order_begin_anew) {
    Contests contests;
    for (int n = 0; n < 3; ++n)
        fought(contests, enslave(2), start);
    contests.showed(enslave(2).operation);
    BOOST_TEST(contests.lost({enslave(3)}, start).empty());
    contests.settle_all();
    BOOST_TEST(!fought(contests, enslave(2), start));
    for (int n = 0; n < 3; ++n)
        BOOST_TEST(!contests.undone("bond0", start));
    contests.settle("bond0");
    BOOST_TEST(!contests.undone("bond0", start));
}

BOOST_AUTO_TEST_CASE(what_was_not_yet_seen_to_work_is_no_contest) {
    Contests contests;
    for (int n = 0; n < 9; ++n)
        BOOST_TEST(contests.lost({enslave(2)}, start).empty());
}

BOOST_AUTO_TEST_CASE(the_active_port_and_its_ranks_move_by_nobodys_hand) {
    Contests contests;
    PortOptions ranked;
    ranked.prio = 3;
    const Action active = about_bond(SetBondOptions{bond0, {{BondOption::active_slave, std::uint64_t{2}}}});
    const Action prio = about_bond(SetPortOptions{eth0, bond0, ranked});
    for (int n = 0; n < 9; ++n) {
        BOOST_TEST(!fought(contests, active, start));
        BOOST_TEST(!fought(contests, prio, start));
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
            BOOST_TEST(contests.lost({cause, route}, start).empty());
        }
        for (int n = 0; n < 3; ++n)
            BOOST_TEST(!fought(contests, route, start));
        BOOST_TEST(fought(contests, route, start));
    }
}

BOOST_AUTO_TEST_CASE(the_link_that_it_is_about_is_known) {
    BOOST_TEST(contested_link(key_of(enslave(2).operation)) == "eth0");
    BOOST_TEST(contested_link("bond0") == "");
    BOOST_TEST(contested_link("add bond0 10.0.0.1/24") == "bond0");
}

BOOST_AUTO_TEST_SUITE_END()
