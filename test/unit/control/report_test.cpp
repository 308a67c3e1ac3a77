#include "had/hadctl/commands.hpp"
#include "had/hadctl/report_page.hpp"
#include "had/core/base/utc.hpp"
#include "had/record/database.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/shown.hpp"
#include "test/unit/control/wire.hpp"
#include "test/unit/record/moments.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <ctime>
#include <future>

using namespace had;
using namespace had::test;
using namespace std::chrono_literals;
using control::Exit;

namespace {

constexpr const char* evil = "</script><script>alert(1)</script><!-- & \"";

// The processor's time that the last one took: others run beside it.
double seconds_taken = 0;

double thread_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// What it prints, or why it prints nothing.
std::string report_of(const hadctl::Options& options) {
    const double before = thread_seconds();
    const Shown page = shown(hadctl::report, options);
    seconds_taken = thread_seconds() - before;
    return page.trouble + page.out;
}

// 16 slots, 200 ports, 13 bonds, all of whose texts are long.
core::View large_chassis() {
    core::View view = whole_chassis();
    const core::BondView bond = view.bonds.front();
    view.bonds.clear();
    view.slots.clear();
    for (int b = 0; b < 13; ++b) {
        view.bonds.push_back(bond);
        view.bonds.back().name = fmt::format("bond{}", b);
        view.bonds.back().members.clear();
    }
    for (int s = 1, index = 2; s <= 16; ++s) {
        core::SlotView slot = dual_card(std::to_string(s).c_str(), s > 8 ? "B" : "A", "x", "y", 2);
        slot.ports.clear();
        for (int p = 0; p < (s <= 8 ? 13 : 12); ++p, ++index) {
            const std::string name = fmt::format("{}.{}", s, p), interface = fmt::format("enp{}s0f{}", s, p);
            slot.ports.push_back(port_in(name.c_str(), interface.c_str(), 2, s == 1 ? "active" : "backup"));
            core::PortView& port = slot.ports.back();
            port.function->function &= 7;
            port.bond = view.bonds[static_cast<std::size_t>(p)].name;
            port.paths = {{"gateway", core::PathState::silent, true, "nobody answers through it, but through others"}};
            port.health = core::Health::degraded;
            port.problem = "nobody answers through it, though its link is good: look at the switch behind it";
            view.bonds[static_cast<std::size_t>(p)].members.push_back({interface, name, s == 1, true, "up"});
        }
        view.slots.push_back(slot);
    }
    return view;
}

// A year in which a bond moves every quarter of an hour: as many events as the history keeps.
void write_year(const std::string& path) {
    record::Database database(path, record::Database::For::writing);
    record::Batch batch;
    record::Spans spans;
    const std::int64_t now = std::chrono::duration_cast<std::chrono::microseconds>(
                                 std::chrono::system_clock::now().time_since_epoch()).count();
    const auto ago = [&](std::int64_t time) {
        return record::Moment{.time = now - time, .boot = "b1", .uptime = 365 * day - time};
    };
    for (std::uint64_t i = 0; i < 35'000; ++i) {
        const record::Moment when = ago(365 * day - static_cast<std::int64_t>(i) * 15 * minute);
        const std::string bond = fmt::format("bond{}", i % 13);
        const std::string text = fmt::format("{}: moves from eth{} to eth{}, since its link went ({})", bond, i, i + 1,
                                             std::string(120, 'x'));
        const char* event = i % 700 == 0 ? "alarm_raised" : "failover";
        batch.events.push_back({"i", i + 1, "warning", told(event, bond, when),
                                fmt::format(R"({{"event":"{}","seq":{},"instance":"i","time":"{}","boot":"b1",)"
                                            R"("uptime_us":{},"level":"warning","bond":"{}","text":"{}"}})",
                                            event, i + 1, core::utc_micros_text(when.time), when.uptime, bond, text)});
        batch.ended.push_back({.kind = "bond", .object = bond, .state = record::State::down, .begin = when,
                               .length = 300'000});
    }
    for (int b = 0; b < 13; ++b) spans.set("bond", fmt::format("bond{}", b), record::State::up, false, ago(minute));
    for (int p = 0; p < 190; ++p) spans.set("port", fmt::format("9.{}", p), record::State::up, false, ago(300 * day));
    database.write(batch, spans, {}, {.instance = "i", .seq = 35'000, .known = ago(0), .connected = true});
}

struct Reported {
    TempDir dir;
    std::string config = dir.path / "had.conf", path = std::getenv("PATH");

    Reported() { std::ofstream(config) << "[had]\n; call Ann\n[bond bond0]\naddress = 10.0.1.1/24\n"; }
    ~Reported() { ::unsetenv("HAD_HISTORY"), ::unsetenv("HAD_MODULES"), ::setenv("PATH", path.c_str(), 1); }
    Reported(const Reported&) = delete;
    Reported& operator=(const Reported&) = delete;

    // Whose lines name the moments that they are asked for.
    void with_journal() const {
        const std::filesystem::path journal = dir.path / "journalctl";
        std::ofstream(journal) << "#!/bin/sh\necho \"had[7]: asked for ${11} ${12} by 10.0.1.1\"\n";
        std::filesystem::permissions(journal, std::filesystem::perms::owner_all);
        ::setenv("PATH", (dir.path.string() + ":" + path).c_str(), 1);
    }
    void with_history() const {
        ::setenv("HAD_HISTORY", (dir.path / "history.db").c_str(), 1);
        write_year(dir.path / "history.db");
    }
    std::string with(Served& had, hadctl::Options options) const {
        options.socket = had.path;
        options.file = config;
        auto report = std::async(std::launch::async, report_of, options);
        BOOST_TEST(had.until([&] { return report.wait_for(0s) == std::future_status::ready; }));
        return report.get();
    }
    std::string without(hadctl::Options options) const {
        options.socket = dir.path / "none.sock";
        options.file = config;
        return report_of(options);
    }
};

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

core::Notice raised(const char* text) {
    core::Notice notice;
    notice.kind = core::NoticeKind::alarm_raised;
    notice.text = text;
    return notice;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(hadctl_report, Reported)

BOOST_AUTO_TEST_CASE(a_year_of_a_large_chassis_is_less_than_a_megabyte_and_takes_less_than_a_second) {
    with_history();
    Served had;
    had.daemon.shown = large_chassis();
    hadctl::Options options;
    options.last = "365d";
    const std::string page = with(had, options);
    BOOST_TEST(page.size() < 1'000'000U);
    BOOST_TEST(page.size() > 250'000U);
#ifndef __SANITIZE_ADDRESS__                  // with it everything takes several times as long
    BOOST_TEST(seconds_taken < 1.0);
#endif
    BOOST_TEST(count(page, "\"object\":\"bond12\"") >= 2U);
    BOOST_TEST(count(page, "\"name\":\"16.11\"") == 1U);
    BOOST_TEST(count(page, "alarm_raised") >= 5U);
    BOOST_TEST(page.find("address = 10.0.1.1/24") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_daemon_and_history_it_is_written_and_says_so) {
    ::setenv("HAD_HISTORY", "/nowhere/history.db", 1);
    const std::string page = without({});
    BOOST_TEST(page.starts_with("<!DOCTYPE html>"), page);
    BOOST_TEST(page.find("\"status\":null") != std::string::npos);
    BOOST_TEST(page.find("Of the daemon: ") != std::string::npos);
    BOOST_TEST(page.find("had-recorder writes it: is it running?") != std::string::npos);
    hadctl::Options options;
    config = "/nowhere/had.conf";
    BOOST_TEST(without(options).find("Of the configuration: /nowhere/had.conf") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_a_recorder_the_daemons_own_events_are_in_it) {
    ::setenv("HAD_HISTORY", "/nowhere/history.db", 1);
    Served had;
    had.server.publish(raised("the first of them"));
    had.server.publish(raised("the first of them"));
    BOOST_TEST(count(with(had, {}), "the first of them") == 2U);
}

BOOST_AUTO_TEST_CASE(what_the_recorder_has_not_kept_is_asked_of_the_daemon_and_nothing_stands_twice) {
    ::setenv("HAD_HISTORY", "/nowhere/history.db", 1);
    Served had;
    had.server.publish(raised("that is kept"));
    const std::string page = with(had, {});
    const std::size_t begin = page.find(R"({"event":"alarm_raised")");
    const std::string kept = page.substr(begin, page.find('}', begin) + 1 - begin);
    BOOST_REQUIRE(kept.find("that is kept") != std::string::npos);
    ::setenv("HAD_HISTORY", (dir.path / "history.db").c_str(), 1);
    {
        record::Database database(dir.path / "history.db", record::Database::For::writing);
        const std::int64_t now = std::chrono::duration_cast<std::chrono::microseconds>(
                                     std::chrono::system_clock::now().time_since_epoch()).count();
        record::Batch batch;
        std::uint64_t seq = 0;
        for (const std::string& json : {std::string(R"({"event":"down","text":"of an earlier daemon"})"), kept}) {
            const record::Moment when{.time = now - hour, .boot = "b1", .uptime = hour};
            batch.events.push_back({"i", ++seq, "warning", told("down", "bond0", when), json});
        }
        database.write(batch, {}, {}, {.instance = "i", .seq = 2, .known = {}, .connected = true});
    }
    had.server.publish(raised("in memory alone"));
    const std::string both = with(had, {});
    for (const char* text : {"of an earlier daemon", "that is kept", "in memory alone"})
        BOOST_TEST(count(both, text) == 1U, text);
    BOOST_TEST(both.find("earlier daemon") < both.find("that is kept"));
    BOOST_TEST(both.find("that is kept") < both.find("in memory alone"));
}

BOOST_AUTO_TEST_CASE(lines_of_the_log_around_the_last_alarms_and_names_of_cards_are_in_it) {
    with_history();
    with_journal();
    Served had;
    hadctl::Options options;
    options.last = "365d";
    const std::string page = with(had, options);
    BOOST_TEST(count(page, "had[7]: asked for --since=@") == 5U);
    BOOST_TEST(count(page, "had[7]: asked for   by 10.0.1.1") == 1U);
    BOOST_TEST(page.find(R"("8086:1010":")") != std::string::npos);
    options.scrub = true;
    const std::string scrubbed = with(had, options);
    BOOST_TEST(count(scrubbed, "had[7]: asked for   by 198.18.1.1") == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_of_the_data_is_markup) {
    ::setenv("HAD_HISTORY", "/nowhere/history.db", 1);
    std::ofstream(config) << "[had]\n; " << evil << "\n";
    Served had;
    had.daemon.shown.problems = {evil};
    had.daemon.shown.bonds[0].name = evil;
    const std::string page = with(had, {});
    BOOST_TEST(count(page, "alert(1)") >= 3U);
    BOOST_TEST(count(page, "<script") == 2U);
    BOOST_TEST(count(page, "</script") == 2U);
    BOOST_TEST(page.find("<!--") == std::string::npos);
    // What could fetch anything, or names another place.
    for (const char* part : {" src=", " href=", "url(", "@import", "http-equiv=\"refresh", "fetch(", "XMLHttp"})
        BOOST_TEST(page.find(part) == std::string::npos, part);
    BOOST_TEST(page.find("default-src 'none'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(scrubbed_it_names_neither_the_site_nor_what_stands_in_comments) {
    ::setenv("HAD_HISTORY", "/nowhere/history.db", 1);
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    Served had;
    hadctl::Options options;
    const std::string open = with(had, options);
    for (const char* part : {"10.0.1.1/24", "02:1a:4b:00:00:01", "52:54:00:12:34:02", "call Ann"})
        BOOST_TEST(open.find(part) != std::string::npos, part);
    BOOST_TEST(open.find("\"host\":\"" + std::string(host) + "\"") != std::string::npos);
    options.scrub = true;
    const std::string page = with(had, options);
    for (const char* part : {"10.0.1.1", "02:1a:4b:00:00:01", "52:54:00", "call Ann"})
        BOOST_TEST(page.find(part) == std::string::npos, part);
    BOOST_TEST(page.find("\"host\":\"host-1\"") != std::string::npos);
    BOOST_TEST(count(page, "198.18.1.1/24") >= 2U);           // in had.conf and in the status: the same
}

BOOST_AUTO_TEST_CASE(the_installed_modules_go_before_what_lies_where_a_checkout_would_have_them) {
    namespace fs = std::filesystem;
    const fs::path root(dir.path), program = root / "usr/local/bin";
    const fs::path checkout = root / "etc/cockpit/had", installed = root / "usr/local/share/had/cockpit";
    for (const fs::path& one : {program, checkout, installed}) fs::create_directories(one);
    BOOST_TEST(hadctl::modules_beside(program).lexically_normal() == installed);
    std::ofstream(checkout / "report.js") << "checkout";
    BOOST_TEST(hadctl::modules_beside(program).lexically_normal() == checkout);
    std::ofstream(installed / "report.js") << "installed";
    BOOST_TEST(hadctl::modules_beside(program).lexically_normal() == installed);
}

BOOST_AUTO_TEST_CASE(modules_that_are_missing_are_named_with_what_brings_them) {
    ::setenv("HAD_MODULES", "/nowhere", 1);
    const std::string said = without({});
    BOOST_TEST(said.starts_with("/nowhere/tree.js: "), said);
    BOOST_TEST(said.find("`make install` and the package bring it, and HAD_MODULES names another directory") !=
               std::string::npos, said);
}

// Everything that others call themselves and that people have called theirs holds "zqz".
BOOST_AUTO_TEST_CASE(scrubbed_no_field_of_others_and_no_name_of_the_sites_is_left) {
    ::setenv("HAD_HISTORY", "/nowhere/history.db", 1);
    config = dir.path / "zqz-ann.conf";
    std::ofstream(config) << "[had]\nsocket_group =\tzqz-ops\n\tnotify_dir = /zqz\n"
                             "[config up]\nexpect_neighbour = zqz-core zqz-Gi0/1 ; zqz\n"
                             "[monitor m]\nkind = exec\ncommand = /opt/zqz/probe --to zqz\n"
                             "[service zqz-vpn]\nunit = zqz.service\n[failover zqz-group]\n"
                             "[peer zqz-south]\nkey = /etc/zqz.key\n";
    Served had;
    core::View& view = had.daemon.shown;
    core::PortView& port = view.slots.front().ports.front();
    port.neighbour = core::NeighbourView{"zqz core \"1\"", "zqz-Gi0/7", "2026-01-01T00:00:00Z", "zqz old 3",
                                         "zqz-core zqz-Gi0/1"};
    core::PortView& other = view.slots.front().ports.back();
    other.neighbour = core::NeighbourView{"down", "7", "", "", ""};
    port.problem = "its neighbour is zqz core \"1\" zqz-Gi0/7, not zqz-core zqz-Gi0/1";
    core::PeerView peer;
    peer.name = "zqz-north";
    view.peers = {peer};
    core::ServiceView service;
    service.name = "zqz-vpn";
    service.text = "/opt/zqz/probe --to zqz ended";
    view.services = {service};
    core::FailoverView group;
    group.name = "zqz-group";
    group.services = {"zqz-vpn"};
    view.failovers = {group};
    core::OrderView order;
    order.what = "pause";
    order.by = "zqz-ann";
    order.text = "paused by zqz-ann";
    view.orders = {order};
    view.problems = {"zqz-north: it answers through no LAN"};
    view.alarms = {{.id = "bond0/redundancy", .object = "bond0", .type = "redundancy", .acked = "2026-01-01T00:00:00Z",
                    .acked_by = "zqz-eve"}};
    core::Notice notice;
    notice.kind = core::NoticeKind::neighbour_changed;
    notice.from = "zqz-older Gi0/3";
    notice.to = "zqz core \"1\" zqz-Gi0/7";
    notice.text = "2.0: its neighbour was zqz-older Gi0/3, and is zqz core \"1\" zqz-Gi0/7";
    had.server.publish(notice);
    notice = {};
    notice.kind = core::NoticeKind::order_given;
    notice.user = "zqz-bob";
    notice.text = "zqz-bob pauses";
    had.server.publish(notice);
    hadctl::Options options;
    BOOST_TEST(count(with(had, options), "zqz") > 20U);
    options.scrub = true;
    const std::string page = with(had, options);
    for (auto at = page.find("zqz"); at != std::string::npos; at = page.find("zqz", at + 1))
        BOOST_TEST(false, page.substr(at - std::min<std::size_t>(at, 60), 120));
    BOOST_TEST(count(page, "\"health\":\"down\"") == count(with(had, {}), "\"health\":\"down\""));
    BOOST_TEST(page.find("\"system\":\"down\"") == std::string::npos);
    BOOST_TEST(count(page, "peer-2") >= 2U);
    BOOST_TEST(count(page, "[service service-1]") == 1U);
}

BOOST_AUTO_TEST_CASE(modules_become_one_script) {
    const std::vector<std::string> two = {"import {a} from \"./a.js\";\nexport const b = 1;\n",
                                          "export function c() {}"};
    BOOST_TEST(hadctl::as_one_script(two) == "const b = 1;\nfunction c() {}\n");
}

BOOST_AUTO_TEST_SUITE_END()
