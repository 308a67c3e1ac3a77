// Two hosts and two networks between them, with a daemon on each: what faild did, and what it could not.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

using namespace had::test;

namespace {

// The far host's end of each cable is in a bridge of its own: out of it, the LAN is dead and all links stay.
struct TwoLans : HadStory {
    TwoLans() : HadStory(ports_only()) {
        guest.expect("mkdir -p /etc/had /run/had /var/lib/had; umask 077; "
                     "echo 00112233445566778899aabbccddeeff >/etc/had/peer.key");
        set_switches(1);
        for (const int lan : {0, 1}) {
            chassis.insert(slots[lan], {"virtio", 1});
            guest.expect(fmt::format("ip link set {0} up; ip addr add 10.{2}.0.1/24 dev {0}; "
                                     "ip -n far link add lan{1} type bridge; "
                                     "ip -n far addr add 10.{2}.0.2/24 dev lan{1}; "
                                     "ip -n far link set lan{1} up; ip -n far link add s{1} type veth peer name t{1}; "
                                     "ip -n far link set s{1} master lan{1} up; ip -n far link set t{1} up",
                                     near(lan), lan, lan + 1));
            set_lan(lan, true);
        }
    }
    ~TwoLans() {
        set_switches(0);
        guest.run("for lan in 0 1; do ip -n far link del s$lan; done");      // an end goes with the other
    }
    // Of both hosts, as the daemon advises, or as they were.
    void set_switches(int to) {
        for (const std::string& host : {std::string(), std::string("ip netns exec far ")})
            guest.run(fmt::format("{0}sh -c 'cd /proc/sys/net/ipv4/conf; for i in all default; do "
                                  "echo 0 >$i/rp_filter; echo {1} >$i/arp_ignore; "
                                  "echo {1} >$i/ignore_routes_with_linkdown; done'",
                                  host, to));
    }
    std::string near(int lan) { return chassis.interface(slots[lan], 0); }
    void set_lan(int lan, bool works) {
        guest.expect(fmt::format("ip -n far link set {} {} up", chassis.far_interface(slots[lan], 0),
                                 works ? fmt::format("master lan{}", lan) : "nomaster"));
    }
    std::string conf(std::string_view extra = "") {
        return fmt::format("[peer far]\nservice = 10.9.0.2\nfrom = 10.9.0.1\nlan = {} 10.1.0.2\nlan = {} 10.2.0.2\n"
                           "key = file /etc/had/peer.key 1\n{}", near(0), near(1), extra);
    }
    void start_far(std::string_view role = "both") {
        guest.write_file("/etc/far.conf",
                         fmt::format("[peer near]\nservice = 10.9.0.1\nfrom = 10.9.0.2\nlan = lan0 10.1.0.1\n"
                                     "lan = lan1 10.2.0.1\nkey = file /etc/had/peer.key 1\nrole = {}\n", role));
        far = guest.spawn("exec ip netns exec far sh -c 'mount -t tmpfs tmpfs /run/had; mount -t tmpfs tmpfs "
                          "/var/lib/had; exec had -v -c /etc/far.conf --socket /run/far.sock'", "/run/far.log");
        guest.wait_until("hadctl --socket /run/far.sock status; test $? -ne 9", 60s);
    }
    void begin(std::string_view role = "both") {
        start_far(role);
        start(conf());
        wait("far", "healthy", 30s);
        guest.expect("hadctl --socket /run/far.sock wait near --until healthy --timeout 30", 40s);
    }
    // Somebody types, from here to there.
    void type() {
        guest.expect("rm -f /run/stream");
        listener = guest.spawn("exec ip netns exec far chassis-stream listen 10.9.0.2 7000 /run/stream");
        guest.wait_until("ip netns exec far ss -ltn | grep -q 10.9.0.2:7000");
        typist = guest.spawn("exec chassis-stream send 10.9.0.2 7000", "/run/typist.log");
        guest.wait_until("grep -q begins /run/stream");
    }
    // The longest silence since the last look, once characters come in again.
    long stall() {
        guest.wait_until("a=$(ip netns exec far ss -tni | grep -o 'bytes_received:[0-9]*'); busybox usleep 100000; "
                         "b=$(ip netns exec far ss -tni | grep -o 'bytes_received:[0-9]*'); test \"$a\" != \"$b\"");
        std::istringstream lines(guest.expect("cat /run/stream; echo begins >/run/stream"));
        long longest = 0;
        for (std::string line; std::getline(lines, line);)
            if (!line.empty() && line[0] >= '0' && line[0] <= '9') longest = std::max(longest, std::stol(line));
        return longest;
    }
    void wait_used(int lan) {
        guest.wait_until(fmt::format("ip route get 10.9.0.2 | grep -q 'dev {} ' && "
                                     "ip -n far route get 10.9.0.1 | grep -q 'dev lan{} '", near(lan), lan));
    }

    // What TCP takes when it waits for an answer of a neighbour that is gone.
    static constexpr long too_long = 3000;
    static constexpr int slots[] = {2, 12};
    Background far, listener, typist;
};

} // namespace

BOOST_AUTO_TEST_SUITE(peers, *boost::unit_test::label("beside"))

// On an idle machine the stream stands still for 0.3 to 0.5 s: 100 ms x 3 and TCP's own patience.
BOOST_FIXTURE_TEST_CASE(a_lan_that_dies_under_tcp_is_left_by_both_hosts_and_they_come_back_without_a_stall, TwoLans) {
    begin();
    wait_used(0);
    BOOST_TEST(guest.expect("ip route get 10.9.0.2").find("src 10.9.0.1") != std::string::npos);
    type();
    stall();
    set_lan(0, false);
    wait_used(1);
    const long died = stall();
    BOOST_TEST_MESSAGE("a LAN died, the stream stood still for " << died << " ms");
    BOOST_TEST(died < too_long, log_now);
    BOOST_TEST(hadctl("peer").rc == 3);
    BOOST_TEST(status().find("hears nothing") != std::string::npos, status_now);
    guest.wait_until("hadctl alarms | grep -q far/peer-lan");
    set_lan(0, true);
    wait("far", "healthy", 30s);
    wait_used(0);
    const long back = stall();
    BOOST_TEST_MESSAGE("and for " << back << " ms when it came back");
    BOOST_TEST(back < too_long, log_now);
    BOOST_TEST(hadctl("peer").rc == 0, hadctl("peer").out);
    BOOST_TEST_MESSAGE(hadctl("peer").out);
    BOOST_TEST(guest.running(typist));
}

// The kernel forgets the neighbour with the carrier; without the daemon's flush TCP waits three seconds for it.
BOOST_FIXTURE_TEST_CASE(a_cable_that_is_cut_costs_no_more_and_a_responder_moves_as_well, TwoLans) {
    begin("responder");
    type();
    stall();
    chassis.cut_cable(2, 0);
    wait_used(1);
    const long died = stall();
    BOOST_TEST_MESSAGE("a cable was cut, the stream stood still for " << died << " ms");
    BOOST_TEST(died < too_long, log_now);
    chassis.mend_cable(2, 0);
    wait("far", "healthy", 30s);
    wait_used(0);
    BOOST_TEST(guest.running(typist));
}

BOOST_FIXTURE_TEST_CASE(routes_stay_when_a_daemon_dies_and_go_with_the_section, TwoLans) {
    begin();
    type();
    stall();
    kill();
    guest.wait_until("hadctl --socket /run/far.sock alarms | grep -q near/peer-silent");
    BOOST_TEST(stall() < too_long);
    // Both kernels go on by themselves: the pair of routes is there, and one of them has no link.
    chassis.cut_cable(2, 0);
    guest.expect("ip -n far link set s0 down");
    BOOST_TEST(stall() < too_long, "a kernel without a daemon has to notice it itself");
    guest.expect("ip -n far link set s0 up");
    chassis.mend_cable(2, 0);
    start_again();
    wait("far", "healthy", 30s);
    guest.write_file("/etc/had.conf", "[domain A]\nslots = 1-8\n");
    guest.expect("hadctl reload --force");
    guest.wait_until("! ip route | grep -q 10.9.0.2 && ! ip addr show lo | grep -q 10.9.0.1");
}

// Both say which key they cannot use, and none of them moves or tells the key.
BOOST_FIXTURE_TEST_CASE(keys_that_differ_are_told_on_both_sides, TwoLans) {
    start_far();
    guest.expect("umask 077; echo ffeeddccbbaa99887766554433221100 >/etc/had/other.key");
    start(with(conf(), "peer.key", "other.key"));
    for (const char* ask : {"hadctl", "hadctl --socket /run/far.sock"})
        guest.wait_until(std::string(ask) + " explain far 2>/dev/null | grep -q 'is not signed with the key in' || " +
                         ask + " explain near | grep -q 'is not signed with the key in'");
    BOOST_TEST(guest.run("cat /run/had.log /run/far.log | grep -cE 'ffeeddcc|00112233'").out == "0\n");
    reload(conf());
    wait("far", "healthy", 30s);
}

BOOST_AUTO_TEST_SUITE_END()
