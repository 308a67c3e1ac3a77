// Routes of every kind, rules, IPv6 and sysctls: as had.conf says them they are in the kernel, come back from another
// hand, outlive the daemon, and go with the file.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

const std::string words = R"(
ipv6 = static
sysctl = net.ipv4.conf.rp_filter 2
sysctl = net.ipv4.neigh.gc_stale_time 77
txqueuelen = 500
gateway = 192.0.2.1 onlink
route = 172.16.0.0/24
route = 10.2.0.0/16 via 172.16.0.9 mtu 1400
route = fd00:2::/64 via fd00:1::2 src fd00:1::1
route = blackhole 10.0.0.0/8 metric 500
route = 10.9.0.0/16 via 10.0.1.9 table 100
rule = from 10.0.1.1/32 table 100
rule = from fd00:1::/64 table 100 priority 1000
)";

struct Worded : HadStory {
    Worded() : HadStory(ports_only()) {
        for (const int slot : {2, 12}) chassis.insert(slot, {"virtio", 1});
        conf = with(two_cards_conf, "10.0.1.1/24", "10.0.1.1/24 fd00:1::1/64");
        usual = guest.expect("cat /proc/sys/net/ipv4/conf/default/rp_filter");
    }
    std::string conf, usual;
    const Lazily all{[this] {
        return guest.expect("ip rule; ip -6 rule; ip -d route show table all proto 72; ip -6 -d route show proto 72; "
                            "ip -d link show bond0; cd /proc/sys/net; head ipv6/conf/bond0/accept_ra "
                            "ipv6/conf/bond0/autoconf ipv4/conf/bond0/rp_filter ipv4/neigh/bond0/gc_stale_time");
    }};
    void check_whole() {
        for (const char* there :
             {"ip route show default proto 72 | grep -q '192.0.2.1 .*onlink'",
              "ip route show 172.16.0.0/24 proto 72 | grep -q 'dev bond0'",
              "ip route show 10.2.0.0/16 proto 72 | grep -q 'via 172.16.0.9 .*mtu 1400'",
              "ip -6 route show fd00:2::/64 proto 72 | grep -q 'src fd00:1::1'",
              "ip route show type blackhole proto 72 | grep -q '10.0.0.0/8 metric 500'",
              "ip -d rule | grep -q '32765:.*from 10.0.1.1 lookup 100 proto 72'",
              "ip -6 -d rule | grep -q '1000:.*from fd00:1::/64 lookup 100 proto 72'",
              "ip link show bond0 | grep -q 'qlen 500'",
              "test \"$(cat /proc/sys/net/ipv4/conf/bond0/rp_filter)\" = 2",
              "test \"$(cat /proc/sys/net/ipv4/neigh/bond0/gc_stale_time)\" = 77",
              "test \"$(cat /proc/sys/net/ipv6/conf/bond0/accept_ra)\" = 0",
              "test \"$(cat /proc/sys/net/ipv6/conf/bond0/autoconf)\" = 0"})
            BOOST_TEST(guest.holds_within(there, 15s), there << "\n" << all);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(words_stories, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(routes_rules_ipv6_and_sysctls_are_the_kernels_and_go_with_the_file, Worded) {
    start(with(conf, "[config member]", words + "[config member]"));
    wait("bond0", "healthy", 30s);
    check_whole();
    // Another hand, and a rule of its own.
    guest.expect("ip rule add from 10.77.0.0/16 table 77 priority 77; ip rule del from 10.0.1.1 table 100; "
                 "ip route del blackhole 10.0.0.0/8 metric 500; ip route del 172.16.0.0/24; "
                 "ip addr del fd00:1::1/64 dev bond0; echo 1 >/proc/sys/net/ipv4/conf/bond0/rp_filter; "
                 "ip link set bond0 txqueuelen 99");
    check_whole();
    kill();
    guest.expect("ip -6 rule del from fd00:1::/64 table 100; echo 1 >/proc/sys/net/ipv6/conf/bond0/accept_ra");
    start_again();
    check_whole();
    BOOST_TEST(hadctl("plan").out.find("nothing to do") != std::string::npos, hadctl("plan").out);
    reload(conf);
    guest.wait_until("hadctl plan | grep 'nothing to do'");
    BOOST_TEST(guest.run("ip route show proto 72; ip -6 route show proto 72; "
                         "ip -d rule | grep 'proto 72'; ip -6 -d rule | grep 'proto 72'").out.empty(), all);
    BOOST_TEST(guest.run("ip rule | grep 77").rc == 0, all);
    BOOST_TEST(guest.expect("cat /proc/sys/net/ipv4/conf/bond0/rp_filter") == usual);
    BOOST_TEST(guest.run("ip link show bond0 | grep 'qlen 1000'").rc == 0, all);
    // Switched off, there is not even a link-local address.
    reload(with(with(conf, " fd00:1::1/64", ""), "[config member]", "ipv6 = off\n[config member]"));
    guest.wait_until("test -z \"$(ip -6 addr show dev bond0)\"");
    reload(conf);
    guest.wait_until("ip -6 addr show dev bond0 | grep -q fd00:1::1");
}

BOOST_AUTO_TEST_SUITE_END()
