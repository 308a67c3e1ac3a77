#include "had/recorder/recorder.hpp"

#include "had/recorder/files.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/wire.hpp"
#include "test/unit/record/moments.hpp"
#include "test/unit/skip.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>

using namespace had;
using namespace had::test;
using record::Database;

namespace {

// A recorder in a process of its own, beside the real server.
struct Recorded {
    Recorded() : database(had.dir.path / "history.db") { write_config(""); }
    Recorded(const Recorded&) = delete;
    Recorded& operator=(const Recorded&) = delete;
    ~Recorded() { end(SIGKILL); }

    void write_config(const std::string& more) const {
        std::ofstream(config()) << "[had]\nhistory_age = 36500d\n" << more;
    }
    [[nodiscard]] std::string config() const { return had.dir.path / "had.conf"; }
    void start() {
        child = ::fork();
        if (child != 0) return;
        sys::Loop loop;
        std::signal(SIGXFSZ, SIG_IGN);        // a write that is not allowed fails
        loop.on_signal(SIGTERM, [&] { loop.stop(); });
        recorder::Recorder recorder(loop, {.config = config(), .socket = had.path, .database = database,
                                           .sys = had.dir.path / "sys", .hooks = had.dir.path / "notify"});
        loop.run();
        recorder.finish();
        ::_exit(0);
    }
    void end(int signal) {
        if (child <= 0) return;
        ::kill(child, signal);
        ::waitpid(std::exchange(child, 0), nullptr, 0);
    }
    [[nodiscard]] bool connected() const {
        try {
            return Database(database, Database::For::reading).mark().connected;
        } catch (const record::Trouble&) {
            return false;
        }
    }
    void happen(core::NoticeKind kind, const std::string& bond, core::NoticeLevel level = core::NoticeLevel::warning) {
        core::Notice notice;
        notice.kind = kind;
        notice.level = level;
        notice.bond = bond;
        notice.cause = "carrier";
        notice.by = "had";
        notice.text = "as it happened";
        had.server.publish(notice);
    }
    [[nodiscard]] std::size_t kept(const std::string& event = "") const {
        std::size_t count = 0;
        try {
            Database(database, Database::For::reading).for_each_event({.object = "", .event = event, .since = {}},
                                                                      [&](std::string_view) { ++count; });
        } catch (const record::Trouble&) {
        }
        return count;
    }
    [[nodiscard]] std::string reported() const {
        std::string all;
        for (const core::Command& command : had.daemon.asked)
            if (const auto* report = std::get_if<core::command::Report>(&command))
                all += report->object + "/" + report->type + " " + (report->text.empty() ? "over" : "there") + "; ";
        return all;
    }

    [[nodiscard]] bool has_reported(const std::string& what) const { return has(reported(), "recorder/" + what + ";"); }
    // It tries after ten seconds, ever more seldom.
    template <class Condition>
    bool after_a_retry(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(90);
        while (!condition() && std::chrono::steady_clock::now() < limit) had.loop.poll();
        return condition();
    }

    Served had;
    std::string database;
    pid_t child = 0;
};

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

} // namespace

BOOST_AUTO_TEST_SUITE(recorder_beside_the_server)

BOOST_AUTO_TEST_CASE(each_event_is_kept_once_over_an_end_of_the_recorder) {
    Recorded r;
    r.start();
    BOOST_TEST(r.had.until([&] { return r.connected(); }));
    for (int i = 0; i < 5; ++i) r.happen(core::NoticeKind::failover, "bond0");
    BOOST_TEST(r.had.until([&] { return r.kept("failover") == 5; }));
    r.end(SIGKILL);
    for (int i = 0; i < 6; ++i) r.happen(core::NoticeKind::failover, "bond0");
    r.start();
    BOOST_TEST(r.had.until([&] { return r.kept("failover") == 11; }), r.kept("failover"));
    const auto counters = Database(r.database, Database::For::reading).counters();
    BOOST_TEST(counters.at({"had_bond_failovers", R"(bond="bond0",cause="carrier",by="had")"}) == 11.0);
}

BOOST_AUTO_TEST_CASE(spans_begin_with_the_first_look_and_end_with_events) {
    Recorded r;
    r.start();
    BOOST_TEST(r.had.until([&] {
        return r.connected() && Database(r.database, Database::For::reading).open_spans().contains("16.0");
    }));
    r.had.daemon.shown.bonds.at(0).health = core::Health::down;
    r.happen(core::NoticeKind::down, "bond0", core::NoticeLevel::error);
    BOOST_TEST(r.had.until([&] {
        return Database(r.database, Database::For::reading).open_spans().at("bond0").state == record::State::down;
    }));
}

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
    const std::string file = r.had.dir.path / "had.prom";
    r.write_config("metrics_file = " + file + "\n");
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
        std::ifstream in(file);
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        return has(text, "had_history_errors_total 2\n");
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
    const auto bytes = [&] {
        std::ifstream in(r.database, std::ios::binary);
        return std::string((std::istreambuf_iterator<char>(in)), {});
    };
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

// A thousand who want every event and read none, of as many uids as that takes.  The places for them are few, and some
// are kept for root, whose the recorder is.
BOOST_AUTO_TEST_CASE(a_thousand_subscribers_keep_no_event_from_the_recorder) {
    HAD_TRY(::getuid() == 0);
    Recorded r;
    constexpr std::size_t crowd_most = 1000;
    constexpr uid_t first_uid = 20000;
    std::filesystem::permissions(r.had.dir.path, std::filesystem::perms(0755));
    int ready[2];
    BOOST_REQUIRE(::pipe(ready) == 0);
    const pid_t crowd = ::fork();
    if (crowd == 0) {
        const rlimit many{4096, 4096};
        ::setrlimit(RLIMIT_NOFILE, &many);
        const std::string wish = R"({"id":1,"verb":"subscribe","args":{"changes":true}})" "\n";
        for (std::size_t i = 0; i < crowd_most; ++i) {
            if (::seteuid(first_uid + static_cast<uid_t>(i / core::limits::clients_of_uid)) != 0) ::_exit(1);
            const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_un to{};
            to.sun_family = AF_UNIX;
            r.had.path.copy(to.sun_path, sizeof to.sun_path - 1);
            if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) ::_exit(2);
            std::ignore = ::send(fd, wish.data(), wish.size(), MSG_NOSIGNAL);      // it may be closed already
            if (::seteuid(0) != 0) ::_exit(3);
        }
        std::ignore = ::write(ready[1], "x", 1);
        while (true) ::pause();
    }
    ::close(ready[1]);
    const auto all_are_there = [&] {
        pollfd one{ready[0], POLLIN, 0};
        return ::poll(&one, 1, 0) > 0;
    };
    BOOST_TEST(r.had.until(all_are_there));
    char byte = 0;
    BOOST_TEST(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]);
    r.start();
    BOOST_TEST(r.had.until([&] { return r.connected(); }));
    constexpr std::size_t events = 500;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < events; ++i) {
        r.happen(core::NoticeKind::failover, "bond0");
        r.had.loop.poll();
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    BOOST_TEST_MESSAGE(events << " events to all who have a place: "
                              << std::chrono::duration_cast<std::chrono::microseconds>(took).count() / events
                              << " us each");
    BOOST_TEST(r.had.until([&] { return r.kept() == events; }), r.kept());
    ::kill(crowd, SIGKILL);
    ::waitpid(crowd, nullptr, 0);
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
    BOOST_TEST(r.had.until([&] { return !r.reported().empty(); }));
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

BOOST_AUTO_TEST_CASE(a_history_is_switched_on_and_off_by_a_reload) {
    Recorded r;
    r.write_config("history_size = 0\n");
    r.start();
    BOOST_TEST(r.had.until([&] { return r.has_reported("history-failing over") || r.had.daemon.views > 0; }));
    BOOST_TEST(!is_there(r.database));
    r.write_config("");
    r.happen(core::NoticeKind::reloaded, "");
    BOOST_TEST(r.had.until([&] { return r.kept("reloaded") == 1; }));
    r.write_config("history_size = 0\n");
    r.happen(core::NoticeKind::reloaded, "");
    r.happen(core::NoticeKind::failover, "bond0");
    BOOST_TEST(r.had.until([&] { return !r.connected() || r.kept("failover") == 1; }));
    BOOST_TEST(r.kept("failover") == 0u);
}

BOOST_AUTO_TEST_CASE(no_counter_falls_while_the_history_cannot_be_written) {
    Recorded r;
    const std::string file = r.had.dir.path / "had.prom";
    r.write_config("metrics_file = " + file + "\n");
    r.start();
    const auto failovers = [&] {
        std::ifstream in(file);
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

BOOST_AUTO_TEST_CASE(the_figures_are_a_file_for_everybody_or_an_alarm) {
    Recorded r;
    const std::string file = r.had.dir.path / "had.prom";
    r.write_config("metrics_file = " + file + "\n");
    r.start();
    const auto text = [&] {
        std::ifstream in(file);
        return std::string((std::istreambuf_iterator<char>(in)), {});
    };
    BOOST_TEST(r.had.until([&] { return text().find("\nhad_bond_up{bond=\"bond0\"} 1\n") != std::string::npos; }));
    struct stat status {};
    BOOST_REQUIRE(::stat(file.c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0644u);
    Recorded without;
    without.write_config("metrics_file = /nowhere/had.prom\n");
    without.start();
    BOOST_TEST(without.had.until([&] { return without.has_reported("metrics-failing there"); }));
}

BOOST_AUTO_TEST_CASE(a_daemon_that_has_gone_leaves_no_state_in_the_figures) {
    Recorded r;
    const std::string file = r.had.dir.path / "had.prom";
    r.write_config("metrics_file = " + file + "\n");
    r.start();
    const auto has_line = [&](const std::string& line) {
        std::ifstream in(file);
        for (std::string one; std::getline(in, one);)
            if (one == line) return true;
        return false;
    };
    BOOST_TEST(r.had.until([&] { return has_line("had_up 1"); }));
    r.had.server.close();
    BOOST_TEST(r.had.until([&] { return has_line("had_up 0"); }));
    BOOST_TEST(!has_line("had_bond_up{bond=\"bond0\"} 1"));
    BOOST_TEST(!r.connected());
}

BOOST_AUTO_TEST_CASE(the_carrier_of_an_interface_is_what_the_kernel_counts) {
    const TempDir dir;
    const auto net = dir.path / "class/net/bond0";
    std::filesystem::create_directories(net);
    for (const auto& [name, value] :
         {std::pair{"ifindex", "9"}, {"carrier_up_count", "3"}, {"carrier_down_count", "2"}})
        std::ofstream(net / name) << value;
    const std::string sys = dir.path;
    BOOST_TEST((recorder::read_carrier(sys, "bond0").value() == record::Carrier{9, 3, 2}));
    BOOST_TEST((recorder::read_carrier(sys, 9).value() == record::Carrier{9, 3, 2}));
    BOOST_TEST(!recorder::read_carrier(sys, "eth0"));
    BOOST_TEST(!recorder::read_carrier(sys, 7));
}

BOOST_AUTO_TEST_SUITE_END()
