#include "had/core/plan/announcing.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

struct Plain : World {
    Announcing announcing;
    TimePoint now{};

    Plain()
        : World("[config plain]\naddress = 192.168.10.1/24 2001:db8::1/64\n"
                "[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24\n"
                "[config member]\nbond = bond0\n[devices]\n2 = plain\n3 = member\n") {
        hear(SlotSeen{slot("2", "0000:00:02")});
        hear(FunctionSeen{function({"0000:00:02.0"}, 0x100e, "e1000")});
    }
    // A card's interface, with a MAC address made of its number, and link.
    Link card(Ifindex index, bool carrier = true) {
        Link link = nic(index, "eth0");
        link.up = true;
        link.carrier = carrier;
        hear(LinkSeen{link});
        hear(NetDeviceSeen{{index, at("0000:00:02.0"), 0, true}});
        return link;
    }
    std::vector<std::string> told(std::optional<TimePoint>* next = nullptr) {
        std::optional<TimePoint> unused;
        const Situation s = situation();
        const Situation then{s.config, s.file, s.table, s.chassis, s.observed, s.owned, s.orders, s.models, s.attempts,
                             s.standings, s.machine_id, now, s.ahead, s.force};
        std::vector<std::string> lines;
        for (const Announcement& a : announcing.due(then, next ? *next : unused))
            lines.push_back(to_string(a.address) + " " + to_string(a.mac) + " " + a.link.name);
        return lines;
    }
};

using Lines = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(announcing, Plain)

BOOST_AUTO_TEST_CASE(an_address_on_another_card_is_told_a_few_times_and_then_no_more) {
    card(5);
    hear(AddressSeen{address(5, "192.168.10.1/24")});
    announcing.adopt(situation());
    BOOST_TEST(told() == Lines{});
    hear(LinkGone{5});
    hear(NetDeviceGone{5});
    card(6);
    hear(AddressSeen{address(6, "192.168.10.1/24")});
    for (const Duration after : {0s, 1s, 3s, 7s}) {
        std::optional<TimePoint> next;
        now = TimePoint{} + after - 1ms;
        if (after != 0s) BOOST_TEST(told() == Lines{});
        now = TimePoint{} + after;
        BOOST_TEST(told(&next) == Lines{"192.168.10.1 52:54:00:00:00:06 eth0"});
        BOOST_TEST(next.has_value() == (after != 7s));
    }
    now += 1h;
    BOOST_TEST(told() == Lines{});
}

BOOST_AUTO_TEST_CASE(it_waits_for_a_link_and_for_the_test_for_a_duplicate) {
    card(5, false);
    Address tentative = address(5, "2001:db8::1/64");
    tentative.tentative = true;
    hear(AddressSeen{tentative});
    hear(AddressSeen{address(5, "192.168.10.1/24")});
    BOOST_TEST(told() == Lines{});
    now += 1min;
    card(5);
    BOOST_TEST(told() == Lines{"192.168.10.1 52:54:00:00:00:05 eth0"});
    tentative.tentative = false;
    hear(AddressSeen{tentative});
    BOOST_TEST(told() == Lines{"2001:db8::1 52:54:00:00:00:05 eth0"});
}

BOOST_AUTO_TEST_CASE(a_card_that_is_given_another_mac_address_is_told_of) {
    Link link = card(5);
    hear(AddressSeen{address(5, "192.168.10.1/24")});
    announcing.adopt(situation());
    link.address.bytes[5] = 9;
    hear(LinkSeen{link});
    BOOST_TEST(told() == Lines{"192.168.10.1 52:54:00:00:00:09 eth0"});
}

BOOST_AUTO_TEST_CASE(a_bonds_failover_is_the_kernels_to_tell) {
    Link it = bond(9, "bond0");
    it.carrier = true;
    it.address = Mac{{0x52, 0x54, 0, 0, 0, 9}};
    hear(LinkSeen{it});
    hear(AddressSeen{address(9, "10.0.1.1/24")});
    BOOST_TEST(told() == Lines{"10.0.1.1 52:54:00:00:00:09 bond0"});   // it is new there
    it.address.bytes[5] = 7;                                           // fail_over_mac = active
    now += 1h;
    static_cast<void>(told());
    now += 1h;
    while (!told().empty()) now += 1h;
    it.address.bytes[5] = 8;
    hear(LinkSeen{it});
    BOOST_TEST(told() == Lines{});
}

BOOST_AUTO_TEST_CASE(what_had_conf_does_not_name_is_not_told_of) {
    card(5);
    hear(LinkSeen{nic(30, "other")});
    hear(AddressSeen{address(5, "192.168.99.1/24")});
    hear(AddressSeen{address(30, "192.168.10.1/24")});
    BOOST_TEST(told() == Lines{});
}

BOOST_AUTO_TEST_SUITE_END()
