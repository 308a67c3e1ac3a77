#include "had/core/config/foreign_word.hpp"

#include "had/core/base/text.hpp"

#include <algorithm>
#include <cctype>

namespace had::core {

namespace {

struct ForeignWord {
    std::string_view kinds;                   // of sections, one of them; empty: wherever it is no key
    std::string_view words;                   // as plain_word() makes them
    std::string_view hint;
};

constexpr ForeignWord keys[] = {
    {"bond",
     "slaves slave members member interfaces interface ports port slaveinterfaces nics nic devices links trunk "
     "subordinates bondslaves bondports bondingslaves",
     "ports are given in [devices]: '2.0 = CONFIG', with a [config CONFIG] that says 'bond = NAME'"},
    {"bond", "master", "every [bond] is one; its ports are given in [devices]"},
    {"config", "master bondmaster controller team bonding channelgroup lag slave slaves member members",
     "'bond = NAME' puts its port into a bond"},
    {"config", "slot slots port ports device devices interface interfaces subdevice location path ifname iface",
     "[devices] gives a config to a slot or port: '2.0 = CONFIG'"},
    {"bond config vlan",
     "ipaddr ip ipaddress addr addresses ipv4 ipv6 ipv4address ipv6address ipv6addr ipaddr6 inet "
     "inet6 cidr localaddress local ipv4addresses ipv6addresses",
     "write 'address = 10.0.1.1/24'"},
    {"bond config vlan", "prefix prefixlen prefixlength ipv6prefix masklen",
     "the length stands behind the address: 'address = 10.0.1.1/24'"},
    {"bond config vlan", "mask subnet subnetmask genmask",
     "write 'netmask = 255.255.255.0', or 'address = 10.0.1.1/24'"},
    {"bond", "hwaddress hwaddr macaddress macaddr lladdr lladdress ether clonedmacaddress hardwareaddress ethernet",
     "write 'mac = 02:00:00:00:00:01', or stable, or first"},
    {"config",
     "hwaddress hwaddr macaddress macaddr lladdr lladdress ether clonedmacaddress hardwareaddress ethernet",
     "of a port that stands alone write 'mac = 02:00:00:00:00:01', or stable; of a bond its [bond] has 'mac'"},
    {"vlan",
     "hwaddress hwaddr macaddress macaddr lladdr lladdress ether clonedmacaddress hardwareaddress ethernet mac",
     "a VLAN has the address of what carries it"},
    {"",
     "up down preup postup predown postdown ifup ifdown script scripts hook hooks exec execstart upscript "
     "downscript notify dispatcher notifymaster notifybackup",
     "a program that runs for long is a [service]; `notify_dir` has programs at events"},
    {"", "onboot auto allowhotplug hotplug startmode nmcontrolled userctl enabled enable activationmode optional",
     "what the file names is always brought up, and nothing else is touched: remove it"},
    {"", "dhcp dhcp4 dhcp6 dhcpv4 dhcpv6 bootproto method dhcpcd", "a DHCP client runs by 'dhcp = yes'"},
    {"", "acceptra ipv6autoconf ipv6acceptra autoconf ipv6init ipv6privacy ipv6 linklocal",
     "'ipv6 = off', static or ra says what the kernel does by itself with IPv6"},
    {"slot", "domain domains", "a domain lists its slots: [domain NAME] with 'slots = 1-8'"},
    {"bond config vlan", "domain", "name servers and search domains belong in /etc/resolv.conf"},
    {"",
     "dns dnsnameservers dnsnameserver nameserver nameservers dnssearch search dnsdomain domainname resolver "
     "peerdns dnsservers",
     "name servers belong in /etc/resolv.conf"},
    {"", "bridge bridgeports bridgestp bridgefd bridgewaitport brport vmbr",
     "a bridge is another program's: it takes the bond as its port, and the addresses"},
    {"", "vrf vrftable l3mdev", "a VRF is another program's: it takes the bond as its port"},
    {"", "zone firewall trustedzone", "the daemon knows no firewall: remove it"},
    {"bond",
     "miimonitorinterval miimonitor mii monitorinterval linkwatch linkmonitor miimonms miimonfrequency",
     "did you mean 'miimon'?  It is in ms"},
    {"bond", "trackfile", "a file that another program writes is a [monitor] of 'kind = file'"},
    {"bond", "lacp lacptransmitrate lacptimeout lacpinterval", "did you mean 'lacp_rate'?"},
    {"bond", "transmithashpolicy hashpolicy hash lbpolicy loadbalance txhash", "did you mean 'xmit_hash_policy'?"},
    {"bond", "failovermacpolicy", "did you mean 'fail_over_mac'?"},
    {"bond", "primaryreselectpolicy reselect preempt nopreempt preemption revertive failbackpolicy",
     "did you mean 'failback'?  It is auto, never or 'after 30s'"},
    {"bond", "gratuitousarp numgratuitous garp garpmasterrepeat", "did you mean 'num_grat_arp'?"},
    {"bond", "learnpacketinterval learningpacketinterval", "did you mean 'lp_interval'?  It is in s"},
    {"bond", "dynamictransmitloadbalancing", "did you mean 'tlb_dynamic_lb'?"},
    {"bond", "arptargets arpipaddresses arptarget pingtarget arphosts", "did you mean 'arp_ip_target'?"},
    {"bond", "allmembersactive allportsactive", "did you mean 'all_slaves_active'?"},
    {"", "setname matchname macmatch", "ports are known by the place of their card: [slot NAME], with 'location'"},
    {"config vlan", "type kind", "the section says what it is: [bond], [config] or [vlan]"},
    {"bond", "minimumlinks minactive minimumactive", "did you mean 'min_links'?"},
    {"bond", "type policy bondmode teammode runner", "did you mean 'mode'?"},
    {"bond", "active activeslave current currentactive activeport", "did you mean 'active_slave'?"},
    {"bond", "options opts bondingopts bondingoptions parameters bondoptions",
     "each option is a line of its own: 'mode = active-backup'"},
    {"had", "maxbonds bonds", "each bond is a section of its own: [bond NAME]"},
    {"",
     "gateway4 gateway6 gw defaultgateway gatewaydev defroute defaultroute default ipv6defaultgw ipv6gateway "
     "nexthop router",
     "the default route is 'gateway = ADDRESS'; a second one is 'route = ::/0 via ADDRESS'"},
    {"", "routes staticroute staticroutes uproute ipv4routes", "write 'route = PREFIX via ADDRESS', a line each"},
    {"bond config vlan", "metric table tos routemetric", "it is a part of a route: 'gateway = ADDRESS metric 10'"},
    {"bond config", "vlan vlans vlanid vid tag vlanrawdevice",
     "a VLAN is a section of its own: [vlan NAME] with 'on' and 'id'"},
    {"vlan", "vlanid vid tag vlan number", "did you mean 'id'?"},
    {"vlan", "vlanrawdevice rawdevice link parent dev device physdev base master interface lowerdevice",
     "did you mean 'on'?"},
    {"bond vlan", "name device dev iface ifname devicename",
     "the section's name is the interface's: [bond NAME], [vlan NAME]"},
    {"config", "priority portprio slavepriority portpriority", "did you mean 'prio'?"},
    {"config", "lacpportpriority portid", "did you mean 'actor_port_prio'?"},
    {"config", "linkspeed ethtoolopts", "did you mean 'speed'?  It is in Mbit/s"},
    {"slot config had", "driver drivers module modules", "drivers stand in pcidrivers.conf(5)"},
    {"", "description comment", "write a comment: a line that begins with ';'"},
    {"had", "loglevel log logfile debug verbose syslog", "the daemon logs to standard error; `had -v` tells more"},
    {"had", "socket controlsocket", "the socket is named when the daemon starts: `had --socket PATH`"},
};

constexpr ForeignWord sections[] = {
    {"", "interface interfaces iface nic nics port ports match link network netdev connection ethernet eth",
     "ports get their roles in [devices]: '2.0 = CONFIG'"},
    {"", "bridge bridges vrf team teams macvlan ipvlan dummy veth tunnel wifi wireguard",
     "the daemon makes bonds and VLANs only"},
    {"", "route routes gateway gateways",
     "routes stand in the section of their interface: 'route = PREFIX via ADDRESS'"},
    {"", "address addresses ipv4 ipv6 ip",
     "addresses stand in the section of their interface: 'address = 10.0.1.1/24'"},
    {"", "global general main daemon settings defaults default options", "did you mean [had]?"},
    {"", "role roles profile profiles", "did you mean [config NAME]?"},
    {"", "driver drivers module modules", "drivers stand in pcidrivers.conf(5)"},
};

bool has_word(std::string_view list, std::string_view word) {
    const auto words = words_of(list);
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string without_number(std::string word) {
    while (!word.empty() && std::isdigit(static_cast<unsigned char>(word.back())) != 0) word.pop_back();
    return word;
}

// "DNS1" and "IPADDR0" are counted.
template <class Rows>
std::string look_up(const Rows& rows, std::string_view kind, std::string_view word) {
    const std::string plain = plain_word(word), first = without_number(plain);
    for (const std::string& one : {plain, first})
        for (const ForeignWord& row : rows)
            if ((row.kinds.empty() || has_word(row.kinds, kind)) && has_word(row.words, one))
                return std::string(", ").append(row.hint);
    return {};
}

} // namespace

std::string plain_word(std::string_view word) {
    std::string plain;
    for (const char c : word)
        if (c != '-' && c != '_' && c != '.') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (plain.starts_with("bond") && plain.size() > 4 && plain != "bonding")
        plain.erase(0, plain.starts_with("bonding") ? 7 : 4);
    if (plain.size() > 3 && plain.ends_with("sec")) plain.resize(plain.size() - 3);
    return plain;
}

std::string foreign_key(std::string_view kind, std::string_view key) { return look_up(keys, kind, key); }
std::string foreign_section(std::string_view kind) { return look_up(sections, "", kind); }

std::string why_twice(std::string_view key) {
    if (key == "netmask") return ", write the lengths behind the addresses";
    if (key == "slots" || key == "domains" || key == "ports") return ", a list of it stands in one line";
    return {};
}

} // namespace had::core
