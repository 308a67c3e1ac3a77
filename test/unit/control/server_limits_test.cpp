#include "had/control/server.hpp"

#include "had/control/view_json.hpp"
#include "had/core/base/limits.hpp"
#include "test/unit/control/wire.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

using namespace had;
using namespace had::control;
using test::As;
using test::has;
using test::hello;
using test::Served;
using test::Wire;

BOOST_AUTO_TEST_SUITE(control_server_limits)

BOOST_AUTO_TEST_CASE(too_many_clients_are_told_so_and_some_places_are_kept_for_root) {
    if (::geteuid() != 0) return;
    ServerOptions options;
    options.clients = 3;
    options.reserved = 1;
    Served had(options);
    std::vector<std::unique_ptr<Wire>> wires;
    const auto connect = [&] {
        wires.push_back(std::make_unique<Wire>(had.path));
        BOOST_TEST(had.until_lines(*wires.back(), 1));
        return wires.back()->lines.at(0);
    };
    ::chmod(had.dir.path.c_str(), 0755);
    {
        const As nobody(65534, {});
        BOOST_TEST(connect() == hello);
        BOOST_TEST(connect() == hello);
        BOOST_TEST(connect() ==
                   R"({"id":null,"error":{"code":"too-many","text":"the daemon has too many clients"}})");
        BOOST_TEST(had.until_ended(*wires.back()));
    }
    BOOST_TEST(connect() == hello);
    BOOST_TEST(has(connect(), "too-many"));
    wires.clear();
    BOOST_TEST(had.until([&] { return has(connect(), "\"had\""); })); // room again
}

BOOST_AUTO_TEST_CASE(a_request_of_4096_bytes_is_read_for_anybody_and_a_longer_one_for_who_may_change_things) {
    if (::geteuid() != 0) return;
    Served had;
    ::chmod(had.dir.path.c_str(), 0755);
    const auto ask = [&](std::size_t size) {
        std::string line = R"({"id":1,"verb":"explain","args":{"object":"2.1"}})";
        line.insert(line.size() - 1, size - line.size(), ' ');
        Wire wire(had.path);
        line += '\n';
        BOOST_TEST(had.until([&] {
            line.erase(0, wire.send(line));
            wire.read();
            return wire.lines.size() == 2;
        }));
        return wire.lines.back();
    };
    BOOST_TEST(has(ask(core::limits::request_bytes), "\"ok\""));
    BOOST_TEST(has(ask(core::limits::request_bytes + 1), R"("text":"a request has at most 262144 bytes")"));
    const As nobody(65534, {});
    BOOST_TEST(has(ask(core::limits::stranger_request_bytes), "\"ok\""));
    BOOST_TEST(has(ask(core::limits::stranger_request_bytes + 1),
                   R"("code":"too-long","text":"a request has at most 4096 bytes of who may not change things")"));
}

BOOST_AUTO_TEST_CASE(a_uid_has_so_many_places_and_another_uid_has_its_own) {
    if (::geteuid() != 0) return;
    Served had;
    ::chmod(had.dir.path.c_str(), 0755);
    std::vector<std::unique_ptr<Wire>> wires;
    const auto connect = [&](uid_t uid) {
        const As somebody(uid, {});
        wires.push_back(std::make_unique<Wire>(had.path));
        BOOST_TEST(had.until_lines(*wires.back(), 1));
        return wires.back()->lines.at(0);
    };
    for (std::size_t i = 0; i < core::limits::clients_of_uid; ++i)
        BOOST_TEST(connect(65534) == hello);
    BOOST_TEST(connect(65534) == R"({"id":null,"error":{"code":"too-many",)"
                                 R"("text":"uid 65534 has 16 connections, and may have no more"}})");
    BOOST_TEST(connect(1000) == hello);
    wires.erase(wires.begin());
    BOOST_TEST(had.until([&] { return connect(65534) == hello; })); // room again
}

BOOST_AUTO_TEST_CASE(a_client_that_does_nothing_for_a_minute_gives_its_place_to_who_needs_it) {
    if (::geteuid() != 0) return;
    core::TimePoint now{std::chrono::hours(1)};
    ServerOptions options;
    options.of_uid = 2;
    options.clock = [&] { return now; };
    Served had(options);
    ::chmod(had.dir.path.c_str(), 0755);
    const As nobody(65534, {});
    const auto connect = [&] {
        auto wire = std::make_unique<Wire>(had.path);
        BOOST_TEST(had.until_lines(*wire, 1));
        return wire;
    };
    const auto idle = connect(), subscriber = connect();
    subscriber->send("{\"id\":1,\"verb\":\"subscribe\"}\n");
    BOOST_TEST(had.until_lines(*subscriber, 2));
    now += std::chrono::seconds(59);
    BOOST_TEST(has(connect()->lines.at(0), "too-many"));
    now += std::chrono::seconds(1);
    had.loop.poll();
    idle->read();
    BOOST_TEST(!idle->ended); // nobody needed its place
    const auto third = connect();
    BOOST_TEST(third->lines.at(0) == hello);
    BOOST_TEST(had.until_ended(*idle));
    now += std::chrono::seconds(59);
    third->send("{\"id\":1,\"verb\":\"plan\"}\n");
    BOOST_TEST(had.until_lines(*third, 2));
    now += std::chrono::seconds(59);
    BOOST_TEST(has(connect()->lines.at(0), "too-many")); // both are in use
    now += std::chrono::seconds(1);
    BOOST_TEST(connect()->lines.at(0) == hello);
    BOOST_TEST(had.until_ended(*third));
    had.happen();
    BOOST_TEST(had.until_lines(*subscriber, 3));
}

BOOST_AUTO_TEST_CASE(a_uid_that_has_used_up_its_turns_waits_and_root_does_not) {
    if (::geteuid() != 0) return;
    core::TimePoint now{std::chrono::hours(1)};
    ServerOptions options;
    options.turns_a_second = 1000;
    options.turns_at_once = 3;
    options.clock = [&] { return now; };
    Served had(options);
    ::chmod(had.dir.path.c_str(), 0755);
    std::string requests;
    for (int i = 0; i < 20; ++i) requests += "{\"id\":1,\"verb\":\"plan\"}\n";
    std::optional<Wire> flood;
    {
        const As nobody(65534, {});
        flood.emplace(had.path);
        flood->send(requests);
        BOOST_TEST(had.until_lines(*flood, 3)); // the hello is the first turn
    }
    Wire root(had.path);
    root.send(requests);
    BOOST_TEST(had.until_lines(root, 21));
    {
        const As other(1000, {});
        Wire wire(had.path);
        wire.send(requests);
        BOOST_TEST(had.until_lines(wire, 3));
    }
    flood->read();
    BOOST_TEST(flood->lines.size() == 3u);
    BOOST_TEST(had.until([&] { // nothing is dropped
        now += std::chrono::milliseconds(1);
        flood->read();
        return flood->lines.size() == 21;
    }));
}

BOOST_AUTO_TEST_CASE(a_request_in_pieces_has_a_turn_for_each_and_is_answered_in_the_end) {
    if (::geteuid() != 0) return;
    core::TimePoint now{std::chrono::hours(1)};
    ServerOptions options;
    options.turns_a_second = 1000;
    options.turns_at_once = 3;
    options.clock = [&] { return now; };
    Served had(options);
    ::chmod(had.dir.path.c_str(), 0755);
    const As nobody(65534, {});
    Wire drip(had.path);
    BOOST_TEST(had.until_lines(drip, 1));                     // the hello is the first turn
    for (const char* piece : {"{\"id\":1,", "\"verb\":"}) {
        drip.send(piece);
        for (int i = 0; i < 10; ++i) had.loop.poll();
    }
    drip.send("\"plan\"}\n");
    for (int i = 0; i < 10; ++i) had.loop.poll();
    drip.read();
    BOOST_TEST(drip.lines.size() == 1u);                      // three are used up
    BOOST_TEST(had.until([&] {
        now += std::chrono::milliseconds(1);
        drip.read();
        return drip.lines.size() == 2;
    }));
}

BOOST_AUTO_TEST_CASE(connections_for_which_there_is_no_place_are_paced_and_root_gets_in) {
    if (::geteuid() != 0) return;
    core::TimePoint now{std::chrono::hours(1)};
    ServerOptions options;
    options.of_uid = 0;
    options.clock = [&] { return now; };
    Served had(options);
    ::chmod(had.dir.path.c_str(), 0755);
    std::size_t refused = 0;
    {
        const As nobody(65534, {});
        for (std::size_t i = 0; i < core::limits::refusals_at_once; ++i) {
            Wire wire(had.path);
            BOOST_TEST(had.until_lines(wire, 1));
            refused += has(wire.lines.at(0), "too-many") ? 1u : 0u;
        }
    }
    BOOST_TEST(refused == core::limits::refusals_at_once);
    now += std::chrono::seconds(1);
    Wire root(had.path);
    BOOST_TEST(had.until_lines(root, 1));
    BOOST_TEST(root.lines.at(0) == hello);
}

BOOST_AUTO_TEST_CASE(an_answer_of_more_than_a_mebibyte_is_for_who_may_change_things) {
    if (::geteuid() != 0) return;
    Served had;
    ::chmod(had.dir.path.c_str(), 0755);
    const auto ask = [&](uid_t uid) {
        const As somebody(uid, {});
        Wire wire(had.path);
        wire.send("{\"id\":1,\"verb\":\"status\"}\n");
        BOOST_TEST(had.until_lines(wire, 2));
        return wire.lines.at(1);
    };
    had.daemon.shown.problems = {""};
    const std::size_t frame = to_json(had.daemon.shown).size();
    had.daemon.shown.problems = {std::string(core::limits::unread_bytes - frame, 'x')};
    BOOST_TEST(ask(65534).size() > core::limits::unread_bytes);
    had.daemon.shown.problems.front() += 'x';
    BOOST_TEST(ask(65534) ==
               R"({"id":1,"error":{"code":"failed","text":"the answer has more than 1048576 bytes, )"
               R"(which only callers who may change things get"}})");
    BOOST_TEST(ask(0).size() > core::limits::unread_bytes);
}

BOOST_AUTO_TEST_SUITE_END()
