// A bond of two cards at one switch, whose ports can die while the cables stay.
#pragma once

#include "test/stories/had_story.hpp"

#include <fmt/format.h>

#include <string>

namespace had::test {

struct PathStory : HadStory {
    PathStory() : HadStory(ports_only()) {
        for (const int slot : {2, 12}) chassis.insert(slot, {"virtio", 1});
    }
    // The next story has the same far end.
    ~PathStory() { guest.run(far_end_keeps_ports_apart("0")); }
    // Two cards, and these keys of the bond with the monitors that they name.
    void begin(const std::string& monitor, const std::string& sections) {
        guest.expect("mkdir -p /run/had/fault; " + far_end_keeps_ports_apart("1"));
        start(with(two_cards_conf, "address", monitor + "address") + sections);
        wait("bond0", "healthy", 30s);
        wait_earned();
    }
    // "1": a port that is out of the switch leads to nobody, though it is in the namespace of the switch's host.
    static std::string far_end_keeps_ports_apart(const std::string& no) {
        return fmt::format("ip netns exec far sh -c 'cd /proc/sys/net; echo {0} >ipv4/conf/all/arp_ignore; "
                           "for i in all default; do echo {0} >ipv6/conf/$i/disable_ipv6; done'", no);
    }
    // The port of the switch forwards, or does not; its link stays.
    void set_switch_port(int slot, bool forwards) {
        guest.expect(fmt::format("ip -n far link set {} {}", chassis.far_interface(slot, 0),
                                 forwards ? "master br0" : "nomaster"));
    }
    // Whether the switch keeps frames of one port from the other.
    void set_isolated(const std::string& on) {
        for (const int slot : {2, 12})
            guest.expect(fmt::format("ip -n far link set {} type bridge_slave isolated {}",
                                     chassis.far_interface(slot, 0), on));
    }
    void wait_active(int slot, Limit limit = 20s) {
        guest.wait_until("grep -qx " + chassis.interface(slot, 0) + " /sys/class/net/bond0/bonding/active_slave",
                         limit);
    }
    void wait_proven() { guest.wait_until("! hadctl path | grep -Eq 'silent|unproven'", 30s); }
    long moves() { return std::stol(guest.run("grep -c 'active port is now' /run/had.log").out); }
};

inline const std::string gateway = "[monitor gw]\nkind = arp\ntargets = 10.0.1.2\ninterval = 100ms\n";
inline const std::string mates = "[monitor mates]\nkind = peer\ninterval = 100ms\n";

} // namespace had::test
