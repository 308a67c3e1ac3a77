// What the daemon says and reads while memory is short: it throws std::bad_alloc, and its handler goes on.
#include "had/control/protocol.hpp"
#include "had/control/view_json.hpp"
#include "had/core/world/link_report.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/wire.hpp"
#include "test/unit/short_memory.hpp"

#include <functional>
#include <new>

using namespace had;
using namespace had::control;

namespace {

// Fails at each of its allocations in turn, and at all that come after it: a destructor that allocates would
// end the program.  Returns how many there were.
std::size_t try_short_memory(const std::function<void()>& work) {
    for (std::size_t allocations = 0;; ++allocations) {
        const test::ShortMemory short_memory(allocations);
        try {
            work();
            return allocations;
        } catch (const std::bad_alloc&) {
            continue;
        }
    }
}

// What comes of one request when two allocations in a row fail in the server's turns: answered, or ended.
// Returns whether they were made.
bool serve_while_two_fail(std::size_t first) {
    test::Served had;
    test::Wire wire(had.path);
    BOOST_REQUIRE(had.until_lines(wire, 1));
    wire.send("{\"id\":1,\"verb\":\"explain\",\"args\":{\"object\":\"2.1\"}}\n");
    std::size_t allocations = first, failures = 2;
    const auto turn = [&] {
        const test::ShortMemory short_memory(allocations, failures);
        try {
            had.loop.poll();
        } catch (const std::bad_alloc&) {
        }
        allocations = short_memory.allocations();
        failures = short_memory.failures();
    };
    const bool heard = had.until([&] {
        const std::size_t before = failures;
        turn();
        if (failures < before) had.server.go_on();       // as the daemon does when its reserve was needed
        wire.read();
        return wire.ended || wire.lines.size() > 1;
    });
    BOOST_TEST(heard, "two allocations fail after " << first << ", and the client waits");
    if (heard && wire.ended) {                           // and there is a place for the next
        test::Wire next(had.path);
        BOOST_TEST(had.until_lines(next, 1), "two allocations fail after " << first << ", and nobody is greeted");
    }
    return failures < 2;
}

core::LinkReport report() {
    core::LinkReport link;
    link.interface = "ein langer Name \xff";
    link.card.mii = core::MiiRegisters();
    link.card.mii->control = 0x1000;
    link.card.mii->gigabit_status = 0x3c00;
    link.why = "a text that is no short string";
    return link;
}

} // namespace

BOOST_AUTO_TEST_SUITE(control_short_memory)

BOOST_AUTO_TEST_CASE(an_answer_is_written_or_given_up) {
    const core::View view = test::whole_chassis();
    const std::vector<core::ExplainStep> steps(3, {"a step that is told at some length", "and why it is taken"});
    const core::Diagnostics diagnostics(2, {core::Severity::error, 3, "bond0", "a mistake of the longer kind"});
    const Plan plan{
        {{"bond0", "create the bond with its options", "had.conf wants it"}}, {"waiting for a card"}, diagnostics};
    const core::LinkReport link = report();
    BOOST_TEST(try_short_memory([&] { to_json(view); }) > 100U);
    BOOST_TEST(try_short_memory([&] { to_json(steps); }) > 5U);
    BOOST_TEST(try_short_memory([&] { to_json(plan); }) > 10U);
    BOOST_TEST(try_short_memory([&] { to_json(link); }) > 20U);
    BOOST_TEST(try_short_memory([&] { to_json("/etc/had/had.conf", diagnostics); }) > 5U);
    BOOST_TEST(try_short_memory([&] { encode(Reply{1, Answer{to_json(steps)}}); }) > 5U);
    BOOST_TEST(try_short_memory([&] {
                   encode(Reply{1, Error{ErrorCode::bad_config, "had.conf has 2 errors; the old one stays",
                                         to_json("/etc/had/had.conf", diagnostics)}});
               }) > 5U);
}

BOOST_AUTO_TEST_CASE(an_event_is_written_or_given_up) {
    core::Notice notice;
    notice.slot = "a slot with a long name \xff";
    notice.text = "what has happened, and what is done about it";
    notice.timeline.emplace();
    const Stamp stamp{"2002-05-01T12:00:00Z", "b007", 1};
    BOOST_TEST(try_short_memory([&] { encode(notice, 7, "0123456789abcdef", stamp); }) > 5U);
    BOOST_TEST(try_short_memory([&] { encode_lost("0123456789abcdef", 1, 7); }) > 3U);
    BOOST_TEST(try_short_memory([&] { to_json(Position{"0123456789abcdef", 7}); }) > 2U);
}

BOOST_AUTO_TEST_CASE(a_client_is_answered_or_ended_wherever_two_allocations_fail) {
    std::size_t first = 0;
    while (serve_while_two_fail(first)) ++first;
    BOOST_TEST(first > 10U);
}

// One that is closed without a word would take it for the daemon's end.
BOOST_AUTO_TEST_CASE(who_comes_while_memory_is_short_is_greeted_or_told_so) {
    std::size_t refused = 0;
    for (std::size_t allocations = 0, failed = 1; failed > 0; ++allocations) {
        test::Served had;
        test::Wire wire(had.path);
        {
            const test::ShortMemory short_memory(allocations, 1);
            try {
                had.loop.poll();
            } catch (const std::bad_alloc&) {
            }
            failed = 1 - short_memory.failures();
        }
        had.server.go_on();
        BOOST_TEST(had.until([&] {
            wire.read();
            return wire.ended || !wire.lines.empty();
        }));
        BOOST_TEST(!wire.lines.empty(), "allocation " << allocations << " fails, and the client is told nothing");
        refused += !wire.lines.empty() && test::has(wire.lines.front(), "too-many");
    }
    BOOST_TEST(refused > 3U);
}

BOOST_AUTO_TEST_CASE(a_request_is_read_or_given_up) {
    const std::string line = encode(Request{7, "a verb that nobody knows and that is long",
                                            {{"an argument that is no short string", std::string(100, 'x')}}});
    BOOST_TEST(try_short_memory([&] { decode_request(line); }) > 5U);
    BOOST_TEST(try_short_memory([&] { decode_request(R"({"id":7,"verb":"\ud800"})"); }) > 0U);
    BOOST_TEST(try_short_memory([&] { decode_request(R"({"id":7,"args":{"a":[{"b":[[]]},"\u00ff"]}})"); }) > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
