// had under those that start it: an init script without udevd, and a service manager that is to be told.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <filesystem>

using namespace had::test;

namespace {

const std::string one_port = with(with(article_conf, "2.1 = config2\n", ""),
                                  "12.1 = config2\n16 = config1\n", "");

struct WithInit : HadStory {
    WithInit() {
        guest.write_file("/etc/had.conf", one_port);
        // Where a package would put them; the story's had is the build tree's.
        guest.expect("ln -sf /usr/sbin/hadctl /usr/bin/hadctl && cp " +
                     std::filesystem::absolute("etc/had.init").string() + " /etc/init.d/had");
    }
    Result init(const std::string& verb) { return guest.run("/etc/init.d/had " + verb, 30s); }
};

struct Watched : HadStory {
    Watched() : HadStory(ports_only()) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(service)

BOOST_FIXTURE_TEST_CASE(the_init_script_starts_it_tells_of_it_and_stops_it, WithInit) {
    BOOST_TEST(init("status").rc == 3);
    BOOST_TEST(init("start").rc == 0);
    guest.wait_until("hadctl status; test $? -ne 9", 20s);
    BOOST_TEST(init("status").rc == 0);
    BOOST_TEST(init("start").rc == 0);
    guest.wait_until("test \"$(pidof had)\" = $(cat /run/had.pid)");   // jobs are called so too, and end

    chassis.insert(2, {"virtio"});
    wait("2", "healthy", 30s);
    // Without its log it goes on.
    guest.expect("kill $(pidof logger)");
    guest.wait_until("! pidof logger");
    BOOST_TEST(init("reload").rc == 0);
    BOOST_TEST(init("status").rc == 0);

    // The programs beside it came with it, and go with it.
    guest.wait_until("pidof had-recorder && pidof had-notify && hadctl history --event card_in", 40s);
    BOOST_TEST(init("stop").rc == 0);
    BOOST_TEST(init("status").rc == 3);
    guest.wait_until("! pidof had-recorder && ! pidof had-notify");
    BOOST_TEST(guest.run("pidof had").rc != 0);
    BOOST_TEST(guest.expect("wc -w </sys/class/net/bond0/bonding/slaves") == "1");
}

BOOST_FIXTURE_TEST_CASE(the_init_script_says_what_is_wrong_with_a_file_and_does_not_start, WithInit) {
    guest.write_file("/etc/had.conf", "[bond bond0]\nmode = active-bakup\n");
    const Result started = init("start");
    BOOST_TEST(started.rc == 6);
    BOOST_TEST((started.out + started.err).find("did you mean 'active-backup'?") != std::string::npos,
               started.out + started.err);
    BOOST_TEST(init("status").rc == 3);
}

BOOST_FIXTURE_TEST_CASE(it_is_ready_before_any_card_is_and_tells_of_reloads_and_of_its_end, Watched,
                        *boost::unit_test::label("beside")) {
    guest.write_file("/etc/had.conf", one_port);
    const Background manager = guest.spawn("exec notified had", "/run/notified.log");
    guest.wait_until("grep -x 'notified: READY=1' /run/notified.log", 20s);
    BOOST_TEST(guest.expect("ls /sys/class/net/bond0/bonding/miimon") != "");
    guest.expect("hadctl reload");
    guest.stop(manager);
    guest.wait_until("grep -x 'notified: STOPPING=1' /run/notified.log");
    BOOST_TEST(guest.expect("grep notified: /run/notified.log") == "notified: READY=1\n"
                                                                   "notified: RELOADING=1\n"
                                                                   "notified: READY=1\n"
                                                                   "notified: STOPPING=1");
}

BOOST_FIXTURE_TEST_CASE(a_watchdog_is_fed_if_there_is_one, Watched,
                        *boost::unit_test::label("beside")) {
    guest.write_file("/etc/had.conf", one_port);
    const Background manager =
        guest.spawn("WATCHDOG_USEC=400000 exec notified had", "/run/notified.log");
    guest.wait_until("test $(grep -cx 'notified: WATCHDOG=1' /run/notified.log) -ge 5", 20s);
    BOOST_TEST(guest.stop(manager) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
