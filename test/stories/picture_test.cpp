// The page in Cockpit: Chromium, Cockpit and the daemon in one chassis (test/picture/live.mjs is the one who looks).
#include "test/boost_test.hpp"
#include "test/stories/told_story.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace had::test;

namespace {

// An emulated processor takes minutes to start a browser.
boost::test_tools::assertion_result is_played(boost::unit_test::test_unit_id) {
    const char* kind = std::getenv("HAD_CHASSIS");
    return kind == nullptr || std::string_view(kind) != "emulated";
}

Options with_browser() {
    Options options = ports_only();
    options.memory_mb = 2048;
    return options;
}

struct Picture : HadStory {
    Picture() : HadStory(with_browser()) {
        chassis.insert(2, {"virtio"});
        chassis.insert(12, {"virtio"});
        start(two_cards_conf);
        wait("bond0", "healthy", 60s);
        recorder = guest.spawn("exec had-recorder", "/run/recorder.log");
        guest.wait_until("hadctl availability bond0", 20s);
        const std::string tree = guest.expect("sed 's/.*chassis.tree=\\([^ ]*\\).*/\\1/' /proc/cmdline");
        guest.expect("mkdir -p /run/data/cockpit && ln -s " + tree + "/etc/cockpit/had /run/data/cockpit");
        serve("9191", "");
        serve("9192", "setpriv --reuid=65534 --regid=65534 --clear-groups ");
        browser = guest.spawn("cd " + tree + " && HOME=/tmp exec node test/picture/live.mjs " + page("9191") + " " +
                                  page("9192"),
                              "/run/live.log");
    }
    // Cockpit's web server, whose session is the user's who starts it.
    void serve(const std::string& port, const std::string& as) {
        guest.spawn("exec " + as + "env HOME=/tmp XDG_RUNTIME_DIR=/tmp XDG_DATA_HOME=/run/data "
                    "/usr/lib/cockpit/cockpit-ws --no-tls --address=127.0.0.1 -p " + port +
                        " --local-session=cockpit-bridge",
                    "/run/cockpit-" + port + ".log");
    }
    static std::string page(const std::string& port) {
        return "http://127.0.0.1:" + port + "/cockpit/@localhost/had/index.html";
    }
    // Until the browser has said that it saw it.
    void seen(const std::string& step) {
        const auto is_said = [&] { return guest.run("grep -qx " + step + " /run/live.log").rc == 0; };
        guest.wait_until([&] { return is_said() || !guest.running(browser); }, 300s, "the browser sees: " + step);
        if (!is_said())
            throw std::runtime_error("the browser does not see " + step + ": " + guest.read_file("/run/live.log"));
    }

    Background recorder, browser;
};

} // namespace

BOOST_AUTO_TEST_SUITE(picture, *boost::unit_test::label("beside") * boost::unit_test::label("long") *
                                   boost::unit_test::precondition(is_played))

BOOST_FIXTURE_TEST_CASE(the_page_follows_the_chassis_and_gives_orders_to_who_may, Picture) {
    seen("ready");
    chassis.pull(2);
    seen("pulled");
    chassis.insert(2, {"virtio"});
    seen("back");
    seen("offline");
    seen("online");
    wait_earned(60s);
    chassis.pull(12);
    seen("refused");
    chassis.insert(12, {"virtio"});
    wait("bond0", "healthy", 60s);
    kill();
    seen("stale");
    start_again();
    seen("recovered");
    const std::string name = chassis.interface(12, 0);
    guest.expect("ip link set " + name + " down && ip link set " + name + " name '<img>'");
    seen("hostile");
    seen("humble");
    seen("report");
    seen("done");
    BOOST_TEST(guest.wait_exit(browser, 60s) == 0);
    BOOST_TEST_MESSAGE(guest.read_file("/run/live.log"));
}

BOOST_AUTO_TEST_SUITE_END()
