// A card is let go in order, and comes back: with the operator's word, under traffic, on every controller.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <utility>

using namespace had::test;

namespace {

struct Extraction : HadStory {
    explicit Extraction(const Options& options = {}, Card each = {"virtio", 2})
        : HadStory(options), card(std::move(each)) {}

    void begin() {
        for (const int slot : {2, 12}) chassis.insert(slot, card);
        start(two_cards_conf);
        wait("bond0", "healthy", 60s);
    }
    Result offline(int slot, std::string_view how = "") {
        return hadctl("slot offline " + std::to_string(slot) + " " + std::string(how));
    }
    bool is_active(int slot) {
        const std::string now = active();
        for (int port = 0; port < card.functions; ++port)
            if (now == chassis.interface(slot, port)) return true;
        return false;
    }
    // The active card goes and another comes, so many times.
    TrafficReport swap_cards(int cycles) {
        Traffic traffic(guest);
        for (int cycle = 0; cycle < cycles; ++cycle) {
            const int slot = active_slot();
            const Result gone = offline(slot, "--wait");     // the other card may have come a moment ago
            BOOST_TEST(gone.rc == 0, gone.err);
            BOOST_TEST(gone.out == "slot " + std::to_string(slot) + " is safe to pull\n");
            BOOST_TEST(is_active(slot == 2 ? 12 : 2));
            wait(std::to_string(slot), "offline");
            chassis.pull(slot);               // which the controller has let go
            chassis.insert(slot, card);
            wait("bond0", "healthy", 60s);
        }
        return traffic.stop();
    }

    Card card;
};

struct OnPcie : Extraction {
    OnPcie() : Extraction(options()) {}
    static Options options() {
        Options o;
        o.backplane = Backplane::pcie;
        o.cables = 4;
        o.pcie_slots = {2, 12};
        return o;
    }
};

struct OnShpc : Extraction {
    OnShpc() : Extraction(options(), {"virtio"}) {}
    static Options options() {
        Options o;
        o.backplane = Backplane::shpc;
        return o;
    }
};

// No controller here: cards stay where they were at the start.
struct Fixed : Extraction {
    Fixed() : Extraction(options()) {}
    static Options options() {
        Options o;
        o.cards = {{2, {"virtio", 2}}, {12, {"virtio", 2}}};
        o.cables = 4;
        o.kernel_arguments = "acpiphp.disable=1";
        return o;
    }
};

int cycles() { return in_soak() ? 20 : 2; }

} // namespace

// First, so that the chassis which the next suite boots serves the next files, too.
BOOST_AUTO_TEST_SUITE(extraction_pcie)

BOOST_FIXTURE_TEST_CASE(the_active_card_is_let_go_under_traffic_without_a_packet_lost, OnPcie) {
    begin();
    expect_no_loss(swap_cards(cycles()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(extraction)

BOOST_FIXTURE_TEST_CASE(the_active_card_is_let_go_under_traffic_without_a_packet_lost, Extraction) {
    begin();
    expect_no_loss(swap_cards(cycles()));
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/bonding/all_slaves_active") == "0");
}

BOOST_FIXTURE_TEST_CASE(the_last_working_port_is_kept_until_another_has_earned_its_place, Extraction,
                        *boost::unit_test::label("long")) {
    chassis.insert(2, {"virtio", 2});
    start(two_cards_conf);
    guest.wait_until("test \"$(wc -w </sys/class/net/bond0/bonding/slaves)\" = 2", 30s);
    const Background monitor = guest.spawn("exec hadctl monitor --json", "/run/events");
    Traffic traffic(guest);
    const Result refused = offline(2);
    BOOST_TEST(refused.rc == 5);
    BOOST_TEST(refused.err.find("last working port") != std::string::npos, refused.err);
    guest.wait_until("grep -q extraction_refused /run/events");

    const Background waiting = guest.spawn("exec hadctl slot offline 2 --wait", "/run/offline");
    guest.wait_until("hadctl status --json | grep -q '\"extraction\":\"waiting\"'");
    chassis.insert(12, {"virtio", 2});
    wait("2", "offline", 60s);
    guest.wait_until("grep -q 'slot 2 is safe to pull' /run/offline", 30s);
    guest.wait_until("grep -q '\"event\":\"extraction_begun\"' /run/events");
    guest.wait_until("grep -q '\"event\":\"safe_to_pull\"' /run/events");
    BOOST_TEST(is_active(12));
    expect_no_loss(traffic.stop());

    // By force the last one goes as well.
    BOOST_TEST(offline(12).rc == 5);
    const Result forced = offline(12, "--force");
    BOOST_TEST(forced.rc == 0, forced.err);
    wait("bond0", "down");
    guest.stop(monitor);
}

// had is killed while a card is on its way out, and the next one goes on; what it set up for the move it
// takes back.
BOOST_FIXTURE_TEST_CASE(an_order_survives_had, Extraction, *boost::unit_test::label("long")) {
    begin();
    const int slot = active_slot();
    guest.spawn("hadctl slot offline " + std::to_string(slot), "/run/offline");
    guest.wait_until("test -s /var/lib/had/orders");
    kill();
    start_again();
    guest.wait_until("grep -q 'slot " + std::to_string(slot) + ": safe to pull' /run/had-again.log", 20s);
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/bonding/all_slaves_active") == "0");
    // The next had knows that it is out, and that the card which comes is another.
    kill();
    chassis.pull(slot);
    chassis.insert(slot, {"virtio", 2});
    start_again();
    wait("bond0", "healthy", 60s);
    BOOST_TEST(guest.expect("cat /var/lib/had/orders") == "");
}

BOOST_FIXTURE_TEST_CASE(an_order_that_waits_ends_by_its_counterpart, Extraction,
                        *boost::unit_test::label("long")) {
    chassis.insert(2, {"virtio", 2});
    start(two_cards_conf);
    guest.wait_until("test \"$(wc -w </sys/class/net/bond0/bonding/slaves)\" = 2", 30s);
    const Background waiting = guest.spawn("hadctl slot offline 2 --wait; echo ends with $?", "/run/offline");
    guest.wait_until("hadctl status --json | grep -q '\"extraction\":\"waiting\"'");
    BOOST_TEST(hadctl("slot online 2").rc == 0);
    guest.wait_until("grep -q 'ends with 5' /run/offline");
    BOOST_TEST(guest.expect("wc -w </sys/class/net/bond0/bonding/slaves") == "2");
    BOOST_TEST(hadctl("slot identify 2").rc == 5);            // acpiphp has no LED
    BOOST_TEST(hadctl("slot offline 30").rc == 8);
    chassis.pull(2);
    wait("2", "absent");
    BOOST_TEST(hadctl("slot offline 2").rc == 0);             // nothing to pull
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(extraction_shpc, *boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(the_active_card_is_let_go_under_traffic_without_a_packet_lost, OnShpc) {
    begin();
    BOOST_TEST(guest.expect("basename $(readlink -f /sys/bus/pci/slots/2/module)") == "shpchp");
    expect_no_loss(swap_cards(cycles()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(extraction_fixed)

BOOST_FIXTURE_TEST_CASE(a_card_that_nothing_can_switch_off_is_let_go_and_serves_again, Fixed,
                        *boost::unit_test::label("long")) {
    start(two_cards_conf + "[slot 2]\nlocation = pci 0000:00:02\n[slot 12]\nlocation = pci 0000:00:0c\n");
    wait("bond0", "healthy", 60s);
    Traffic traffic(guest);
    const Result gone = offline(2, "--wait");
    BOOST_TEST(gone.rc == 0, gone.err);
    BOOST_TEST(gone.out.find("nothing here can switch it off") != std::string::npos, gone.out);
    guest.expect("test ! -e /sys/bus/pci/devices/0000:00:02.0/driver");
    BOOST_TEST(is_active(12));
    BOOST_TEST(hadctl("slot online 2").rc == 0);
    wait("bond0", "healthy", 60s);
    expect_no_loss(traffic.stop());
}

BOOST_AUTO_TEST_SUITE_END()
