// Real clients as services: what gets a lease, and what dials in by PPPoE, with real servers at the far ends.  Each
// starts, is adopted by the next daemon, gives its place to the other line, and ends when nothing names it.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <fmt/format.h>

#include <string>

using namespace had::test;

namespace {

// wan0 leads to a network with a DHCP server, nic0 to one with a PPPoE access concentrator.
const char* const far_ends = R"(set -e
modprobe pppoe
for link in wan0 nic0; do ip link delete $link 2>/dev/null || :; done
for far in isp bras; do ip netns delete $far 2>/dev/null || :; ip netns add $far; ip -n $far link set lo up; done
ip link add wan0 type veth peer name eth0 netns isp
ip link add nic0 type veth peer name eth0 netns bras
ip -n isp address add 10.77.0.1/24 dev eth0
ip -n isp link set eth0 up
ip -n bras link set eth0 up
ip link set wan0 up
ip link set nic0 up
mkdir -p /etc/ppp /var/lib/dhcp
printf 'noauth\nlcp-echo-interval 1\nlcp-echo-failure 3\n' >/run/bras.options
)";

std::string conf_of(const std::string& client) {
    return "[had]\ndhcp_client = " + client + R"(
[service cable]
dhcp = yes
interface = wan0
needs = link wan0
alive = address wan0
retry = 1s
[service dsl]
command = pppd plugin pppoe.so nic-nic0 ifname dsl0 noauth noipdefault nodetach lcp-echo-interval 1 lcp-echo-failure 3
alive = address dsl0
retry = 1s
[member by-cable]
service = cable
interface = wan0
gateway = 10.77.0.1
[member by-dsl]
service = dsl
interface = dsl0
[failover wan]
members = by-cable by-dsl
failback = never
route = default metric 50
)";
}

struct Lines : HadStory {
    Lines() : HadStory(ports_only()) {
        guest.expect(far_ends);
        guest.spawn("exec ip netns exec isp dnsmasq -k -C /dev/null -p 0 -i eth0 -F 10.77.0.50,10.77.0.60,1h "
                    "-l /run/leases --dhcp-authoritative", "/run/dnsmasq.log");
        guest.spawn("exec ip netns exec bras pppoe-server -F -I eth0 -L 10.88.0.1 -R 10.88.0.50 -O /run/bras.options",
                    "/run/bras.log");
    }
    void wait_serves(const std::string& member) {
        guest.wait_until("hadctl status --json | grep -q '\"active\":\"" + member + "\"'", 40s);
    }
    void leads(const std::string& way) {
        guest.wait_until("ip route show default metric 50 | grep -q '^default " + way + " proto 72'", 20s);
    }
    std::string record(const std::string& service) {
        return guest.expect("cut -d ' ' -f 1,2 /run/had/services/" + service);
    }
    // Killed and begun anew, it finds what it has left, and nothing is started a second time.
    void is_adopted(const std::string& member, const std::string& service) {
        const std::string before = record(service);
        kill();
        start_again();
        wait_serves(member);
        BOOST_TEST(record(service) == before);
        BOOST_TEST(hadctl("explain " + service).rc == 0);
    }
    void live(const std::string& client) {
        const std::string program = client.substr(0, client.find(' '));
        start(conf_of(client));
        wait_serves("by-cable");
        leads("via 10.77.0.1 dev wan0");
        guest.expect("busybox ping -c 1 -W 2 -I wan0 10.77.0.1");
        is_adopted("by-cable", "cable");
        leads("via 10.77.0.1 dev wan0");
        // The cable is pulled at its far end.
        guest.expect("ip -n isp link set eth0 down");
        wait_serves("by-dsl");
        leads("dev dsl0");
        BOOST_TEST(guest.expect("pgrep -x " + program + " || true") == "");
        guest.expect("busybox ping -c 1 -W 2 -I dsl0 10.88.0.1");
        is_adopted("by-dsl", "dsl");
        leads("dev dsl0");
        // Its concentrator falls silent, and LCP finds it out.
        guest.expect("ip -n isp link set eth0 up && ip -n bras link set eth0 down");
        wait_serves("by-cable");
        leads("via 10.77.0.1 dev wan0");
        guest.expect("ip -n bras link set eth0 up");
        BOOST_TEST(guest.expect("pgrep -x pppd -a | grep nic-nic0 || true") == "");
        reload("[config none]\n[devices]\n2 = none\n");
        guest.wait_until("! pgrep -x " + program + " && ! ip route show default metric 50 | grep .", 20s);
        BOOST_TEST(guest.expect("ls /run/had/services") == "");
        guest.stop(had);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(lines, *boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(dhcpcd_and_pppd_take_each_others_place_and_outlive_the_daemon, Lines) {
    live("dhcpcd -B -q %{interface}");
}

BOOST_FIXTURE_TEST_CASE(so_does_dhclient, Lines) {
    live("dhclient -d -q -lf /run/cable.leases -pf /run/cable.pid %{interface}");
}

// Without -R it would leave its address behind, by which the next run would count as up before it has a lease.
BOOST_FIXTURE_TEST_CASE(so_does_udhcpc, Lines) {
    live("udhcpc -f -R -i %{interface}");
}

BOOST_AUTO_TEST_SUITE_END()
