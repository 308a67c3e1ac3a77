// What ports receive, window by window, and what their silence means.
#include "had/core/monitor/traffic.hpp"

#include "test/boost_test.hpp"

#include <ostream>

using namespace had::core;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::hours(1)};
constexpr Duration window = 600ms;            // 200 ms x 3

// A port is a word, one character a window: so many packets (0 to 9), the carrier (c)omes, has (n)one.
// The first letter is (A)ctive or (b)ackup.  What is (h)inted at the end of which windows is a word too.
struct Case {
    const char* name;
    std::vector<std::string_view> ports;
    std::string_view follows;                 // (B)elieved or nothing "."; (s)ilent, but nothing follows
    std::string_view hints = {};              // "h" where the other monitors are to ask at once
    std::string_view held = {};
    bool silent = false;
    std::uint32_t low_water = 1;
    std::string_view late = {};               // "l" where the daemon was late
};
std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.name; }

constexpr std::string_view no_other = "no other port hears more";

const Case cases[] = {
    {"where there is traffic all is well", {"A55", "b11"}, "..", "--"},
    {"one silent window is a hint", {"A50", "b11"}, "..", "-h"},
    {"two are a verdict beside a port that hears", {"A500", "b111"}, "B.", "-h-"},
    {"a hint is given once", {"A50000", "b11111"}, "B.", "-h---"},
    {"traffic that comes back ends it", {"A5005", "b1111"}, "..", "-h--"},
    {"without a port that hears nothing follows", {"A500", "b100"}, "s.", "-h-", no_other, true},
    {"nor with one that heard in one of the two windows", {"A500", "b101"}, "s.", "-h-", no_other, false},
    {"nothing is judged where there was no traffic yet", {"A000", "b111"}, "..", "---"},
    {"a backup may be still", {"A555", "b100"}, "..", "---"},
    {"too few packets count as none", {"A533", "b555"}, "B.", "-h-", "", false, 4},
    {"as many as asked for are enough", {"A544", "b555"}, "..", "---", "", false, 4},
    {"with its carrier goes what was proven", {"A5c000", "b11111"}, "..", "-----"},
    {"after which the first window that has traffic begins it again", {"A5c0500", "b111111"}, "B.", "----h-"},
    {"a port without a carrier is not judged", {"A5n00", "b1111"}, "..", "----"},
    {"nor is it a witness", {"A500", "bn11"}, "s.", "-h-", no_other, true},
    {"a window in which the daemon was late is void", {"A500", "b111"}, "..", "--h", "", false, 1, "-l-"},
    {"where all are active each may be silent", {"A500", "A555", "A500"}, "B.B", "-h-"},
    {"when all are silent nobody is left", {"A500", "A500"}, "ss", "-h-", no_other, true},
    {"one port alone is not left", {"A500"}, "s", "-h-", no_other, true},
};

struct Course {
    Traffic traffic;
    MonitorConfig monitor;
    TimePoint now = start;
    std::string hints;

    explicit Course(const Case& each) {
        monitor.low_water = each.low_water;
        for (const std::string_view word : each.ports) {
            Flow& flow = traffic.ports.emplace_back();
            flow.port = static_cast<Ifindex>(traffic.ports.size());
            flow.carrier = true;
            flow.active = word.front() == 'A';
        }
        note_look(traffic, monitor, now, false);
        for (std::size_t i = 1; i < each.ports.front().size(); ++i) {
            for (std::size_t port = 0; port < each.ports.size(); ++port)
                happens(traffic.ports[port], each.ports[port][i]);
            now += window;
            const bool late = i <= each.late.size() && each.late[i - 1] == 'l';
            hints += note_look(traffic, monitor, now, late) ? 'h' : '-';
        }
    }
    void happens(Flow& flow, char letter) const {
        if (letter == 'c' || letter == 'n') {
            flow.carrier = letter == 'c';
            begin_anew(flow, now);
        } else flow.count += static_cast<std::uint64_t>(letter - '0');
    }
};

std::string letters(const Judgement& judgement) {
    std::string all;
    for (const Finding& finding : judgement.ports)
        all += finding.believed && finding.doubted ? 'B' : finding.state == PathState::silent ? 's' : '.';
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(traffic)

BOOST_DATA_TEST_CASE(silence_is_judged_where_there_was_traffic, cases, each) {
    const Course course(each);
    const Judgement judgement = judge_traffic(course.traffic, course.monitor);
    BOOST_TEST(letters(judgement) == each.follows);
    BOOST_TEST(course.hints == each.hints);
    BOOST_TEST(judgement.held == each.held);
    BOOST_TEST(judgement.silent == each.silent);
}

BOOST_AUTO_TEST_CASE(a_daemon_that_was_late_begins_the_window_anew) {
    Course course({"", {"A5"}, ""});
    BOOST_TEST(!note_look(course.traffic, course.monitor, course.now + 2 * window, true));
    BOOST_TEST(note_look(course.traffic, course.monitor, course.now + 3 * window, false));
}

BOOST_AUTO_TEST_CASE(a_counter_that_began_anew_says_nothing_of_its_window) {
    Course course({"", {"A5"}, ""});
    course.traffic.ports.front().count = 0;
    BOOST_TEST(!note_look(course.traffic, course.monitor, course.now + window, false));
    BOOST_TEST(course.traffic.ports.front().above == 1U);
    BOOST_TEST(note_look(course.traffic, course.monitor, course.now + 2 * window, false), "but of the next");
}

BOOST_AUTO_TEST_CASE(it_is_told_how_little_came_and_since_when) {
    const Course course({"", {"A500", "b111"}, ""});
    const Judgement judgement = judge_traffic(course.traffic, course.monitor);
    BOOST_TEST(judgement.ports.front().text == "no packet in 1200ms");
    BOOST_TEST((judgement.ports.front().since == start + 2 * window));
    BOOST_TEST(judgement.ports.back().port == 2);
    BOOST_TEST(to_string(judgement.ports.back().state) == "good");
    const Course few({"", {"A533", "b555"}, "", "", "", false, 4});
    BOOST_TEST(judge_traffic(few.traffic, few.monitor).ports.front().text == "fewer than 4 packets in 1200ms");
}

BOOST_AUTO_TEST_SUITE_END()
