// What becomes of a track, round by round.
#include "had/core/monitor/track.hpp"

#include "test/boost_test.hpp"

#include <algorithm>
#include <ostream>

using namespace had::core;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::hours(1)};

// One letter a round of 100 ms: it is (a)nswered, (l)ost, (v)oid since the daemon was late, lost and answered (t)oo
// late, answered (d)ouble; or the carrier (c)omes, or is found serving at the (s)tart.
struct Course {
    const char* name;
    std::string_view rounds;
    PathState state;
    int since;                                // in which round it became so
    unsigned lost_in_row, answered_in_row;
};
std::ostream& operator<<(std::ostream& out, const Course& course) { return out << course.name; }

constexpr auto unproven = PathState::unproven, good = PathState::good, silent = PathState::silent;

// fall = 3, rise = 5
const Course courses[] = {
    {"nothing is proven without an answer", "c", unproven, 1, 0, 0},
    {"rise less one answers prove nothing", "caaaa", unproven, 1, 0, 4},
    {"rise answers in a row prove the way", "caaaaa", good, 6, 0, 5},
    {"a loss between them begins the row anew", "caaaalaaaa", unproven, 1, 0, 4},
    {"one that was found serving has proven its way with one answer", "sa", good, 2, 0, 1},
    {"also when some questions were lost before", "slla", good, 4, 0, 1},
    {"but not when it was lost first: then it needs rise", "slllaaaa", unproven, 1, 0, 4},
    {"and has it then", "slllaaaaa", good, 9, 0, 5},
    {"a void round takes no place away", "svvvva", good, 6, 0, 1},
    {"a way that was never proven is not silent, however often it is lost", "cllllll", unproven, 1, 6, 0},
    {"fall less one losses are nothing", "sall", good, 2, 2, 0},
    {"fall losses in a row are a silence", "salll", silent, 5, 3, 0},
    {"which began with the last of them, however long it lasts", "sallllll", silent, 5, 6, 0},
    {"an answer between them begins the row anew", "sallall", good, 2, 2, 0},
    {"an answer that comes too late does so too", "saltll", good, 2, 2, 0},
    {"and earns no return", "salllttttttt", silent, 5, 0, 0},
    {"rise less one answers are no return", "salllaaaa", silent, 5, 0, 4},
    {"rise answers in a row are", "salllaaaaa", good, 10, 0, 5},
    {"a void round is no loss", "sallvvvv", good, 2, 2, 0},
    {"but does not end the row of losses", "sallvl", silent, 6, 3, 0},
    {"nor the row of answers", "caavaaa", good, 7, 0, 5},
    {"two answers to one question count once", "cdddd", unproven, 1, 0, 4},
    {"with the carrier goes what was proven", "sac", unproven, 3, 0, 0},
    {"and what was lost", "salllc", unproven, 6, 0, 0},
    {"a carrier that came back has rise to earn", "saca", unproven, 3, 0, 1},
};

struct Run {
    Track track;
    MonitorConfig monitor;
    TimePoint now = start;
    bool consistent = true;                   // a change was told exactly when there was one

    void round(char does) {
        now += 100ms;
        if (does == 'c' || does == 's') return begin_anew(track, now, does == 's');
        note_asked(track, now);
        if (does == 'a' || does == 'd') told([&] { return note_answer(track, monitor, now); });
        if (does == 'd') told([&] { return note_answer(track, monitor, now); });
        told([&] { return note_time(track, monitor, now + 50ms, does == 'v'); });
        if (does == 't') told([&] { return note_answer(track, monitor, now + 60ms); });
    }
    template <class Note>
    void told(const Note& note) {
        const PathState before = track.state;
        consistent = note() == (before != track.state) && consistent;
    }
};

Run run(std::string_view rounds) {
    Run run;
    run.monitor.interval = 100ms;
    for (const char does : rounds) run.round(does);
    return run;
}

} // namespace

BOOST_AUTO_TEST_SUITE(track)

BOOST_DATA_TEST_CASE(a_track_follows_its_answers, courses, course) {
    const Run made = run(course.rounds);
    const Track& track = made.track;
    BOOST_TEST(to_string(track.state) == to_string(course.state));
    const bool at_answer = course.state == good, never_moved = course.state == unproven;
    const Duration within = at_answer || never_moved ? 0ms : 50ms;     // a loss is known when its time is over
    BOOST_TEST((track.since == start + course.since * 100ms + within));
    BOOST_TEST(track.lost_in_row == course.lost_in_row);
    BOOST_TEST(track.answered_in_row == course.answered_in_row);
    BOOST_TEST(made.consistent, "each change was told, and nothing else");
}

BOOST_DATA_TEST_CASE(each_question_is_answered_lost_or_void, courses, course) {
    const Track& track = run(course.rounds).track;
    const std::string_view rounds = course.rounds;
    const auto count = [&](std::string_view letters) {
        return static_cast<std::uint64_t>(
            std::count_if(rounds.begin(), rounds.end(), [&](char c) { return letters.find(c) != letters.npos; }));
    };
    BOOST_TEST(track.sent == count("alvtd"));
    BOOST_TEST(track.answered == count("ad"));
    BOOST_TEST(track.lost == count("lt"));
    BOOST_TEST(track.voided == count("v"));
}

BOOST_AUTO_TEST_CASE(a_question_is_lost_when_its_timeout_has_passed_and_not_earlier) {
    Run made = run("sall");
    note_asked(made.track, start + 1s);
    BOOST_TEST(!note_time(made.track, made.monitor, start + 1s + 50ms - 1us, false));
    BOOST_TEST(made.track.asked.has_value());
    BOOST_TEST(note_time(made.track, made.monitor, start + 1s + 50ms, false));
    BOOST_TEST(!made.track.asked.has_value());
}

BOOST_AUTO_TEST_CASE(a_daemon_that_was_late_gives_up_only_what_is_overdue) {
    Run made = run("sa");
    note_asked(made.track, start + 1s);
    note_time(made.track, made.monitor, start + 1s + 49ms, true);
    BOOST_TEST(made.track.asked.has_value());
    BOOST_TEST(made.track.voided == 0U);
}

BOOST_AUTO_TEST_CASE(a_timeout_of_its_own_counts_instead_of_half_the_interval) {
    Run made = run("sall");
    made.monitor.timeout = 20ms;
    note_asked(made.track, start + 1s);
    BOOST_TEST(note_time(made.track, made.monitor, start + 1s + 20ms, false));
}

BOOST_AUTO_TEST_CASE(a_question_that_another_overtakes_is_void) {
    Run made = run("s");
    note_asked(made.track, start + 1s);
    note_asked(made.track, start + 1s + 10ms);
    BOOST_TEST(made.track.voided == 1U);
    note_answer(made.track, made.monitor, start + 1s + 15ms);
    BOOST_TEST((made.track.round_trip == 5ms));
    BOOST_TEST((made.track.heard == start + 1s + 15ms));
}

BOOST_AUTO_TEST_CASE(when_a_row_of_losses_began_is_known) {
    Run made = run("sal");
    BOOST_TEST((made.track.losing == start + 300ms));
    made.round('l');
    BOOST_TEST((made.track.losing == start + 300ms));
    made.round('a');
    BOOST_TEST(!made.track.losing.has_value());
    BOOST_TEST((run("sallla").track.losing == start + 300ms), "as long as the silence is not over");
    BOOST_TEST(!run("salllaaaaa").track.losing.has_value());
}

BOOST_AUTO_TEST_CASE(what_was_asked_before_the_carrier_came_is_void) {
    Run made = run("sa");
    note_asked(made.track, start + 1s);
    begin_anew(made.track, start + 1s);
    BOOST_TEST(!note_answer(made.track, made.monitor, start + 1s));
    BOOST_TEST(made.track.voided == 1U);
    BOOST_TEST(made.track.answered_in_row == 0U);
    begin_anew(made.track, start + 2s);
    BOOST_TEST(!made.track.heard.has_value());
}

BOOST_AUTO_TEST_CASE(a_way_is_lost_when_it_is_silent_or_never_began) {
    const MonitorConfig monitor;
    BOOST_TEST(is_lost(run("salll").track, monitor));
    BOOST_TEST(is_lost(run("clll").track, monitor));
    BOOST_TEST(!is_lost(run("cll").track, monitor));
    BOOST_TEST(!is_lost(run("sall").track, monitor));
    BOOST_TEST(is_lost(run("salllaaaa").track, monitor), "a return is not earned yet");
}

BOOST_AUTO_TEST_SUITE_END()
