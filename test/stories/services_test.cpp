// Services and groups on a real kernel: who fails is left, who serves outlives the daemon, and who is well again comes
// back by its policy.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <fmt/format.h>

using namespace had::test;

namespace {

// A line: an interface with an address while it runs, and a probe that says whether it would.
const char* const line_program = R"(#!/bin/sh
test "$1" = probe && exec test -e /run/$2.well
ip link add $1 type veth peer name p$1 && ip address add $2 dev $1 && ip link set $1 up
trap 'ip link delete $1; exit 0' TERM
while :; do sleep 1000 & wait; done
)";

const char* const two_lines = R"([service pppoe]
command = /run/line dsl0 10.67.0.10/32
alive = address dsl0
probe = /run/line probe dsl0
probe_interval = 200ms
settle = 1s
[service l2tp]
command = /run/line lte0 10.67.0.11/32
alive = address lte0
[member dsl]
service = pppoe
[member lte]
service = l2tp
[failover wan]
members = dsl lte
failback = after 2s
fault_file = /run/wan
)";

struct Services : HadStory {
    Services() : HadStory(ports_only()) {
        guest.write_file("/run/line", line_program);
        guest.expect("chmod +x /run/line");
    }
    // The first word of a service's record.
    std::string pid_of(const std::string& service) {
        return guest.expect("cut -d ' ' -f 1 /run/had/services/" + service);
    }
    std::string count_of(const std::string& interface) {
        return guest.expect("ps -eo args | grep -c '^/bin/sh /run/line " + interface + "' || true");
    }
    void wait_serves(const std::string& member) {
        guest.wait_until("hadctl status --json | grep -q '\"active\":\"" + member + "\"'", 20s);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(services, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(a_line_that_is_dead_is_left_and_comes_back_when_it_has_been_well_for_its_time, Services) {
    start(two_lines);
    wait_serves("dsl");
    wait("wan", "healthy");
    BOOST_TEST(guest.read_file("/run/wan") == "0\n");
    // Its process goes on, and has no address any more.
    guest.expect("ip address flush dev dsl0");
    wait_serves("lte");
    BOOST_TEST(count_of("dsl0") == "0");
    BOOST_TEST(hadctl("explain wan").out.find("dsl failed: dsl0 has no address") != std::string::npos, status_now);
    guest.expect("touch /run/dsl0.well");
    wait_serves("dsl");
    wait("wan", "healthy");
    BOOST_TEST(count_of("lte0") == "0");
    BOOST_TEST(hadctl("failover wan use lte").rc == 0);
    wait_serves("lte");
    BOOST_TEST(hadctl("failover wan release").rc == 0);
    wait_serves("dsl");
    BOOST_TEST(guest.read_file("/run/wan") == "0\n");
}

BOOST_FIXTURE_TEST_CASE(a_member_outlives_a_daemon_that_is_killed_and_the_next_one_starts_no_second, Services) {
    start(two_lines);
    wait_serves("dsl");
    const std::string pid = pid_of("pppoe");
    kill();
    BOOST_TEST(count_of("dsl0") == "1");
    start_again();
    wait_serves("dsl");
    BOOST_TEST(pid_of("pppoe") == pid);
    BOOST_TEST(count_of("dsl0") == "1");
    // What dies while nobody looks is seen by the next one, which ends what is left of it.  Until then no other is
    // started in its place: it has failed, and the other member serves.
    kill();
    guest.expect("kill -9 " + pid + "; ip link delete dsl0");
    start_again();
    wait_serves("lte");
    guest.expect("touch /run/dsl0.well");
    wait_serves("dsl");
    BOOST_TEST(pid_of("pppoe") != pid);
    BOOST_TEST(count_of("dsl0") == "1");
    // And it is the next one that ends it.
    reload("[config none]\n[devices]\n2 = none\n");
    guest.wait_until("! test -e /run/had/services/pppoe && ! ip link show dsl0", 20s);
    BOOST_TEST(count_of("dsl0") == "0");
}

const char* const routed_lines = R"([service pppoe]
command = /run/line dsl0 10.67.0.10/32
alive = address dsl0
retry = 1min
[service lte-net]
interface = lte0
address = 192.168.8.100/24
route = 203.0.113.1/32 via 192.168.8.1
mtu = 1400
[member dsl]
service = pppoe
interface = dsl0
[member lte]
service = lte-net
gateway = 192.168.8.1
[failover wan]
members = dsl lte
failback = never
route = default metric 50
)";

// What is seen of the kernel is the kernel's alone.
BOOST_FIXTURE_TEST_CASE(the_default_route_follows_the_member_that_serves_and_outlives_the_daemon, Services,
                        *boost::unit_test::label("long")) {
    const auto leads = [&](const std::string& way) {
        guest.wait_until("ip route show default metric 50 | grep -q '^default " + way + " proto 72'", 20s);
    };
    guest.expect("ip link add lte0 type veth peer name plte0 && ip link set plte0 up");
    start(routed_lines);
    leads("dev dsl0");
    BOOST_TEST(guest.expect("ip -br address show lte0").find("192.168.8.100") == std::string::npos);
    guest.expect("ip address flush dev dsl0");
    leads("via 192.168.8.1 dev lte0");
    guest.expect("ip route show 203.0.113.1 | grep -q lte0 && ip link show lte0 | grep -q 'mtu 1400'");
    // Neither its end nor the next one's start moves anything, nor does the wait of the other member end by it.
    const Background heard = guest.spawn("exec ip -4 monitor address route", "/run/heard");
    guest.wait_until("ip address replace 127.9.9.9/32 dev lo && grep -q 127.9.9.9 /run/heard");
    for (int i = 0; i < 3; ++i) {
        kill();
        start_again();
        wait_serves("lte");
    }
    const std::string moved = guest.expect("grep -v 127.9.9.9 /run/heard || true");
    BOOST_TEST(moved == "", moved);
    BOOST_TEST(count_of("dsl0") == "0");
    BOOST_TEST(hadctl("explain pppoe").out.find("it has failed 1 times") != std::string::npos, status_now);
    BOOST_TEST(guest.expect("had -n").find("nothing to do") != std::string::npos);
    guest.stop(heard);
    // With the file goes what it named.
    reload("[config none]\n[devices]\n2 = none\n");
    guest.wait_until("! ip route show default metric 50 | grep . && ! ip -br address show lte0 | grep 192.168", 20s);
    guest.wait_until("ip link show lte0 | grep -q 'mtu 1500' && ip link show lte0 | grep -q 'state DOWN'", 20s);
}

BOOST_AUTO_TEST_SUITE_END()
