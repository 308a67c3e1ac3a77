// What the answers of targets through several ports mean, case by case.
#include "had/core/monitor/targets.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/judgement_letters.hpp"

#include <algorithm>
#include <ostream>

using namespace had::core;
using namespace std::chrono_literals;
using had::test::letters;

namespace {

const TimePoint start{std::chrono::hours(1)};
const std::vector<IpAddress> addresses{*ip_address_from("10.0.1.254"), *ip_address_from("10.0.1.253"),
                                       *ip_address_from("10.0.1.252")};

// A port is a word: one letter a target, (g)ood, (s)ilent, (u)nproven, (r)eturning; or "-", without a carrier.
// Of what follows too: (d)oubted, (B)elieved, nothing "."
struct Case {
    const char* name;
    unsigned quorum;
    std::vector<std::string_view> ports;
    std::string_view follows;
    bool silent = false;
    std::string_view held = {};
};
std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.name; }

constexpr std::string_view far_end = "the far end is silent", alone = "there is no other port to compare with",
                           too_few = "no port reaches enough targets";

const Case cases[] = {
    {"where all is well nothing follows", 1, {"g", "g"}, ".."},
    {"a port whose target answers another is left", 1, {"s", "g"}, "B."},
    {"whichever of them it is", 1, {"g", "s"}, ".B"},
    {"one that was never proven is only not preferred", 1, {"u", "g"}, "d."},
    {"one that answers again is not left, and not preferred before it has earned it", 1, {"r", "g"}, "d."},
    {"when nobody answers anywhere the far end is silent", 1, {"s", "s"}, "..", true, far_end},
    {"also when one of the ports was never proven", 1, {"s", "u"}, "..", true, far_end},
    {"where nothing was ever proven nothing is silent", 1, {"u", "u"}, ".."},
    {"a port without carrier is not judged", 1, {"-", "g"}, ".."},
    {"the last one with a carrier is not left", 1, {"s", "-"}, "..", true, alone},
    {"nor is one that is alone", 1, {"s"}, ".", true, alone},
    {"one alone that was never proven says nothing", 1, {"u"}, "."},
    {"without a carrier there is nothing to judge", 1, {"-", "-"}, ".."},
    {"without ports too", 1, {}, ""},
    {"two of three ports are left for the third", 1, {"s", "g", "s"}, "B.B"},
    {"two of three ports serve on", 1, {"g", "s", "g"}, ".B."},
    {"any target suffices by default", 1, {"gs", "gg"}, ".."},
    {"a port that reaches none of them is left", 1, {"ss", "sg"}, "B.", false, "no port has an answer from 10.0.1.254"},
    {"a target that answers nobody is not asked of anybody", quorum_all, {"gs", "gs"}, "..", false,
     "no port has an answer from 10.0.1.253"},
    {"nor is one that never answered anybody", quorum_all, {"gu", "gu"}, ".."},
    {"with all, each that answers somebody must answer", quorum_all, {"gs", "gg"}, "B."},
    {"one that never answered here does not convict", quorum_all, {"gu", "gg"}, "d."},
    {"nor do a silent and an unproven one together", quorum_all, {"su", "gg"}, "d."},
    {"each reaches another one: nobody is better", quorum_all, {"gs", "sg"}, "..", true, too_few},
    {"two of three suffice where two are asked for", 2, {"ggs", "sgg"}, ".."},
    {"one does not", 2, {"gss", "ggg"}, "B."},
    {"more than there are means all", 9, {"gs", "gg"}, "B."},
    {"those that answer nobody lower what is asked for", 2, {"gss", "sss"}, ".B", false,
     "no port has an answer from 10.0.1.253 and 10.0.1.252"},
    {"all are lost though not all were ever proven", quorum_all, {"su", "su"}, "..", true, far_end},
    {"while the ports are being proven nothing is silent yet", 2, {"gus", "ugs"}, ".."},
    {"what was heard before another port was asked in vain is no witness", 1, {"s", "l"}, ".."},
    {"of two ports one witness suffices", 1, {"s", "l", "g"}, "B.."},
    {"what was never heard needs none", 1, {"u", "l"}, "d."},
    {"without targets nothing is judged", 1, {"", ""}, ".."},
};

Track track_of(char letter, TimePoint since) {
    Track track;
    track.since = since;
    track.state = letter == 'g' ? PathState::good : letter == 'u' ? PathState::unproven : PathState::silent;
    if (letter == 'r') track.answered_in_row = 2;
    if (letter == 's') track.lost_in_row = 3, track.fell = since;
    if (letter == 'l') track.state = PathState::good, track.lost_in_row = 1, track.heard = start - 1s;
    if (letter == 'g') track.heard = start + 9s;
    return track;
}

std::vector<PortTracks> ports_of(const Case& each) {
    std::vector<PortTracks> ports;
    for (const std::string_view word : each.ports) {
        const auto place = ports.size();
        PortTracks port{static_cast<Ifindex>(place) + 1, "12." + std::to_string(place), word != "-", {}, {}};
        std::size_t targets = 0;
        for (const std::string_view other : each.ports) targets = std::max(targets, other == "-" ? 0 : other.size());
        for (std::size_t i = 0; i < targets; ++i) {
            port.tracks.push_back(track_of(port.carrier ? word[i] : 'u', start + i * 1s));
            port.targets.push_back(addresses[i]);
        }
        ports.push_back(port);
    }
    return ports;
}

MonitorConfig monitor_of(const Case& each) {
    MonitorConfig monitor;
    monitor.quorum = each.quorum;
    return monitor;
}

} // namespace

BOOST_AUTO_TEST_SUITE(targets)

BOOST_DATA_TEST_CASE(ports_are_judged_against_each_other, cases, each) {
    const Judgement judgement = judge_targets(ports_of(each), monitor_of(each));
    BOOST_TEST(letters(judgement) == each.follows);
    BOOST_TEST(judgement.silent == each.silent);
    BOOST_TEST(judgement.held == each.held);
}

BOOST_DATA_TEST_CASE(the_order_of_the_ports_does_not_matter, cases, each) {
    std::vector<PortTracks> ports = ports_of(each);
    const Judgement forward = judge_targets(ports, monitor_of(each));
    std::reverse(ports.begin(), ports.end());
    Judgement backward = judge_targets(ports, monitor_of(each));
    std::reverse(backward.ports.begin(), backward.ports.end());
    BOOST_TEST((backward == forward));
}

BOOST_AUTO_TEST_CASE(what_a_port_without_a_carrier_once_found_is_no_witness) {
    std::vector<PortTracks> ports = ports_of({"", 1, {"s", "g", "s"}, {}});
    ports[1].carrier = false;
    const Judgement judgement = judge_targets(ports, MonitorConfig{});
    BOOST_TEST(letters(judgement) == "...");
    BOOST_TEST(judgement.held == far_end);
    BOOST_TEST(to_string(judgement.ports[1].state) == "unproven");
}

BOOST_AUTO_TEST_CASE(each_port_says_what_it_misses_and_since_when) {
    struct {
        Case of;
        std::string_view text;
        PathState state;
        Duration since;
    } const rows[] = {
        {{"", 1, {"g", "g"}, {}}, "", PathState::good, 0s},
        {{"", 1, {"s", "g"}, {}}, "no answer from 10.0.1.254", PathState::silent, 0s},
        {{"", 1, {"s", "s"}, {}}, "no answer from 10.0.1.254", PathState::silent, 0s},
        {{"", 1, {"u", "g"}, {}}, "not 5 answers in a row from 10.0.1.254 since the link came", PathState::unproven,
         0s},
        {{"", 1, {"r", "g"}, {}}, "no answer from 10.0.1.254", PathState::silent, 0s},
        {{"", 1, {"ss", "gg"}, {}}, "no answer from 10.0.1.254 and 10.0.1.253", PathState::silent, 1s},
        {{"", quorum_all, {"ss", "gg"}, {}}, "no answer from 10.0.1.254 and 10.0.1.253", PathState::silent, 0s},
        {{"", quorum_all, {"gs", "gg"}, {}}, "no answer from 10.0.1.253", PathState::silent, 1s},
        {{"", quorum_all, {"su", "gg"}, {}},
         "no answer from 10.0.1.254; not 5 answers in a row from 10.0.1.253 since the link came", PathState::unproven,
         0s},
        {{"", quorum_all, {"gg", "gg"}, {}}, "", PathState::good, 1s},
        {{"", 1, {"-", "g"}, {}}, "", PathState::unproven, -1h},
    };
    for (const auto& row : rows) {
        const Finding found = judge_targets(ports_of(row.of), monitor_of(row.of)).ports.front();
        BOOST_TEST(found.text == row.text);
        BOOST_TEST(to_string(found.state) == to_string(row.state), row.text);
        BOOST_TEST((found.since == start + row.since), row.text);
        BOOST_TEST(found.port == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
