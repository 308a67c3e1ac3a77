#include "had/control/client.hpp"
#include "had/core/base/limits.hpp"

#include "test/unit/control/wire.hpp"

#include <sys/socket.h>

#include <future>

using namespace had;
using namespace had::control;
using namespace std::chrono_literals;
using test::Served;

namespace {

// The client blocks, so it has a thread of its own while the loop turns here.
template <class Work>
auto while_served(Served& had, Work work) {
    auto result = std::async(std::launch::async, std::move(work));
    BOOST_TEST(had.until([&] { return result.wait_for(0s) == std::future_status::ready; }));
    return result.get();
}

template <class Work>
std::pair<Exit, std::string> trouble_of(Work work) {
    try {
        work();
    } catch (const ClientError& error) {
        return {error.exit, error.what()};
    }
    return {Exit::ok, "none"};
}

} // namespace

BOOST_AUTO_TEST_SUITE(control_client)

BOOST_AUTO_TEST_CASE(a_call_is_answered) {
    Served had;
    const std::string answer = while_served(had, [&] {
        Client client(had.path);
        return client.hello().had + client.call("plan");
    });
    BOOST_TEST(answer == R"(3.0.0{"actions":[],"waiting":[],"diagnostics":[]})");
}

BOOST_AUTO_TEST_CASE(a_refusal_keeps_its_code) {
    Served had;
    const auto trouble = while_served(had, [&] {
        Client client(had.path);
        return trouble_of([&] { client.call("explain", {{"object", std::string("99")}}); });
    });
    BOOST_TEST((trouble.first == Exit::no_such_object));
    BOOST_TEST(trouble.second == "99: no such slot, port, bond, VLAN, group, service, peer or interface");
}

// A program with a loop hears SIGTERM there: let in by a call, it would end the program before it has kept anything.
BOOST_AUTO_TEST_CASE(a_blocked_signal_ends_neither_a_call_nor_a_look_for_events) {
    Served had;
    const int pending = while_served(had, [&] {
        sigset_t term;
        ::sigemptyset(&term);
        ::sigaddset(&term, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &term, nullptr);
        ::pthread_kill(::pthread_self(), SIGTERM);
        Client client(had.path);
        client.call("plan");
        BOOST_TEST((client.wait_event(0s) == Client::Waited::timeout));
        const timespec at_once{};
        return ::sigtimedwait(&term, nullptr, &at_once);
    });
    BOOST_TEST(pending == SIGTERM);
}

BOOST_AUTO_TEST_CASE(events_that_come_with_an_answer_are_kept) {
    Served had;
    had.happen(3);
    const auto seqs = while_served(had, [&] {
        Client client(had.path);
        client.call("subscribe", {{"instance", std::string("me")}, {"seq", std::int64_t{1}}});
        client.call("plan");
        std::vector<std::uint64_t> result;
        while (result.size() < 2 && client.wait_event(10s) == Client::Waited::event)
            while (const auto event = client.take_event())
                result.push_back(event->seq.value_or(0));
        BOOST_TEST((client.wait_event(0s) == Client::Waited::timeout));
        return result;
    });
    BOOST_TEST(seqs == (std::vector<std::uint64_t>{2, 3}));
}

BOOST_AUTO_TEST_CASE(a_had_that_is_not_there_is_not_running) {
    const test::TempDir dir;
    const std::string path = dir.path / "had.sock";
    const auto trouble = trouble_of([&] { Client client(path); });
    BOOST_TEST((trouble.first == Exit::not_running));
    BOOST_TEST(trouble.second == "had is not running (" + path + ": No such file or directory)");
}

BOOST_AUTO_TEST_CASE(a_had_that_ends_is_said_to_have_ended) {
    Served had;
    std::promise<void> subscribed;
    auto result = std::async(std::launch::async, [&] {
        Client client(had.path);
        client.call("subscribe");
        subscribed.set_value();
        return trouble_of([&] { client.wait_event(10s); });
    });
    const auto there = subscribed.get_future();
    BOOST_TEST(had.until([&] { return there.wait_for(0s) == std::future_status::ready; }));
    had.server.close();
    const auto trouble = result.get();
    BOOST_TEST((trouble.first == Exit::not_running));
    BOOST_TEST(trouble.second == "the daemon has ended");
}

BOOST_AUTO_TEST_CASE(a_had_that_does_not_answer_is_not_waited_for_for_ever) {
    const test::TempDir dir;
    const std::string path = dir.path / "had.sock";
    const auto silent = test::raw_socket(path, true);
    const auto trouble = trouble_of([&] { Client client(path, 20ms); });
    BOOST_TEST((trouble.first == Exit::timed_out));
    BOOST_TEST(trouble.second == "the daemon does not answer within 1 s");
}

BOOST_AUTO_TEST_CASE(a_client_tells_a_had_of_another_protocol_and_what_is_none) {
    const std::string hello = R"({"had":"3.0.0","api":1,"instance":"ab12"})";
    const std::pair<std::string, std::string> all[] = {
        {R"({"had":"9.0.0","api":2,"instance":"ab12"})", "had 9.0.0 speaks version 2 of the protocol"},
        {R"({"had":"9.0.0"})", "had 9.0.0 speaks version 0"},
        {std::string(200'000, '['), "the answer is not the daemon's: [[["},
        {hello + "\n{\"id\":1,\"ok\":" + std::string(200'000, '[') + std::string(200'000, ']') + '}',
         "the answer is not the daemon's"},
        {hello + "\n{\"id\":1,\"ok\":" + std::string(200'000, '{'), "the answer is not the daemon's"},
    };
    for (const auto& [said, words] : all) {
        const test::TempDir dir;
        const std::string path = dir.path / "had.sock";
        const auto listener = test::raw_socket(path, true);
        const auto server = std::async(std::launch::async, [&listener, text = said + '\n'] {
            const sys::UniqueFd client(::accept(listener.get(), nullptr, nullptr));
            ::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
            char word = 0;                    // until it has gone
            while (::recv(client.get(), &word, 1, 0) > 0) {
            }
        });
        const auto trouble = trouble_of([&] { Client(path).call("plan"); });
        BOOST_TEST((trouble.first == Exit::failed));
        BOOST_TEST(trouble.second.starts_with(words), trouble.second);
    }
}

BOOST_AUTO_TEST_CASE(a_request_that_had_would_not_take_is_not_sent) {
    Served had;
    const auto trouble = while_served(had, [&] {
        Client client(had.path);
        return trouble_of([&] {
            client.call("plan", {{"text", std::string(core::limits::request_bytes, 'x')}});
        });
    });
    BOOST_TEST(trouble.second == "plan: more than the 262144 bytes that the daemon takes");
}

BOOST_AUTO_TEST_SUITE_END()
