// What hadctl shows of the history, and of the programs at events.
#include "had/hadctl/commands.hpp"
#include "had/record/database.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/shown.hpp"
#include "test/unit/notify/hooks.hpp"
#include "test/unit/record/moments.hpp"

#include <cstdlib>
#include <fstream>

using namespace had;
using namespace had::test;
using control::Exit;

namespace {

struct WithHistory {
    WithHistory() : path(dir.path / "history.db") {
        ::setenv("HAD_HISTORY", path.c_str(), 1);
        record::Database database(path, record::Database::For::writing);
        record::Batch batch;
        batch.events.push_back({"i", 1, "warning", told("failover", "bond0", at(0)),
                                R"({"event":"failover","seq":1,"instance":"i","time":"2002-05-01T12:00:00.000000Z",)"
                                R"("boot":"b1","uptime_us":1,"level":"warning","bond":"bond0","text":"bond0 moved"})"});
        const auto span = [&](record::State state, std::int64_t from, std::int64_t length) {
            batch.ended.push_back(
                {.kind = "bond", .object = "bond0", .state = state, .begin = at(from), .length = length});
        };
        span(record::State::up, 0, 10 * hour - 40 * second);
        span(record::State::down, 10 * hour - 40 * second, 30 * second);
        span(record::State::planned, 10 * hour - 10 * second, 10 * second);
        record::Spans spans;
        spans.set("bond", "bond0", record::State::up, false, at(10 * hour));
        database.write(batch, spans, {}, {.instance = "i", .seq = 1, .known = at(11 * hour), .connected = false});
    }
    ~WithHistory() { ::unsetenv("HAD_HISTORY"); }
    WithHistory(const WithHistory&) = delete;
    WithHistory& operator=(const WithHistory&) = delete;

    TempDir dir;
    std::string path;
};

hadctl::Options of_may(bool json) {
    hadctl::Options options;
    options.month = "2002-05";
    options.json = json;
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hadctl_history)

BOOST_FIXTURE_TEST_CASE(events_are_shown_as_monitor_shows_them, WithHistory) {
    BOOST_TEST(shown(hadctl::history, {}).out == "2002-05-01T12:00:00.000000Z warning bond0 moved\n");
    hadctl::Options other;
    other.object = "bond1";
    BOOST_TEST(shown(hadctl::history, other).out == "");
    other.since = "soon";
    BOOST_TEST((shown(hadctl::history, other).exit == Exit::usage));
}

BOOST_FIXTURE_TEST_CASE(availability_has_both_figures_and_what_is_unknown, WithHistory) {
    const Shown text = shown(hadctl::availability, of_may(false));
    for (const char* line : {"    total        99.898989 % (2 nines)\n", "    adjusted     99.924242 % (3 nines)\n",
                             "    down         30 s of 26 s 784 ms that five nines allow, 1 outage\n",
                             "    outages      longest 30 s, MTTR 30 s, MTBF 10 h 59 min\n",
                             "    planned      10 s, 1 time\n"})
        BOOST_TEST(text.out.find(line) != std::string::npos, line << text.out);
    BOOST_TEST(text.out.find("unknown      30 d") != std::string::npos, text.out);
    hadctl::Options nobody = of_may(false);
    nobody.object = "bond9";
    BOOST_TEST((shown(hadctl::availability, nobody).exit == Exit::no_such_object));
    hadctl::Options short_ones = of_may(true);
    short_ones.at_least = "1min";
    BOOST_TEST(shown(hadctl::availability, short_ones).out.find("\"down_us\":0,") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(its_json_is_as_the_schemas_say, WithHistory) {
    HAD_TRY(std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") == 0);
    const auto takes = [&](const std::string& schema, const std::string& json) {
        const std::string file = dir.path / "json";
        std::ofstream(file) << json;
        return std::system(("/usr/bin/python3 test/validate doc/schema/" + schema + ".json " + file).c_str()) == 0;
    };
    BOOST_TEST(takes("availability", shown(hadctl::availability, of_may(true)).out));
    BOOST_TEST(takes("timeline", shown(hadctl::timeline, of_may(true)).out));
    hadctl::Options json;
    json.json = true;
    BOOST_TEST(takes("history", shown(hadctl::history, json).out));
}

BOOST_FIXTURE_TEST_CASE(a_time_line_shows_the_worst_of_each_part_and_what_happened, WithHistory) {
    hadctl::Options options = of_may(false);
    options.object = "bond0";
    ::setenv("LC_ALL", "C.UTF-8", 1);
    const std::string fine = shown(hadctl::timeline, options).out;
    ::setenv("LC_ALL", "C", 1);
    const std::string plain = shown(hadctl::timeline, options).out;
    ::unsetenv("LC_ALL");
    BOOST_TEST(plain == R"(bond0  99.924242 % (3 nines), down 30 s of 26 s 784 ms, 1 outage, 1 failover
 v
 _#?????????????????????????????????????????????????????????????????????????????
    2002-05-01 12:00:00 bond0 moved
    2002-05-01 21:59:20 down for 30 s
    2002-05-01 21:59:50 planned for 10 s
    2002-05-01 23:00:00 unknown for 30 d 1 h, a guess
2002-05-01 00:00:00                                          2002-06-01 00:00:00
# down  o planned  ? unknown  - unprotected  _ up  v failover; UTC
)");
    BOOST_TEST(fine.find("\n ▼\n ▁█░░") != std::string::npos, fine);
    options.object = "bond9";
    BOOST_TEST((shown(hadctl::timeline, options).exit == Exit::no_such_object));
    hadctl::Options all = of_may(false);
    BOOST_TEST(shown(hadctl::timeline, all).out.find("moved") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_a_recorder_it_says_who_writes_the_history) {
    ::setenv("HAD_HISTORY", "/nowhere/history.db", 1);
    const Shown none = shown(hadctl::history, {});
    ::unsetenv("HAD_HISTORY");
    BOOST_TEST((none.exit == Exit::failed));
    BOOST_TEST(none.trouble.find("had-recorder writes it: is it running?") != std::string::npos, none.trouble);
}

BOOST_AUTO_TEST_CASE(hooks_are_listed_and_tried_with_their_own_exit_code) {
    HAD_TRY(::getuid() == 0);
    const HookDir dir;
    dir.add("10-well", "echo $HAD_TEST $1");
    dir.add("down.d/20-fails", "exit 7");
    dir.add("30-evil", "exit 0", 0777);
    const std::string config = dir.dir.path / "had.conf";
    std::ofstream(config) << "[had]\nnotify_dir = " << dir.path.string() << "\n";
    ::setenv("HAD_NOTIFY_STATE", (dir.dir.path / "state").c_str(), 1);
    std::ofstream(dir.dir.path / "state") << "notify 2\nat i 7\nhook i 7 2002-05-01T12:00:00.000001Z 0 2 5 1 10-well\n";
    hadctl::Options options;
    options.file = config;
    const Shown list = shown(hadctl::hooks, options);
    for (const char* part : {"10-well\n    told of every event of level notice and up\n"
                             "    last run 2002-05-01T12:00:00.000001Z: well\n"
                             "    runs: 5 well, 1 failed; events that wait: 2\n",
                             "down.d/20-fails\n    told of down\n    has not run yet\n", "30-evil\n", "    not run: "})
        BOOST_TEST(list.out.find(part) != std::string::npos, part << list.out);
    options.object = "10-well";
    BOOST_TEST(shown(hadctl::try_hooks, options).out == "1 failover\n");
    options.object = "down.d/20-fails";
    BOOST_TEST(static_cast<int>(shown(hadctl::try_hooks, options).exit) == 7);
    options.object = "30-evil";
    BOOST_TEST((shown(hadctl::try_hooks, options).exit == Exit::refused));
    options.object = "none";
    BOOST_TEST((shown(hadctl::try_hooks, options).exit == Exit::no_such_object));
    ::unsetenv("HAD_NOTIFY_STATE");
    options.object.clear();
    const Shown judged = shown(hadctl::check, options);
    BOOST_TEST(judged.out.find(config + ": warning: had: notify_dir: 30-evil is not run: " +
                               (dir.path / "30-evil").string() + " may be written by others: chmod go-w ") !=
               std::string::npos, judged.out);
    BOOST_TEST(judged.out.find("10-well") == std::string::npos, judged.out);
    BOOST_TEST((judged.exit == Exit::ok));
}

BOOST_AUTO_TEST_SUITE_END()
