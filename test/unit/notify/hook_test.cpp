#include "had/notify/hook.hpp"

#include "had/sys/trust.hpp"
#include "had/notify/message.hpp"
#include "had/notify/queue.hpp"
#include "had/notify/state.hpp"

#include "had/core/base/journal.hpp"

#include "test/boost_test.hpp"
#include "test/unit/notify/hooks.hpp"

#include <fmt/format.h>

using namespace had;
using namespace had::notify;
using namespace had::test;

namespace {

std::vector<std::string> names_in(const HookDir& dir) {
    std::vector<std::string> names;
    for (const Hook& hook : find_hooks(dir.path)) names.push_back(hook.name + (hook.refused.empty() ? "" : " refused"));
    return names;
}

using Names = std::vector<std::string>;

Message numbered(std::uint64_t seq, const std::string& level) {
    Message message;
    message.event = "failover";
    message.instance = "i";
    message.seq = seq;
    message.level = level;
    return message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hooks_of_a_directory)

BOOST_AUTO_TEST_CASE(programs_are_found_in_the_order_of_their_names_and_leftovers_are_none) {
    const HookDir dir;
    for (const char* name :
         {"20-mail", "10-log", "failover.d/10-first", ".hidden", "30-x~", "40-y.dpkg-old", "50-z.rpmnew"})
        dir.add(name, "exit 0");
    std::filesystem::create_symlink("/dev/null", dir.path / "60-masked");
    BOOST_TEST(names_in(dir) == (Names{"10-log", "20-mail", "failover.d/10-first"}), boost::test_tools::per_element());
    BOOST_TEST(find_hooks("/nowhere").empty());
}

BOOST_AUTO_TEST_CASE(of_too_many_programs_the_first_by_name_are_run_and_it_is_told) {
    const HookDir dir;
    for (int i = 0; i < 100; ++i) dir.add(fmt::format("{:03}", i), "exit 0");
    const auto hooks = find_hooks(dir.path);
    BOOST_REQUIRE(hooks.size() == 65u);
    BOOST_TEST(hooks[63].name == "063");
    BOOST_TEST(hooks[64].refused.starts_with("there are 100 programs, and only the first 64 are run"));
    BOOST_CHECK_THROW(find_hooks(dir.path / "000"), std::system_error);
    dir.add("00\nat x 1", "exit 0");
    BOOST_TEST(find_hooks(dir.path).front().refused == "its name has control characters: rename it");
}

BOOST_AUTO_TEST_CASE(what_others_have_a_hand_in_is_refused_with_the_cure) {
    HAD_TRY(::getuid() == 0);
    const HookDir dir;
    const auto refused = [&](const std::string& name) { return sys::objection_to(dir.path / name).value_or("none"); };
    dir.add("good", "exit 0");
    BOOST_TEST(refused("good") == "none");
    dir.add("writable", "exit 0", 0777);
    BOOST_TEST(refused("writable").find("may be written by others: chmod go-w") != std::string::npos);
    dir.add("setuid", "exit 0", 04755);
    BOOST_TEST(refused("setuid").find("is setuid or setgid") != std::string::npos);
    dir.add("plain", "exit 0", 0644);
    BOOST_TEST(refused("plain").find("may not be executed: chmod +x") != std::string::npos);
    dir.add("anothers", "exit 0");
    BOOST_REQUIRE(::chown((dir.path / "anothers").c_str(), 65534, 0) == 0);
    BOOST_TEST(refused("anothers").find("is not root's: chown root") != std::string::npos);
    std::filesystem::create_symlink(dir.path / "writable", dir.path / "link");
    BOOST_TEST(refused("link").find("may be written by others") != std::string::npos);
    BOOST_TEST(refused("missing").find("No such file") != std::string::npos);
    ::chmod(dir.path.c_str(), 0777);
    BOOST_TEST(refused("good").find("may be written by others") != std::string::npos);
    ::chmod(dir.path.c_str(), 01777);
    BOOST_TEST(refused("good") == "none");
}

BOOST_AUTO_TEST_CASE(a_hook_of_an_event_wants_it_at_any_level_and_the_rest_want_notices) {
    const Hook all{.name = "20-mail", .path = {}, .event = "", .refused = ""};
    const Hook one{.name = "driver_loaded.d/10 x", .path = {}, .event = "driver_loaded", .refused = ""};
    BOOST_TEST(all.wants("failover", "warning"));
    BOOST_TEST(!all.wants("driver_loaded", "info"));
    BOOST_TEST(one.wants("driver_loaded", "info"));
    BOOST_TEST(!one.wants("failover", "warning"));
    BOOST_TEST(one.word() == "driver_loaded.d.10.x");
}

BOOST_AUTO_TEST_CASE(an_event_becomes_an_environment) {
    const auto message = message_of(std::get<control::Event>(*control::decode_message(
        R"({"event":"failover","seq":7,"instance":"i","time":"t","level":"warning","port":"2.0","bond":"bond0",)"
        R"("from":"eth0","to":"eth1","cause":"carrier","by":"had","text":"a b"})")));
    BOOST_REQUIRE(message);
    BOOST_TEST(message->object == "bond0");
    const auto has = [&](const char* one) {
        return std::find(message->environment.begin(), message->environment.end(), one) != message->environment.end();
    };
    for (const char* one : {"HAD_EVENT=failover", "HAD_SEQ=7", "HAD_INSTANCE=i", "HAD_LEVEL=warning", "HAD_PORT=2.0",
                            "HAD_BOND=bond0", "HAD_FROM=eth0", "HAD_TO=eth1", "HAD_CAUSE=carrier", "HAD_BY=had",
                            "HAD_TEXT=a b", "HAD_OBJECT=bond0", "HAD_TIME=t"})
        BOOST_TEST(has(one), one);
    BOOST_TEST(message->environment.size() == 13u);
    const auto long_one = message_of(std::get<control::Event>(*control::decode_message(
        fmt::format(R"({{"event":"trouble","bond":"{0}","text":"{0}"}})", std::string(200'000, 'x')))));
    for (const std::string& variable : long_one->environment) BOOST_TEST(variable.size() < 9000u);
    BOOST_TEST(long_one->object.size() < 9000u);
    BOOST_TEST(long_one->json.size() > 400'000u);
    const auto gap = message_of(std::get<control::Event>(*control::decode_message(
        R"({"event":"lost","instance":"i","from":3,"to":9})")));
    BOOST_TEST(gap->level == "warning");
    BOOST_TEST(gap->environment == (Names{"HAD_EVENT=lost", "HAD_INSTANCE=i", "HAD_FROM=3", "HAD_TO=9",
                                          "HAD_OBJECT=chassis"}), boost::test_tools::per_element());
    control::Event changed;
    changed.event = "changed";
    BOOST_TEST(!message_of(changed));
}

BOOST_AUTO_TEST_CASE(each_text_of_a_notice_is_in_the_event_the_journal_and_the_environment) {
    core::Notice notice;
    notice.kind = core::NoticeKind::failover;
    core::for_each_field(notice, [](std::string_view key, std::string& value) { value = fmt::format("the {}", key); });
    const std::string json = control::encode(notice, 7, "i", {"t", "b", 1});
    const auto message = message_of(std::get<control::Event>(*control::decode_message(json)));
    const auto fields = core::journal_fields(notice, "i", 7);
    core::for_each_field(notice, [&](std::string_view key, const std::string& value) {
        const std::string variable = core::variable_of(key);
        const core::JournalField field{key == "interface" ? "INTERFACE" : variable, value};
        BOOST_TEST(json.find(fmt::format(R"("{}":"{}")", key, value)) != std::string::npos, key);
        BOOST_TEST((std::count(fields.begin(), fields.end(), field) == 1), key);
        const auto& all = message->environment;
        BOOST_TEST((std::count(all.begin(), all.end(), variable + "=" + value) == 1), key);
    });
    BOOST_TEST(core::variable_of("bond") == "HAD_BOND");
}

BOOST_AUTO_TEST_CASE(a_full_queue_gives_up_the_oldest_below_warning_and_says_so) {
    Queue queue;
    const core::TimePoint now{};
    BOOST_TEST(queue.add(numbered(1, "warning"), now));
    for (std::uint64_t seq = 2; seq <= Queue::most; ++seq) queue.add(numbered(seq, "notice"), now);
    BOOST_TEST(!queue.add(numbered(Queue::most + 1, "error"), now));
    BOOST_TEST(!queue.add(numbered(Queue::most + 2, "error"), now));
    BOOST_TEST(queue.size() == Queue::most);
    const Message gap = queue.next().message;
    BOOST_TEST(gap.event == "lost");
    BOOST_TEST(gap.json == R"({"event":"lost","instance":"i","from":2,"to":3})");
    BOOST_TEST(queue.next().message.seq == 1u);
    BOOST_TEST(queue.next().message.seq == 4u);
}

BOOST_AUTO_TEST_CASE(how_far_each_hook_is_is_read_as_it_is_written) {
    State state{.instance = "ab12", .seq = 41};
    state.hooks["20-mail"] = {"ab12", 41, "2002-05-01T12:00:00.000001Z", 0, 0, 7, 1};
    state.hooks["failover.d/a b"] = {"", 0, "", 143, 12, 0, 0};
    BOOST_TEST((parse_state(print(state)) == state));
    BOOST_TEST((parse_state("") == State{.damage = "it is empty"}));
    const std::string whole = print(state);
    for (std::size_t length = 0; length < whole.size(); ++length)
        BOOST_TEST(!parse_state(whole.substr(0, length)).damage.empty(), length);
    for (const char* odd : {"notify 1\nat x\n", "notify 1\nat x -1\n", "notify 1\nhook a 1 2\n", "rubbish",
                            "notify 1\nhook i 1 t x 1 1 1 name\n", "notify 9\nat i 4\n"})
        BOOST_TEST(parse_state(odd).hooks.empty(), odd);
}

BOOST_AUTO_TEST_SUITE_END()
