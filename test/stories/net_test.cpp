// Routes, VLANs and speeds: lost with a link or a card, and back with it.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

// Beyond the far end's address, which is the gateway, lie other networks.
struct Routed : HadStory {
    Routed() : HadStory(ports_only()) {
        guest.expect(in_far_end("ip addr add 10.2.0.1/32 dev br0; ip -6 addr add fd00:2::1/128 dev br0 nodad; "
                                "ip -6 addr add fd00:1::2/64 dev br0 nodad; "
                                "ip link add br0.5 link br0 type vlan id 5; ip link set br0.5 up; "
                                "ip addr add 10.5.0.2/24 dev br0.5; ip addr add 10.6.0.1/32 dev br0"));
        chassis.insert(2, {"virtio", 1});
        chassis.insert(12, {"virtio", 1});
        conf = with(with(with(article_conf, "16 = config1\n", ""), "2.1 = config2\n", ""),
                    "address = 10.0.1.1/24\n",
                    "address = 10.0.1.1/24 fd00:1::1/64\n"
                    "gateway = 10.0.1.2\n"
                    "route = 10.3.0.0/16 via 10.0.1.2 metric 5 table 100\n"
                    "route = fd00:2::/64 via fd00:1::2\n");
        conf = with(conf, "12.1 = config2\n", "");
        conf = with(conf, "[config config2]", vlan + "[config config2]");
        start(conf);
        wait("bond0", "healthy", 30s);
    }
    const std::string vlan = "[vlan vlan5]\non = bond0\nid = 5\nmtu = 1400\naddress = 10.5.0.1/24\n"
                             "route = 10.6.0.0/16 via 10.5.0.2\n";
    ~Routed() { guest.run(in_far_end("ip link del br0.5")); }
    const Lazily routes{[this] {
        return guest.expect("ip -o route show table all proto 72; ip -6 -o route show proto 72");
    }};
    void check_whole() {
        BOOST_TEST(guest.holds_within("busybox ping -c 1 -W 1 10.2.0.1", 10s), routes);
        BOOST_TEST(guest.holds_within("busybox ping -6 -c 1 -W 1 fd00:2::1", 10s), routes);
        BOOST_TEST(guest.holds_within("busybox ping -c 1 -W 1 10.6.0.1", 10s), routes);
        BOOST_TEST(guest.holds_within("ip route show table 100 | grep '^10.3.0.0/16 via 10.0.1.2'", 5s),
                   routes);
    }
    std::string conf;
};

} // namespace

BOOST_AUTO_TEST_SUITE(net_stories)

BOOST_FIXTURE_TEST_CASE(routes_lead_beyond_the_gateway_whatever_becomes_of_link_and_cards, Routed,
                        *boost::unit_test::label("beside")) {
    check_whole();
    guest.expect("ip link set bond0 down");    // and with it every route, IPv4's without a word
    check_whole();
    guest.expect("ip link set bond0 down; ip link set bond0 up");
    check_whole();
    guest.expect("ip addr del 10.0.1.1/24 dev bond0");
    check_whole();
    guest.expect("ip route del default proto 72; ip -6 route del fd00:2::/64");
    check_whole();
    guest.expect("ip link del vlan5");
    check_whole();

    Traffic traffic(guest, 200, 10s, "10.2.0.1");
    chassis.pull(2);
    chassis.insert(2, {"virtio", 1});
    wait("bond0", "healthy", 30s);
    BOOST_TEST(traffic.stop().lost < 200);
    check_whole();
    chassis.pull(2);
    chassis.pull(12);                          // nobody is left
    chassis.insert(12, {"virtio", 1});
    check_whole();

    kill();
    start_again();
    check_whole();
    BOOST_TEST(guest.run("grep -E '<6>(add|remove|replace|set|create)' /run/had-again.log").out == "");
}

BOOST_FIXTURE_TEST_CASE(a_reload_takes_away_what_the_file_no_longer_names_and_nothing_else, Routed,
                        *boost::unit_test::label("beside")) {
    guest.expect("ip route add 10.9.0.0/16 via 10.0.1.2 proto static");
    Traffic traffic(guest, 200, 10s, "10.2.0.1");
    guest.expect("ip link add vlan7 link bond0 type vlan id 7");
    reload(with(with(conf, "route = 10.3.0.0/16 via 10.0.1.2 metric 5 table 100\n", ""), vlan, ""));
    guest.wait_until("test -z \"$(ip route show table 100)\"");
    BOOST_TEST(guest.run("ip route show | grep -q '^10.9.0.0/16'").rc == 0);
    guest.wait_until("! test -e /sys/class/net/vlan5");
    BOOST_TEST(guest.run("test -e /sys/class/net/vlan7").rc == 0);
    BOOST_TEST(guest.run("grep -cE '<6>(remove|delete) ' /run/had.log").out == "2\n");
    BOOST_TEST(traffic.stop().lost == 0);
}

BOOST_FIXTURE_TEST_CASE(the_same_route_of_another_becomes_hads_and_an_mtu_is_given_back, Routed,
                        *boost::unit_test::label("beside")) {
    guest.expect("ip route add 10.8.0.0/16 via 10.0.1.2 dev bond0 proto static; "
                 "ip -6 route add fd00:8::/64 via fd00:1::2 dev bond0 proto static");
    const std::string more = with(conf, "gateway = 10.0.1.2\n", "gateway = 10.0.1.2\nmtu = 1450\n"
                                  "route = 10.8.0.0/16 via 10.0.1.2\nroute = fd00:8::/64 via fd00:1::2\n");
    reload(more);
    guest.wait_until("ip route show proto 72 | grep 10.8.0.0/16");
    guest.wait_until("ip -6 route show proto 72 | grep fd00:8::/64");
    BOOST_TEST(guest.run("ip route show proto static | grep 10.8").rc != 0);
    wait("bond0", "healthy");
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/mtu") == "1450");
    kill();
    start_again();
    reload(with(conf, "mtu = 1400\n", ""));
    guest.wait_until("grep 1500 /sys/class/net/bond0/mtu");
    guest.wait_until("grep 1500 /sys/class/net/vlan5/mtu");
    guest.wait_until("! ip route show | grep 10.8.0.0/16");
}

BOOST_FIXTURE_TEST_CASE(another_number_of_a_vlan_waits_for_force, Routed, *boost::unit_test::label("long")) {
    guest.write_file("/etc/had.conf", with(conf, "id = 5", "id = 6"));
    BOOST_TEST(hadctl("reload").rc == 5);
    BOOST_TEST(guest.run("ip -d link show vlan5 | grep -q 'id 5 '").rc == 0);
    BOOST_TEST(hadctl("reload --force").rc == 0);
    guest.wait_until("ip -d link show vlan5 | grep -q 'id 6 '");
    wait("vlan5", "healthy");
}

BOOST_FIXTURE_TEST_CASE(a_port_has_its_speed_before_it_joins_and_serves_without_it_too, HadStory) {
    chassis.insert(2, {"virtio", 1});
    chassis.insert(12, {"virtio", 1});
    const std::string one = with(with(with(article_conf, "16 = config1\n", ""), "2.1 = config2\n", ""),
                                 "12.1 = config2\n", "");
    start(with(with(one, "12.0 = config2", "12.0 = config3"), "[devices]",
               "speed = 1000\nduplex = full\n[config config3]\nbond = bond0\nautoneg = yes\n[devices]"));
    guest.wait_until("test \"$(wc -w </sys/class/net/bond0/bonding/slaves)\" = 2", 30s);
    BOOST_TEST(guest.expect("cat /sys/class/net/" + chassis.interface(2, 0) + "/speed") == "1000");
    wait("12.0", "degraded");                  // virtio has nobody to negotiate with, and says so
    BOOST_TEST(status().find("cannot set " + chassis.interface(12, 0) + " autoneg on: ") !=
               std::string::npos, status_now);
}

BOOST_AUTO_TEST_SUITE_END()
