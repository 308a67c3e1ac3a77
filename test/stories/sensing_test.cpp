// The card is asked where its driver is late, and left alone where it is not.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

// One port in each slot, all in bond0.
std::string bond_of(std::initializer_list<int> slots) {
    std::string conf = "[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24\n"
                       "[config member]\nbond = bond0\n[devices]\n";
    for (const int slot : slots)
        conf += std::to_string(slot) + ".0 = member\n";
    return conf;
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

struct Sensing : HadStory {
    // What rtnetlink tells, in its order.
    void watch_links() {
        guest.spawn("exec ip -o -d monitor link", "/run/links.log");
        guest.wait_until("ip link set lo mtu 60000 && ip link set lo mtu 65536 && test -s /run/links.log");
    }
    std::string link(const std::string& interface) {
        return guest.expect("hadctl link " + interface);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(sensing)

BOOST_FIXTURE_TEST_CASE(a_cut_cable_moves_the_bond_before_its_driver_has_noticed, Sensing) {
    chassis.insert(2, {"e1000"});
    chassis.insert(12, {"e1000"});
    start(bond_of({2, 12}));
    wait("bond0", "healthy", 30s);
    wait_log("2.0: .*can be read by MII");
    wait_log("12.0: .*can be read by MII");
    const int slot = active_slot();
    const std::string lost = active(), other = chassis.interface(slot == 2 ? 12 : 2, 0);
    watch_links();
    chassis.cut_cable(slot, 0);
    wait_log("active port is now " + other + ".* was " + lost + " \\(MII\\), by had");
    guest.wait_until("grep -q '" + lost + ": <NO-CARRIER' /run/links.log");
    const std::string links = guest.read_file("/run/links.log");
    BOOST_TEST(links.find("active_slave " + other) < links.find(lost + ": <NO-CARRIER"), links);
    // The kernel's own word then changes nothing any more.
    BOOST_TEST(guest.expect("grep -c 'active port is now' /run/had.log") == "1");
    BOOST_TEST(active() == other);
}

BOOST_FIXTURE_TEST_CASE(hadctl_link_shows_what_carrier_driver_and_transceiver_say, Sensing) {
    chassis.insert(2, {"e1000"});
    start(bond_of({2, 12}));
    guest.wait_until("hadctl link 2.0 | grep -q 'link_poll   MII every 20ms'", 30s);
    chassis.insert(12, {"pcnet"});
    wait("bond0", "healthy", 30s);
    const std::string e1000 = link("2.0");
    BOOST_TEST(has(e1000, "netlink     carrier"), e1000);
    BOOST_TEST(has(e1000, "ethtool     link, 1000 Mbit/s, full duplex, negotiated, e1000 at 0000:00:02.0"),
               e1000);
    BOOST_TEST(has(e1000, "MII         link, transceiver 0, id 01410c20"), e1000);
    BOOST_TEST(has(e1000, "autonegotiation"), e1000);
    BOOST_TEST(has(e1000, "status           796d  link, negotiated"), e1000);
    // Its transceiver is not emulated, its driver looks at the link when it is asked.
    guest.wait_until("hadctl link 12.0 | grep -q 'link_poll   ethtool every 200ms'");
    const std::string pcnet = link(chassis.interface(12, 0));
    BOOST_TEST(has(pcnet, "no MII: Operation not supported"), pcnet);
    BOOST_TEST(hadctl("link eth77").rc == 8);
}

BOOST_FIXTURE_TEST_CASE(a_prompt_card_is_never_asked_and_had_sleeps, Sensing) {
    chassis.insert(2, {"virtio"});
    chassis.insert(12, {"virtio"});
    start(bond_of({2, 12}));
    wait("bond0", "healthy", 30s);
    const std::string virtio = link("2.0");
    BOOST_TEST(has(virtio, "no MII: Operation not supported"), virtio);
    BOOST_TEST(has(virtio, "link_poll   nothing but netlink: virtio: its carrier is the host's own word"),
               virtio);
    wait_log("bond0: healthy");
    // An idle had has no timer: where cards are read there are fifty wake-ups in a second.
    const std::string count = "awk '/^voluntary/ {print $2}' /proc/" + std::to_string(had.pid) + "/status";
    guest.wait_until("before=$(" + count + "); sleep 2; test $(" + count + ") = $before");
}

BOOST_AUTO_TEST_SUITE_END()
