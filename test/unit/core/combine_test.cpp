// What several monitors of a bond say together, case by case.
#include "had/core/monitor/combine.hpp"

#include "test/boost_test.hpp"

#include <deque>
#include <ostream>

using namespace had::core;

namespace {

// A monitor: what it finds of each port, (g)ood, (s)ilent, (u)nproven, silent and (d)oubted, (B)elieved so.
struct Says {
    MonitorKind kind;
    MonitorAction action;
    std::string_view ports;
    bool silent = false;
    std::string_view held = {};
};

struct Case {
    const char* name;
    std::vector<Says> monitors;
    std::string_view doubts;                  // of the ports: none ".", else 'd' or 'B'
    std::string_view by;                      // by which monitor the first is
    std::string_view contradiction = {};
    std::optional<bool> fault = {};
};
std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.name; }

constexpr auto arp = MonitorKind::arp, icmp = MonitorKind::icmp, peer = MonitorKind::peer, flow = MonitorKind::traffic,
               file = MonitorKind::file;
constexpr auto demote = MonitorAction::demote, fault_file = MonitorAction::fault, tell = MonitorAction::tell;
constexpr std::string_view far_end = "the far end is silent";

const Case cases[] = {
    {"without a monitor nothing is said", {}, "..", ""},
    {"where all is well nothing is said", {{arp, demote, "gg"}, {peer, demote, "gg"}}, "..", ""},
    {"one monitor suffices to leave a port", {{arp, demote, "Bg"}, {peer, demote, "gg"}}, "B.", "m0"},
    {"whichever of them it is", {{arp, demote, "gg"}, {peer, demote, "gB"}}, ".B", "m1"},
    {"of two the first is told", {{arp, demote, "Bg"}, {peer, demote, "Bg"}}, "B.", "m0"},
    {"but one that is believed before one that is not", {{arp, demote, "dg"}, {peer, demote, "Bg"}}, "B.", "m1"},
    {"one that is only to tell leaves nothing", {{arp, tell, "Bg"}}, "..", ""},
    {"one for the fault file does both", {{arp, fault_file, "Bg"}}, "B.", "m0", "", false},
    {"two that contradict each other leave nothing", {{arp, demote, "Bg"}, {peer, demote, "gB"}}, "..", "",
     "every port is doubted by m0 or m1: nothing is moved"},
    {"also when one is not believed", {{arp, demote, "Bg"}, {peer, demote, "gd"}}, "..", "",
     "every port is doubted by m0 or m1: nothing is moved"},
    {"of three ports two may be left", {{arp, demote, "Bgg"}, {peer, demote, "gBg"}}, "BB.", "m0"},
    {"nobody is at fault by a monitor that only demotes", {{arp, demote, "ss", true, far_end}}, "..", "",
     ""},
    {"a far end that is silent is a fault where that is asked for",
     {{arp, fault_file, "ss", true, far_end}},
     "..", "", "", true},
    {"but not while the ports hear each other",
     {{arp, fault_file, "ss", true, far_end}, {peer, demote, "gg"}},
     "..", "", ""},
    {"also when the bond is asked as a whole",
     {{icmp, fault_file, "s", true}, {peer, tell, "gg"}},
     "..", "", ""},
    {"nor when one of them is lost to the others",
     {{arp, fault_file, "sss", true, far_end}, {peer, tell, "Bgg"}},
     "...", "", ""},
    {"stillness is no fault either while they do",
     {{flow, fault_file, "ss", true}, {peer, tell, "gg"}},
     "..", "", ""},
    {"the one that is left when the other is convicted hears nobody",
     {{arp, fault_file, "ss", true, far_end}, {peer, tell, "Bg"}},
     "..", "", "", true},
    {"what a file says stands whatever the ports hear",
     {{file, fault_file, "s", true}, {peer, tell, "gg"}},
     "..", "", "", true},
    {"also beside a far end that is excused",
     {{file, fault_file, "s", true}, {arp, fault_file, "ss", true, far_end}, {peer, tell, "gg"}},
     "..", "", "", true},
    {"ports that hear nobody are at fault", {{peer, fault_file, "ss", true, "deaf"}}, "..", "", "", true},
    {"a split is not known to be one", {{peer, fault_file, "ss", false, "split"}}, "..", "", ""},
    {"one monitor that finds a path denies the fault",
     {{arp, fault_file, "ss", true, far_end}, {icmp, fault_file, "g"}}, "..", "", "", false},
    {"one that only tells does not", {{arp, fault_file, "ss", true, far_end}, {icmp, tell, "g"}}, "..", "",
     "", true},
    {"what was never proven says neither yes nor no", {{arp, fault_file, "uu"}}, "..", ""},
    {"beside it another may know", {{arp, fault_file, "uu"}, {icmp, fault_file, "s", true}}, "..", "", "", true},
};

struct Made {
    std::deque<MonitorConfig> monitors;       // whose addresses stay
    std::vector<Judged> judged;
    std::vector<Ifindex> ports;

    explicit Made(const Case& each) {
        for (std::size_t i = 0; i < each.doubts.size(); ++i) ports.push_back(static_cast<Ifindex>(i + 1));
        for (const Says& says : each.monitors) {
            MonitorConfig& monitor = monitors.emplace_back();
            monitor.name = "m" + std::to_string(monitors.size() - 1);
            monitor.kind = says.kind;
            monitor.action = says.action;
            judged.push_back({&monitor, judgement_of(says)});
        }
    }
    static Judgement judgement_of(const Says& says) {
        Judgement judgement;
        for (const char letter : says.ports) {
            Finding& finding = judgement.ports.emplace_back();
            finding.port = says.ports.size() == 1 ? 99 : static_cast<Ifindex>(judgement.ports.size());
            finding.state = letter == 'g'   ? PathState::good
                            : letter == 'u' ? PathState::unproven
                                            : PathState::silent;
            finding.believed = letter == 'B';
            finding.doubted = letter == 'B' || letter == 'd';
        }
        judgement.silent = says.silent;
        judgement.held = says.held;
        return judgement;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(paths)

BOOST_DATA_TEST_CASE(monitors_say_together_which_ports_are_left, cases, each) {
    const Made made(each);
    const PathVerdict paths = combine(made.ports, made.judged);
    std::string doubts, by;
    for (const auto& doubt : paths.doubts) {
        doubts += !doubt ? '.' : doubt->believed ? 'B' : 'd';
        if (doubt && by.empty()) by = doubt->monitor;
    }
    BOOST_TEST(doubts == each.doubts);
    BOOST_TEST(by == each.by);
    BOOST_TEST(paths.contradiction == each.contradiction);
}

BOOST_DATA_TEST_CASE(they_say_together_what_the_fault_file_tells, cases, each) {
    BOOST_TEST((fault(Made(each).judged) == each.fault));
}

BOOST_AUTO_TEST_CASE(what_is_said_of_a_port_is_handed_on) {
    Made made({"", {{arp, demote, "Bg"}}, "..", ""});
    made.judged.front().judgement.ports.front().text = "no answer from 10.0.1.254";
    const PathDoubt expected{true, "m0", "no answer from 10.0.1.254"};
    BOOST_TEST((combine(made.ports, made.judged).doubts.front() == expected));
}

BOOST_AUTO_TEST_CASE(who_lost_its_carrier_saves_no_port) {
    const Made made({"", {{arp, demote, "Bg"}}, ".", ""});
    const PathVerdict paths = combine(made.ports, made.judged);
    BOOST_TEST(!paths.doubts.front().has_value(), "the first is the only one with a carrier");
    BOOST_TEST(paths.contradiction == "every port is doubted by m0: nothing is moved");
}

BOOST_AUTO_TEST_SUITE_END()
