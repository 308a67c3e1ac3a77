#include "had/control/protocol.hpp"

#include "test/boost_test.hpp"

#include <fmt/format.h>

using namespace had::control;
using had::core::Notice;
using had::core::NoticeKind;
using had::core::NoticeLevel;

namespace {

std::string complaint(std::string_view line) {
    const auto decoded = decode_request(line);
    const auto* reply = std::get_if<Reply>(&decoded);
    return reply ? encode(*reply) : "none";
}

std::string refused(std::string_view id, std::string_view text) {
    return "{\"id\":" + std::string(id) + ",\"error\":{\"code\":\"usage\",\"text\":\"" +
           std::string(text) + "\"}}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(control_protocol)

BOOST_AUTO_TEST_CASE(a_request_survives_its_line) {
    const Request request{
        7, "reload", {{"force", true}, {"text", std::string("a\n\"b\"")}, {"n", std::int64_t{-3}}}};
    BOOST_TEST(encode(request) ==
               R"({"id":7,"verb":"reload","args":{"force":true,"n":-3,"text":"a\n\"b\""}})");
    BOOST_TEST((std::get<Request>(decode_request(encode(request))) == request));
    const Request lists{8, "plan", {{"beside", Texts{"a", "b"}}, {"none", Texts{}}, {"text", std::string("c")}}};
    BOOST_TEST((std::get<Request>(decode_request(encode(lists))) == lists));
}

BOOST_AUTO_TEST_CASE(arguments_may_be_left_out) {
    BOOST_TEST((std::get<Request>(decode_request(R"({"id":0,"verb":"status"})")) ==
                Request{0, "status", {}}));
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_json_is_said_to_be_none) {
    const std::string expected = refused("null", "this is not a JSON text in UTF-8");
    BOOST_TEST(complaint("") == expected);
    BOOST_TEST(complaint("status") == expected);
    BOOST_TEST(complaint(R"({"id":1,"verb":"status")") == expected);
    BOOST_TEST(complaint(R"({"id":1,"verb":"status"} x)") == expected);
    BOOST_TEST(complaint("{\"id\":1,\"verb\":\"\xff\"}") == expected);
    BOOST_TEST(complaint(std::string(200'000, '[')) == expected);
    BOOST_TEST(complaint(std::string_view("\0\0", 2)) == expected);
}

BOOST_AUTO_TEST_CASE(a_request_without_a_usable_id_is_answered_with_null) {
    const std::string expected = refused("null", "a request has an id: a whole number, 0 or more");
    BOOST_TEST(complaint(R"({"verb":"status"})") == expected);
    BOOST_TEST(complaint(R"({"id":"1","verb":"status"})") == expected);
    BOOST_TEST(complaint(R"({"id":-1,"verb":"status"})") == expected);
    BOOST_TEST(complaint(R"({"id":1.5,"verb":"status"})") == expected);
    BOOST_TEST(complaint(R"({"id":18446744073709551616,"verb":"status"})") == expected);
    BOOST_TEST(complaint("[1]") == refused("null", "a request is a JSON object"));
}

BOOST_AUTO_TEST_CASE(what_else_is_wrong_is_answered_under_the_id) {
    BOOST_TEST(complaint(R"({"id":4})") == refused("4", "a request has a verb"));
    const std::string members =
        refused("4", "a request has 'id', 'verb' (text) and 'args' (an object), nothing else");
    BOOST_TEST(complaint(R"({"id":4,"verb":1})") == members);
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","args":[]})") == members);
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","force":true})") == members);
    const std::string nested =
        refused("4", "argument 'a' is neither text nor a whole number nor true or false, nor a list of "
                                "texts");
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","args":{"a":{}}})") == nested);
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","args":{"a":null}})") == nested);
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","args":{"a":0.5}})") == nested);
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","args":{"a":18446744073709551615}})") ==
               nested);
}

BOOST_AUTO_TEST_CASE(a_request_has_eight_keys_and_eight_arguments_at_most) {
    const auto with = [](int keys, int args, std::string_view value = "1") {
        std::string line = R"({"id":4,"verb":"status")", list;
        for (int i = 2; i < keys; ++i) {
            list.clear();
            for (int n = 0; n < args; ++n)
                list += fmt::format(R"({}"a{}":{})", n == 0 ? "" : ",", n, value);
            line += R"(,"args":{)" + list + "}";
        }
        return complaint(line + "}");
    };
    const std::string crowded = refused("4", "a request has at most 8 keys, and 8 arguments");
    BOOST_TEST(with(3, 8) == "none");
    BOOST_TEST(with(3, 9) == crowded);
    BOOST_TEST(with(8, 0) == "none");
    BOOST_TEST(with(9, 0) == crowded);
    BOOST_TEST(with(3, 26'000) == crowded);
    BOOST_TEST(with(3, 9, "{}") == crowded);
}

BOOST_AUTO_TEST_CASE(what_is_nested_is_told_by_the_argument_that_it_stands_in) {
    const std::string nested = refused("4", "argument 'a' is neither text nor a whole number nor true or false, nor a "
                                            "list of texts");
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","args":{"a":{"id":5,"verb":"x","args":{"b":1}},"c":1}})") ==
               nested);
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","args":{"a":[[{"b":[]}],2],"c":true}})") == nested);
    const std::string deep = R"({"id":4,"verb":"status","args":{"a":)" + std::string(100'000, '[') +
                             std::string(100'000, ']') + "}}";
    BOOST_TEST(complaint(deep) == nested);
    BOOST_TEST(complaint(R"({"id":{"id":4},"verb":"status"})") ==
               refused("null", "a request has an id: a whole number, 0 or more"));
    BOOST_TEST(complaint(R"([{"id":4,"verb":"status"}])") == refused("null", "a request is a JSON object"));
}

BOOST_AUTO_TEST_CASE(a_long_word_is_repeated_in_part) {
    const std::string name(200'000, 'x');
    BOOST_TEST(complaint(R"({"id":4,"verb":"status","args":{")" + name + R"(":null}})") ==
               refused("4", "argument '" + name.substr(0, 61) +
                                "...' is neither text nor a whole number nor true or false, nor a list of "
                                "texts"));
}

BOOST_AUTO_TEST_CASE(replies_survive_their_line) {
    for (const Reply& reply : {Reply{3, Answer{R"({"x":[1,{"y":null}]})"}},
                               Reply{{}, Error{ErrorCode::too_long, "no", {}}},
                               Reply{9, Error{ErrorCode::bad_config, "bad", R"({"file":"f"})"}}})
        BOOST_TEST((std::get<Reply>(decode_message(encode(reply)).value()) == reply));
    BOOST_TEST(encode(Reply{9, Error{ErrorCode::bad_config, "bad", R"({"file":"f"})"}}) ==
               R"({"id":9,"error":{"code":"bad-config","text":"bad","details":{"file":"f"}}})");
}

BOOST_AUTO_TEST_CASE(an_error_word_of_a_newer_had_is_told) {
    const auto message = decode_message(R"({"id":1,"error":{"code":"too-hot","text":"wait"}})");
    BOOST_TEST((std::get<Reply>(message.value()) ==
                Reply{1, Error{ErrorCode::failed, "too-hot: wait", {}}}));
}

BOOST_AUTO_TEST_CASE(every_error_word_reads_back_and_has_an_exit_code) {
    for (const auto code : {ErrorCode::failed, ErrorCode::usage, ErrorCode::unknown_verb,
                            ErrorCode::no_permission, ErrorCode::refused, ErrorCode::bad_config,
                            ErrorCode::no_such_object, ErrorCode::too_long, ErrorCode::too_many})
        BOOST_TEST((error_code_from(to_string(code)) == code));
    BOOST_TEST((exit_of(ErrorCode::no_permission) == Exit::no_permission));
    BOOST_TEST(static_cast<int>(exit_of(ErrorCode::refused)) == 5);
    BOOST_TEST(static_cast<int>(exit_of(ErrorCode::no_such_object)) == 8);
    BOOST_TEST(static_cast<int>(Exit::not_running) == 9);
}

BOOST_AUTO_TEST_CASE(a_hello_survives_its_line) {
    const Hello hello{"3.0.0", 1, "ab12"};
    BOOST_TEST(encode(hello) == R"({"had":"3.0.0","api":1,"instance":"ab12"})");
    BOOST_TEST((std::get<Hello>(decode_message(encode(hello)).value()) == hello));
}

const Stamp stamp{"2002-05-01T12:00:00.000001Z", "b007", 3'600'000'000};

BOOST_AUTO_TEST_CASE(a_failover_by_had_has_its_timeline) {
    Notice notice;
    notice.kind = NoticeKind::failover;
    notice.timeline.emplace();
    notice.timeline->decided = std::chrono::microseconds(1);
    notice.timeline->acknowledged = std::chrono::microseconds(2);
    notice.timeline->announced = std::chrono::microseconds(3);
    const auto times = [&] {
        const std::string line = encode(notice, 1, "ab12", stamp);
        return line.substr(line.find("\"decided_us"), line.find(",\"text") - line.find("\"decided_us"));
    };
    BOOST_TEST(times() == R"("decided_us":1,"acknowledged_us":2,"announced_us":3)");
    notice.timeline->peers_told = std::chrono::microseconds(4);
    BOOST_TEST(times() == R"("decided_us":1,"acknowledged_us":2,"announced_us":3,"peers_told_us":4)");
}

BOOST_AUTO_TEST_CASE(an_event_leaves_out_what_is_empty) {
    Notice notice;
    notice.kind = NoticeKind::failover;
    notice.level = NoticeLevel::warning;
    notice.bond = "bond0";
    notice.from = "eth0";
    notice.to = "eth1";
    notice.text = "bond0: eth1 takes over from eth0";
    const std::string line = encode(notice, 12, "ab12", stamp);
    BOOST_TEST(
        line ==
        R"({"event":"failover","seq":12,"instance":"ab12","time":"2002-05-01T12:00:00.000001Z",)"
        R"("boot":"b007","uptime_us":3600000000,"level":"warning","bond":"bond0","from":"eth0","to":"eth1",)"
        R"("text":"bond0: eth1 takes over from eth0"})");
    const Event event = std::get<Event>(decode_message(line).value());
    BOOST_TEST((event == Event{.event = "failover",
                               .instance = "ab12",
                               .time = "2002-05-01T12:00:00.000001Z",
                               .level = "warning",
                               .text = "bond0: eth1 takes over from eth0",
                               .seq = 12,
                               .from = {},
                               .to = {},
                               .json = line,
                               .boot = "b007",
                               .uptime_us = 3'600'000'000}));
}

BOOST_AUTO_TEST_CASE(an_interface_with_bytes_for_a_name_breaks_no_line) {
    Notice notice;
    notice.interface = "eth\xff\n";
    BOOST_TEST(encode(notice, 1, "i", stamp).find("\"interface\":\"eth\xEF\xBF\xBD\\n\"") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_was_lost_has_an_end_only_if_it_is_known) {
    BOOST_TEST(encode_lost("ab", 3, 7) == R"({"event":"lost","instance":"ab","from":3,"to":7})");
    BOOST_TEST(encode_lost("ab", 3, {}) == R"({"event":"lost","instance":"ab","from":3})");
    const Event event = std::get<Event>(decode_message(encode_lost("ab", 3, 7)).value());
    BOOST_TEST(event.from.value() == 3U);
    BOOST_TEST(event.to.value() == 7U);
    BOOST_TEST(!event.seq.has_value());
}

BOOST_AUTO_TEST_CASE(a_client_knows_what_is_not_of_this_protocol) {
    BOOST_TEST(!decode_message("SSH-2.0-OpenSSH_9.2"));
    BOOST_TEST(!decode_message("[]"));
    BOOST_TEST(!decode_message("{}"));
    BOOST_TEST(!decode_message(R"({"error":"x"})"));
}

BOOST_AUTO_TEST_CASE(a_position_survives_its_text) {
    BOOST_TEST((position_from_json(to_json(Position{"ab", 9})).value() == Position{"ab", 9}));
    BOOST_TEST(!position_from_json("{}"));
}

BOOST_AUTO_TEST_SUITE_END()
