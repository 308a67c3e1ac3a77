// The connection to systemd, against a peer that speaks the same library: what is sent, and what is heard.
#include "had/sys/systemd_bus.hpp"

#include "had/sys/fd.hpp"
#include "had/sys/systemd_codec.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <csignal>
#include <map>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

using namespace had;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

sys::UniqueFd bound_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    sys::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    BOOST_REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
}

// systemd for one client: it writes down each call, answers, and tells what the test has it tell.
class FakeSystemd {
public:
    FakeSystemd(sys::Loop& loop, std::string path) : loop_(loop), path_(std::move(path)) {
        listener_ = bound_to(path_);
        BOOST_REQUIRE(::listen(listener_.get(), 1) == 0);
        watch_ = loop_.on_readable(listener_.get(), [this] { accept(); });
    }
    void hang_up() { bus_.reset(); }
    void serve() {
        while (bus_ && ::sd_bus_process(bus_.get(), nullptr) > 0) {}
    }
    template <class... T>
    void signal(const char* path, const char* interface, const char* member, const char* types, T... values) {
        BOOST_REQUIRE(::sd_bus_emit_signal(bus_.get(), path, interface, member, types, values...) >= 0);
    }
    std::vector<std::string> calls;           // "StopUnit a.service"
    std::map<std::string, std::string> properties;            // of the transient unit; those that are one word
    std::vector<std::string> command;
    std::string error;                        // what is answered
    bool answers = true;

private:
    void accept() {
        const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        BOOST_REQUIRE(fd >= 0);
        sd_bus* raw = nullptr;
        sd_id128_t id{};
        id.bytes[0] = 1;
        BOOST_REQUIRE(::sd_bus_new(&raw) >= 0);
        bus_.reset(raw);
        BOOST_REQUIRE(::sd_bus_set_fd(raw, fd, fd) >= 0);
        BOOST_REQUIRE(::sd_bus_set_server(raw, 1, id) >= 0);
        BOOST_REQUIRE(::sd_bus_add_filter(raw, nullptr, hear, this) >= 0);
        BOOST_REQUIRE(::sd_bus_start(raw) >= 0);
    }
    static int hear(sd_bus_message* m, void* data, sd_bus_error*) {
        auto& self = *static_cast<FakeSystemd*>(data);
        if (::sd_bus_message_is_method_call(m, nullptr, nullptr) <= 0) return 0;
        const std::string member = ::sd_bus_message_get_member(m);
        const char* name = "";
        ::sd_bus_message_read(m, "s", &name);
        self.calls.push_back(member + " " + (member == "GetAll" ? ::sd_bus_message_get_path(m) : name));
        if (member == "StartTransientUnit") self.read_unit(m);
        if (!self.answers) return 1;
        if (!self.error.empty())
            return ::sd_bus_reply_method_errorf(m, self.error.c_str(), "Unit %s is refused.", name) < 0 ? -1 : 1;
        if (member == "GetAll")
            ::sd_bus_reply_method_return(m, "a{sv}", 6, "LoadState", "s", "loaded", "ActiveState", "s", "active",
                                         "ExecMainStatus", "s", "of another type", "Odd", "as", 1, "x", "Transient",
                                         "b", 1, "MainPID", "u", 77);
        else if (member == "KillUnit") ::sd_bus_reply_method_return(m, "");
        else ::sd_bus_reply_method_return(m, "o", "/org/freedesktop/systemd1/job/5");
        return 1;
    }
    void read_unit(sd_bus_message* m) {
        const char* mode = nullptr;
        ::sd_bus_message_read(m, "s", &mode);
        ::sd_bus_message_enter_container(m, 'a', "(sv)");
        while (::sd_bus_message_enter_container(m, 'r', "sv") > 0) {
            const char *name = nullptr, *contents = nullptr, *text = nullptr;
            char type = 0;
            std::uint64_t number = 0;
            ::sd_bus_message_read(m, "s", &name);
            ::sd_bus_message_peek_type(m, &type, &contents);
            const std::string kind = contents;
            if (kind == "s") {
                ::sd_bus_message_read(m, "v", "s", &text);
                properties[name] = text;
            } else if (kind == "t") {
                ::sd_bus_message_read(m, "v", "t", &number);
                properties[name] = std::to_string(number);
            } else if (kind == "i") {
                std::int32_t signal = 0;
                ::sd_bus_message_read(m, "v", "i", &signal);
                properties[name] = std::to_string(signal);
            } else if (kind == "a(sasb)") {
                properties[name] = "command";
                read_command(m);
            } else {
                properties[name] = kind;
                ::sd_bus_message_skip(m, "v");
            }
            ::sd_bus_message_exit_container(m);
        }
    }
    void read_command(sd_bus_message* m) {
        const char *path = nullptr, *word = nullptr;
        ::sd_bus_message_enter_container(m, 'v', "a(sasb)");
        ::sd_bus_message_enter_container(m, 'a', "(sasb)");
        ::sd_bus_message_enter_container(m, 'r', "sasb");
        ::sd_bus_message_read(m, "s", &path);
        command.emplace_back(path);
        ::sd_bus_message_enter_container(m, 'a', "s");
        while (::sd_bus_message_read(m, "s", &word) > 0) command.emplace_back(word);
        ::sd_bus_message_exit_container(m);
        ::sd_bus_message_skip(m, "b");
        for (int i = 0; i < 3; ++i) ::sd_bus_message_exit_container(m);
    }

    sys::Loop& loop_;
    std::string path_;
    sys::UniqueFd listener_;
    sys::Watch watch_;
    sys::Bus bus_;
};

struct Talk {
    TempDir dir;
    sys::Loop loop;
    std::string path = dir.path() / "private";
    FakeSystemd systemd{loop, path};
    std::vector<std::string> heard;
    std::string trouble;
    std::unique_ptr<sys::UnitManager> bus = sys::connect_systemd(loop, path, trouble);

    Talk() {
        BOOST_REQUIRE_MESSAGE(bus, trouble);
        bus->listen({.changed = [this](const std::string& unit, const sys::UnitState& s) {
                         heard.push_back(unit + " " + s.active.value_or("-") + " " +
                                         std::to_string(s.status.value_or(-1)));
                     },
                     .removed = [this](const std::string& unit) { heard.push_back("removed " + unit); },
                     .job_over = [this](const std::string& job, const std::string& how) {
                         heard.push_back(job + " " + how);
                     },
                     .down = [this](const std::string& why) { heard.push_back("down: " + why); },
                     .up = [this] { heard.emplace_back("up"); }});
    }
    bool wait(const std::function<bool()>& so) {
        return had::test::wait_for(loop, [&] {
            systemd.serve();
            return so();
        });
    }
    sys::UnitManager::Answer kept(std::vector<sys::UnitAnswer>& into) {
        return [&into](const sys::UnitAnswer& answer) { into.push_back(answer); };
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(systemd_bus)

BOOST_AUTO_TEST_CASE(where_systemd_does_not_listen_there_is_no_manager_and_the_reason_is_told) {
    sys::Loop loop;
    TempDir dir;
    std::string trouble;
    BOOST_TEST(!sys::connect_systemd(loop, dir.path() / "private", trouble));
    BOOST_TEST(trouble.find("No such file or directory") != std::string::npos, trouble);
}

BOOST_AUTO_TEST_CASE(systemd_that_refuses_just_now_is_there_and_is_asked_again) {
    sys::Loop loop;
    TempDir dir;
    const std::string path = dir.path() / "private";
    std::string trouble;
    sys::UniqueFd deaf = bound_to(path);
    const auto bus = sys::connect_systemd(loop, path, trouble);
    BOOST_REQUIRE(bus);
    BOOST_TEST(!bus->is_up());
    BOOST_TEST(trouble.find("Connection refused") != std::string::npos, trouble);
    std::filesystem::remove(path);
    FakeSystemd systemd{loop, path};
    BOOST_TEST(had::test::wait_for(loop, [&] { return bus->is_up(); }));
}

BOOST_AUTO_TEST_CASE(a_transient_unit_is_asked_for_with_its_words_as_they_are) {
    Talk talk;
    std::vector<sys::UnitAnswer> answers;
    talk.bus->start({.name = "had-dsl.service", .description = "d", .type = "notify",
                     .words = {"/bin/sh", "-c", "$HOME %n \"x\""}, .environment = {"A=b"}, .stop_timeout = 5s},
                    talk.kept(answers));
    BOOST_REQUIRE(talk.wait([&] { return !answers.empty(); }));
    BOOST_TEST(answers[0].error == "");
    BOOST_TEST(answers[0].job == "/org/freedesktop/systemd1/job/5");
    BOOST_TEST(talk.systemd.calls == std::vector<std::string>{"StartTransientUnit had-dsl.service"});
    const std::vector<std::string> words{"/bin/sh", "/bin/sh", "-c", "$$HOME %n \"x\""};
    BOOST_TEST(talk.systemd.command == words);
    // systemd reads its own transient file again at a reload, and knows no key ExecStartEx there.
    BOOST_TEST(talk.systemd.properties["ExecStart"] == "command");
    auto& properties = talk.systemd.properties;
    BOOST_TEST(properties["Type"] == "notify");
    BOOST_TEST(properties["NotifyAccess"] == "all");
    BOOST_TEST(properties["KillMode"] == "control-group");
    BOOST_TEST(properties["CollectMode"] == "inactive-or-failed");
    BOOST_TEST(properties["TimeoutStopUSec"] == "15000000");
    BOOST_TEST(properties["StartLimitIntervalUSec"] == "0");
    BOOST_TEST(!properties.contains("RuntimeMaxUSec"));
    BOOST_TEST(!properties.contains("KillSignal"));
}

BOOST_AUTO_TEST_CASE(what_has_a_limit_is_killed_by_a_signal_that_it_cannot_take_for_a_success) {
    Talk talk;
    std::vector<sys::UnitAnswer> answers;
    talk.bus->start({.name = "had.probe-dsl.service", .description = "d", .type = "exec", .words = {"/bin/sh"},
                     .limit = 10s}, talk.kept(answers));
    BOOST_REQUIRE(talk.wait([&] { return !answers.empty(); }));
    BOOST_TEST(talk.systemd.properties["RuntimeMaxUSec"] == "10000000");
    BOOST_TEST(talk.systemd.properties["KillSignal"] == std::to_string(SIGKILL));
}

BOOST_AUTO_TEST_CASE(what_systemd_refuses_is_heard_in_its_words) {
    Talk talk;
    std::vector<sys::UnitAnswer> answers;
    talk.systemd.error = "org.freedesktop.systemd1.UnitExists";
    talk.bus->start("x.service", talk.kept(answers));
    BOOST_REQUIRE(talk.wait([&] { return answers.size() == 1; }));
    BOOST_TEST(answers[0].error == "Unit x.service is refused.");
    BOOST_TEST(answers[0].exists);
    talk.systemd.error = "org.freedesktop.systemd1.UnitMasked";
    talk.bus->stop("x.service", talk.kept(answers));
    talk.bus->kill("x.service", talk.kept(answers));
    BOOST_REQUIRE(talk.wait([&] { return answers.size() == 3; }));
    BOOST_TEST(!answers[1].exists);
    BOOST_TEST(talk.systemd.calls.back() == "KillUnit x.service");
}

BOOST_AUTO_TEST_CASE(a_look_has_what_is_known_of_a_unit_and_skips_what_is_of_another_type) {
    Talk talk;
    std::vector<sys::UnitState> states;
    talk.bus->look("had-at@ttyACM0.service", [&](const sys::UnitState& state) { states.push_back(state); });
    BOOST_REQUIRE(talk.wait([&] { return !states.empty(); }));
    BOOST_TEST(talk.systemd.calls.at(0) == "GetAll " + sys::path_of_unit("had-at@ttyACM0.service"));
    BOOST_TEST(states[0].load.value() == "loaded");
    BOOST_TEST(states[0].active.value() == "active");
    BOOST_TEST(states[0].pid.value() == 77);
    BOOST_TEST(states[0].transient.value());
    BOOST_TEST(!states[0].status);
}

BOOST_AUTO_TEST_CASE(changes_of_units_jobs_and_their_removal_are_heard_without_being_asked_for) {
    Talk talk;
    std::vector<sys::UnitAnswer> answers;
    talk.bus->stop("x.service", talk.kept(answers));          // so the peers have met
    BOOST_REQUIRE(talk.wait([&] { return !answers.empty(); }));
    const std::string path = sys::path_of_unit("x.service");
    talk.systemd.signal(path.c_str(), "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as",
                        "org.freedesktop.systemd1.Service", 2, "ActiveState", "s", "failed", "ExecMainStatus", "i", 16,
                        0);
    talk.systemd.signal("/org/freedesktop/systemd1/job/9", "org.freedesktop.DBus.Properties", "PropertiesChanged",
                        "sa{sv}as", "org.freedesktop.systemd1.Job", 0, 0);
    const char* manager = "org.freedesktop.systemd1.Manager";
    talk.systemd.signal("/org/freedesktop/systemd1", manager, "JobRemoved", "uoss", 5, "/job/5", "x.service", "done");
    talk.systemd.signal("/org/freedesktop/systemd1", manager, "UnitRemoved", "so", "x.service", path.c_str());
    BOOST_REQUIRE(talk.wait([&] { return talk.heard.size() == 3; }));
    BOOST_TEST(talk.heard == (std::vector<std::string>{"x.service failed 16", "/job/5 done", "removed x.service"}));
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_lost_is_told_once_and_opened_again) {
    Talk talk;
    std::vector<sys::UnitAnswer> answers;
    talk.bus->stop("x.service", talk.kept(answers));
    BOOST_REQUIRE(talk.wait([&] { return !answers.empty(); }));
    talk.systemd.hang_up();
    BOOST_REQUIRE(talk.wait([&] { return !talk.heard.empty(); }));
    BOOST_TEST(talk.heard[0].starts_with("down: "));
    BOOST_TEST(!talk.bus->is_up());
    BOOST_CHECK_THROW(talk.bus->stop("x.service", talk.kept(answers)), std::exception);
    BOOST_REQUIRE(talk.wait([&] { return talk.bus->is_up(); }));
    BOOST_TEST(talk.heard.back() == "up");
    talk.bus->stop("y.service", talk.kept(answers));
    BOOST_REQUIRE(talk.wait([&] { return answers.size() == 2; }));
    BOOST_TEST(talk.systemd.calls.back() == "StopUnit y.service");
}

BOOST_AUTO_TEST_CASE(a_call_whose_answer_is_lost_is_not_told_as_refused) {
    Talk talk;
    std::vector<sys::UnitAnswer> answers;
    talk.systemd.error = "org.freedesktop.DBus.Error.NoReply";
    talk.bus->start("x.service", talk.kept(answers));
    BOOST_REQUIRE(talk.wait([&] { return answers.size() == 1; }));
    BOOST_TEST(answers[0].lost);
    talk.systemd.answers = false;
    talk.bus->start("y.service", talk.kept(answers));
    BOOST_REQUIRE(talk.wait([&] { return talk.systemd.calls.back() == "StartUnit y.service"; }));
    talk.systemd.hang_up();
    BOOST_REQUIRE(talk.wait([&] { return !talk.heard.empty(); }));
    BOOST_TEST(talk.heard[0].starts_with("down: "));
    BOOST_TEST(answers.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_listener_throws_leaves_the_loop_and_the_connection_goes_on) {
    Talk talk;
    talk.bus->stop("x.service", [](const sys::UnitAnswer&) { throw std::bad_alloc(); });
    BOOST_CHECK_THROW(talk.wait([] { return false; }), std::bad_alloc);
    std::vector<sys::UnitAnswer> answers;
    talk.bus->stop("x.service", talk.kept(answers));
    BOOST_TEST(talk.wait([&] { return !answers.empty(); }));
}

BOOST_AUTO_TEST_SUITE_END()
