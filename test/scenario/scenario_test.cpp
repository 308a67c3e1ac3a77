// Every directory of test/scenario is a story: had.conf, events, and the transcript that is
// expected.
//
// HAD_UPDATE_GOLDEN=1 writes the transcripts anew: read the difference before you commit it.
#include "test/boost_test.hpp"
#include "test/scenario/scenarios.hpp"
#include "test/scenario/script.hpp"
#include "test/scenario/stage.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <new>
#include <regex>
#include <set>
#include <sstream>
#include <system_error>

namespace had::test {
namespace {

namespace fs = std::filesystem;

// The first line where two texts part, with what came before it.
std::string first_difference(const std::string& actual, const std::string& expected) {
    std::istringstream a(actual), e(expected);
    std::string is, should, before;
    for (unsigned line = 1;; ++line) {
        const bool more = static_cast<bool>(std::getline(a, is));
        const bool due = static_cast<bool>(std::getline(e, should));
        if (!more && !due) return "nothing";
        if (!more) is = "(the end)";
        if (!due) should = "(the end)";
        if (is != should) {
            std::ostringstream out;
            out << "line " << line << ", after " << before << "\n  is:        " << is
                << "\n  should be: " << should;
            return out.str();
        }
        before = is;
    }
}

// What befalls had in a scenario besides its steps; numbers count from 1, 0 is never.
struct Trial {
    Stage::Order order = usual;
    unsigned die_after = 0;                   // an operation made, or an order kept
    Stage::Call fail_at = {};                 // of had's to the kernel, which throws
    std::function<void()> fail = [] {};
    unsigned rest_after = 0;                  // a step, behind which time passes
    bool forced = false;                      // at the end what waits for force has it
};

struct Played {
    std::string transcript, ending;
    std::string after;                        // how it was after the rest and at the end, and what is wanted then
    std::map<std::string, unsigned> calls;
    unsigned moments, failed_in;
};

Played play(const fs::path& directory, const Trial& trial = {}) {
    Stage stage(directory, trial.order);
    stage.die_after(trial.die_after);
    stage.fail_at(trial.fail_at, trial.fail);
    Script script(stage);
    script.rest_after(trial.rest_after);
    script.prepare(text_of(all / "chassis"));
    script.play(text_of(directory / "events"));
    if (trial.forced) stage.force();
    return {.transcript = stage.transcript(),
            .ending = stage.status(),
            .after = (trial.forced ? "" : script.rested()) + stage.status() + stage.wanted(),
            .calls = stage.calls(),
            .moments = stage.moments(),
            .failed_in = script.failed_in()};
}

void fail_for_want_of_memory() { throw std::bad_alloc(); }
void fail_with_an_error() { throw std::system_error(EIO, std::generic_category(), "kernel"); }

// So many of the calls of each name, spread over the scenario; HAD_SOAK=1: many.
std::vector<Stage::Call> sample(const std::map<std::string, unsigned>& calls) {
    const unsigned most = std::getenv("HAD_SOAK") ? 40 : 2;
    std::vector<Stage::Call> some;
    for (const auto& [name, times] : calls) {
        const unsigned every = (times + most - 1) / most;
        for (unsigned n = every / 2 + 1; n <= times; n += every) some.push_back({name, n});
    }
    return some;
}

bool waits_for_force(const std::string& text) { return text.find("reload --force") != std::string::npos; }

// Which of two ports of one rank came first is luck, and with it which is active and what each interface is
// called; and of two failures the last is told.  That the active one is the one to be chosen shows in nothing being
// wanted.
std::string without_luck(std::string text) {
    static const std::pair<std::regex, const char*> luck[] = {
        {std::regex(", (active|backup) in "), ", in "},   {std::regex(", active \\w+, "), ", "},
        {std::regex("\\) (active|backup), "), ") "},       {std::regex("eth\\d+"), "eth"},
        {std::regex("(52:54|0a:00)(:[0-9a-f]{2}){4}"), "its mac"},
        {std::regex("(cannot [^:)]*): [^;)]*"), "$1"},      {std::regex("(loading \\w+\\]) \\([^)]*\\)"), "$1"},
        {std::regex("\\((\\w+): [^)]*\\)"), "($1)"},        {std::regex("problem: .*\n"), ""}};
    for (const auto& [what, instead] : luck) text = std::regex_replace(text, what, instead);
    std::istringstream in(text);
    std::multiset<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.insert(line);
    std::string sorted;
    for (const std::string& line : lines) sorted += line + "\n";
    return sorted;
}

} // namespace

BOOST_AUTO_TEST_SUITE(scenario)

BOOST_DATA_TEST_CASE(goes_as_expected, scenarios(), name) {
    const Played played = play(all / name);
    const std::string text = played.transcript + "= status\n" + played.ending;
    const fs::path golden = all / name / "expected";
    if (std::getenv("HAD_UPDATE_GOLDEN")) std::ofstream(golden) << text;
    const std::string expected = text_of(golden);
    BOOST_TEST((text == expected), name << ": " << first_difference(text, expected)
                                        << "\nHAD_UPDATE_GOLDEN=1 writes it anew");
}

// Between two sockets and a child process there is no order.
BOOST_DATA_TEST_CASE(ends_the_same_whatever_is_heard_first, scenarios(), name) {
    const std::string expected = play(all / name).ending;
    Stage::Order order = usual;
    std::sort(order.begin(), order.end());
    do {
        const std::string ending = play(all / name, {.order = order}).ending;
        BOOST_TEST((ending == expected), name << ": " << first_difference(ending, expected));
    } while (std::next_permutation(order.begin(), order.end()));
}

BOOST_DATA_TEST_CASE(is_the_same_on_a_host_of_containers, scenarios(), name) {
    Stage stage(all / name, usual);
    stage.beside_containers();
    Script script(stage);
    script.prepare(text_of(all / "chassis"));
    script.play(text_of(all / name / "events"));
    stage.leave_containers();
    const std::string expected = play(all / name).ending;
    BOOST_TEST((stage.status() == expected), name << ": " << first_difference(stage.status(), expected));
}

// Killed after any operation, or any order that was kept, and started again, had makes what was left, and takes
// nothing for another's that was its own.
BOOST_DATA_TEST_CASE(ends_the_same_wherever_it_dies, scenarios(), name) {
    const Played expected = play(all / name);
    for (unsigned n = 1; n <= expected.moments; ++n) {
        const Played played = play(all / name, {.die_after = n});
        BOOST_TEST((played.ending == expected.ending),
                   name << ", dies after " << n << ": "
                        << first_difference(played.ending, expected.ending));
    }
}

// Whatever a call to the kernel throws, had is neither deaf nor blind afterwards: a moment later all is as it
// would have been, or had says that it needs force, and with that it is.
BOOST_DATA_TEST_CASE(ends_the_same_whichever_call_fails, scenarios(), name) {
    bool memory = false;
    std::map<unsigned, std::string> unhurt;   // how it ends, by the step behind which time passes
    for (const Stage::Call& call : sample(play(all / name).calls)) {
        memory = !memory;
        Trial trial{.fail_at = call, .fail = memory ? fail_for_want_of_memory : fail_with_an_error};
        Played hurt = play(all / name, trial);
        const auto [at, fresh] = unhurt.try_emplace(hurt.failed_in);
        if (fresh) at->second = play(all / name, {.rest_after = hurt.failed_in}).after;
        if (hurt.after == at->second) continue;
        std::string expected = without_luck(at->second);
        if (waits_for_force(hurt.after) || waits_for_force(at->second)) {
            trial.forced = true;
            hurt = play(all / name, trial);
            expected = without_luck(play(all / name, {.rest_after = hurt.failed_in, .forced = true}).after);
        }
        const std::string end = without_luck(hurt.after);
        BOOST_TEST((end == expected), name << ", " << call.name << " " << call.number << " fails in step "
                                           << hurt.failed_in << ": " << first_difference(end, expected));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace had::test
