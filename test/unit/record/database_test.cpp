#include "had/record/database.hpp"

#include "had/record/availability.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/wire.hpp"
#include "test/unit/record/moments.hpp"
#include "test/unit/skip.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

using namespace had::record;
using namespace had::test;

namespace {

struct Kept {
    Kept() : path(dir.path / "history.db") {}
    [[nodiscard]] Database writer() const { return {path, Database::For::writing}; }
    [[nodiscard]] Database reader() const { return {path, Database::For::reading}; }

    TempDir dir;
    std::string path;
};

EventRow row(std::uint64_t seq, const Told& t, const std::string& level = "notice") {
    return {"i", seq, level, t,
            fmt::format(R"({{"event":"{}","seq":{},"instance":"i","bond":"{}","text":""}})", t.event, seq, t.bond)};
}

Batch failovers(std::uint64_t first, std::uint64_t last) {
    Batch batch;
    for (std::uint64_t seq = first; seq <= last; ++seq) {
        Told t = told("failover", "bond0", at(static_cast<std::int64_t>(seq) * second));
        t.cause = "carrier";
        t.by = "had";
        batch.events.push_back(row(seq, t));
    }
    return batch;
}

std::size_t count_events(const Database& database, const Wanted& wanted = {}) {
    std::size_t count = 0;
    database.for_each_event(wanted, [&](std::string_view) { ++count; });
    return count;
}

const CounterKey by_had{"had_bond_failovers", R"(bond="bond0",cause="carrier",by="had")"};

// In a child that is nobody.
bool anybody_can_read(const Kept& kept) {
    ::chmod(kept.dir.path.c_str(), 0755);
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
        try {
            ::_exit(count_events(kept.reader()) > 0 ? 0 : 1);
        } catch (const std::exception& e) {
            std::fprintf(stderr, "%s\n", e.what());
            ::_exit(1);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status == 0;
}

void open_to_all(const Kept& kept) {
    for (const char* suffix : {"", "-wal", "-shm"}) ::chmod((kept.path + suffix).c_str(), 0644);
}

} // namespace

BOOST_AUTO_TEST_SUITE(database)

BOOST_AUTO_TEST_CASE(what_was_written_is_there_for_the_next) {
    const Kept kept;
    Spans spans;
    spans.set("bond", "bond0", State::up, true, at(0));
    const Mark mark{.instance = "i", .seq = 3, .known = at(hour), .connected = true};
    const Carriers carriers{{"bond0", {9, 2, 1}}};
    Batch batch = failovers(1, 3);
    batch.ended.push_back(
        {.kind = "bond", .object = "bond0", .state = State::down, .begin = at(-hour), .length = minute});
    kept.writer().write(batch, spans, carriers, mark);
    const Database read = kept.reader();
    BOOST_TEST((read.mark() == mark));
    BOOST_TEST((read.carriers() == carriers));
    BOOST_TEST((read.open_spans() == spans.all_open()));
    BOOST_TEST((read.spans("bond0", noon - hour) == batch.ended));
    BOOST_TEST(read.spans("bond0", noon).empty());
    BOOST_TEST(count_events(read) == 3u);
    BOOST_TEST(read.counters().at(by_had) == 3.0);
    BOOST_TEST(read.counters().at({"had_bond_down_seconds", R"(bond="bond0",planned="false")"}) == 60.0);
}

BOOST_AUTO_TEST_CASE(an_event_that_comes_twice_is_kept_and_counted_once) {
    const Kept kept;
    Database writer = kept.writer();
    writer.write(failovers(1, 11), {}, {}, {});
    writer.write(failovers(5, 12), {}, {}, {});
    BOOST_TEST(count_events(writer) == 12u);
    BOOST_TEST(writer.counters().at(by_had) == 12.0);
}

BOOST_AUTO_TEST_CASE(events_are_found_by_object_by_kind_and_by_time) {
    const Kept kept;
    Database writer = kept.writer();
    Batch batch = failovers(1, 2);
    Told lost = told("port_lost", "bond1", at(10 * second));
    lost.port = "2.1";
    lost.slot = "2";
    lost.interface = "eth1";
    Told alarm = told("alarm_raised", "", at(11 * second));
    alarm.alarm = "chassis/hotplug-thread";
    batch.events.push_back(row(3, lost));
    batch.events.push_back(row(4, alarm));
    batch.events.push_back({"i", 5, "notice", told("service_up", "", at(-minute)),
                            R"({"event":"service_up","service":"pppoe","group":"wan",)"
                            R"("text":"so says \"peer\":\"rtr1\""})"});
    batch.events.push_back({"i", 6, "notice", told("peer_moved", "", at(-minute)),
                            R"({"event":"peer_moved","peer":"rtr2","text":""})"});
    writer.write(batch, {}, {}, {});
    for (const char* object : {"pppoe", "wan", "rtr2"})
        BOOST_TEST(count_events(writer, {.object = object, .event = "", .since = {}}) == 1u, object);
    for (const char* object : {"ppp", "rtr1", "rtr"})
        BOOST_TEST(count_events(writer, {.object = object, .event = "", .since = {}}) == 0u, object);
    for (const char* object : {"bond1", "2.1", "2", "eth1", "chassis"})
        BOOST_TEST(count_events(writer, {.object = object, .event = "", .since = {}}) == 1u, object);
    BOOST_TEST(count_events(writer, {.object = "bond0", .event = "", .since = {}}) == 2u);
    BOOST_TEST(count_events(writer, {.object = "", .event = "port_lost", .since = {}}) == 1u);
    BOOST_TEST(count_events(writer, {.object = "", .event = "", .since = noon + 10 * second}) == 2u);
    BOOST_TEST(count_events(writer, {.object = "x' OR 1=1 --", .event = "", .since = {}}) == 0u);
}

BOOST_AUTO_TEST_CASE(everybody_reads_while_it_is_written_after_its_end_and_after_a_kill) {
    HAD_TRY(::getuid() == 0);
    const Kept kept;
    {
        Database writer = kept.writer();
        writer.write(failovers(1, 5), {}, {}, {});
        open_to_all(kept);
        BOOST_TEST(anybody_can_read(kept));
    }
    BOOST_TEST(anybody_can_read(kept));
    const pid_t child = ::fork();
    if (child == 0) {
        Database writer = kept.writer();
        writer.write(failovers(6, 9), {}, {}, {});
        open_to_all(kept);
        ::raise(SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    BOOST_TEST(anybody_can_read(kept));
    BOOST_TEST(count_events(kept.reader()) == 9u);
}

// What a power cut leaves of the log: any part of it, and what lies behind may be zeros, or what was there before.
// What had been committed when the log was that long is there, in order, and the history opens.
BOOST_AUTO_TEST_CASE(after_a_power_cut_it_opens_and_misses_nothing_that_was_committed) {
    const Kept kept, cut;
    std::vector<std::uintmax_t> ends;         // of the log behind each commit
    constexpr std::uint64_t commits = 20;
    Database writer = kept.writer();
    const auto log_bytes = [&] { return std::filesystem::file_size(kept.path + "-wal"); };
    const std::uintmax_t fresh = log_bytes();
    for (std::uint64_t seq = 1; seq <= commits; ++seq) {
        Spans spans;
        spans.set("bond", "bond0", seq % 2 == 0 ? State::up : State::down, false, at(static_cast<std::int64_t>(seq)));
        writer.write(failovers(seq, seq), spans, {}, {.instance = "i", .seq = seq, .known = {}});
        ends.push_back(log_bytes());
        BOOST_REQUIRE(ends.back() > (seq == 1 ? fresh : ends[seq - 2]));   // no checkpoint between
    }
    std::ifstream in(kept.path + "-wal", std::ios::binary);
    const std::string log((std::istreambuf_iterator<char>(in)), {});
    const auto try_cut = [&](std::size_t bytes, const std::string& behind) {
        std::filesystem::copy_file(kept.path, cut.path, std::filesystem::copy_options::overwrite_existing);
        std::filesystem::remove(cut.path + "-shm");
        std::ofstream(cut.path + "-wal", std::ios::binary) << log.substr(0, bytes) << behind;
        const auto whole = static_cast<std::uint64_t>(
            std::count_if(ends.begin(), ends.end(), [&](std::uintmax_t end) { return end <= bytes; }));
        const Database opened = cut.writer();
        const std::uint64_t there = count_events(opened);
        BOOST_TEST(there == whole, "of " << bytes << " bytes");
        BOOST_TEST(opened.mark().seq == whole);
        if (whole > 0) BOOST_TEST(opened.counters().at(by_had) == static_cast<double>(whole));
    };
    constexpr std::size_t step = 4003;        // no multiple of a page or a frame
    for (std::size_t bytes = fresh; bytes <= log.size(); bytes += step) {
        try_cut(bytes, "");
        try_cut(bytes, std::string(log.size() - bytes, '\0'));
        try_cut(bytes, log.substr(0, log.size() - bytes));
    }
    for (const std::uintmax_t end : ends)
        for (const std::uintmax_t bytes : {end - 1, end}) try_cut(bytes, "");
}

BOOST_AUTO_TEST_CASE(it_stays_within_its_size_and_keeps_the_newest_and_the_counters) {
    const Kept kept;
    Database writer = kept.writer();
    for (std::uint64_t first = 1; first < 20000; first += 1000) {
        writer.write(failovers(first, first + 999), {}, {}, {});
        writer.trim(1024 * 1024, 0);
    }
    struct stat status {};
    BOOST_REQUIRE(::stat(kept.path.c_str(), &status) == 0);
    BOOST_TEST(status.st_size <= 1200 * 1024);
    std::string newest;
    writer.for_each_event({}, [&](std::string_view json) { newest = json; });
    BOOST_TEST(newest.find("\"seq\":20000") != std::string::npos);
    BOOST_TEST(count_events(writer) > 1000u);
    BOOST_TEST(writer.counters().at(by_had) == 20000.0);
}

BOOST_AUTO_TEST_CASE(what_is_too_old_goes) {
    const Kept kept;
    Database writer = kept.writer();
    writer.write(failovers(1, 100), {}, {}, {});
    writer.trim(std::uint64_t{1} << 30, noon + 51 * second);
    BOOST_TEST(count_events(writer) == 50u);
}

BOOST_AUTO_TEST_CASE(a_damaged_one_is_known_and_a_newer_one_is_left_as_it_is) {
    const auto kind_of = [](const Kept& kept) {
        try {
            const Database unused = kept.writer();
        } catch (const Trouble& e) {
            return e.kind;
        }
        return Trouble::Kind::missing;
    };
    const Kept kept;
    std::ofstream(kept.path) << std::string(8192, 'x');
    BOOST_TEST((kind_of(kept) == Trouble::Kind::damaged));
    const Kept newer;
    newer.writer().write(failovers(1, 3), {}, {}, {});
    {   // bytes 60 to 63 of the header
        std::fstream file(newer.path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(60);
        file.write("\0\0\0\7", 4);
    }
    ::unlink((newer.path + "-wal").c_str());
    BOOST_TEST((kind_of(newer) == Trouble::Kind::newer));
    BOOST_CHECK_THROW(Database(Kept().path, Database::For::reading), Trouble);
    BOOST_CHECK_THROW(Database("/nowhere/history.db", Database::For::writing), Trouble);
}

BOOST_AUTO_TEST_CASE(a_reader_that_waits_in_the_middle_of_the_events_holds_up_no_writer) {
    const Kept kept;
    Database writer = kept.writer();
    writer.write(failovers(1, 2500), {}, {}, {});
    const Database reader = kept.reader();
    std::size_t count = 0;
    reader.for_each_event({}, [&](std::string_view) {
        if (++count == 10)                    // as a pager would; the log that it holds would grow by each
            for (std::uint64_t seq = 2501; seq <= 2700; ++seq) writer.write(failovers(seq, seq), {}, {}, {});
    });
    BOOST_TEST(count == 2700u);
    BOOST_TEST(std::filesystem::file_size(kept.path + "-wal") <= 2u << 20);
}

BOOST_AUTO_TEST_CASE(what_is_held_is_of_one_moment) {
    const Kept kept;
    Database writer = kept.writer();
    writer.write(failovers(1, 1), {}, {}, {.instance = "i", .seq = 1, .known = {}});
    const Database reader = kept.reader();
    reader.hold();
    BOOST_TEST(reader.mark().seq == 1u);
    writer.write(failovers(2, 2), {}, {}, {.instance = "i", .seq = 2, .known = {}});
    BOOST_TEST(reader.counters().at(by_had) == 1.0);
    BOOST_TEST(kept.reader().counters().at(by_had) == 2.0);
}

BOOST_AUTO_TEST_CASE(what_is_no_file_or_has_moved_is_told_and_never_waited_for) {
    const auto says = [](const std::string& words) { return [words](const Trouble& e) { return e.what() == words; }; };
    const Kept fifo, moved, empty;
    BOOST_REQUIRE(::mkfifo(fifo.path.c_str(), 0666) == 0);
    ::alarm(20);
    BOOST_CHECK_EXCEPTION(fifo.reader(), Trouble, says("it is no regular file"));
    BOOST_CHECK_EXCEPTION(fifo.writer(), Trouble, says("it is no regular file"));
    ::alarm(0);
    Database writer = moved.writer();
    std::filesystem::rename(moved.path, moved.path + ".old");
    BOOST_CHECK_EXCEPTION(writer.write(failovers(1, 1), {}, {}, {}), Trouble, says("it was deleted or renamed"));
    std::ofstream(empty.path).flush();
    BOOST_CHECK_EXCEPTION(empty.reader(), Trouble, says("nothing has been written to it yet"));
}

BOOST_AUTO_TEST_CASE(a_year_of_events_is_asked_in_less_than_a_tenth_of_a_second) {
    const Kept kept;
    Database writer = kept.writer();
    Batch year;
    for (std::uint64_t i = 0; i < 38000; ++i) {
        Told t = told(i % 2 == 0 ? "down" : "healed", i % 5 == 0 ? "bond1" : "bond0",
                      at(static_cast<std::int64_t>(i) * (365 * day / 38000)));
        year.events.push_back(row(i + 1, t));
        year.ended.push_back({.kind = "bond", .object = t.bond, .state = i % 2 == 0 ? State::down : State::up,
                              .begin = t.at, .length = 365 * day / 38000});
    }
    writer.write(year, {}, {}, {});
    const auto begin = std::chrono::steady_clock::now();
    const std::int64_t since = noon + 335 * day;
    BOOST_TEST(count_events(writer, {.object = "bond0", .event = "", .since = since}) > 2000u);
    const Availability a = measure(writer.spans("bond0", since), {since, noon + 365 * day}, 0);
    BOOST_TEST(a.down > 0);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    BOOST_TEST_MESSAGE("a month of 38000 events: " << took.count() << " ms");
    BOOST_WARN_LT(took.count(), 100);         // told, and no failure: other work may run beside
}

BOOST_AUTO_TEST_SUITE_END()
