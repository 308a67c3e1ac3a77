#include "had/core/policy/orders.hpp"

#include "had/core/policy/failover.hpp"
#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

using Lines = std::vector<std::string>;

const ActivateOrder by_root{"2.1", "root", "2002-05-01T12:00:00.000001Z"};

Candidate good(Ifindex index, std::int64_t rank = 0) {
    Candidate c;
    c.index = index;
    c.usable = c.good = c.earned = c.returns = true;
    c.rank = rank;
    c.order = static_cast<unsigned>(index);
    return c;
}

std::string refusal(World& world, std::string_view bond, const std::string& port) {
    const auto why = objection_to_activate(world.situation(), bond, port);
    return !why ? "taken" : (why->no_such_object ? "no such: " : "refused: ") + why->text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(orders)

BOOST_AUTO_TEST_CASE(an_order_that_is_printed_is_read_again) {
    Orders all;
    all.active = {{"bond0", by_root}, {"bond1", {"eth3", "uid 1000", "2002-05-01T12:00:00.000001Z"}}};
    all.offline = {{"2", {false, false, "2-1", "root", "2002-05-01T12:00:00Z"}},
                   {"4", {true, false, "", "uid 1000", "2002-05-01T12:00:00Z"}},
                   {"12", {false, true, "01:0c", "handle", "2002-05-01T12:00:00Z"}}};
    all.online = {{"3", {"3", "root", "2002-05-01T12:00:00Z"}}, {"5", {"", "uid 1000", "2002-05-01T12:00:00Z"}}};
    all.accepted = {{"2", {{0x8086, 0x100e}, "uid 1000", "2002-05-01T12:00:00Z"}}};
    all.domains = {{"A", {false, true, "root", "2002-05-01T12:00:00Z"}},
                   {"B", {true, false, "root", "2002-05-01T12:00:00Z"}}};
    all.left_out = {{{"2", 1, 0}, {"root", "2002-05-01T12:00:00.000001Z", "bond0"}}};
    all.pause = PauseOrder{"root", "2002-05-01T12:00:00.000001Z", 1020256200};
    const ParsedOrders read = parse_orders(print(all));
    BOOST_TEST((read.orders == all));
    BOOST_TEST(read.mistakes.empty());
    BOOST_TEST((parse_orders("").orders == Orders{}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_told_and_costs_only_itself) {
    const ParsedOrders read =
        parse_orders("activate bond1\n\nactivate bond0 2.1 then root\nfly away to the sun\n"
                     "activate bond0 2.0 then another\n\xff\naccept 2 no:model then root\ntake B away");
    BOOST_TEST(read.orders.active.size() == 1u);
    BOOST_TEST(read.orders.of_bond("bond0")->port == "2.1");
    Lines expected;
    for (const int line : {1, 4, 5, 6, 7, 8})
        expected.push_back("line " + std::to_string(line) + ": no order that the daemon knows");
    BOOST_TEST(read.mistakes == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_much_noise_the_first_lines_are_told_and_how_many_there_are) {
    std::string noise;
    for (int i = 0; i < 5000; ++i) noise += "noise\n";
    const ParsedOrders read = parse_orders(noise);
    BOOST_REQUIRE(read.mistakes.size() == most_mistakes + 1);
    BOOST_TEST(read.mistakes.back() == "5000 lines are no orders that the daemon knows");
}

BOOST_AUTO_TEST_CASE(a_pause_that_ends_at_no_time_of_day_is_no_order) {
    for (const char* until : {"99999999999999999", "-1", "253402300800", "9223372036854775807", "x", "", "1x"})
        BOOST_TEST(!parse_orders(std::string("pause ") + until + " x root\n").orders.pause.has_value(), until);
    BOOST_TEST(parse_orders("pause 253402300799 x root\n").orders.pause.has_value());
    BOOST_TEST(utc_text(INT64_MAX) == "9999-12-31T23:59:59Z");
    BOOST_TEST(utc_text(INT64_MIN) == "1970-01-01T00:00:00Z");
    const ParsedOrders endless = parse_orders("pause - then the daemon\n");
    BOOST_TEST(endless.orders.pause.has_value());
    BOOST_TEST(print(endless.orders) == "pause - then the daemon\n");
}

BOOST_AUTO_TEST_CASE(a_domain_that_was_taken_is_this_hosts_and_an_unknown_one_is_dropped) {
    World world("[had]\ndomains = A\n[domain A]\nslots = 1-8\n[domain B]\nslots = 9-16\n" +
                std::string(one_bond));
    world.orders.domains = {{"B", {true, false, "root", "then"}}, {"C", {true, false, "root", "then"}}};
    world.orders.accepted = {{"2", {{0x8086, 0x100e}, "root", "then"}}};
    BOOST_TEST(world.orders.prune(world.config).domains == Lines{"C"}, boost::test_tools::per_element());
    BOOST_TEST(world.orders.accepted.empty());                // slot 2 takes any card
    BOOST_TEST(!world.config.controls("12"));
    world.orders.apply_to(world.config);
    BOOST_TEST(world.config.controls("12"));
    BOOST_TEST(!world.orders.release_of(world.config, "12"));
    world.orders.domains["A"].take = false;
    BOOST_TEST(world.orders.release_of(world.config, "2"));
    BOOST_TEST(!world.orders.release_of(world.config, "20"));
}

BOOST_AUTO_TEST_CASE(a_pause_ends_at_a_time_of_day) {
    BOOST_TEST(utc_text(1020256200) == "2002-05-01T12:30:00Z");
    BOOST_TEST(utc_text(951782400) == "2000-02-29T00:00:00Z");
    for (const std::string_view text : {"pause", "pause soon then root", "pause 1020256200",
                                        "pause 1020256200 then"})
        BOOST_TEST(parse_orders(text).mistakes.size() == 1u, text);
}

BOOST_AUTO_TEST_CASE(an_order_for_a_bond_that_the_file_does_not_name_is_dropped) {
    World world;
    world.orders.active = {{"bond0", by_root}, {"bond7", by_root}};
    BOOST_TEST(world.orders.prune(world.config).bonds == Lines{"bond7"}, boost::test_tools::per_element());
    BOOST_TEST(world.orders.of_bond("bond0"));
    BOOST_TEST(!world.orders.of_bond("bond7"));
}

BOOST_AUTO_TEST_CASE(an_order_for_a_slot_that_is_no_longer_this_hosts_is_dropped) {
    World world("[had]\ndomains = A\n[domain A]\nslots = 1-8\n[domain B]\nslots = 9-16\n" +
                std::string(one_bond));
    for (const char* slot : {"2", "12", "20"}) world.orders.offline[slot].by = "root";
    BOOST_TEST(world.orders.prune(world.config).slots == (Lines{"12", "20"}), boost::test_tools::per_element());
    BOOST_TEST(world.orders.of_slot("2"));
}

BOOST_AUTO_TEST_CASE(a_card_comes_back_only_to_a_slot_of_this_host) {
    World world("[had]\ndomains = A\n[domain A]\nslots = 1-8\n[domain B]\nslots = 9-16\n" +
                std::string(one_bond));
    for (const char* slot : {"2", "12", "20"}) world.orders.online[slot].by = "root";
    world.orders.prune(world.config);
    BOOST_TEST(world.orders.online.size() == 1u);
    BOOST_TEST(world.orders.online.contains("2"));
}

// Whether such a slot is empty is not known: its card may only not have been seen yet.
BOOST_AUTO_TEST_CASE(a_port_is_left_out_until_its_slot_is_seen_to_be_empty) {
    World world;
    let_serve(world);
    const PortName port{"2", 1, 0};
    world.orders.left_out[port] = {.by = "root", .since = "then", .bond = "bond0"};
    Chassis chassis = place(world.config, world.observed);
    PlacedSlot& slot = chassis.slots.at("2");
    BOOST_TEST(world.orders.prune(world.config, chassis).empty());
    slot.functions.clear();
    slot.location.clear();
    BOOST_TEST(world.orders.prune(world.config, chassis).empty());
    slot.location = "0000:00:02";
    BOOST_TEST(world.orders.prune(world.config, chassis).contains(port));
}

BOOST_AUTO_TEST_CASE(only_what_could_serve_can_be_ordered) {
    World world;
    let_serve(world);
    world.hear(LinkSeen{nic(7, "eth7")});
    BOOST_TEST(refusal(world, "bond0", "2.1") == "taken");
    BOOST_TEST(refusal(world, "bond0", "eth1") == "taken");
    BOOST_TEST(refusal(world, "bond1", "2.1") ==
               "no such: bond1: had.conf names no such bond, did you mean 'bond0'?");
    BOOST_TEST(refusal(world, "bond0", "9.1") == "no such: 9.1: no such port or interface");
    BOOST_TEST(refusal(world, "bond0", "eth7") == "refused: eth7 is no port of bond0: it has 2.0, 2.1");
    Link port = slave(3, "eth1", 9);
    port.slave->mii = MiiStatus::down;
    world.hear(LinkSeen{port});
    BOOST_TEST(refusal(world, "bond0", "2.1") ==
               "refused: the kernel's link monitor calls 2.1 (eth1) down");
    port.carrier = false;
    world.hear(LinkSeen{port});
    BOOST_TEST(refusal(world, "bond0", "2.1") == "refused: 2.1 (eth1) has no link");
}

BOOST_AUTO_TEST_CASE(a_mode_in_which_every_port_sends_has_none_to_be_ordered) {
    World world;
    let_serve(world);
    Link link = *world.observed.link("bond0");
    link.bond->options[BondOption::mode] = std::uint64_t{0};
    world.hear(LinkSeen{link});
    BOOST_TEST(refusal(world, "bond0", "2.1") ==
               "refused: bond0 is in mode balance-rr, in which every port sends and none is the active one");
}

BOOST_AUTO_TEST_CASE(the_ordered_port_is_returned_to_and_no_other) {
    Candidate ordered = good(3);
    ordered.ordered = true;
    Candidate better = good(4, 10);
    better.returns = false;                    // as candidates_of has it while an order holds
    BOOST_TEST(choose_active({good(2), ordered, better}, 2).active == 3);
    BOOST_TEST(choose_active({good(2), ordered, better}, 2).why == "an operator's order");
    BOOST_TEST(choose_active({good(2), ordered, better}, 3).active == 3);
    BOOST_TEST(successors({good(2), ordered, better}, 2).front() == 3);
    // Until it has earned it, another that has is better.
    ordered.earned = ordered.returns = false;
    BOOST_TEST(choose_active({good(2), ordered, better}, 2).active == 2);
    Candidate failed = good(2);
    failed.usable = failed.good = failed.earned = failed.returns = false;
    BOOST_TEST(choose_active({failed, ordered, better}, 2).active == 4);
    BOOST_TEST(choose_active({failed, ordered}, 2).active == 3);
}

BOOST_AUTO_TEST_CASE(an_order_stands_first_in_the_view_and_says_what_is_active_meanwhile) {
    World world;
    let_serve(world);
    world.orders.active = {{"bond0", by_root}};
    const OrderView order = world.view().orders.at(0);
    BOOST_TEST(order.interface == "eth1");
    BOOST_TEST(order.text == "bond0: 2.1 (eth1) is to be the active port, ordered by root at "
                             "2002-05-01T12:00:00.000001Z, until `hadctl bond auto bond0`; 2.0 (eth0) is "
                             "active meanwhile");
}

BOOST_AUTO_TEST_SUITE_END()
