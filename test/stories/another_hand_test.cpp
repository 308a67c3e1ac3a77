// The law of foreign changes, on a real kernel: whatever another hand changes of what the daemon has set, either it
// is back in some seconds, or the status says that it is not, and why.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <sstream>

using namespace had::test;

namespace {

// Each address and each route is changed once: what is changed four times in a minute is left to who changes it.
const std::string conf = R"([bond bond0]
mode = active-backup
miimon = 100
updelay = 200
downdelay = 200
num_grat_arp = 2
resend_igmp = 2
min_links = 1
all_slaves_active = off
fail_over_mac = none
mtu = 1450
address = 10.0.1.1/24 10.0.11.1/24 10.0.12.1/24 10.0.13.1/24 10.0.14.1/24
address = fd00:1::1/64 fd00:2::1/64 fd00:3::1/64
gateway = 10.0.1.2
route = 10.3.0.0/16 via 10.0.1.2
route = 10.4.0.0/16 via 10.0.1.2 metric 5 table 100
route = 10.5.0.0/16 via 10.0.1.2
route = 10.6.0.0/16 via 10.0.1.2
route = 10.7.0.0/16 via 10.0.1.2
route = fd00:13::/64 via fd00:1::2
route = fd00:14::/64 via fd00:1::2
[vlan vlan5]
on = bond0
id = 5
mtu = 1400
address = 10.0.5.1/24
[config member]
bond = bond0
[devices]
2 = member
12 = member
)";

// $1 says what, the rest is done; "back", "told" or "NEITHER" stands before it in the answer.
const std::string script = R"sh(
B=/sys/class/net/bond0/bonding
set -- $PORTS
links="bond0|vlan5|$1|$2"
options="miimon updelay downdelay num_grat_arp resend_igmp min_links all_slaves_active primary primary_reselect"
snap() {
    {
        ip -o link | sed 's/^[0-9]*: //; s/@[^:]*//' | grep -E "^($links):"
        ip -o addr | sed 's/^[0-9]*: //; s/ tentative / /' | grep -E "^($links) "
        for option in $options; do read value <$B/$option; echo $option $value; done
        ip route show table all proto 72; ip -6 route show table all proto 72
        ip route show proto kernel; ls /sys/class/net
    } 2>&1 | sort
}
complaints() { hadctl status --json | tr '{,' '\n\n' | grep '"problem":"[^"]'; }
try() {
    what=$1 before=$(snap) told=$(complaints)
    eval "$2" || { echo "FAILED $what"; return; }
    for n in $(seq ${3:-30}); do
        [ "$(snap)" = "$before" ] && { echo "back $what"; return; }
        sleep 0.1
    done
    if [ "$(complaints)" != "$told" ]; then echo "told $what"
    else echo "NEITHER $what"; echo "$before" >/run/before; snap >/run/after; diff /run/before /run/after
    fi
}
for option in "miimon 50" "updelay 0" "downdelay 0" "num_grat_arp 7" "resend_igmp 0" "min_links 0" \
              "all_slaves_active 1" "primary_reselect always" "primary $1" "primary $2"; do
    try "$option" "echo ${option#* } >$B/${option% *}"
done
try "mtu" "ip link set bond0 mtu 1300"
try "address" "ip link set bond0 address 0a:00:00:00:00:77"
try "down" "ip link set bond0 down"
try "VLAN down" "ip link set vlan5 down"
try "VLAN mtu" "ip link set vlan5 mtu 1000"
try "VLAN gone" "ip link del vlan5"
for port in $1 $2; do
    try "$port leaves" "ip link set $port nomaster"
    try "$port down" "ip link set $port down"
    try "$port mtu" "ip link set $port mtu 1300"
    try "$port address" "ip link set $port address 0a:00:00:00:00:78"
    try "$port ARP off" "ip link set $port arp off"
    try "$port multicast off" "ip link set $port multicast off"
    try "$port has an address" "ip addr add 10.77.0.1/24 dev $port"
done
try "10.0.11.1 gone" "ip addr del 10.0.11.1/24 dev bond0"
try "10.0.12.1 for a time" "ip addr change 10.0.12.1/24 brd + dev bond0 valid_lft 600 preferred_lft 300"
try "10.0.13.1 deprecated" "ip addr change 10.0.13.1/24 brd + dev bond0 preferred_lft 0"
try "10.0.14.1 metric" "ip addr change 10.0.14.1/24 brd + dev bond0 metric 50"
try "its network's route gone" "ip route del 10.0.11.0/24 dev bond0"
try "its network's route other" "ip route replace 10.0.12.0/24 dev bond0 scope link src 10.0.1.1
                                 ip route del 10.0.12.0/24 proto boot dev bond0"
try "fd00:2::1 gone" "ip addr del fd00:2::1/64 dev bond0"
try "fd00:3::1 for a time" "ip addr change fd00:3::1/64 dev bond0 valid_lft 600 preferred_lft 300"
try "route gone" "ip route del 10.3.0.0/16"
try "route gone of a table" "ip route del 10.4.0.0/16 table 100"
try "route by another protocol" "ip route replace 10.5.0.0/16 via 10.0.1.2 proto static"
try "route with a source" "ip route replace 10.6.0.0/16 via 10.0.1.2 proto 72 src 10.0.11.1"
try "route another way" "ip route replace 10.7.0.0/16 via 10.0.1.9" 6
ip route del 10.7.0.0/16 via 10.0.1.9
try "IPv6 route gone" "ip -6 route del fd00:13::/64"
try "IPv6 route another way" "ip -6 route replace fd00:14::/64 via fd00:1::9 dev bond0" 6
ip -6 route del fd00:14::/64 via fd00:1::9
try "ARP off" "ip link set bond0 arp off" 6
ip link set bond0 arp on
try "VLAN ARP off" "ip link set vlan5 arp off" 6
ip link set vlan5 arp on
try "VLAN name" "ip link set vlan5 down; ip link set vlan5 name mine"
try "name" "ip link set bond0 down; ip link set bond0 name stolen; ip link set stolen up"
try "bond gone" "ip link del bond0" 60
)sh";

struct AnotherHand : HadStory {
    AnotherHand() : HadStory(ports_only()) {
        for (const int slot : {2, 12}) chassis.insert(slot, {"virtio", 1});
        start(conf);
        wait("bond0", "healthy", 30s);
        wait("vlan5", "healthy");
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(another_hand, *boost::unit_test::label("beside"))

// Minutes: each look at it all is twenty programs.  What takes two requests is tried on the fake kernel, where nobody
// comes in between.
BOOST_FIXTURE_TEST_CASE(what_it_changes_is_back_or_told, AnotherHand, *boost::unit_test::label("long")) {
    guest.write_file("/run/try", "PORTS='" + chassis.interface(2, 0) + " " + chassis.interface(12, 0) + "'\n" + script);
    std::istringstream answers(guest.expect("sh /run/try >/run/try.log 2>&1; cat /run/try.log", 900s));
    int told = 0, back = 0;
    std::string wrong;
    for (std::string line; std::getline(answers, line);) {
        const bool well = line.starts_with("back ") || line.starts_with("told ");
        told += line.starts_with("told ") ? 1 : 0;
        back += line.starts_with("back ") ? 1 : 0;
        BOOST_TEST_MESSAGE(line);
        if (!well) wrong += line + "\n";
    }
    BOOST_TEST(wrong == "", wrong << status());
    BOOST_TEST(back > 40);
    BOOST_TEST(told <= 6);
    wait("bond0", "healthy");
}

// What was renamed while nobody looked is found by what is known of it, and is no reason for a second one.
BOOST_FIXTURE_TEST_CASE(what_was_renamed_while_the_daemon_was_stopped_gets_its_name_back, AnotherHand) {
    const std::string index = guest.expect("cat /sys/class/net/bond0/ifindex");
    kill();
    guest.expect("ip link set bond0 down; ip link set bond0 name stolen; ip link set stolen up; "
                 "ip link set vlan5 down; ip link set vlan5 name mine");
    start_again();
    wait("bond0", "healthy");
    wait("vlan5", "healthy");
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/ifindex") == index);
    BOOST_TEST(guest.run("ls -d /sys/class/net/stolen /sys/class/net/mine").rc != 0);
    BOOST_TEST(guest.run("ip addr show dev bond0 | grep -q 10.0.1.1/24").rc == 0);
}

BOOST_AUTO_TEST_SUITE_END()
