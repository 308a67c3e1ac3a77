#include "had/recorder/recorder.hpp"

#include "had/recorder/files.hpp"

#include "test/boost_test.hpp"
#include "test/unit/record/recorded.hpp"
#include "test/unit/skip.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <sstream>

using namespace had;
using namespace had::test;
using record::Database;

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

BOOST_AUTO_TEST_CASE(the_figures_are_a_file_for_everybody_or_an_alarm) {
    Recorded r;
    r.want_figures();
    r.start();
    const auto text = [&] { return r.figures(); };
    BOOST_TEST(r.had.until([&] { return text().find("\nhad_bond_up{bond=\"bond0\"} 1\n") != std::string::npos; }));
    struct stat status {};
    BOOST_REQUIRE(::stat(r.figures_file().c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0644u);
    Recorded without;
    without.write_config("metrics_file = /nowhere/had.prom\n");
    without.start();
    BOOST_TEST(without.had.until([&] { return without.has_reported("metrics-failing there"); }));
}

BOOST_AUTO_TEST_CASE(a_daemon_that_has_gone_leaves_no_state_in_the_figures) {
    Recorded r;
    r.want_figures();
    r.start();
    const auto has_line = [&](const std::string& line) {
        std::istringstream in(r.figures());
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
