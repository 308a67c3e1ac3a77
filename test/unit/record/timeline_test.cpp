#include "had/record/timeline.hpp"

#include "test/boost_test.hpp"
#include "test/unit/record/moments.hpp"

using namespace had::record;
using namespace had::test;

namespace {

Span span(State state, std::int64_t from, std::int64_t length, bool unprotected = false) {
    return {.kind = "bond", .object = "bond0", .state = state, .unprotected = unprotected, .begin = at(from),
            .length = length};
}

const Period ten_hours{noon, noon + 10 * hour};

Row row(const std::vector<Span>& spans, const std::vector<Move>& moves = {}, std::size_t cells = 10) {
    Availability object;
    object.object = "bond0";
    object.kind = "bond";
    return row_of(object, spans, moves, ten_hours, cells);
}

} // namespace

BOOST_AUTO_TEST_SUITE(record_timeline)

BOOST_AUTO_TEST_CASE(each_letter_says_the_worst_of_its_part) {
    const Row all = row({span(State::up, 2 * hour, 2 * hour, true), span(State::down, 4 * hour, 1),
                         span(State::up, 4 * hour + 1, 2 * hour), span(State::planned, 7 * hour, minute),
                         span(State::unknown, 7 * hour + minute, hour), span(State::up, 9 * hour, hour)});
    BOOST_TEST(all.cells == "  ssduup?u");
}

BOOST_AUTO_TEST_CASE(the_shortest_outage_is_seen_in_a_year) {
    const Period year{noon, noon + 365 * day};
    const Row all = row_of({}, {span(State::up, 0, 365 * day), span(State::down, 100 * day, 1)}, {}, year, 600);
    BOOST_TEST(std::count(all.cells.begin(), all.cells.end(), 'd') == 1);
    BOOST_TEST(std::count(all.cells.begin(), all.cells.end(), 'u') == 599);
}

BOOST_AUTO_TEST_CASE(what_reaches_over_the_edges_is_cut_at_them) {
    const Row all = row({span(State::down, -5 * hour, 6 * hour), span(State::up, hour, 20 * hour)},
                        {{noon - 1, "before"}, {noon + 10 * hour, "behind"}, {noon + 10 * hour - 1, "last"}});
    BOOST_TEST(all.cells == "duuuuuuuuu");
    BOOST_TEST(all.moves == "         v");
    BOOST_TEST(all.failovers == 1U);
    BOOST_REQUIRE(all.last_outages.size() == 1U);
    BOOST_TEST((all.last_outages[0] == Outage{State::down, noon, hour, false}));
    BOOST_TEST((row_of({}, {span(State::up, 0, hour)}, {}, {noon, noon}, 3).cells == "   "));
}

BOOST_AUTO_TEST_CASE(neighbours_of_one_state_are_one_outage_and_only_the_last_are_kept) {
    std::vector<Span> spans = {span(State::down, 0, second), span(State::down, second, second)};
    for (int i = 1; i < 30; ++i) spans.push_back(span(State::up, i * minute, second)),
                                 spans.push_back(span(State::planned, i * minute + second, second));
    std::vector<Move> moves;
    for (int i = 0; i < 30; ++i) moves.push_back({noon + i * minute, std::to_string(i)});
    const Row all = row(spans, moves);
    BOOST_TEST(all.last_outages.size() == last_kept);
    BOOST_TEST((all.last_outages.back().state == State::planned));
    BOOST_TEST((all.last_failovers.size() == last_kept && all.last_failovers.back().text == "29"));
    BOOST_TEST(all.failovers == 30U);
    BOOST_TEST(row({spans[0], spans[1]}).last_outages.at(0).length == 2 * second);
}

BOOST_AUTO_TEST_SUITE_END()
