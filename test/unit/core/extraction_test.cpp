#include "had/core/policy/extraction.hpp"

#include "had/core/policy/failover.hpp"
#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view two_slots = "[bond bond0]\n"
                                       "mode    = active-backup\n"
                                       "miimon  = 100\n"
                                       "address = 10.0.1.1/24\n"
                                       "[config member]\n"
                                       "bond = bond0\n"
                                       "[config plain]\n"
                                       "address = 10.0.4.1/24\n"
                                       "[vlan vlan5]\n"
                                       "on = 4.0\n"
                                       "id = 5\n"
                                       "address = 10.0.5.1/24\n"
                                       "[devices]\n"
                                       "2  = member\n"
                                       "12 = member\n"
                                       "4  = plain\n";

const OfflineOrder by_root{false, false, "2", "root", "2002-05-01T12:00:00Z"};

// Slot 2 serves with both ports of its card, and slot 12 has a standby that has earned its place.
struct Chassis2 : World {
    explicit Chassis2(std::string_view text = two_slots) : World(text) {
        let_serve(*this);
        hear(SlotSeen{slot("12", "0000:00:0c")});
        hear(FunctionSeen{function({"0000:00:0c.0"}, 0x1010, "e1000")});
        hear(NetDeviceSeen{{4, at("0000:00:0c.0"), 0, true}});
        hear(LinkSeen{slave(4, "eth2", 9)});
        owned.members[4] = "bond0";
        for (const Ifindex index : {2, 3, 4}) {
            hear_link(standings, *observed.link(index), TimePoint{});
            standings.at(index).earned = true;
        }
    }
    void add_plain_port() {
        hear(SlotSeen{slot("4", "0000:00:04")});
        hear(FunctionSeen{function({"0000:00:04.0"}, 0x100e, "e1000")});
        hear(NetDeviceSeen{{7, at("0000:00:04.0"), 0, true}});
        Link link = nic(7, "eth4");
        link.up = link.carrier = true;
        hear(LinkSeen{link});
        hear(AddressSeen{address(7, "10.0.4.1/24")});
    }
    void let_go(const SlotName& name, OfflineOrder order = by_root) { orders.offline[name] = std::move(order); }
    Extraction state(const SlotName& name) {
        std::optional<TimePoint> unused;
        return extraction_of(situation(), name, unused);
    }
    void release(Ifindex index, const char* name) { hear(LinkSeen{nic(index, name)}); }
    void unbind(const char* where) { hear(FunctionSeen{function({where}, 0x1010)}); }
};

void expect(const Lines& is, const Lines& should) {
    BOOST_TEST(is == should, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(extraction)

BOOST_AUTO_TEST_CASE(the_bond_listens_on_all_its_ports_before_it_moves_and_only_then_a_port_goes) {
    Chassis2 world;
    BOOST_TEST((world.state("2") == Extraction::none));
    world.let_go("2");
    BOOST_TEST((world.state("2") == Extraction::quiescing));
    expect(world.wanted(), {"set bond0 all_slaves_active on"});

    Link bond0 = *world.observed.link(9);
    bond0.bond->options[BondOption::all_slaves_active] = std::uint64_t{1};
    world.hear(LinkSeen{bond0});
    expect(world.wanted(), {"set bond0 active_slave interface 4"});

    bond0.bond->options[BondOption::active_slave] = std::uint64_t{4};
    world.hear(LinkSeen{bond0});
    world.hear(LinkSeen{slave(2, "eth0", 9)});
    world.hear(LinkSeen{slave(4, "eth2", 9, true)});
    hear_link(world.standings, *world.observed.link(2), TimePoint{});
    const Plan waiting = world.plan();
    BOOST_TEST(waiting.note_of(port_id({"2"})).doing == "what is on its way arrives");
    BOOST_TEST((waiting.next == TimePoint{} + drain_time));
    world.standings.at(2).retired = TimePoint{} - drain_time;
    BOOST_TEST(world.wanted().front() == "release eth0 from bond0");
}

BOOST_AUTO_TEST_CASE(drivers_go_before_the_power_and_nothing_is_configured_meanwhile) {
    Chassis2 world;
    world.let_go("2");
    world.release(2, "eth0");
    world.release(3, "eth1");
    BOOST_TEST((world.state("2") == Extraction::unbinding));
    BOOST_TEST(world.wanted().back() == "switch slot 2 off, its drivers first: 0000:00:02.0 0000:00:02.1");
    world.unbind("0000:00:02.0");
    world.unbind("0000:00:02.1");
    BOOST_TEST((world.state("2") == Extraction::powering));
    BOOST_TEST(world.wanted().back() == "switch slot 2 off");
    for (const char* each : {"0000:00:02.0", "0000:00:02.1"}) world.hear(FunctionGone{at(each)});
    BOOST_TEST((world.state("2") == Extraction::powering));   // until it is known to be off
    world.orders.offline.at("2").out = true;
    BOOST_TEST((world.state("2") == Extraction::out));
    BOOST_TEST(is_withheld(world.situation(), "2"));
    insert_card(world);
    BOOST_TEST((world.state("2") == Extraction::none));       // another card
}

BOOST_AUTO_TEST_CASE(the_bridge_of_a_card_keeps_the_driver_that_the_slot_needs) {
    Chassis2 world;
    PciFunction bridge = function({"0000:00:02.0"}, 0x1010, "pcieport");
    bridge.class_code = 0x060400;
    world.hear(FunctionSeen{bridge});
    const Situation s = world.situation();
    BOOST_TEST((bound_functions(s, s.chassis.slots.at("2")) == std::vector{at("0000:00:02.1")}));
}

BOOST_AUTO_TEST_CASE(where_no_controller_is_the_drivers_are_let_go_and_that_is_all) {
    Chassis2 world("[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24\n[config member]\n"
                   "bond = bond0\n[slot 2]\nlocation = pci 0000:00:02\n[devices]\n2 = member\n12 = member\n");
    world.hear(SlotGone{"2"});
    OfflineOrder order = by_root;
    order.kernel.clear();
    world.let_go("2", order);
    world.release(2, "eth0");
    world.release(3, "eth1");
    for (const char* each : {"0000:00:02.0", "0000:00:02.1"}) world.unbind(each);
    BOOST_TEST((world.state("2") == Extraction::detached));
}

BOOST_AUTO_TEST_CASE(a_slot_is_switched_by_the_kernels_slot_of_that_place_whatever_it_is_called) {
    for (const char* location : {"path 0000:00:02", "pci 0000:00:02", "kernel up"}) {
        World world(std::string(one_bond) + "[slot 2]\nlocation = " + location + "\n");
        insert_card(world);
        world.hear(SlotGone{"2"});
        KernelSlot up = slot("up", "0000:00:02");
        world.hear(SlotSeen{up});
        BOOST_TEST(switch_of(world.situation(), "2") == "up", location);
        up.can_power = false;
        world.hear(SlotSeen{up});
        BOOST_TEST(switch_of(world.situation(), "2") == "", location);
    }
}

BOOST_AUTO_TEST_CASE(the_last_port_that_works_holds_its_card) {
    Chassis2 world;
    BOOST_TEST(what_hangs_by(world.situation(), "2") == "");
    BOOST_TEST(what_hangs_by(world.situation(), "12") == "");
    world.standings.at(4).earned = false;
    BOOST_TEST(what_hangs_by(world.situation(), "2") ==
               "bond0, 2.1 is its last working port and 12.0 has not earned its place yet");
    std::optional<TimePoint> next;
    BOOST_TEST(hangs_by(world.situation(), "2", next).size() == 1u);
    BOOST_TEST((next == TimePoint{} + default_rise));
    Link down = slave(4, "eth2", 9);
    down.carrier = false;
    world.hear(LinkSeen{down});
    BOOST_TEST(what_hangs_by(world.situation(), "2") == "bond0, 2.1 is its last working port");

    world.let_go("2");
    BOOST_TEST((world.state("2") == Extraction::waiting));
    BOOST_TEST(!is_withheld(world.situation(), "2"));
    BOOST_TEST(world.wanted().empty());
    world.orders.offline.at("2").force = true;
    BOOST_TEST((world.state("2") == Extraction::quiescing));
    world.orders.offline.at("2").force = false;
    world.config.had.last_port = LastPort::allow;
    BOOST_TEST((world.state("2") == Extraction::quiescing));
}

BOOST_AUTO_TEST_CASE(a_bond_without_any_link_holds_nothing) {
    Chassis2 world;
    for (const auto& [index, name] : {std::pair(2, "eth0"), std::pair(3, "eth1"), std::pair(4, "eth2")}) {
        Link link = slave(index, name, 9);
        link.carrier = false;
        world.hear(LinkSeen{link});
    }
    BOOST_TEST(what_hangs_by(world.situation(), "2") == "");
}

BOOST_AUTO_TEST_CASE(an_address_without_another_home_holds_its_card) {
    Chassis2 world;
    world.add_plain_port();
    BOOST_TEST(what_hangs_by(world.situation(), "4") == "10.0.4.1/24, which has no other home than 4.0");
    Link vlan = nic(8, "vlan5");
    vlan.kind = "vlan";
    vlan.lower = 7;
    vlan.vlan_id = 5;
    vlan.up = vlan.carrier = true;
    world.hear(LinkSeen{vlan});
    world.hear(AddressSeen{address(8, "10.0.5.1/24")});
    BOOST_TEST(what_hangs_by(world.situation(), "4") ==
               "10.0.4.1/24, which has no other home than 4.0; "
               "10.0.5.1/24, which has no other home than vlan5 on 4.0");
    world.owned.vlans = {"vlan5"};
    world.owned.port_addresses = {{7, ip_prefix_from("10.0.4.1/24").value()}};
    OfflineOrder order = by_root;
    order.force = true;
    world.let_go("4", order);
    expect(world.wanted(), {"remove 10.0.4.1/24 from eth4", "set eth4 down", "delete vlan5"});
}

BOOST_AUTO_TEST_CASE(a_port_that_somebody_else_keeps_up_goes_with_its_driver) {
    Chassis2 world;
    world.add_plain_port();
    OfflineOrder order = by_root;
    order.force = true;
    world.let_go("4", order);
    BOOST_TEST((world.state("4") == Extraction::quiescing));
    world.owned.contested = {{key_of(SetLink{.link = {7, "eth4"}, .up = false, .port = true}), {1, {}}}};
    BOOST_TEST((world.state("4") == Extraction::unbinding));
    expect(world.wanted(), {"switch slot 4 off, its drivers first: 0000:00:04.0"});
}

BOOST_AUTO_TEST_CASE(of_two_orders_the_older_goes_first) {
    Chassis2 world;
    OfflineOrder later = by_root;
    later.since = "2002-05-01T12:00:01Z";
    world.let_go("2");
    world.let_go("12", later);
    BOOST_TEST((world.state("2") == Extraction::quiescing));
    BOOST_TEST((world.state("12") == Extraction::waiting));
    world.orders.offline.at("2").since = "2002-05-01T12:00:02Z";
    BOOST_TEST((world.state("2") == Extraction::waiting));
    BOOST_TEST((world.state("12") == Extraction::quiescing));
}

BOOST_AUTO_TEST_CASE(no_bond_moves_to_a_card_that_is_let_go_as_long_as_another_can_serve) {
    Candidate leaving, other, third;
    for (Candidate* each : {&leaving, &other, &third}) each->usable = each->good = each->earned = true;
    leaving.index = 1;
    other.index = 2;
    third.index = 3;
    leaving.leaving = true;
    leaving.rank = 100;
    leaving.returns = true;
    other.order = 1;
    third.order = 2;
    BOOST_TEST(choose_active({leaving, other, third}, 1).active == 2);
    BOOST_TEST(choose_active({leaving, other, third}, 1).why == "its card is let go");
    BOOST_TEST(choose_active({leaving, other, third}, 2).active == 2);     // whatever its rank
    BOOST_TEST(choose_active({leaving}, 1).active == 1);
    other.usable = other.good = third.usable = third.good = false;
    BOOST_TEST(choose_active({leaving, other, third}, 2).active == 1);     // better than none
}

// Both slots are of one domain: what hangs by one finds no home in the other.
BOOST_AUTO_TEST_CASE(the_cards_of_a_domain_that_is_released_go_all_or_none) {
    Chassis2 world("[had]\ndomains = A B\n[domain A]\nslots = 1-16\n[domain B]\nslots = 17-20\n" +
                   std::string(two_slots));
    world.orders.domains["A"] = {false, false, "root", "2002-05-01T12:00:00Z"};
    BOOST_TEST((world.state("2") == Extraction::waiting));
    BOOST_TEST((world.state("12") == Extraction::waiting));
    BOOST_TEST(world.wanted().empty());
    world.orders.domains["A"].force = true;
    BOOST_TEST((world.state("2") == Extraction::quiescing));
    BOOST_TEST((world.state("12") == Extraction::quiescing));
    for (const auto& [index, name] : {std::pair(2, "eth0"), std::pair(3, "eth1"), std::pair(4, "eth2")})
        world.release(index, name);
    BOOST_TEST((world.state("12") == Extraction::unbinding));
    world.unbind("0000:00:0c.0");
    BOOST_TEST((world.state("12") == Extraction::detached));  // and nothing is switched off
    world.hear(FunctionGone{at("0000:00:0c.0")});
    BOOST_TEST((world.state("12") == Extraction::none));
    // The slot's own order is for whoever pulls the card.
    world.let_go("2");
    world.unbind("0000:00:02.0");
    world.unbind("0000:00:02.1");
    BOOST_TEST((world.state("2") == Extraction::powering));
}

BOOST_AUTO_TEST_CASE(a_domain_goes_with_its_last_ports_where_the_file_allows_it) {
    const std::string domain = "[domain A]\nslots = 1-16\n" + std::string(two_slots);
    std::optional<TimePoint> unused;
    for (const auto& [file, keeps] : {std::pair("[had]\ndomains = A\n" + domain, true),
                                      std::pair("[had]\ndomains = A\nlast_port = allow\n" + domain, false)}) {
        Chassis2 world(file);
        world.orders.domains["A"] = {false, false, "root", "2002-05-01T12:00:00Z"};
        BOOST_TEST(what_keeps_domain(world.situation(), "A", unused).empty() == !keeps);
    }
}

BOOST_AUTO_TEST_CASE(only_slots_of_this_host_can_be_let_go) {
    World world("[had]\ndomains = A\n[domain A]\nslots = 1-8\n[domain B]\nslots = 9-16\n" +
                std::string(one_bond));
    insert_card(world);
    world.hear(SlotSeen{slot("12", "0000:00:0c")});
    world.hear(SlotSeen{slot("20", "0000:00:14")});
    world.hear(FunctionSeen{function({"0000:00:14.0"})});
    const auto objection = [&](const SlotName& name) {
        const auto refusal = objection_to_slot(world.situation(), name);
        return !refusal ? "none" : (refusal->no_such_object ? "no such: " : "") + refusal->text;
    };
    BOOST_TEST(objection("2") == "none");
    BOOST_TEST(objection("12") == "slot 12: its domain is another host's, so it is left alone");
    BOOST_TEST(objection("20") == "slot 20: had.conf does not name it, so it is left alone");
    BOOST_TEST(objection("21") == "no such: 21: no such slot");
}

BOOST_AUTO_TEST_CASE(the_words_of_status_are_read_again) {
    for (const Extraction each :
         {Extraction::none, Extraction::waiting, Extraction::quiescing, Extraction::unbinding,
          Extraction::powering, Extraction::detached, Extraction::out})
        BOOST_TEST((extraction_from(to_string(each)) == each));
    BOOST_TEST(!extraction_from("gone"));
}

BOOST_AUTO_TEST_SUITE_END()
