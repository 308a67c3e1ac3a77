// What is hard on monitors: a hub, floods, lossy lines, and another host that takes over.
#include "test/boost_test.hpp"
#include "test/stories/failovers.hpp"
#include "test/stories/path_story.hpp"

#include <fmt/format.h>

#include <vector>

using namespace had::test;

namespace {

using HardPaths = PathStory;

// By which the daemon asks through a port, as the switch has learnt it beside the bond's own address.
std::string probe_address(Guest& guest, const std::string& far) {
    return guest.wait_until("bridge -n far fdb show dev " + far + " | grep -v permanent | cut -d ' ' -f 1 | "
                            "grep -vf /sys/class/net/bond0/address | tr -d : | head -n 1 | grep .");
}

constexpr int in_a_block = 11;

void fail_over(PathStory& story) {
    const int from = story.active_slot();
    story.chassis.cut_cable(from, 0);
    story.wait_active(14 - from);
    story.chassis.mend_cable(from, 0);
    story.wait("bond0", "healthy", 60s);
    story.wait_earned(60s);
}

// Two hosts at one switch, with keepalived on each; the gateway is a third one.  The ports of the first host reach the
// second always, and the gateway as long as that is not isolated from them.
struct TwoHosts : PathStory {
    TwoHosts() {
        for (const auto& [host, address] : {std::pair{"b", "10.0.1.3"}, {"gw", "10.0.1.254"}})
            guest.expect(fmt::format("ip netns add {0}; ip -n far link add s-{0} type veth peer name eth0 netns {0}; "
                                     "ip -n far link set s-{0} master br0 up; ip -n {0} link set lo up; "
                                     "ip -n {0} addr add {1}/24 dev eth0; ip -n {0} link set eth0 up",
                                     host, address));
        set_isolated("on");
    }
    ~TwoHosts() { guest.run("for h in b gw; do ip netns del $h; ip -n far link del s-$h; done"); }

    void set_gateway(bool there) {
        guest.expect(fmt::format("ip -n far link set s-gw type bridge_slave isolated {}", there ? "off" : "on"));
    }
    void start_keepalived(const std::string& host, const std::string& interface, int priority, bool tracks) {
        const std::string file = "track_file had {\n file \"/run/had/fault/bond0\"\n weight 0\n}\n";
        guest.write_file(fmt::format("/run/{}.conf", host),
                         fmt::format("global_defs {{\n}}\n{}vrrp_instance V {{\n interface {}\n state BACKUP\n"
                                     " virtual_router_id 51\n priority {}\n advert_int 1\n version 3\n"
                                     " virtual_ipaddress {{\n  10.0.1.100/24\n }}\n{}}}\n",
                                     tracks ? file : "", interface, priority,
                                     tracks ? " track_file {\n  had\n }\n" : ""));
        keepalived.push_back(guest.spawn(
            fmt::format("exec {} keepalived -n -l -P -f /run/{}.conf -p /run/{}.pid -r /run/{}-vrrp.pid",
                        host == "a" ? "" : "ip netns exec " + host, host, host, host),
            fmt::format("/run/{}.log", host)));
    }
    void start_both(bool tracks) {
        start_keepalived("a", "bond0", 200, tracks);
        wait_has("a", true, 30s);
        start_keepalived("b", "eth0", 100, false);
        guest.wait_until("grep -q 'Entering BACKUP STATE' /run/b.log", 30s);
    }
    void stop_both() {
        for (const Background& one : keepalived) guest.stop(one, 30s);
        keepalived.clear();
        guest.expect("rm -f /run/a.log /run/b.log");
    }
    static std::string has(const std::string& host, bool it) {
        const std::string show = host == "a" ? "ip -o addr show dev bond0" : "ip -n b -o addr show dev eth0";
        return (it ? "" : "! ") + show + " | grep -q 10.0.1.100";
    }
    void wait_has(const std::string& host, bool it, Limit limit = 20s) { guest.wait_until(has(host, it), limit); }

    std::vector<Background> keepalived;
};

// In milliseconds since 1970, of "1606437600.123".
double milliseconds_of(const std::string& text) { return 1000 * std::stod(text); }

} // namespace

BOOST_AUTO_TEST_SUITE(hard_paths, *boost::unit_test::label("beside"))

// Both ports hear everything: what is for the other one is no answer, and nothing is moved for it.
BOOST_FIXTURE_TEST_CASE(on_a_hub_nothing_is_moved_and_what_comes_in_for_others_is_told, HardPaths,
                        *boost::unit_test::label("long")) {
    begin("monitor = gw mates\n", gateway + mates);
    wait_proven();
    const long before = moves();
    guest.expect("ip -n far link set br0 type bridge ageing_time 0");
    wait_log("answer no question of monitor (gw|mates) of bond0 through it, and are not believed", 60s);
    BOOST_TEST(hadctl("status").rc == 0, status_now);
    BOOST_TEST(hadctl("path").rc == 0, hadctl("path").out);
    BOOST_TEST(guest.run("hadctl status --json | grep -Eq '\"stray\":[1-9]'").rc == 0, status_now);
    BOOST_TEST(moves() == before, log_now);
    guest.expect("ip -n far link set br0 type bridge ageing_time 30000");
}

BOOST_FIXTURE_TEST_CASE(a_switch_is_heard_at_the_backup_port_of_a_bond_too, HardPaths) {
    begin("monitor = gw\n", gateway);
    wait_active(2);
    // sw1, port Gi0/7, for two minutes.
    const std::string lldp = "0180c200000e025400000007" "88cc" "0207040254000000aa" "0406054769302f37" "06020078"
                             "0a03737731" "0000";
    guest.expect(fmt::format("ip netns exec far chassis-frames {} {}", chassis.far_interface(12, 0), lldp));
    guest.wait_until("hadctl explain 12.0 | grep -q 'sw1 Gi0/7'");
    BOOST_TEST(hadctl("explain 2.0").out.find("sw1") == std::string::npos);
}

// Frames like the daemon's own, as many as the machine can send, to the very address that it asks by.
BOOST_FIXTURE_TEST_CASE(a_flood_of_forged_frames_is_not_believed_and_a_failover_is_as_fast, HardPaths,
                        *boost::unit_test::label("long")) {
    begin("monitor = gw mates\n", gateway + mates);
    wait_proven();
    Failovers failovers(guest);
    const auto acknowledged = [&] {
        for (int n = 0; n < in_a_block; ++n) fail_over(*this);
        return failovers.acknowledged(in_a_block);
    };
    const std::vector<long> alone = acknowledged();
    const std::string to = probe_address(guest, chassis.far_interface(12, 0));
    const std::string frame = to + "020000000066" "88b5" "68616431" "01000100" "00000001" "0000000000000042";
    const Background flood = guest.spawn(fmt::format("exec ip netns exec far chassis-frames {} {} 600",
                                                     chassis.far_interface(12, 0), frame), "/run/flood");
    guest.wait_until("hadctl path --json | grep -Eq '\"stray\":[0-9]{5}'", 60s);
    const long before = moves();
    const std::string count = "cat /sys/class/net/" + chassis.interface(12, 0) + "/statistics/rx_packets";
    const long first = std::stol(guest.expect(count));
    guest.expect("sleep 5");
    BOOST_TEST_MESSAGE("forged frames a second: " << (std::stol(guest.expect(count)) - first) / 5);
    BOOST_TEST(moves() == before, log_now);
    const std::vector<long> flooded = acknowledged();
    guest.stop(flood);
    BOOST_TEST_MESSAGE("carrier lost, acknowledged: alone "
                       << in_words(alone) << ", in the flood " << in_words(flooded));
    wait("bond0", "healthy", 60s);
}

// A figure for doc/BENCHMARKS.md, and no test of a time: in turn, in one run.
BOOST_FIXTURE_TEST_CASE(the_acknowledgement_of_a_lost_carrier_with_all_monitors_and_without, HardPaths,
                        *boost::unit_test::label("long")) {
    guest.write_file("/etc/look", "#!/bin/sh\nexit 0\n");
    guest.expect("chmod 755 /etc/look; echo 0 >/run/session");
    const std::string plain = two_cards_conf,
                      watched = with(plain, "address", "monitor = gw mates flow look file ping\naddress");
    const std::string monitors = gateway + mates +
                                 "[monitor flow]\nkind = traffic\n[monitor look]\nkind = exec\ncommand = /etc/look\n"
                                 "interval = 1s\n[monitor file]\nkind = file\nfile = /run/session\n"
                                 "[monitor ping]\nkind = icmp\ntargets = 10.0.1.2\ninterval = 100ms\n";
    begin("", "");
    Failovers failovers(guest);
    for (int block = 0; block < 4; ++block) {
        const bool beside = block % 2 == 1;
        reload(beside ? watched + monitors : plain);
        if (beside) guest.wait_until("hadctl path | grep gw | grep -q good", 30s);
        for (int n = 0; n < in_a_block; ++n) fail_over(*this);
        BOOST_TEST_MESSAGE((beside ? "with all monitors: " : "without: ")
                           << in_words(failovers.acknowledged(in_a_block)));
    }
}

// Ten minutes of each in a soak; a minute else.
BOOST_FIXTURE_TEST_CASE(a_line_that_loses_and_delays_frames_moves_nothing, HardPaths,
                        *boost::unit_test::label("long")) {
    guest.expect("modprobe sch_netem");
    begin("monitor = gw mates\n", with(gateway, "100ms", "100ms\nfall = 5") + with(mates, "100ms", "100ms\nfall = 5"));
    wait_proven();
    const long before = moves();
    Traffic traffic(guest, 500);
    const Background load = guest.spawn("while :; do ip netns exec far busybox nc -l -p 5001 >/dev/null; done");
    const Background more = guest.spawn("while :; do busybox dd if=/dev/zero bs=64k count=4000 | "
                                        "busybox nc -w 1 10.0.1.2 5001; done");
    for (const char* line : {"loss 1%", "loss 5%", "delay 5ms 4ms duplicate 2%"}) {
        for (const int slot : {2, 12})
            guest.expect(fmt::format("ip netns exec far tc qdisc replace dev {} root netem {}",
                                     chassis.far_interface(slot, 0), line), 120s);
        const Limit lasts = in_soak() ? Limit(600s) : Limit(60s);
        guest.expect(fmt::format("sleep {}", lasts / 1s), lasts + 60s);
        BOOST_TEST_MESSAGE(line << ": " << traffic.report() << "\n" << hadctl("path").out);
        BOOST_TEST(moves() == before, log_now);
        BOOST_TEST(hadctl("path").rc == 0, hadctl("path").out);
    }
    guest.stop(load);
    guest.stop(more);
    traffic.stop();
}

// The first host loses the gateway and keeps its links.  By the file it gives the address up at once, and the other
// host, which it tells so, has it after its skew: much sooner than by waiting for three adverts that do not come.
BOOST_FIXTURE_TEST_CASE(another_host_takes_over_when_the_way_of_this_one_dies, TwoHosts,
                        *boost::unit_test::label("long")) {
    const std::string target = with(gateway, "10.0.1.2", "10.0.1.254") + "action = fault\n";
    begin("monitor = gw\nfault_file = /run/had/fault/bond0\n", target);
    guest.wait_until("test \"$(cat /run/had/fault/bond0)\" = 0");
    start_both(true);
    const Background watch = guest.spawn("exec ip -ts -n b monitor address", "/run/b.addresses");
    set_gateway(false);
    wait_has("b", true);
    wait_has("a", false);
    const double told = milliseconds_of(guest.expect("stat -c %.3Y /run/had/fault/bond0"));
    const double taken = milliseconds_of(guest.expect(
        "date +%s.%3N -d \"$(grep -B 1 10.0.1.100 /run/b.addresses | grep -o '[0-9-]*T[0-9:.]*' | head -n 1)\""));
    BOOST_TEST_MESSAGE("the other host has the address " << taken - told << " ms after the word; its skew is 609 ms");
    BOOST_TEST(taken - told < 2000);          // it would wait for 3609 ms
    set_gateway(true);
    wait_has("a", true, 30s);
    wait_has("b", false);

    // The switch leaves both ports: nobody hears that it gives the address up, but it does.
    for (const int slot : {2, 12}) set_switch_port(slot, false);
    wait_has("b", true, 30s);
    wait_has("a", false);
    for (const int slot : {2, 12}) set_switch_port(slot, true);
    set_isolated("on");
    wait_has("a", true, 60s);
    stop_both();

    // Without the file both hosts have it.
    start_both(false);
    for (const int slot : {2, 12}) set_switch_port(slot, false);
    wait_has("b", true, 30s);
    guest.wait_until("test \"$(cat /run/had/fault/bond0)\" = 1");
    BOOST_TEST(guest.run(has("a", true)).rc == 0);
    stop_both();
}

BOOST_AUTO_TEST_SUITE_END()
