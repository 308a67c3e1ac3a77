#include "had/record/availability.hpp"

#include "test/boost_test.hpp"
#include "test/unit/record/moments.hpp"

using namespace had::record;
using namespace had::test;

namespace {

Span span(State state, std::int64_t from, std::int64_t length, bool unprotected = false) {
    return {.kind = "bond", .object = "bond0", .state = state, .unprotected = unprotected, .begin = at(from),
            .length = length};
}

const Period whole{noon, noon + day};

} // namespace

BOOST_AUTO_TEST_SUITE(availability)

BOOST_AUTO_TEST_CASE(nines_are_floored) {
    BOOST_TEST(nines(11, 1'000'000).value() == 4u);            // 99.9989 %
    BOOST_TEST(nines(10, 1'000'000).value() == 5u);
    BOOST_TEST(nines(1, 2).value() == 0u);
    BOOST_TEST(!nines(0, 1'000'000));
    BOOST_TEST(!nines(1, 0));
    BOOST_TEST(share(999'989, 1'000'000).value() == 99'998'900);
    BOOST_TEST(share(2, 3).value() == 66'666'666);
    BOOST_TEST(share(400 * day, 400 * day).value() == 100'000'000);
    BOOST_TEST(!share(0, 0));
}

BOOST_AUTO_TEST_CASE(planned_time_is_down_in_one_figure_and_up_in_the_other) {
    const Availability a = measure({span(State::up, 0, 10 * hour, true), span(State::planned, 10 * hour, hour),
                                    span(State::up, 11 * hour, hour), span(State::down, 12 * hour, minute),
                                    span(State::unknown, 12 * hour + minute, hour)}, whole, 0);
    BOOST_TEST(a.up == 11 * hour);
    BOOST_TEST(a.planned == hour);
    BOOST_TEST(a.down == minute);
    BOOST_TEST(a.unknown == hour);
    BOOST_TEST(a.unprotected == 10 * hour);
    BOOST_TEST(a.known() == 12 * hour + minute);
    BOOST_TEST(a.outages == 1u);
    BOOST_TEST(a.planned_outages == 1u);
}

BOOST_AUTO_TEST_CASE(an_outage_that_is_parted_by_a_clock_that_was_set_is_one) {
    const Availability a = measure({span(State::down, 0, minute), span(State::down, minute, minute),
                                    span(State::up, 2 * minute, minute), span(State::down, 3 * minute, minute)},
                                   whole, 0);
    BOOST_TEST(a.outages == 2u);
    BOOST_TEST(a.longest == 2 * minute);
    BOOST_TEST(a.down == 3 * minute);
}

BOOST_AUTO_TEST_CASE(short_outages_count_as_up_where_that_is_asked_for) {
    const std::vector<Span> spans{span(State::up, 0, hour), span(State::down, hour, 3 * second),
                                  span(State::up, hour + 3 * second, hour), span(State::down, 3 * hour, 10 * second)};
    const Availability a = measure(spans, whole, 10 * second);
    BOOST_TEST(a.outages == 1u);
    BOOST_TEST(a.down == 10 * second);
    BOOST_TEST(a.up == 2 * hour + 3 * second);
}

BOOST_AUTO_TEST_CASE(only_the_part_that_is_in_the_period_counts) {
    const Availability a =
        measure({span(State::down, -hour, 2 * hour), span(State::up, day - hour, 5 * hour)}, whole, 0);
    BOOST_TEST(a.down == hour);
    BOOST_TEST(a.up == hour);
}

BOOST_AUTO_TEST_CASE(periods_are_read_as_people_write_them) {
    BOOST_TEST((last("30d", noon).value() == Period{noon - 30 * day, noon}));
    BOOST_TEST((last("12h", noon).value() == Period{noon - 12 * hour, noon}));
    for (const char* odd : {"", "d", "0d", "-1d", "30", "thirty"}) BOOST_TEST(!last(odd, noon), odd);
    BOOST_TEST((month("2002-04", noon).value() == Period{noon - 30 * day - 12 * hour, noon - 12 * hour}));
    BOOST_TEST((month("2002-05", noon).value() == Period{noon - 12 * hour, noon}));
    BOOST_TEST((month("2001-12", noon).value().to == 1009843200 * second));
    for (const char* odd : {"", "2002", "2002-13", "2002-5", "2002-05-01"}) BOOST_TEST(!month(odd, noon), odd);
    BOOST_TEST(time_from("2002-05-01", noon).value() == noon - 12 * hour);
    BOOST_TEST(time_from("2002-05-01T12:00:00Z", 0).value() == noon);
    BOOST_TEST(time_from("1d", noon).value() == noon - day);
    BOOST_TEST(!time_from("yesterday", noon));
}

BOOST_AUTO_TEST_CASE(what_is_open_goes_on_only_while_the_recorder_lives) {
    const Span open{.kind = "bond", .object = "bond0", .state = State::up, .begin = at(0)};
    const Mark alive{.instance = "i", .seq = 1, .known = at(hour), .connected = true};
    const auto lengths = [&](const Mark& mark, const Moment& now) {
        std::vector<std::int64_t> all;
        for (const Span& s : with_open({}, open, mark, now)) all.push_back(s.state == State::up ? s.length : -s.length);
        return all;
    };
    BOOST_TEST(lengths(alive, at(hour + minute)) == (std::vector<std::int64_t>{hour + minute}),
               boost::test_tools::per_element());
    BOOST_TEST(lengths(alive, at(2 * hour)) == (std::vector<std::int64_t>{hour, -hour}),
               boost::test_tools::per_element());
    Mark alone = alive;
    alone.connected = false;
    BOOST_TEST(lengths(alone, at(hour + minute)) == (std::vector<std::int64_t>{hour, -minute}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
