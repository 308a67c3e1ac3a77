#include "test/stories/edits.hpp"

namespace had::test {

namespace {

const std::string monitors = R"([monitor gw]
kind = arp
targets = 10.0.1.2
interval = 100ms
timeout = 40ms
fall = 4
rise = 3
source = 10.0.1.99
action = fault
[monitor tagged]
kind = arp
targets = 10.5.0.2
quorum = all
vlan = vlan5
source_mac = port
action = tell
[monitor mates]
kind = peer
size = mtu
[monitor quiet]
kind = traffic
low_water = 5
action = tell
[monitor session]
kind = file
file = /run/session
action = fault
[monitor names]
kind = udp
targets = 10.0.1.2
port = 53
datagram = 0a0b
[monitor look]
kind = exec
command = /bin/true there
interval = 2s
)";

const std::string another_host = R"([peer there]
service = 10.9.0.2
from = 10.9.0.1
lan = bond0 10.0.1.2
lan = 16.0 192.168.10.253
prefix = 10.20.0.0/16
interval = 50ms
fall = 4
rise = 5
role = responder
port = 4000
key = file /etc/had/peer.key 1
failback = never
shared = 10.0.1.200/24
)";

const std::string vlan5 = "[vlan vlan5]\non = bond0\nid = 5\naddress = 10.5.0.1/24\n";

const std::string services = R"([match cards]
subsystem = net
devtype = none
product = 1/2/3
attr = ifindex=0
number = dev_id=0x9
[service once]
type = oneshot
for = cards
command = true %{device}
stop = true
[service base]
command = sleep 1000
needs = link bond0
ready = started
alive = carrier bond0
probe = true
probe_interval = 1s
start_timeout = 9s
stop_timeout = 2s
settle = 3s
retry = 2s
retry_max = 9s
[service top]
needs = base
after = once
command = sleep 1000
[service other]
command = sleep 1000
[service idle]
needs = link none0
unit = none.service
[service lease]
interface = none0
dhcp = yes
[service given]
interface = none1
address = 10.79.0.1
netmask = 255.255.255.0
network = 10.79.0.0
broadcast = 10.79.0.255
label = 10.79.0.1 :given
gateway = 10.79.0.254
route = 10.80.0.0/16 via 10.79.0.253
rule = from 10.79.0.0/24 table 79
mtu = 1400
[member first]
service = base
interface = bond0
gateway = 10.0.1.254
[member second]
service = other
interface = bond0
[failover pair]
members = first second
failback = after 1s
settle = 2s
route = 10.78.0.0/16 metric 9
fault_file = /run/fault-of-pair
[failover both]
members = top
together = yes
)";

// What an interface forgets.
const std::string tuned = "ipv6 = static\nsysctl = net.ipv4.conf.rp_filter 2\ntxqueuelen = 500\n";

} // namespace

const std::string first_conf = R"([had]
domains = A B
unload_drivers = no
[domain A]
slots = 1-8
[domain B]
slots = 9-16
[bond bond0]
mode = active-backup
miimon = 100
address = 10.0.1.1/24
[config config1]
address = 192.168.10.1
netmask = 255.255.255.0
[config config2]
bond = bond0
[config config3]
bond = bond0
[devices]
2.0 = config2
2.1 = config2
12.0 = config3
16 = config1
)";

const std::vector<Edit> edits = {
    {"another address",
     Cost::none,
     {{"10.0.1.1/24\n", "10.0.1.1/24 10.0.7.7/24\naddress = fd00:1::1/64\n"}}},
    {"what the programs beside the daemon read",
     Cost::none,
     {{"unload_drivers = no\n",
       "unload_drivers = no\nnotify_dir = /etc/had/hooks\nnotify_timeout = 10s\nnotify_after = 5s\n"
       "metrics_file = /var/lib/had/had.prom\nhistory_size = 8MiB\nhistory_age = 30d\n"}}},
    {"another network",
     Cost::none,
     {{"netmask = 255.255.255.0\n",
       "netmask = 255.255.0.0\nnetwork = 192.168.0.0\nbroadcast = 192.168.255.255\n"}}},
    {"the same in the words of 2002",
     Cost::none,
     {{"10.0.1.1/24 10.0.7.7/24\n", "10.0.1.1 10.0.7.7\nnetmask = 255.255.255.0\n"}}},
    {"and its own broadcast address",
     Cost::none,
     {{"10.0.1.1 10.0.7.7\nnetmask = 255.255.255.0\n",
       "10.0.1.1\nnetmask = 255.255.255.0\nnetwork = 10.0.1.0\n"
       "broadcast = 10.0.1.255\naddress = 10.0.7.7/24\n"}}},
    {"another address of a plain port", Cost::none, {{"192.168.10.1\n", "192.168.10.2\n"}}},
    {"routes",
     Cost::none,
     {{"fd00:1::1/64\n",
       "fd00:1::1/64\ngateway = 10.0.1.2\nroute = 10.3.0.0/16 via 10.0.1.2 metric 5 table 100\n"},
      {"[config config2]", "gateway = 192.168.10.254 metric 9\nroute = 10.4.0.0/16 via "
                           "192.168.10.253\n[config config2]"}}},
    {"another metric",
     Cost::none,
     {{"gateway = 10.0.1.2\n", "gateway = 10.0.1.2 metric 50\n"},
      {"metric 5 table 100", "metric 6 table 100"}}},
    {"no broadcast address", Cost::none, {{"broadcast = 10.0.1.255\n", "broadcast = none\n"}}},
    {"one address less", Cost::none, {{"address = 10.0.7.7/24\n", ""}}},
    {"delays",
     Cost::none,
     {{"miimon = 100\n", "miimon = 50\nupdelay = 100\ndowndelay = 100\npeer_notif_delay = 100\n"}}},
    {"less usual options",
     Cost::none,
     {{"updelay = 100\n",
       "updelay = 100\nuse_carrier = on\nnum_grat_arp = 3\nresend_igmp = 3\n"
       "all_slaves_active = on\nxmit_hash_policy = layer2+3\nlp_interval = 2\nmin_links = 1\n"}}},
    {"other words for the same", Cost::none, {{"num_grat_arp = 3\n", "num_unsol_na = 3\n"}}},
    {"and others", Cost::none, {{"num_unsol_na = 3\n", "num_peer_notif = 2\n"}}},
    {"usual options again",
     Cost::none,
     {{"downdelay = 100\npeer_notif_delay = 100\n", ""},
      {"updelay = 100\n", ""},
      {"all_slaves_active = on\n", ""},
      {"num_peer_notif = 2\n", ""},
      {"xmit_hash_policy = layer2+3\n", ""},
      {"min_links = 1\n", ""}}},
    {"trust",
     Cost::none,
     {{"miimon = 50\n", "miimon = 50\nrise = 200ms\ndamp = no\nfailback = after 1s\n"}}},
    {"the card's own link", Cost::none, {{"damp = no\n", "damp = no\nlink_poll = 50ms\n"}}},
    {"the kernel's word for failback",
     Cost::none,
     {{"failback = after 1s\n", "primary_reselect = always\n"}}},
    {"another first choice",
     Cost::moves,
     {{"damp = no\n", "damp = no\nprimary = 12.0\nactive_slave = 12.0\n"}}},
    {"ranks",
     Cost::moves,
     {{"primary = 12.0\n", ""}, {"[config config3]\n", "[config config3]\nprio = -5\n"}}},
    {"a queue",
     Cost::none,
     {{"[devices]", "[config config4]\nbond = bond0\nprio = -6\nqueue_id = 2\n[devices]"},
      {"12.0 = config3", "12.0 = config4"}}},
    {"smaller packets",
     Cost::none,
     {{"mode = active-backup\n", "mode = active-backup\nmtu = 1400\n"},
      {"[config config1]\n", "[config config1]\nmtu = 1300\n"}}},
    {"an address of its own",
     Cost::waits,
     {{"mtu = 1400\n", "mtu = 1400\nmac = 02:00:00:00:00:77\n"}}},
    {"a VLAN", Cost::none, {{"[config config1]", vlan5 + "[config config1]"}}},
    {"more about the VLAN",
     Cost::none,
     {{"id = 5\naddress = 10.5.0.1/24\n",
       "id = 5\nmtu = 1300\naddress = 10.5.0.1\nnetmask = 255.255.0.0\n"
       "network = 10.5.0.0\nbroadcast = 10.5.255.255\ngateway = 10.5.0.2 metric 7\nroute = "
       "10.6.0.0/16 via 10.5.0.2\n"}}},
    {"routes on the link, and rules",
     Cost::none,
     {{"[bond bond0]\n", "[bond bond0]\nroute = 172.16.0.0/24\nroute = blackhole 10.0.0.0/8 metric 500\n"
                         "rule = from 10.0.1.1/32 table 100\n"},
      {"[config config1]\n", "[config config1]\nrule = from 192.168.10.2/32 table 101\n"},
      {"on = bond0\n", "on = bond0\nrule = from 10.5.0.1/32 table 102\n"}}},
    {"labels",
     Cost::none,
     {{"[bond bond0]\n", "[bond bond0]\nlabel = 10.0.1.1 :one\n"},
      {"[config config1]\n", "[config config1]\nlabel = 192.168.10.2 :one\n"},
      {"on = bond0\n", "on = bond0\nlabel = 10.5.0.1 vlan5:one\n"}}},
    {"what an interface forgets",
     Cost::none,
     {{"[bond bond0]\n", "[bond bond0]\n" + tuned},
      {"[config config1]\n", "[config config1]\noffload = rx-gro off\n" + tuned},
      {"on = bond0\n", "on = bond0\n" + tuned}}},
    {"and no more",
     Cost::none,
     {{"[bond bond0]\n" + tuned, "[bond bond0]\n"},
      {"[config config1]\noffload = rx-gro off\n" + tuned, "[config config1]\n"},
      {"on = bond0\n" + tuned, "on = bond0\n"}}},
    {"a plain port's own address", Cost::waits, {{"[config config1]\n", "[config config1]\nmac = stable\n"}}},
    {"ways that are watched",
     Cost::none,
     {{"[bond bond0]\n",
       "[bond bond0]\nmonitor = gw mates tagged quiet names look\nfault_file = /run/fault-of-bond0\n"},
      {"[config config1]\n", "[config config1]\nmonitor = session\nfault_file = /run/fault-of-16\n"},
      {"on = bond0\n", "on = bond0\nmonitor = session\nfault_file = /run/fault-of-vlan5\n"},
      {"[devices]\n", monitors + "[devices]\n"}}},
    {"where the cables are to end",
     Cost::none,
     {{"[config config2]\nbond = bond0\n", "[config config2]\nbond = bond0\nexpect_neighbour = sw1 Gi0/1\n"}}},
    {"and no more",
     Cost::none,
     {{"expect_neighbour = sw1 Gi0/1\n", ""},
      {"monitor = gw mates tagged quiet names look\nfault_file = /run/fault-of-bond0\n", ""},
      {"monitor = session\nfault_file = /run/fault-of-16\n", ""},
      {"monitor = session\nfault_file = /run/fault-of-vlan5\n", ""},
      {monitors, ""}}},
    {"services and groups", Cost::none, {{"[devices]\n", services + "[devices]\n"}}},
    {"and no more", Cost::none, {{services, ""}}},
    {"addresses by DHCP",
     Cost::none,
     {{"unload_drivers = no\n", "unload_drivers = no\ndhcp_client = sh -c 'exec sleep 1000' %{interface}\n"
                                "dhcp_rebind = true %{interface}\n"},
      {"[bond bond0]\n", "[bond bond0]\ndhcp = yes\n"},
      {"[config config1]\n", "[config config1]\ndhcp = yes\n"},
      {"on = bond0\n", "on = bond0\ndhcp = yes\n"}}},
    {"and no more",
     Cost::none,
     {{"[bond bond0]\ndhcp = yes\n", "[bond bond0]\n"},
      {"[config config1]\ndhcp = yes\n", "[config config1]\n"},
      {"on = bond0\ndhcp = yes\n", "on = bond0\n"}}},
    {"another host",
     Cost::none,
     {{"[devices]\n", another_host + "[devices]\n"},
      {"[bond bond0]\n", "[bond bond0]\nfault_file = /run/fault-of-bond0\n"}}},
    {"which is no more", Cost::none, {{another_host, ""}, {"fault_file = /run/fault-of-bond0\n", ""}}},
    {"another VLAN's number", Cost::waits, {{"id = 5\n", "id = 6\n"}}},
    {"another carrier of the VLAN", Cost::waits, {{"on = bond0", "on = 16.0"}}},
    {"one port more", Cost::none, {{"12.0 = config4\n", "12.0 = config4\n12.1 = config3\n"}}},
    {"one port less", Cost::none, {{"2.1 = config2\n", ""}}},
    {"one domain less", Cost::none, {{"domains = A B", "domains = A"}}},
    {"both domains",
     Cost::none,
     {{"domains = A", "domains = A B"}, {"slots = 9-16", "slots = 9-15"}}},
    {"the daemon's own",
     Cost::none,
     {{"unload_drivers = no\n", "unload_drivers = yes\nsocket_group = root\nevent_source = kernel\n"
                                "pcidrivers = /run/table\nlast_port = allow\n"}}},
    {"where a slot is",
     Cost::none,
     {{"[bond bond0]", "[slot 12]\nlocation = path 0000:00:0c\nports = 00.0 00.1\naccept = same-model\n[bond bond0]"}}},
    {"another watch",
     Cost::waits,
     {{"miimon = 50\n", "arp_interval = 200\narp_ip_target = 10.0.1.2\nns_ip6_target = fd00:1::2\n"
                        "arp_validate = none\narp_all_targets = any\narp_missed_max = 5\n"}}},
    {"in iproute2's words", Cost::none, {{"arp_missed_max = 5\n", "missed_max = 6\n"}}},
    {"the old watch",
     Cost::none,
     {{"arp_interval = 200\narp_ip_target = 10.0.1.2\nns_ip6_target = fd00:1::2\n"
       "arp_validate = none\narp_all_targets = any\nmissed_max = 6\n",
       "miimon = 100\n"}}},
    {"another speed",
     Cost::waits,
     {{"[config config1]\n", "[config config1]\nspeed = 100\nduplex = full\nautoneg = on\n"}}},
    {"the port's address for the bond",
     Cost::waits,
     {{"mac = 02:00:00:00:00:77\n", "fail_over_mac = follow\n"}}},
    {"in turn",
     Cost::waits,
     {{"mode = active-backup\n", "mode = balance-rr\npackets_per_slave = 2\n"},
      {"fail_over_mac = follow\n", ""},
      {"primary_reselect = always\n", ""},
      {"rise = 200ms\ndamp = no\n", ""},
      {"link_poll = 50ms\n", ""},
      {"active_slave = 12.0\n", ""},
      {"prio = -5\n", ""},
      {"prio = -6\n", ""}}},
    {"by load",
     Cost::waits,
     {{"mode = balance-rr\npackets_per_slave = 2\n",
       "mode = balance-tlb\ntlb_dynamic_lb = off\n"}}},
    {"by LACP", Cost::waits, {{"mode = balance-tlb\ntlb_dynamic_lb = off\n", "mode = 802.3ad\n"}}},
    {"more of LACP",
     Cost::waits,
     {{"mode = 802.3ad\n",
       "mode = 802.3ad\nlacp_rate = fast\nlacp_active = off\nad_select = count\n"
       "ad_actor_sys_prio = 100\nad_user_port_key = 7\nad_actor_system = 02:00:00:00:00:99\n"}}},
    {"as it was",
     Cost::waits,
     {{"mode = 802.3ad\nlacp_rate = fast\nlacp_active = off\nad_select = count\nad_actor_sys_prio "
       "= 100\n"
       "ad_user_port_key = 7\nad_actor_system = 02:00:00:00:00:99\n",
       "mode = active-backup\n"}}},
};

const std::set<std::string> keys_of_newer_kernels = {"bond coupled_control", "bond broadcast_neighbor",
                                                     "bond lacp_strict", "config actor_port_prio"};

} // namespace had::test
