// The recorder where its disk or its database fails.
#include "had/recorder/recorder.hpp"

#include "test/boost_test.hpp"
#include "test/unit/record/recorded.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <sstream>

using namespace had;
using namespace had::test;
using record::Database;

BOOST_AUTO_TEST_SUITE(recorder_and_its_disk)

BOOST_AUTO_TEST_CASE(a_database_that_is_damaged_is_kept_aside_and_a_new_one_begins) {
    Recorded r;
    std::ofstream(r.database) << std::string(8192, 'x');
    r.start();
    BOOST_TEST(r.had.until([&] { return r.reported() == "recorder/history-failing there; "; }));
    BOOST_TEST(is_there(r.database + ".bad"));
    BOOST_TEST(r.had.until([&] { return r.connected(); }));
    r.happen(core::NoticeKind::failover, "bond0");
    BOOST_TEST(r.had.until([&] { return r.kept() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_disk_without_room_is_an_alarm_and_costs_no_event) {
    Recorded r;
    ::mkdir((r.database).c_str(), 0755);      // what cannot be opened
    r.start();
    BOOST_TEST(r.had.until([&] { return r.reported() == "recorder/history-failing there; "; }));
    r.happen(core::NoticeKind::failover, "bond0");
    BOOST_TEST(r.kept() == 0u);
    BOOST_TEST(!is_there(r.database + ".bad"));
}

// The disk takes no byte more, as a full one does: opening it goes well, and only writing fails.
BOOST_AUTO_TEST_CASE(a_full_disk_is_told_once_however_often_it_is_tried) {
    Recorded r;
    r.want_figures();
    r.had.daemon.shown.slots.clear();         // short figures
    r.start();
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing over"); }));
    r.had.daemon.asked.clear();
    const auto may_write = [&](rlim_t bytes) {
        const rlimit limit{bytes, RLIM_INFINITY};
        ::prlimit(r.child, RLIMIT_FSIZE, &limit, nullptr);
    };
    may_write(24 * 1024);                     // room for the figures, and none for a transaction
    r.happen(core::NoticeKind::failover, "bond0");
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing there"); }));
    auto said = std::chrono::steady_clock::now();
    const auto errors = [&] {                 // something changes again and again: the figures are written all the same
        if (const auto now = std::chrono::steady_clock::now(); now > said + std::chrono::milliseconds(50)) {
            said = now;
            r.had.server.changed();
        }
        return has(r.figures(), "had_history_errors_total 2\n");
    };
    BOOST_TEST(r.after_a_retry(errors));
    BOOST_TEST(!has(r.reported(), "history-failing over"), r.reported());
    may_write(RLIM_INFINITY);
    BOOST_TEST(r.after_a_retry([&] { return r.kept() == 1; }), r.kept());
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing over"); }));
}

BOOST_AUTO_TEST_CASE(a_history_of_a_newer_version_is_an_alarm_and_stays_as_it_is) {
    Recorded r;
    { const Database made(r.database, Database::For::writing); }
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(r.database + suffix);
    {   // bytes 60 to 63 of the header
        std::fstream header(r.database, std::ios::in | std::ios::out | std::ios::binary);
        header.seekp(60);
        header.write("\0\0\0\7", 4);
    }
    const auto bytes = [&] { return whole(r.database); };
    const std::string before = bytes();
    r.start();
    BOOST_TEST(r.had.until([&] { return r.reported() == "recorder/history-failing there; "; }));
    const auto& report = std::get<core::command::Report>(r.had.daemon.asked.back());
    BOOST_TEST(has(report.text, "install that version, or move the file away"), report.text);
    r.happen(core::NoticeKind::failover, "bond0");
    r.had.server.changed();
    const auto views = r.had.daemon.views;
    BOOST_TEST(r.had.until([&] { return r.had.daemon.views > views; }));
    BOOST_TEST((bytes() == before));
    BOOST_TEST(!is_there(r.database + ".bad"));
    BOOST_TEST(r.reported() == "recorder/history-failing there; ");
}

BOOST_AUTO_TEST_CASE(what_waited_for_a_disk_is_written_when_it_has_room_again) {
    Recorded r;
    r.start();
    BOOST_TEST(r.had.until([&] { return r.connected(); }));
    r.end(SIGTERM);
    r.had.daemon.asked.clear();
    const std::string away = r.database + ".away";
    std::filesystem::rename(r.database, away);
    ::mkdir(r.database.c_str(), 0755);
    r.start();
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing there"); }));
    r.happen(core::NoticeKind::failover, "bond0");
    r.had.daemon.shown.bonds.at(0).health = core::Health::down;
    r.happen(core::NoticeKind::down, "bond0", core::NoticeLevel::error);
    ::rmdir(r.database.c_str());
    std::filesystem::rename(away, r.database);
    BOOST_TEST(r.after_a_retry([&] { return r.kept() == 2; }), r.kept());
    BOOST_TEST(to_string(Database(r.database, Database::For::reading).open_spans().at("bond0").state) == "down");
}

BOOST_AUTO_TEST_CASE(a_history_that_is_deleted_is_an_alarm_and_begins_anew_with_what_came_since) {
    Recorded r;
    r.start();
    BOOST_TEST(r.had.until([&] { return r.connected(); }));
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(r.database + suffix);
    r.happen(core::NoticeKind::failover, "bond0");
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing there"); }));
    r.happen(core::NoticeKind::failover, "bond0");
    BOOST_TEST(r.after_a_retry([&] { return r.kept() == 2; }), r.kept());
    BOOST_TEST(r.had.until([&] { return r.reported().ends_with("recorder/history-failing over; "); }));
    const auto counters = Database(r.database, Database::For::reading).counters();
    BOOST_TEST(counters.at({"had_history_errors", ""}) == 1.0);
}

BOOST_AUTO_TEST_CASE(a_damaged_one_that_cannot_be_renamed_is_tried_again) {
    Recorded r;
    std::ofstream(r.database) << std::string(8192, 'x');
    for (const char* taken : {"", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9"})
        ::mkdir((r.database + ".bad" + taken).c_str(), 0755);
    r.start();
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing there"); }));
    r.happen(core::NoticeKind::failover, "bond0");
    ::rmdir((r.database + ".bad.9").c_str());
    BOOST_TEST(r.after_a_retry([&] { return r.kept() == 1; }), r.kept());
    BOOST_TEST(std::filesystem::is_regular_file(r.database + ".bad.9"));
}

BOOST_AUTO_TEST_CASE(a_trouble_that_an_earlier_recorder_has_told_of_is_over) {
    Recorded r;
    ::mkdir(r.database.c_str(), 0755);
    r.start();
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing there"); }));
    r.end(SIGKILL);
    ::rmdir(r.database.c_str());
    r.start();
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing over"); }));
}

BOOST_AUTO_TEST_CASE(no_counter_falls_while_the_history_cannot_be_written) {
    Recorded r;
    r.want_figures();
    r.start();
    const auto failovers = [&] {
        std::istringstream in(r.figures());
        const std::string name = "had_bond_failovers_total{bond=\"bond0\",cause=\"carrier\",by=\"had\"} ";
        for (std::string line; std::getline(in, line);)
            if (line.starts_with(name)) return line.substr(name.size());
        return std::string();
    };
    BOOST_TEST(r.had.until([&] { return r.connected(); }));
    r.happen(core::NoticeKind::failover, "bond0");
    r.had.server.changed();
    BOOST_TEST(r.had.until([&] { return failovers() == "1"; }));
    std::filesystem::remove(r.database);
    ::mkdir(r.database.c_str(), 0755);
    r.happen(core::NoticeKind::failover, "bond0");
    r.had.server.changed();
    BOOST_TEST(r.had.until([&] { return failovers() == "2"; }), failovers());
}

BOOST_AUTO_TEST_SUITE_END()
