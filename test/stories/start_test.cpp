// had starts, and not everything is as it should be: each is right and said, and the rest serves.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

// A table in which slot 2's model (e1000) has the driver that misbehaves.
std::string table(std::string_view options) {
    return "[had_hang]\nid = 8086:100e\noptions = " + std::string(options) +
           "\n\n[virtio_pci]\nid = 1af4:1000\nalso = virtio_net\n";
}

struct Starting : HadStory {
    using HadStory::HadStory;
    bool status_says(std::string_view text) {
        const std::string said = status();
        BOOST_TEST_MESSAGE(said);
        return said.find(text) != std::string::npos;
    }
    void serves_from_slot_12() {
        guest.wait_until("test \"$(wc -w </sys/class/net/bond0/bonding/slaves)\" = 2", 30s);
        Traffic traffic(guest);
        BOOST_TEST(traffic.stop().lost == 0);
    }
};

struct WithPorts : Starting {
    WithPorts() : Starting(ports_only()) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(starting)

BOOST_FIXTURE_TEST_CASE(with_some_cards_missing_the_others_serve, WithPorts,
                        *boost::unit_test::label("beside")) {
    chassis.insert(12, {"virtio", 2});
    start(article_conf);
    serves_from_slot_12();
    BOOST_TEST(hadctl("status").rc == 3);
    BOOST_TEST(status_says("2 of 4 ports serve"));
}

BOOST_FIXTURE_TEST_CASE(an_unknown_card_is_named_with_what_to_do_about_it, Starting) {
    chassis.insert(2, {"e1000"});
    chassis.insert(12, {"virtio", 2});
    guest.write_file("/etc/pcidrivers.conf", "[virtio_pci]\nid = 1af4:1000\nalso = virtio_net\n");
    start(article_conf);
    serves_from_slot_12();
    wait_log("2.0: unknown card 8086:100e: .*add 'id = 8086:100e'");
    BOOST_TEST(status_says("8086:100e"));
    BOOST_TEST(guest.run("grep -c '2.0: unknown card' /run/had.log").out == "1\n");

    // The table learns it, and a reload is all it takes.
    guest.expect("printf '[e1000]\\nid = 8086:100e\\n' >>/etc/pcidrivers.conf");
    guest.expect("hadctl reload");
    wait("2.0", "healthy", 30s);
}

BOOST_FIXTURE_TEST_CASE(a_driver_that_fails_is_told_and_tried_again, Starting) {
    chassis.insert(2, {"e1000"});
    chassis.insert(12, {"virtio", 2});
    guest.write_file("/etc/pcidrivers.conf",
                     "[no_such_driver]\nid = 8086:100e\n[virtio_pci]\nid = 1af4:1000\nalso = virtio_net\n");
    start(article_conf);
    serves_from_slot_12();
    wait_log("2.0: no_such_driver: .*");
    BOOST_TEST(status_says("no_such_driver"));
}

BOOST_FIXTURE_TEST_CASE(a_driver_whose_probe_fails_leaves_the_card_to_the_next_candidate, Starting) {
    chassis.insert(2, {"e1000"});
    chassis.insert(12, {"virtio", 2});
    guest.write_file("/etc/pcidrivers.conf", table("error=5") + "[e1000]\nid = 8086:100e\n");
    start(article_conf);
    serves_from_slot_12();
    wait("2.0", "healthy", 30s);
}

BOOST_FIXTURE_TEST_CASE(a_probe_that_hangs_stops_no_other_slot_and_no_restart, Starting) {
    chassis.insert(2, {"e1000"});
    chassis.insert(12, {"virtio", 2});
    guest.write_file("/etc/pcidrivers.conf", table("probe_seconds=-1"));
    start(article_conf);
    guest.wait_until("dmesg | grep 'had_hang: probe sleeps'");
    serves_from_slot_12();
    BOOST_TEST(status_says("loading had_hang"));

    kill();                                    // its child still hangs
    start_again();
    BOOST_TEST(guest.run("wc -w </sys/class/net/bond0/bonding/slaves").out == "2\n");
    chassis.insert(16, {"virtio"});
    wait("16", "healthy", 30s);
    guest.expect("echo 1 >/sys/module/had_hang/parameters/release");
}

BOOST_AUTO_TEST_SUITE_END()
