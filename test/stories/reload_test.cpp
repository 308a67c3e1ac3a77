// Another had.conf: the difference, and nothing else.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <algorithm>

using namespace had::test;

namespace {

struct TwoPorts : HadStory {
    TwoPorts() : HadStory(ports_only()) {
        chassis.insert(2, {"virtio", 2});
        chassis.insert(12, {"virtio", 2});
        conf = with(article_conf, "16 = config1\n", "");
        start(with(conf, "12.1 = config2\n", ""));
        wait("bond0", "healthy", 30s);
    }
    std::string slaves() { return guest.expect("wc -w </sys/class/net/bond0/bonding/slaves"); }
    // What had did since the last look, a line an operation; but for the kernel's order of the ports
    // (prio), which follows whatever the bond has.
    std::string operations() {
        const std::string all = guest.expect(
            "sed -nE '/ prio /d; s/^(<6>(enslave|release|add|remove|set|create|delete) [^(]*).*/\\1/p' "
            "/run/had.log");
        std::string fresh = all.substr(std::min(seen.size(), all.size()));
        seen = all;
        return fresh.starts_with('\n') ? fresh.substr(1) : fresh;
    }
    std::string conf;
    std::string seen;
};

} // namespace

BOOST_AUTO_TEST_SUITE(reload_stories, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(a_reload_makes_the_difference_and_costs_no_packet, TwoPorts) {
    operations();
    Traffic traffic(guest);

    reload(conf);                              // gains 12.1
    wait("bond0", "healthy");
    BOOST_TEST(slaves() == "4");
    const std::string fourth = chassis.interface(12, 1);
    BOOST_TEST(operations() == "<6>enslave " + fourth + " to bond0 ");

    reload(with(conf, "10.0.1.1/24", "10.0.1.1/24\naddress = 10.0.7.7/24\naddress = fd00:1::1/64"));
    BOOST_TEST(operations() == "<6>add 10.0.7.7/24 to bond0 \n<6>add fd00:1::1/64 to bond0 ");
    reload(with(conf, "miimon = 100", "miimon = 50\nresend_igmp = 3"));
    BOOST_TEST(operations() == "<6>set bond0 miimon 50 \n<6>set bond0 resend_igmp 3 \n"
                               "<6>remove 10.0.7.7/24 from bond0 \n<6>remove fd00:1::1/64 from bond0 ");

    reload(with(with(conf, "miimon = 100", "miimon = 50"), "12.1 = config2\n", ""));    // loses 12.1
    guest.wait_until("test \"$(wc -w </sys/class/net/bond0/bonding/slaves)\" = 3");
    BOOST_TEST(guest.run("ip -br addr show " + fourth + " | grep -c UP").rc != 0);

    operations();                              // files beside it: one comes, a broken one is refused, both go
    guest.expect("mkdir -p /etc/had.conf.d");
    guest.write_file("/etc/had.conf.d/10-more.conf", "[bond bond0]\naddress = 10.0.8.8/24\n");
    BOOST_TEST(hadctl("reload").rc == 0);
    BOOST_TEST(operations() == "<6>add 10.0.8.8/24 to bond0 ");
    guest.write_file("/etc/had.conf.d/20-broken.conf", "[bond bond0]\nmiimon = 70\naddress = 10.0.9.9/24\n");
    const Result refused = hadctl("reload");
    const std::string said = refused.out + refused.err;
    BOOST_TEST(refused.rc == 6);
    BOOST_TEST(said.find("had.conf.d/20-broken.conf:2: bond0: 'miimon' is given twice") != std::string::npos, said);
    BOOST_TEST(said.find("had.conf:9") != std::string::npos, said);
    BOOST_TEST(operations() == "");
    guest.expect("rm /etc/had.conf.d/*");
    BOOST_TEST(hadctl("reload").rc == 6);      // it is empty, as while somebody copies files there
    const Result taken = hadctl("reload --force");
    BOOST_TEST(taken.rc == 0, taken.out + taken.err);
    BOOST_TEST(operations() == "<6>remove 10.0.8.8/24 from bond0 ");
    BOOST_TEST(traffic.stop().lost == 0);
}

BOOST_FIXTURE_TEST_CASE(a_broken_file_changes_nothing_and_names_every_mistake, TwoPorts) {
    operations();
    guest.write_file("/etc/had.conf", with(with(conf, "active-backup", "active-bakup"), "12.0", "12.x"));
    const Result answer = hadctl("reload");
    BOOST_TEST(answer.rc == 6);
    const std::string said = answer.out + answer.err;
    BOOST_TEST(said.find("had.conf:8: ") != std::string::npos, said);
    BOOST_TEST(said.find("did you mean 'active-backup'?") != std::string::npos, said);
    BOOST_TEST(said.find("had.conf:21: ") != std::string::npos, said);
    guest.signal(had, 1);
    wait_log("not taken");
    guest.write_file("/etc/had.conf", "");     // as it is while somebody writes it
    BOOST_TEST(hadctl("reload").rc == 6);
    BOOST_TEST(operations() == "");
    BOOST_TEST(slaves() == "3");
}

BOOST_FIXTURE_TEST_CASE(what_would_cut_service_waits_for_force, TwoPorts) {
    guest.write_file("/etc/had.conf", with(conf, "active-backup", "balance-rr"));
    const Result planned = hadctl("plan /etc/had.conf");
    BOOST_TEST(planned.out.find("needs reload --force") != std::string::npos, planned.out);
    BOOST_TEST(hadctl("reload").rc == 5);
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/bonding/mode") == "active-backup 1");
    const std::string mac = bond_mac();
    BOOST_TEST(hadctl("reload --force").rc == 0);
    wait("bond0", "healthy");
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/bonding/mode") == "balance-rr 0");
    BOOST_TEST(bond_mac() == mac);
    BOOST_TEST(slaves() == "4");
}

BOOST_FIXTURE_TEST_CASE(an_address_that_left_the_file_while_had_was_away_goes_and_a_foreign_one_stays,
                        TwoPorts) {
    reload(with(conf, "10.0.1.1/24", "10.0.1.1/24\naddress = 10.0.7.7/24"));
    guest.expect("ip addr add 10.0.8.8/24 dev bond0");
    kill();
    guest.write_file("/etc/had.conf", conf);
    start_again();
    guest.wait_until("! ip -br addr show bond0 | grep 10.0.7.7");
    BOOST_TEST(guest.run("ip -br addr show bond0 | grep 10.0.8.8").rc == 0);
    BOOST_TEST(guest.run("ip -br addr show bond0 | grep 10.0.1.1").rc == 0);
}

BOOST_AUTO_TEST_SUITE_END()
