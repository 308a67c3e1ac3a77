// What ports that hear each other, or do not, say of themselves: case by case.
#include "had/core/monitor/mates.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/judgement_letters.hpp"

#include <algorithm>
#include <ostream>

using namespace had::core;
using namespace std::chrono_literals;
using had::test::letters;

namespace {

// A loss begins at `start`, and is told 300 ms later.
const TimePoint start{std::chrono::hours(1)}, told = start + 300ms;

// One direction: (g)ood and heard since the loss was told, (o)nly heard before, (s)ilent, (n)ever heard though asked
// for long, (f)resh: neither yet, (b)ack but not for long enough.
Track track_of(char letter, TimePoint now) {
    Track track;
    track.since = start - 1min;
    if (letter == 'g' || letter == 'o') {
        track.state = PathState::good;
        track.heard = letter == 'g' ? std::max(now - 10ms, told) : start - 10ms;
    }
    if (letter == 's' || letter == 'b') {
        track.state = PathState::silent;
        track.since = told;
    }
    if (letter == 's' || letter == 'n') track.lost_in_row = 3;
    if (letter == 'b') track.answered_in_row = 2;
    if (letter == 's' || letter == 'n' || letter == 'b') track.losing = start;
    return track;
}

// Others were heard (a)fter the loss began, (b)efore, or never ".".
Foreign foreign_of(char letter, Duration gap) {
    Foreign foreign;
    if (letter == 'a') foreign.heard = start + 100ms;
    if (letter == 'b') foreign.heard = start - 100ms;
    foreign.gap = gap;
    return foreign;
}

struct Pair {
    const char* name;
    char a_to_b, b_to_a, others_at_a, others_at_b;
    Duration asked;                           // after the loss began
    std::string_view follows;                 // (d)oubted, (B)elieved; A first
    std::string_view text = {};               // of whoever is doubted, else of A
    std::string_view held = {};
    std::optional<Duration> next = {};
    bool silent = false;
    Duration gap = 0s;
};
std::ostream& operator<<(std::ostream& out, const Pair& each) { return out << each.name; }

constexpr std::string_view split = "the ports hear others, but not each other: the switches are split",
                           unknown = "the ports do not hear each other, and who is cut off is not known",
                           which_end = "one port does not hear the other, and whose side is dead is not known",
                           deaf = "no port hears anybody: the switch or this host is deaf",
                           not_each_other = "12.1 and it do not hear each other",
                           cut_off = "12.1 and it do not hear each other: it is cut off",
                           b_cut_off = "12.0 and it do not hear each other: it is cut off",
                           one_way = "12.1 does not hear it, it hears 12.1",
                           a_tx = "12.1 does not hear it, it hears 12.1: its transmit side is dead",
                           a_rx = "it does not hear 12.1, 12.1 hears it: its receive side is dead",
                           b_tx = "12.0 does not hear it, it hears 12.0: its transmit side is dead",
                           b_rx = "it does not hear 12.0, 12.0 hears it: its receive side is dead",
                           never = "never heard since the link came (private VLAN, LAG or another switch?)";

const Pair pairs[] = {
    {"ports that hear each other are well", 'g', 'g', '.', '.', 2s, "..", ""},
    {"also when nobody else was heard for long", 'g', 'g', 'b', 'b', 1h, "..", ""},
    {"who hears nobody while the other hears others is cut off", 's', 's', 'b', 'a', 1s, "B.", cut_off},
    {"whichever of them it is", 's', 's', 'a', 'b', 1s, ".B", b_cut_off},
    {"but only after a second", 's', 's', 'b', 'a', 999ms, "..", not_each_other, unknown, 1s},
    {"or later when others are seldom heard", 's', 's', 'b', 'a', 1s, "..", not_each_other, unknown, 6s, false, 2s},
    {"and then", 's', 's', 'b', 'a', 6s, "B.", cut_off, "", {}, false, 2s},
    {"who never heard others is not convicted by its stillness", 's', 's', '.', 'a', 1h, "..", not_each_other, unknown},
    {"when both hear others the switches are split", 's', 's', 'a', 'a', 1h, "..", not_each_other, split},
    {"when nobody else was ever heard nothing is known", 's', 's', '.', '.', 1h, "..", not_each_other, unknown},
    {"when neither hears anybody any more all is silent", 's', 's', 'b', 'b', 1s, "..", not_each_other, deaf, {}, true},
    {"also when one of them never heard others", 's', 's', 'b', '.', 1s, "..", not_each_other, deaf, {}, true},
    {"but not before a second has passed", 's', 's', 'b', 'b', 500ms, "..", not_each_other, unknown, 1s},
    {"A is not heard by B, which hears others: A does not send", 's', 'g', 'b', 'a', 400ms, "B.", a_tx},
    {"whatever A hears", 's', 'g', '.', 'a', 400ms, "B.", a_tx},
    {"B does not hear A, and nobody else though A does: B does not receive", 's', 'g', 'a', 'b', 1s, ".B", b_rx},
    {"which takes a second to know", 's', 'g', 'a', 'b', 400ms, "..", one_way, which_end, 1s},
    {"and is not known when A hears no others either", 's', 'g', 'b', 'b', 1h, "..", one_way, which_end},
    {"nor when B never heard others", 's', 'g', 'a', '.', 1h, "..", one_way, which_end},
    {"A does not hear B, and nobody else: A does not receive", 'g', 's', 'b', 'a', 1s, "B.", a_rx},
    {"A does not hear B, but others: B does not send", 'g', 's', 'a', 'b', 400ms, ".B", b_tx},
    {"a direction that was heard only before may be lost too", 's', 'o', 'b', 'a', 400ms, "..", one_way, which_end},
    {"and convicts nobody by stillness either", 's', 'o', 'a', 'b', 1h, "..", one_way, which_end},
    {"what comes back is doubted until it has earned its return", 'b', 'b', 'b', 'a', 2s, "d.", cut_off},
    {"ports that never heard each other say nothing of each other", 'n', 'n', 'a', 'a', 1h, "..", never},
    {"nor when nobody else is there", 'n', 'n', '.', '.', 1h, "..", never},
    {"who hears nobody since its link came is not preferred", 'n', 'n', '.', 'a', 1s, "d.", never},
    {"nor is one of which one direction was never proven", 's', 'n', 'b', 'a', 1s, "d.", cut_off},
    {"what has only begun is not judged", 'f', 'f', '.', 'a', 1h, "..", ""},
    {"nor is what has half begun", 'g', 'f', '.', 'a', 1h, "..", ""},
    {"a transmit side that never worked makes a port not preferred", 'n', 'g', 'b', 'a', 400ms, "d.", a_tx},
};

Mates mates_of(const Pair& each) {
    const TimePoint now = start + each.asked;
    Mates mates;
    mates.ports = {{1, "12.0", true, {{}, track_of(each.b_to_a, now)}, foreign_of(each.others_at_a, each.gap)},
                   {2, "12.1", true, {track_of(each.a_to_b, now), {}}, foreign_of(each.others_at_b, each.gap)}};
    return mates;
}

// Three ports and more, a to d; those of `lost` are pairs "ab": b does not hear a.
struct Many {
    const char* name;
    std::size_t ports;
    std::string_view lost;
    std::string_view follows;
    std::string_view text = {};               // of the first that is doubted, else of a
    std::string_view held = {};
    char lost_as = 's', others_as = 'g', foreign = '.';
    std::string_view without_carrier = {};
};
std::ostream& operator<<(std::ostream& out, const Many& each) { return out << each.name; }

constexpr std::string_view not_yet = "it is not known yet who else is lost";

const Many many[] = {
    {"three that hear each other are well", 3, "", "..."},
    {"one that neither hears nor is heard is cut off", 3, "ab ba ac ca", "B..",
     "12.1 and 12.2 and it do not hear each other: it is cut off"},
    {"one that is not heard does not send", 3, "ab ac", "B..",
     "12.1 and 12.2 do not hear it, it hears both: its transmit side is dead"},
    {"one that does not hear does not receive", 3, "ba ca", "B..",
     "it does not hear 12.1 or 12.2, both hear it: its receive side is dead"},
    {"two that do not hear each other but a third are left alone", 3, "ab ba", "...",
     "12.1 and it do not hear each other"},
    {"when no port hears another nothing is known", 3, "ab ba ac ca bc cb", "...",
     "12.1 and 12.2 and it do not hear each other", unknown},
    {"while the others were not heard since they may be lost too", 3, "ab ba ac ca", "...",
     "12.1 and 12.2 and it do not hear each other", not_yet, 's', 'o'},
    {"two dead ones of four are left", 4, "ab ba ac ca ad da bc cb bd db", "BB..",
     "12.2 and 12.3 and it do not hear each other: it is cut off"},
    {"two of four on each side are not judged", 4, "ac ca ad da bc cb bd db", "....",
     "12.2 and 12.3 and it do not hear each other", unknown},
    {"nor when both sides hear others", 4, "ac ca ad da bc cb bd db", "....",
     "12.2 and 12.3 and it do not hear each other", split, 's', 'g', 'a'},
    {"a port of four that all others miss does not send", 4, "ba bc bd", ".B..",
     "12.0 and 12.2 and 12.3 do not hear it, it hears all of them: its transmit side is dead"},
    {"two that do not send leave none to trust", 3, "ab ac ba bc", "...",
     "12.1 and it do not hear each other; 12.2 does not hear it, it hears 12.2",
     "the ports hear each other one way only"},
    {"one that was never heard is only not preferred", 3, "ab ba ac ca", "d..", never, "", 'n'},
    {"nor is one that has just come", 3, "ab ba ac ca", "d..", "not yet heard 5 times in a row since the link came", "",
     'f'},
    {"one without a carrier is no mate", 3, "ab ba ac ca", "...", "", "", 's', 'g', '.', "a"},
    {"the last one with a carrier is judged by nobody", 3, "ab ba ac ca bc cb", "...", "", "", 's', 'g', 'a', "bc"},
    {"and one that is alone", 1, "", "."},
};

Mates mates_of(const Many& each) {
    Mates mates;
    for (std::size_t i = 0; i < each.ports; ++i) {
        const char letter = static_cast<char>('a' + i);
        Mate mate{static_cast<Ifindex>(i + 1), "12." + std::to_string(i),
                  each.without_carrier.find(letter) == std::string_view::npos, {}, foreign_of(each.foreign, 0s)};
        for (std::size_t from = 0; from < each.ports; ++from) {
            const std::string pair{static_cast<char>('a' + from), letter};
            const bool lost = each.lost.find(pair) != std::string_view::npos;
            mate.hears.push_back(track_of(lost ? each.lost_as : each.others_as, start + 400ms));
        }
        mates.ports.push_back(mate);
    }
    return mates;
}

const Finding& told_of(const Judgement& judgement) {
    const auto doubted = std::find_if(judgement.ports.begin(), judgement.ports.end(),
                                      [](const Finding& finding) { return finding.doubted; });
    return doubted == judgement.ports.end() ? judgement.ports.front() : *doubted;
}

} // namespace

BOOST_AUTO_TEST_SUITE(mates)

BOOST_DATA_TEST_CASE(of_two_ports_a_third_voice_tells_which_is_lost, pairs, each) {
    std::optional<TimePoint> next;
    const Judgement judgement = judge_mates(mates_of(each), MonitorConfig{}, start + each.asked, next);
    BOOST_TEST(letters(judgement) == each.follows);
    BOOST_TEST(told_of(judgement).text == each.text);
    BOOST_TEST(judgement.held == each.held);
    BOOST_TEST(judgement.silent == each.silent);
    if (each.next) BOOST_TEST((next == start + *each.next));
}

BOOST_DATA_TEST_CASE(what_only_time_changes_changes_at_the_time_that_was_named, pairs, each) {
    const Mates mates = mates_of(each);
    std::optional<TimePoint> next, unused;
    const TimePoint now = start + each.asked;
    const Judgement judgement = judge_mates(mates, MonitorConfig{}, now, next);
    BOOST_TEST((judge_mates(mates, MonitorConfig{}, next ? *next - 1us : now + 24h, unused) == judgement));
}

BOOST_DATA_TEST_CASE(of_many_ports_those_that_hear_each_other_are_right, many, each) {
    std::optional<TimePoint> next;
    const Judgement judgement = judge_mates(mates_of(each), MonitorConfig{}, start + 400ms, next);
    BOOST_TEST(letters(judgement) == each.follows);
    BOOST_TEST(told_of(judgement).text == each.text);
    BOOST_TEST(judgement.held == each.held);
}

BOOST_AUTO_TEST_CASE(ports_that_hear_a_mate_are_not_silent) {
    std::optional<TimePoint> next;
    const Mates halves = mates_of(Many{"", 4, "ac ca ad da bc cb bd db", "", "", "", 's', 'g', 'b'});
    const Judgement judgement = judge_mates(halves, MonitorConfig{}, start + 1h, next);
    BOOST_TEST(letters(judgement) == "....");
    BOOST_TEST(judgement.held == unknown);
    BOOST_TEST(!judgement.silent);
}

BOOST_AUTO_TEST_CASE(one_frame_that_is_lost_the_other_way_acquits_nobody) {
    Mates mates = mates_of(Pair{"", 's', 'g', 'b', 'a', 400ms, ""});
    mates.ports[0].hears[1].lost_in_row = 2;
    std::optional<TimePoint> next;
    BOOST_TEST(letters(judge_mates(mates, MonitorConfig{}, start + 1h, next)) == "B.");
}

BOOST_AUTO_TEST_CASE(a_port_is_good_silent_or_unproven_since_a_time) {
    struct {
        Pair of;
        PathState a, b;
        TimePoint since;                      // of A
    } const rows[] = {
        {{"", 'g', 'g', '.', '.', 2s, ""}, PathState::good, PathState::good, start - 1min},
        {{"", 's', 's', 'a', 'a', 2s, ""}, PathState::silent, PathState::silent, told},
        {{"", 's', 's', 'b', 'a', 2s, ""}, PathState::silent, PathState::good, told},
        {{"", 'n', 'n', 'b', 'a', 2s, ""}, PathState::unproven, PathState::unproven, start - 1min},
        {{"", 'f', 'f', 'b', 'a', 2s, ""}, PathState::unproven, PathState::unproven, start - 1min},
    };
    for (const auto& row : rows) {
        std::optional<TimePoint> next;
        const Judgement judgement = judge_mates(mates_of(row.of), MonitorConfig{}, start + row.of.asked, next);
        BOOST_TEST(to_string(judgement.ports[0].state) == to_string(row.a));
        BOOST_TEST(to_string(judgement.ports[1].state) == to_string(row.b));
        BOOST_TEST((judgement.ports[0].since == row.since));
        BOOST_TEST(judgement.ports[1].port == 2);
    }
}

BOOST_AUTO_TEST_CASE(a_port_whose_counter_cannot_be_read_is_not_taken_for_one_that_hears_nobody) {
    const Pair cut{"", 's', 's', 'b', 'a', 1h, ""};           // a is acquitted, and b is convicted of its silence
    for (const bool unread : {false, true}) {
        Mates mates = mates_of(cut);
        const std::size_t still = mates.ports[0].foreign.heard >= start ? 1 : 0;
        mates.ports[still].foreign.unread = unread;
        std::optional<TimePoint> next;
        const Judgement judgement = judge_mates(mates, MonitorConfig{}, start + cut.asked, next);
        BOOST_TEST(judgement.ports[still].doubted == !unread);
        BOOST_TEST(judgement.held.empty() == !unread);
    }
}

BOOST_AUTO_TEST_CASE(with_its_carrier_goes_all_that_a_port_has_to_do_with) {
    Mates mates = mates_of(many[0]);
    mates.ports[1].foreign.heard = start;
    begin_anew(mates, 1, start + 1s);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            if (i != j) {
                const bool anew = mates.ports[i].hears[j].state == PathState::unproven;
                BOOST_TEST(anew == (i == 1 || j == 1), i << " hears " << j);
            }
    BOOST_TEST(!mates.ports[1].foreign.heard.has_value());
}

BOOST_AUTO_TEST_CASE(who_was_heard_between_two_looks_was_heard_after_the_first) {
    Foreign foreign;
    note_foreign(foreign, 7, start);
    BOOST_TEST(!foreign.heard.has_value());   // what was counted before nobody knows when
    note_foreign(foreign, 7, start + 100ms);
    BOOST_TEST(!foreign.heard.has_value());
    note_foreign(foreign, 8, start + 200ms);
    BOOST_TEST((foreign.heard == start + 100ms));
    note_foreign(foreign, 2, start + 300ms);  // the driver began anew
    BOOST_TEST((foreign.heard == start + 100ms));
    note_foreign(foreign, 3, start + 400ms);
    BOOST_TEST((foreign.heard == start + 300ms));
}

BOOST_AUTO_TEST_CASE(a_port_that_is_often_still_is_waited_for_longer) {
    Foreign foreign;
    std::uint64_t count = 0;
    TimePoint now = start;
    const auto look = [&](bool hears) { note_foreign(foreign, count += hears, now += 100ms); };
    for (int i = 0; i < 20; ++i) look(true);
    BOOST_TEST((patience(foreign) == 1s));
    for (int i = 0; i < 19; ++i) look(false);
    look(true);
    BOOST_TEST((patience(foreign) == 6s));
    for (int i = 0; i < 10'000; ++i) look(false);
    look(true);
    BOOST_TEST((patience(foreign) == 30s));   // it was cut off, which is not its way
    for (int i = 0; i < 300; ++i) look(true);
    BOOST_TEST((patience(foreign) == 1s));
}

BOOST_AUTO_TEST_SUITE_END()
