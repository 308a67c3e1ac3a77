// Every directory of test/scenario is a story: had.conf, events, and the transcript that is
// expected.
//
// HAD_UPDATE_GOLDEN=1 writes the transcripts anew: read the difference before you commit it.
#include "test/boost_test.hpp"
#include "test/scenario/scenarios.hpp"
#include "test/scenario/script.hpp"
#include "test/scenario/stage.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

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

struct Played {
    std::string transcript, ending;
    unsigned moments;
};

Played play(const fs::path& directory, Stage::Order order = usual, unsigned die_after = 0) {
    Stage stage(directory, order);
    stage.die_after(die_after);
    Script script(stage);
    script.prepare(text_of(all / "chassis"));
    script.play(text_of(directory / "events"));
    return {stage.transcript(), stage.status(), stage.moments()};
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
        const std::string ending = play(all / name, order).ending;
        BOOST_TEST((ending == expected), name << ": " << first_difference(ending, expected));
    } while (std::next_permutation(order.begin(), order.end()));
}

// Killed after any operation, or any order that was kept, and started again, had makes what was left, and takes
// nothing for another's that was its own.
BOOST_DATA_TEST_CASE(ends_the_same_wherever_it_dies, scenarios(), name) {
    const Played expected = play(all / name);
    for (unsigned n = 1; n <= expected.moments; ++n) {
        const Played played = play(all / name, usual, n);
        BOOST_TEST((played.ending == expected.ending),
                   name << ", dies after " << n << ": "
                        << first_difference(played.ending, expected.ending));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace had::test
