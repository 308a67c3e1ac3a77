// What a card forgets when it is exchanged is the slot's: another model has it, as far as it can.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <fmt/format.h>

using namespace had::test;

namespace {

const std::string forgotten = "offload = rx-gro off\noffload = tx-generic-segmentation off\n"
                              "sysctl = net.ipv4.conf.rp_filter 2\ntxqueuelen = 500\nrx_ring = 512\n";
std::string conf() {
    return with(with(two_cards_conf, "bond = bond0\n", "bond = bond0\n" + forgotten), "[devices]\n",
                "[config alone]\naddress = 192.168.10.1/24\nmac = stable\n" + forgotten + "[devices]\n16 = alone\n");
}

struct Exchanged : HadStory {
    Exchanged() {
        for (const int slot : {2, 12, 16}) chassis.insert(slot, {"e1000", 1});
        start(conf());
        for (const char* object : {"bond0", "16"}) wait(object, "healthy", 40s);
        wait_earned();
    }
    std::string mac_of(int slot) {
        return guest.expect(fmt::format("cat /sys/class/net/{}/address", chassis.interface(slot, 0)));
    }
    // All that any model can do, in slots whose cards serve.
    void check_words(int slot) {
        const std::string name = chassis.interface(slot, 0);
        for (const std::string& there :
             {fmt::format("ethtool -k {} | grep -q 'generic-receive-offload: off'", name),
              fmt::format("ethtool -k {} | grep -q 'generic-segmentation-offload: off'", name),
              fmt::format("test $(cat /proc/sys/net/ipv4/conf/{}/rp_filter) = 2", name),
              fmt::format("ip link show {} | grep -q 'qlen 500'", name)})
            BOOST_TEST(guest.holds_within(there, 15s), "slot " << slot << ": " << there << "\n" << log_now);
    }
    bool has_ring(int slot) {
        const std::string name = chassis.interface(slot, 0);
        return guest.holds_within(
            fmt::format("ethtool -g {} | sed 1,/Current/d | grep -q '^RX:[^0-9]*512$'", name), 15s);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(exchange, *boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(another_model_under_traffic_has_what_the_slot_had_and_says_what_it_cannot, Exchanged) {
    const std::string bond = bond_mac(), alone = mac_of(16);
    for (const int slot : {2, 12, 16}) {
        check_words(slot);
        BOOST_TEST(has_ring(slot));
    }
    Traffic traffic(guest);
    for (const char* model : {"rtl8139", "virtio", "e1000"})
        for (const int slot : {active_slot(), 16}) {
            chassis.pull(slot);
            wait_log(fmt::format("slot {}: card out", slot));
            chassis.insert(slot, {model, 1});
            guest.wait_until(fmt::format("hadctl status | grep -qE '^  {}.0 +(healthy|degraded)'", slot), 30s);
            check_words(slot);
            if (has_ring(slot) != (model == std::string("e1000")))
                BOOST_ERROR(model << " in slot " << slot << "\n" << status_now << log_now);
            BOOST_TEST_MESSAGE(model << " in slot " << slot << ":\n" << hadctl(fmt::format("explain {}.0", slot)).out);
        }
    const TrafficReport report = traffic.stop();
    BOOST_TEST_MESSAGE(report << "\n" << log());
    BOOST_TEST(report.longest_loss < 400, report);
    BOOST_TEST(bond_mac() == bond);
    BOOST_TEST(mac_of(16) == alone);
    wait("bond0", "healthy", 20s);
    wait("16", "healthy", 20s);
}

BOOST_AUTO_TEST_SUITE_END()
