#include "had/control/methods.hpp"
#include "had/control/peer.hpp"
#include "had/control/view_json.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/fake_daemon.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>

using namespace had;
using namespace had::control;

namespace {

std::string objection_to(std::string verb, Args args = {}, bool permitted = true) {
    const auto error = objection({1, std::move(verb), std::move(args)}, permitted);
    return error ? std::string(to_string(error->code)) + ": " + error->text : "none";
}

std::string answer_of(test::FakeDaemon& daemon, std::string verb, Args args = {}) {
    return encode(Reply{1, call(daemon, {1, std::move(verb), std::move(args)}, {true, "root"})});
}

} // namespace

BOOST_AUTO_TEST_SUITE(control_methods)

BOOST_AUTO_TEST_CASE(an_unknown_verb_is_guessed_at) {
    BOOST_TEST(objection_to("statsu") == "unknown-verb: no verb 'statsu', did you mean 'status'?");
    BOOST_TEST(objection_to("fly") == "unknown-verb: no verb 'fly'");
}

BOOST_AUTO_TEST_CASE(arguments_are_checked_by_name_and_kind) {
    BOOST_TEST(objection_to("explain", {{"object", std::string("2")}}) == "none");
    BOOST_TEST(objection_to("explain") == "usage: explain: needs 'object', a text");
    BOOST_TEST(objection_to("explain", {{"object", true}}) == "usage: explain: 'object' is a text");
    BOOST_TEST(objection_to("reload", {{"force", std::int64_t{1}}}) ==
               "usage: reload: 'force' is true or false");
    BOOST_TEST(objection_to("subscribe", {{"seq", true}}) ==
               "usage: subscribe: 'seq' is a whole number");
    BOOST_TEST(objection_to("reload", {{"forse", true}}) == "usage: reload: no argument 'forse'");
}

BOOST_AUTO_TEST_CASE(reading_is_open_to_all_and_changing_is_not) {
    const std::set<std::string_view> changing = {
        "reload", "bond.activate", "bond.auto", "slot.offline", "slot.online", "slot.identify",
        "slot.accept", "domain.release", "domain.take", "port.release", "port.enslave", "failover.use",
        "failover.hold", "failover.release", "pause", "resume", "alarm.ack", "alarm.report", "peer.scan"};
    for (const Verb& verb : verbs())
        BOOST_TEST(verb.changes == changing.contains(verb.name), verb.name);
    BOOST_TEST(objection_to("status", {}, false) == "none");
    BOOST_TEST(
        objection_to("reload", {}, false) ==
        "no-permission: reload: only root or a member of had.conf's socket_group may do this");
}

BOOST_AUTO_TEST_CASE(root_and_every_member_of_the_group_may_change_things) {
    BOOST_TEST(may_change({0, {}}, {}));
    BOOST_TEST(!may_change({1000, {1000, 27}}, {}));
    BOOST_TEST(may_change({1000, {1000, 27}}, 27));
    BOOST_TEST(!may_change({1000, {1000}}, 27));
    BOOST_TEST(!group_id("").has_value());
    BOOST_TEST(group_id("root").value() == 0U);
    BOOST_TEST(!group_id("no-such-group").has_value());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_explained_does_not_exist) {
    test::FakeDaemon daemon;
    BOOST_TEST(
        answer_of(daemon, "explain", {{"object", std::string("2.1")}}) ==
        R"({"id":1,"ok":{"steps":[{"what":"2.1 is to join bond0","why":"had.conf:19: 2 = config2"},)"
        R"({"what":"2.1 is healthy","why":""}]}})");
    BOOST_TEST(
        answer_of(daemon, "explain", {{"object", std::string("99")}}) ==
        R"({"id":1,"error":{"code":"no-such-object",)"
        R"("text":"99: no such slot, port, bond, VLAN, group, service, peer or interface"}})");
}

BOOST_AUTO_TEST_CASE(a_link_that_does_not_exist_has_no_report) {
    test::FakeDaemon daemon;
    BOOST_TEST(answer_of(daemon, "link", {{"interface", std::string("eth0")}}) ==
               R"({"id":1,"ok":)" + to_json(test::late_link()) + "}");
    BOOST_TEST(answer_of(daemon, "link", {{"interface", std::string("eth77")}}) ==
               R"({"id":1,"error":{"code":"no-such-object","text":"eth77: no such interface"}})");
}

BOOST_AUTO_TEST_CASE(a_card_is_not_asked_for_who_may_not_change_things) {
    test::FakeDaemon daemon;
    const auto asked = call(daemon, {1, "link", {{"interface", std::string("eth0")}}}, {false, ""});
    const auto link = link_from_json(std::get<Answer>(asked).json).value();
    const std::string why = "the card is asked only for root and members of had.conf's socket_group";
    BOOST_TEST(link.interface == "eth0");
    BOOST_TEST(!link.card.mii.has_value());
    BOOST_TEST(!link.card.driver.link.has_value());
    BOOST_TEST(link.card.driver.no_link_text == why);
    BOOST_TEST(link.card.no_mii_text == why);
    BOOST_TEST(daemon.cards_asked == 0);
    call(daemon, {1, "link", {{"interface", std::string("eth0")}}}, {true, ""});
    BOOST_TEST(daemon.cards_asked == 1);
}

BOOST_AUTO_TEST_CASE(a_text_is_planned_only_for_who_may_change_things) {
    BOOST_TEST(objection_to("plan", {}, false) == "none");
    BOOST_TEST(objection_to("plan", {{"text", std::string("[had]\n")}}) == "none");
    BOOST_TEST(objection_to("plan", {{"text", std::string("[had]\n")}}, false) ==
               "no-permission: plan: only root or a member of had.conf's socket_group may give 'text'; "
               "`hadctl check` judges a file and needs no daemon");
}

BOOST_AUTO_TEST_CASE(a_long_word_of_the_callers_is_repeated_in_part) {
    test::FakeDaemon daemon;
    const std::string word(100'000, 'x'), part = word.substr(0, 61) + "...";
    BOOST_TEST(objection_to(word) == "unknown-verb: no verb '" + part + "'");
    BOOST_TEST(objection_to("reload", {{word, true}}) == "usage: reload: no argument '" + part + "'");
    for (const auto& [verb, arg] : {std::pair("explain", "object"), {"link", "interface"}, {"slot.offline", "slot"},
                                    {"slot.online", "slot"}, {"slot.identify", "slot"}, {"slot.accept", "slot"},
                                    {"domain.release", "domain"}, {"port.release", "port"}}) {
        const std::string answer = answer_of(daemon, verb, {{arg, word}});
        BOOST_TEST(answer.find(part + ":") != std::string::npos, answer);
        BOOST_TEST(answer.size() < 300u, verb);
    }
    BOOST_TEST(answer_of(daemon, "bond.activate", {{"bond", word}, {"port", word}}).size() < 300u);
    BOOST_TEST(answer_of(daemon, "bond.auto", {{"bond", word}}).size() < 300u);
}

BOOST_AUTO_TEST_CASE(an_order_is_foreseen_and_not_carried_out) {
    test::FakeDaemon daemon;
    const Args offline = {{"order", std::string("slot.offline")}, {"slot", std::string("2")}};
    BOOST_TEST(answer_of(daemon, "plan", offline) == R"({"id":1,"ok":{"actions":[],"waiting":[],"diagnostics":[]}})");
    BOOST_TEST(std::get<core::command::Offline>(daemon.foreseen.value()).slot == "2");
    answer_of(daemon, "plan", {{"order", std::string("bond.activate")}, {"bond", std::string("bond0")},
                               {"port", std::string("2.1")}});
    BOOST_TEST(std::get<core::command::Activate>(daemon.foreseen.value()).port == "2.1");
    BOOST_TEST(daemon.asked.empty());
    BOOST_TEST(objection_to("plan", offline, false).starts_with("no-permission: plan: only root or a member"));
    BOOST_TEST(answer_of(daemon, "plan", {{"order", std::string("slot.offline")}, {"slot", std::string("9")}}) ==
               R"({"id":1,"error":{"code":"refused","text":"slot 9 is not let go: it would cut bond0"}})");
    BOOST_TEST(answer_of(daemon, "plan", {{"order", std::string("reload")}}) ==
               R"({"id":1,"error":{"code":"usage","text":"order 'reload' has no plan: slot.offline and bond.activate )"
               R"(have one"}})");
}

BOOST_AUTO_TEST_CASE(a_plan_says_which_arguments_it_would_not_look_at) {
    test::FakeDaemon daemon;
    const auto usage = [](std::string_view text) {
        return fmt::format(R"({{"id":1,"error":{{"code":"usage","text":"{}"}}}})", text);
    };
    BOOST_TEST(answer_of(daemon, "plan", {{"slot", std::string("2")}}) ==
               usage("plan: 'slot' is for a plan of an 'order'"));
    BOOST_TEST(answer_of(daemon, "plan", {{"text", std::string("[had]\n")}, {"force", true}}) ==
               usage("plan: 'force' is for a plan of an 'order'"));
    BOOST_TEST(answer_of(daemon, "plan", {{"order", std::string("slot.offline")}, {"slot", std::string("2")},
                                          {"text", std::string("[had]\n")}}) ==
               usage("plan: 'text' does not go with order 'slot.offline'"));
    BOOST_TEST(answer_of(daemon, "plan", {{"order", std::string("bond.activate")}, {"bond", std::string("bond0")},
                                          {"port", std::string("2.1")}, {"force", true}}) ==
               usage("plan: 'force' does not go with order 'bond.activate'"));
    BOOST_TEST(!daemon.planned_texts.has_value());
}

BOOST_AUTO_TEST_CASE(a_plan_is_of_the_running_file_or_of_a_text) {
    test::FakeDaemon daemon;
    BOOST_TEST(answer_of(daemon, "plan") ==
               R"({"id":1,"ok":{"actions":[],"waiting":[],"diagnostics":[]}})");
    BOOST_TEST(!daemon.planned_texts.has_value());
    answer_of(daemon, "plan", {{"text", std::string("[had]\n")}});
    BOOST_TEST(daemon.planned_texts.value().front().text == "[had]\n");
    answer_of(daemon, "plan", {{"text", std::string("[had]\n")}, {"beside", Texts{"/etc/had.conf.d/1.conf", "x"}}});
    BOOST_CHECK((daemon.planned_texts.value() ==
                 core::ConfigTexts{{"had.conf", "[had]\n"}, {"/etc/had.conf.d/1.conf", "x"}}));
    const std::string text = "x";
    for (const Args& wrong : {Args{{"beside", Texts{"a", "b"}}}, Args{{"text", text}, {"beside", Texts{"a"}}}})
        BOOST_TEST(answer_of(daemon, "plan", wrong).find("path and text of each file") != std::string::npos);
    daemon.planned.diagnostics = {{core::Severity::error, 2, "bond0", "bad"},
                                  {core::Severity::warning, 3, "", "hm"}};
    BOOST_TEST(
        answer_of(daemon, "plan", {{"text", std::string("x")}}) ==
        R"({"id":1,"error":{"code":"bad-config","text":"the file has 1 error; it would not be taken",)"
        R"("details":{"file":"","diagnostics":[{"severity":"error","line":2,"object":"bond0",)"
        R"("text":"bad"},{"severity":"warning","line":3,"object":"","text":"hm"}]}}})");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_taken_is_an_error_with_every_mistake) {
    test::FakeDaemon daemon;
    BOOST_TEST(
        answer_of(daemon, "reload", {{"force", true}}) ==
        R"({"id":1,"ok":{"taken":true,"file":"/etc/had.conf","diagnostics":[],"waiting":[]}})");
    BOOST_TEST((daemon.reloads == std::vector<bool>{true}));
    daemon.reloaded = {false, "/etc/had.conf", {{core::Severity::error, 2, "bond0", "bad"}}, {}};
    BOOST_TEST(
        answer_of(daemon, "reload") ==
        R"({"id":1,"error":{"code":"bad-config","text":"/etc/had.conf has 1 error; what was in force stays in force",)"
        R"("details":{"file":"/etc/had.conf","diagnostics":[{"severity":"error","line":2,)"
        R"("object":"bond0","text":"bad"}]}}})");
    BOOST_TEST((daemon.reloads == std::vector<bool>{true, false}));
}

BOOST_AUTO_TEST_CASE(an_order_is_answered_with_itself_and_a_refusal_with_its_reason) {
    test::FakeDaemon daemon;
    const auto order = [&](std::string bond, std::string port) {
        return answer_of(daemon, "bond.activate", {{"bond", std::move(bond)}, {"port", std::move(port)}});
    };
    BOOST_TEST(order("bond0", "2.1") ==
               R"({"id":1,"ok":{"what":"activate","bond":"bond0","port":"2.1","interface":"eth1",)"
               R"("slot":"","domain":"","group":"","member":"","by":"root","since":"2002-05-01T12:00:00Z","until":"",)"
               R"("text":"as ordered"}})");
    BOOST_TEST(order("bond0", "2.0") ==
               R"({"id":1,"error":{"code":"refused","text":"2.0 has no link"}})");
    BOOST_TEST(order("bond7", "2.0") ==
               R"({"id":1,"error":{"code":"no-such-object","text":"bond7: had.conf names no such bond"}})");
    BOOST_TEST(answer_of(daemon, "bond.auto", {{"bond", std::string("bond0")}}) ==
               R"({"id":1,"ok":{"what":"","bond":"bond0","port":"","interface":"","slot":"",)"
               R"("domain":"","group":"","member":"","by":"","since":"","until":"","text":"no order holds"}})");
}

BOOST_AUTO_TEST_CASE(a_port_is_left_out_of_its_bond_by_an_order_and_taken_back_by_another) {
    test::FakeDaemon daemon;
    const auto answer = [&](const std::string& verb, const std::string& port) {
        return answer_of(daemon, verb, {{"port", port}});
    };
    BOOST_TEST(answer("port.release", "2.1")
                   .starts_with(R"({"id":1,"ok":{"what":"leave_out","bond":"bond0","port":"2.1")"));
    BOOST_TEST(answer("port.release", "2.9") ==
               R"({"id":1,"error":{"code":"no-such-object","text":"2.9: no such port or interface"}})");
    BOOST_TEST(answer("port.enslave", "2.1").find(R"("text":"no order holds")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_pause_lasts_half_an_hour_or_as_asked_and_a_day_at_most) {
    test::FakeDaemon daemon;
    BOOST_TEST(answer_of(daemon, "pause") ==
               R"({"id":1,"ok":{"what":"pause","bond":"","port":"","interface":"","slot":"","domain":"",)"
               R"("group":"","member":"","by":"root",)"
               R"("since":"2002-05-01T12:00:00Z","until":"2002-05-01T12:30:00Z","text":"paused"}})");
    const auto asked = [&](std::int64_t us) { return answer_of(daemon, "pause", {{"duration_us", us}}); };
    asked(600000000);
    const std::string refused = R"({"id":1,"error":{"code":"usage",)"
                                R"("text":"a pause lasts 1s to 24h"}})";
    for (const std::int64_t us : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{999'999}, std::int64_t{86400000001}})
        BOOST_TEST(asked(us) == refused);
    const auto lasted = [&](std::size_t n) { return std::get<core::command::Pause>(daemon.asked.at(n)).duration; };
    BOOST_TEST(daemon.asked.size() == 2u);
    BOOST_TEST((lasted(0) == std::chrono::minutes(30)));
    BOOST_TEST((lasted(1) == std::chrono::minutes(10)));
    BOOST_TEST(answer_of(daemon, "resume").find("the daemon acts") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_order_about_a_domain_is_answered_with_what_holds_then) {
    test::FakeDaemon daemon;
    const auto release = [&](const std::string& domain, bool force) {
        return answer_of(daemon, "domain.release", {{"domain", domain}, {"force", force}});
    };
    BOOST_TEST(release("B", true) ==
               R"({"id":1,"ok":{"what":"release","bond":"","port":"","interface":"","slot":"","domain":"B",)"
               R"("group":"","member":"",)"
               R"("by":"root","since":"2002-05-01T12:00:00Z","until":"","text":"as ordered"}})");
    BOOST_TEST(release("B", false) ==
               R"({"id":1,"error":{"code":"refused","text":"domain B is not released: it would cut bond0"}})");
    BOOST_TEST(release("C", true) ==
               R"({"id":1,"error":{"code":"no-such-object","text":"C: had.conf names no such domain"}})");
    BOOST_TEST(answer_of(daemon, "domain.take", {{"domain", std::string("B")}}) ==
               R"({"id":1,"ok":{"what":"","bond":"","port":"","interface":"","slot":"","domain":"B",)"
               R"("group":"","member":"",)"
               R"("by":"","since":"","until":"","text":"no order holds"}})");
}

BOOST_AUTO_TEST_CASE(an_order_about_a_slot_is_answered_with_the_slot_and_a_refusal_with_its_reason) {
    test::FakeDaemon daemon;
    daemon.shown.slots[0].extraction = core::Extraction::waiting;
    const auto order = [&](std::string verb, std::string slot) {
        return answer_of(daemon, std::move(verb), {{"slot", std::move(slot)}});
    };
    for (const char* verb : {"slot.offline", "slot.online", "slot.identify"}) {
        const std::string answer = order(verb, "2");
        BOOST_TEST(answer.find(R"("name":"2")") != std::string::npos, answer);
        BOOST_TEST(answer.find(R"("extraction":"waiting")") != std::string::npos, answer);
        BOOST_TEST(order(verb, "99") ==
                   R"({"id":1,"error":{"code":"no-such-object","text":"99: no such slot"}})");
    }
    BOOST_TEST(order("slot.offline", "9") ==
               R"({"id":1,"error":{"code":"refused","text":"slot 9 is not let go: it would cut bond0"}})");
    daemon.asked.clear();
    answer_of(daemon, "slot.offline", {{"slot", std::string("2")}, {"force", true}, {"wait", false}});
    const auto offline = std::get<core::command::Offline>(daemon.asked.at(0));
    BOOST_TEST((offline.force && !offline.wait));
}

BOOST_AUTO_TEST_CASE(a_user_is_known_by_name_where_the_machine_knows_it) {
    BOOST_TEST(user_name(0) == "root");
    BOOST_TEST(user_name(4294967293U) == "uid 4294967293");
}

BOOST_AUTO_TEST_SUITE_END()
