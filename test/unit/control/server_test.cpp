#include "had/control/server.hpp"

#include "had/control/view_json.hpp"
#include "had/core/base/limits.hpp"
#include "test/unit/control/wire.hpp"

#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace had;
using namespace had::control;
using test::As;
using test::has;
using test::hello;
using test::Served;
using test::Wire;

BOOST_AUTO_TEST_SUITE(control_server)

BOOST_AUTO_TEST_CASE(a_client_is_greeted_and_answered_in_order) {
    Served had;
    Wire wire(had.path);
    wire.send("{\"id\":1,\"verb\":\"plan\"}\n{\"id\":2,\"verb\":\"fly\"}\n{\"id\":3,\"ve");
    BOOST_TEST(had.until_lines(wire, 3));
    wire.send("rb\":\"status\"}\n");
    BOOST_TEST(had.until_lines(wire, 4));
    BOOST_TEST(wire.lines[0] == hello);
    BOOST_TEST(wire.lines[1] == R"({"id":1,"ok":{"actions":[],"waiting":[],"diagnostics":[]}})");
    BOOST_TEST(has(wire.lines[2], R"("id":2,"error":{"code":"unknown-verb")"));
    BOOST_TEST(has(wire.lines[3], R"({"id":3,"ok":{"orders":[],"health":"healthy")"));
}

BOOST_AUTO_TEST_CASE(nonsense_is_answered_and_does_no_harm) {
    Served had;
    Wire wire(had.path);
    wire.send(std::string_view("\n\0\xff\xfe\n{}\n[[[[\n", 13));
    wire.send("{\"id\":1,\"verb\":\"plan\"}\n");
    BOOST_TEST(had.until_lines(wire, 6));
    BOOST_TEST(has(wire.lines[1], "usage"));
    BOOST_TEST(has(wire.lines[5], R"({"id":1,"ok")"));
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_refused_and_its_client_closed) {
    Served had;
    Wire wire(had.path);
    std::size_t sent = 0;
    const std::string piece(4096, 'x');
    had.until([&] {
        if (sent <= core::limits::request_bytes) sent += wire.send(piece);
        wire.read();
        return wire.ended;
    });
    BOOST_TEST(wire.ended);
    BOOST_TEST(wire.lines.back() ==
               R"({"id":null,"error":{"code":"too-long","text":"a request has at )"
               R"(most 262144 bytes"}})");
}

BOOST_AUTO_TEST_CASE(a_client_that_has_said_all_is_answered_before_the_end) {
    Served had;
    Wire wire(had.path);
    wire.send("{\"id\":1,\"verb\":\"plan\"}\n{\"id\":2,\"verb\":\"plan\"}\nhalf a li");
    wire.finish();
    BOOST_TEST(had.until_ended(wire));
    BOOST_TEST(wire.lines.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_flood_delays_no_other_client) {
    Served had;
    Wire flood(had.path), other(had.path);
    std::string requests;
    for (int i = 0; i < 1000; ++i)
        requests += "{\"id\":1,\"verb\":\"plan\"}\n";
    flood.send(requests);
    BOOST_TEST(had.until_lines(flood, 2)); // it is being served
    other.send("{\"id\":1,\"verb\":\"plan\"}\n");
    BOOST_TEST(had.until_lines(other, 2));
    flood.read();
    BOOST_TEST(flood.lines.size() < 900U);
    BOOST_TEST(had.until_lines(flood, 1001));
}

BOOST_AUTO_TEST_CASE(a_client_that_asks_and_does_not_read_is_not_served_on) {
    Served had;
    Wire wire(had.path), other(had.path);
    const std::string request = "{\"id\":1,\"verb\":\"status\"}\n";
    std::size_t sent = 0, idle = 0;
    had.until([&] { // until the socket takes no more, in both directions
        const std::size_t now = wire.send(request);
        sent += now;
        idle = now == 0 ? idle + 1 : 0;
        return idle > 1000;
    });
    other.send(request);
    BOOST_TEST(had.until_lines(other, 2));
    BOOST_TEST(had.until_lines(wire, 100)); // and when it reads at last, it goes on
}

BOOST_AUTO_TEST_CASE(a_broken_daemon_answers_with_an_error) {
    Served had;
    had.daemon.broken = true;
    Wire wire(had.path);
    wire.send("{\"id\":1,\"verb\":\"status\"}\n");
    BOOST_TEST(had.until_lines(wire, 2));
    BOOST_TEST(wire.lines[1] == R"({"id":1,"error":{"code":"failed","text":"no view"}})");
    BOOST_TEST(had.logged == std::vector<std::string>{"control: status: no view"});
}

BOOST_AUTO_TEST_CASE(a_subscriber_hears_what_happens) {
    Served had;
    Wire wire(had.path), deaf(had.path);
    had.happen();
    wire.send("{\"id\":1,\"verb\":\"subscribe\"}\n");
    BOOST_TEST(had.until_lines(wire, 2));
    BOOST_TEST(wire.lines[1] == R"({"id":1,"ok":{"instance":"me","seq":1}})");
    had.happen(2);
    BOOST_TEST(had.until_lines(wire, 4));
    BOOST_TEST(wire.lines[2] ==
               R"({"event":"card_in","seq":2,"instance":"me",)"
               R"("time":"2002-05-01T12:00:00.000000Z","boot":"b007","uptime_us":3600000000,)"
               R"("level":"info","text":""})");
    BOOST_TEST(has(wire.lines[3], "\"seq\":3"));
    deaf.read();
    BOOST_TEST(deaf.lines == std::vector<std::string>{hello});
}

BOOST_AUTO_TEST_CASE(a_subscriber_resumes_or_is_told_what_it_lost) {
    ServerOptions options;
    options.history = 2;
    Served had(options);
    had.happen(4);
    Wire wire(had.path);
    wire.send("{\"id\":1,\"verb\":\"subscribe\",\"args\":{\"instance\":\"me\",\"seq\":1}}\n");
    BOOST_TEST(had.until_lines(wire, 5));
    BOOST_TEST(wire.lines[1] == R"({"id":1,"ok":{"instance":"me","seq":4}})");
    BOOST_TEST(wire.lines[2] == R"({"event":"lost","instance":"me","from":2,"to":2})");
    BOOST_TEST(has(wire.lines[3], "\"seq\":3"));
    BOOST_TEST(has(wire.lines[4], "\"seq\":4"));
    wire.send("{\"id\":2,\"verb\":\"subscribe\",\"args\":{\"instance\":\"me\",\"seq\":9}}\n"
              "{\"id\":3,\"verb\":\"subscribe\",\"args\":{\"seq\":9}}\n");
    BOOST_TEST(had.until_lines(wire, 7));
    BOOST_TEST(has(wire.lines[5], "event 9 has not been yet; the last was 4"));
    BOOST_TEST(has(wire.lines[6], "go together"));
}

BOOST_AUTO_TEST_CASE(a_change_is_told_once_until_it_is_asked_about) {
    Served had;
    Wire wire(had.path);
    wire.send("{\"id\":1,\"verb\":\"subscribe\",\"args\":{\"changes\":true}}\n");
    BOOST_TEST(had.until_lines(wire, 2));
    for (int i = 0; i < 5; ++i)
        had.server.changed();
    BOOST_TEST(had.until_lines(wire, 3));
    BOOST_TEST(wire.lines[2] == R"({"event":"changed","instance":"me"})");
    wire.send("{\"id\":2,\"verb\":\"plan\"}\n");
    BOOST_TEST(had.until_lines(wire, 4));
    BOOST_TEST(has(wire.lines[3], "{\"id\":2"));
    had.server.changed();
    BOOST_TEST(had.until_lines(wire, 5));
    BOOST_TEST(has(wire.lines[4], "changed"));
}

BOOST_AUTO_TEST_CASE(a_subscriber_that_stalls_is_closed_and_may_come_back) {
    ServerOptions options;
    options.high_water = 10'000;
    Served had(options);
    Wire stalled(had.path), reader(had.path);
    for (Wire* wire : {&stalled, &reader}) {
        wire->send("{\"id\":1,\"verb\":\"subscribe\"}\n");
        BOOST_TEST(had.until_lines(*wire, 2));
    }
    int events = 0;
    BOOST_TEST(had.until([&] {
        had.happen(1, 1000);
        ++events;
        reader.read();
        return !had.logged.empty();
    }));
    BOOST_TEST(has(had.logged.at(0), "does not read; closing it"));
    BOOST_TEST(had.until_ended(stalled));
    BOOST_TEST(had.until_lines(reader, 2U + static_cast<unsigned>(events)));
}

BOOST_AUTO_TEST_CASE(a_status_is_the_view_of_now_though_it_is_kept_as_text) {
    Served had;
    Wire wire(had.path);
    const auto ask = [&] {
        const std::size_t before = std::max<std::size_t>(wire.lines.size(), 1);
        wire.send("{\"id\":1,\"verb\":\"status\"}\n");
        BOOST_TEST(had.until_lines(wire, before + 1));
        return wire.lines.back();
    };
    const std::string first = ask();
    BOOST_TEST(first == R"({"id":1,"ok":)" + to_json(had.daemon.shown) + "}");
    BOOST_TEST(ask() == first);
    had.daemon.shown.alarm = "reboot"; // whether or not the server was told of a change
    BOOST_TEST(has(ask(), R"("alarm":"reboot")"));
}

BOOST_AUTO_TEST_CASE(changes_need_root_or_the_configured_group_also_as_a_supplementary_one) {
    if (::geteuid() != 0) return;
    Served had;
    ::chmod(had.dir.path.c_str(), 0755);
    const auto reload_as = [&](uid_t uid, std::vector<gid_t> groups) {
        const As somebody(uid, std::move(groups));
        Wire wire(had.path);
        wire.send("{\"id\":1,\"verb\":\"reload\"}\n");
        BOOST_TEST(had.until_lines(wire, 2));
        return has(wire.lines.at(1), "\"ok\"")          ? "ok"
               : has(wire.lines.at(1), "no-permission") ? "no"
                                                        : "?";
    };
    const gid_t adm = ::getgrnam("adm")->gr_gid;
    BOOST_TEST(reload_as(0, {}) == "ok");
    BOOST_TEST(reload_as(1000, {adm}) == "no");
    had.server.set_group("adm");
    BOOST_TEST(reload_as(1000, {adm, 27}) == "ok");
    BOOST_TEST(reload_as(1000, {27}) == "no");
    had.server.set_group("no-such-group");
    BOOST_TEST(reload_as(1000, {adm, 27}) == "no");
    BOOST_TEST(had.daemon.reloads.size() == 2U);
}

// Not under sanitizers: they open a pipe to see whether memory is readable, and take a failure for
// no.
#ifndef __SANITIZE_ADDRESS__
BOOST_AUTO_TEST_CASE(without_descriptors_clients_wait_and_had_says_so) {
    ServerOptions options;
    options.pause = std::chrono::milliseconds(1);
    Served had(options);
    rlimit old{};
    ::getrlimit(RLIMIT_NOFILE, &old);
    Wire wire(had.path);
    const int next = wire.fd() + 1;
    rlimit none = old;
    none.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &none);
    const bool said = had.until([&] { return !had.logged.empty(); });
    ::setrlimit(RLIMIT_NOFILE, &old);
    BOOST_TEST(said);
    BOOST_TEST(has(had.logged.at(0), "cannot take clients: Too many open files"));
    BOOST_TEST(had.until_lines(wire, 1));
    BOOST_TEST(had.logged.size() == 2U);
    BOOST_TEST(had.logged.back() == "control: takes clients again");
}
#endif

BOOST_AUTO_TEST_CASE(the_server_may_end_while_clients_are_there) {
    Served had;
    Wire wire(had.path);
    wire.send("{\"id\":1,\"verb\":\"status\"}\n{\"id\":2,\"verb\":\"status\"}\n");
    BOOST_TEST(had.until_lines(wire, 2));
    had.server.close();
    had.happen();
    had.server.changed();
    had.loop.poll();
    BOOST_TEST(had.until_ended(wire));
    BOOST_TEST(!std::filesystem::exists(had.path));
}

BOOST_AUTO_TEST_SUITE_END()
