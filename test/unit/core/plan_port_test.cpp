// What is planned for a port, case by case.
#include "had/core/plan/plan.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <ostream>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

constexpr TimePoint now{};                    // a World's
constexpr std::string_view member = "bond = bond0\n", plain = "address = 10.0.0.1/8\n";

// Slot 2 with eth0 (2) as 2.0, which the test is about, and eth1 (3) as 2.1, of which the file says nothing;
// bond0 (9) is there, up and empty.
struct OnePort : World {
    explicit OnePort(std::string_view of_config)
        : World("[bond bond0]\nmode = active-backup\nmiimon = 100\n[config it]\n" + std::string(of_config) +
                "[devices]\n2.0 = it\n") {
        insert_card(*this);
        hear(LinkSeen{bond(9, "bond0")});
    }
    Link& eth0() { return observed.links.at(2); }
    void join(Ifindex master) { hear(LinkSeen{slave(2, "eth0", master)}); }
    Plan ports() {
        const Situation s = situation();
        Plan plan;
        plan_ports(s, {}, plan);
        return plan;
    }
};

struct Case {
    const char* name;
    std::string config;
    void (*change)(OnePort&);
    Lines wanted;
    std::string doing = {}, problem = {}, waiting = {};
    std::optional<Duration> next = {};
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

std::string as_member(std::string_view more = "") { return std::string(member) + std::string(more); }
std::string as_plain(std::string_view more = "") { return std::string(plain) + std::string(more); }

constexpr auto nothing = [](OnePort&) {};
constexpr auto serves = [](OnePort& w) { w.join(9); };
constexpr auto serves_plainly = [](OnePort& w) {
    w.eth0().up = w.eth0().carrier = true;
    w.hear(AddressSeen{address(2, "10.0.0.1/8")});
    w.hear(ConnectedSeen{connected(2, "10.0.0.0/8")});
};
constexpr auto unsettled = [](OnePort& w) { w.hear(NetDeviceSeen{{2, at("0000:00:02.0"), 0, false}}); };

const SetLinkMode set_speed{{2, "eth0"}, {.speed = 100, .duplex = {}, .autoneg = {}}};
void refuse_speed(OnePort& w) {
    w.attempts.began(set_speed, now);
    w.attempts.ended(set_speed, {.error = 22, .text = "Invalid argument"}, now);
}

const SetTunable set_ring{{2, "eth0"}, "rx_ring", "512", true};
void refuse_ring(OnePort& w) {
    w.join(9);
    w.hear(TunablesSeen{2, {{"rx_ring", "64"}}, true});
    w.attempts.began(set_ring, now);
    w.attempts.ended(set_ring, {.error = 95, .text = "Operation not supported"}, now);
}

const std::vector<Case> members = {
    {"a port joins its bond", as_member(), nothing, {"enslave eth0 to bond0"}},
    {"a port that is in its bond is left alone", as_member(), serves, {}},
    {"a port of another bond is moved",
     as_member(),
     [](OnePort& w) {
         w.hear(LinkSeen{bond(8, "bond8")});
         w.join(8);
     },
     {"enslave eth0 to bond0"}},
    {"its bond is not there yet", as_member(), [](OnePort& w) { w.hear(LinkGone{9}); }, {}, "waiting for bond0"},
    {"its bond is there, and what it is like has not been told",
     as_member(),
     [](OnePort& w) {
         w.join(9);
         w.eth0().mtu = 9000;
         w.observed.links.at(9).bond.reset();
     },
     {},
     "waiting for bond0"},
    {"it gets the options that its config has",
     as_member("queue_id = 3\n"),
     nothing,
     {"enslave eth0 to bond0", "set eth0 in bond0 queue_id 3"}},
    {"options that it has are not set again",
     as_member("queue_id = 3\n"),
     [](OnePort& w) {
         w.join(9);
         w.eth0().slave->queue_id = 3;
     },
     {}},
    {"what cuts its link waits while it serves",
     as_member("rx_ring = 512\n"),
     [](OnePort& w) {
         w.join(9);
         w.eth0().up = w.eth0().carrier = true;
         w.hear(TunablesSeen{2, {{"rx_ring", "256"}}, true});
     },
     {},
     "",
     "",
     "rx_ring = 512: needs reload --force, cuts eth0"},
    {"what its driver refused is told while it serves in spite of it",
     as_member("rx_ring = 512\n"),
     [](OnePort& w) {
         refuse_ring(w);
         w.eth0().up = w.eth0().carrier = true;
     },
     {},
     "",
     "cannot set eth0 rx_ring 512: Operation not supported; it is tried again by `hadctl reload`"},
    {"that is not why it does not serve",
     as_member("rx_ring = 512\n"),
     [](OnePort& w) {
         refuse_ring(w);
         w.eth0().up = true;
         w.eth0().carrier = false;
     },
     {}},
    {"a port that joins serves nobody, and waits for nothing",
     as_member("rx_ring = 512\n"),
     [](OnePort& w) {
         w.eth0().up = w.eth0().carrier = true;
         w.hear(TunablesSeen{2, {{"rx_ring", "256"}}, true});
     },
     {"set eth0 rx_ring 512", "enslave eth0 to bond0"}},
    {"prio is no option of the kernel's where had decides", as_member("prio = 3\n"), serves, {}},
    {"it is put out of its bond by hand and stays out",
     as_member(),
     [](OnePort& w) {
         w.orders.left_out[{"2", 0, 0}] = {"root", "then", "bond0"};
     },
     {}},
    {"had's own address goes first",
     as_member(),
     [](OnePort& w) {
         w.hear(AddressSeen{address(2, "10.9.9.9/8")});
         w.owned.port_addresses = {{2, ip_prefix_from("10.9.9.9/8").value()}};
     },
     {"remove 10.9.9.9/8 from eth0", "enslave eth0 to bond0"}},
    {"somebody else's address is his",
     as_member(),
     [](OnePort& w) { w.hear(AddressSeen{address(2, "10.9.9.9/8")}); },
     {"enslave eth0 to bond0"}},
    {"an address of had's that is gone is not removed",
     as_member(),
     [](OnePort& w) {
         w.owned.port_addresses = {{2, ip_prefix_from("10.9.9.9/8").value()}};
     },
     {"enslave eth0 to bond0"}},
    {"a slave that is down is set up",
     as_member(),
     [](OnePort& w) {
         w.join(9);
         w.eth0().up = w.eth0().carrier = false;
     },
     {"set eth0 up"}},
    {"but not in the second after it was set down",
     as_member(),
     [](OnePort& w) {
         w.join(9);
         w.eth0().up = w.eth0().carrier = false;
         w.standings[2].since = now - 400ms;
     },
     {},
     "waiting, it was set down",
     "",
     "",
     600ms},
    {"its speed is set before it joins",
     as_member("speed = 100\n"),
     nothing,
     {"set eth0 speed 100", "enslave eth0 to bond0"}},
    {"the speed of a port that serves waits for force",
     as_member("speed = 100\n"),
     serves,
     {},
     "",
     "",
     "speed 100: needs reload --force, cuts eth0"},
    {"with force it is set",
     as_member("speed = 100\n"),
     [](OnePort& w) {
         w.join(9);
         w.force = true;
     },
     {"set eth0 speed 100"}},
    {"without a carrier there is nothing to cut",
     as_member("speed = 100\n"),
     [](OnePort& w) {
         w.join(9);
         w.eth0().carrier = false;
     },
     {"set eth0 speed 100"}},
    {"a speed that it has is not set again",
     as_member("speed = 100\n"),
     [](OnePort& w) {
         w.join(9);
         w.hear(ModeSeen{2, {.speed = 100, .duplex = Duplex::full, .autoneg = false}});
     },
     {}},
    {"a speed that its driver has refused is not tried while it serves",
     as_member("speed = 100\n"),
     [](OnePort& w) {
         w.join(9);
         refuse_speed(w);
     },
     {},
     "",
     "cannot set eth0 speed 100: Invalid argument; it is tried again when the port does not serve, or by reload "
     "--force"},
};

const std::vector<Case> others = {
    {"a plain port is set up and gets its address", as_plain(), nothing, {"set eth0 up", "add 10.0.0.1/8 to eth0"}},
    {"a plain port that has all this is left alone", as_plain(), serves_plainly, {}},
    {"a plain port leaves its bond first",
     as_plain(),
     serves,
     {"release eth0 from bond0", "set eth0 up", "add 10.0.0.1/8 to eth0"}},
    {"its MTU is set before it is up",
     as_plain("mtu = 9000\n"),
     nothing,
     {"set eth0 mtu 9000", "set eth0 up", "add 10.0.0.1/8 to eth0"}},
    {"the speed of a plain port that serves waits for force",
     as_plain("speed = 100\n"),
     serves_plainly,
     {},
     "",
     "",
     "speed 100: needs reload --force, cuts eth0"},
    {"a plain port that was set down a moment ago is not set up at once",
     as_plain(),
     [](OnePort& w) { w.standings[2].since = now - 400ms; },
     {"add 10.0.0.1/8 to eth0"},
     "waiting, it was set down",
     "",
     "",
     600ms},
    {"it waits for udev to settle its name", as_plain(), unsettled, {}, "waiting for udev to settle its name"},
    {"for five seconds at most",
     as_plain(),
     [](OnePort& w) {
         unsettled(w);
         w.attempts.unsettled[2] = {.since = now - 2s};
     },
     {},
     "waiting for udev to settle its name",
     "",
     "",
     3s},
    {"then it is used as it is",
     as_plain(),
     [](OnePort& w) {
         unsettled(w);
         w.attempts.unsettled[2] = {.since = now - 5s};
     },
     {"set eth0 up", "add 10.0.0.1/8 to eth0"}},
    {"what is up keeps its name, so nothing is waited for",
     as_plain(),
     [](OnePort& w) {
         unsettled(w);
         w.eth0().up = true;
     },
     {"add 10.0.0.1/8 to eth0"}},
    {"it waits for its driver",
     as_plain(),
     [](OnePort& w) { w.hear(FunctionSeen{function({"0000:00:02.0"}, 0x1010)}); },
     {},
     "waiting for its driver to be ready"},
    {"what is up has its driver",
     as_plain(),
     [](OnePort& w) {
         w.hear(FunctionSeen{function({"0000:00:02.0"}, 0x1010)});
         w.eth0().up = true;
     },
     {"add 10.0.0.1/8 to eth0"}},
    {"without an interface there is nothing to plan", as_plain(), [](OnePort& w) { w.hear(NetDeviceGone{2}); }, {}},
    {"of another host's slot nothing is touched",
     as_plain(),
     [](OnePort& w) {
         w.config.domains = {{"B", {"2"}, 1}};
         w.config.had.domains = {"A"};
     },
     {}},
    {"a card that is let go is not touched",
     as_plain(),
     [](OnePort& w) { w.orders.offline["2"] = {.force = true, .by = "root", .since = "then"}; },
     {}},
    {"a card that is not accepted is not touched",
     as_plain(),
     [](OnePort& w) {
         w.config.slots.emplace_back();
         w.config.slots.back().name = "2";
         w.config.slots.back().accept = {.any = false, .same_model = false, .models = {}};
     },
     {}},
};

void check(const Case& each) {
    OnePort world(each.config);
    each.change(world);
    const Plan plan = world.ports();
    Lines wanted;
    for (const Action& action : plan.actions) {
        wanted.push_back(to_string(action.operation));
        BOOST_TEST((action.object == port_id({"2", 0, 0})), to_string(action.operation));
    }
    const Note& note = plan.note_of(port_id({"2", 0, 0}));
    BOOST_TEST(wanted == each.wanted, boost::test_tools::per_element());
    BOOST_TEST(note.doing == each.doing);
    BOOST_TEST(note.problem == each.problem);
    BOOST_TEST(note.waiting == (each.waiting.empty() ? Lines{} : Lines{each.waiting}),
               boost::test_tools::per_element());
    const auto next = each.next ? std::optional(now + *each.next) : std::nullopt;
    BOOST_TEST((plan.next == next));
}

// Slots 2 and 5 with a card each, all four ports in bond0.
struct TwoCards : World {
    explicit TwoCards(const std::string& of_bond)
        : World("[bond bond0]\nmode = active-backup\nmiimon = 100\n" + of_bond +
                "[config member]\nbond = bond0\n[config plain]\naddress = 10.0.0.1/8\n"
                "[devices]\n2.0 = plain\n2.1 = member\n5 = member\n") {
        insert_card(*this);
        hear(SlotSeen{slot("5", "0000:00:05")});
        for (const auto& [place, index, name] :
             {std::tuple("0000:00:05.0", 4, "eth2"), std::tuple("0000:00:05.1", 5, "eth3")}) {
            hear(FunctionSeen{function({place}, 0x1010, "e1000")});
            hear(NetDeviceSeen{{index, at(place), 0, true}});
            hear(LinkSeen{nic(index, name)});
        }
        hear(LinkSeen{bond(9, "bond0")});
    }
};

struct FirstIn {
    const char* name;
    std::string of_bond, ordered;
    std::vector<Ifindex> order;
};
std::ostream& operator<<(std::ostream& out, const FirstIn& f) { return out << f.name; }

const std::vector<FirstIn> first_in = {
    {"members go in their order, and plain ports last", "", "", {3, 4, 5, 2}},
    {"the primary goes first", "primary = 5.1\n", "", {5, 3, 4, 2}},
    {"the active_slave goes before the primary", "primary = 5.1\nactive_slave = 5.0\n", "", {4, 5, 3, 2}},
    {"an operator's order goes before active_slave", "active_slave = 5.0\n", "5.1", {5, 3, 4, 2}},
    {"an order for what is absent changes nothing", "primary = 5.1\n", "7.0", {5, 3, 4, 2}},
};

} // namespace

BOOST_AUTO_TEST_SUITE(plan_port)

BOOST_DATA_TEST_CASE(a_member_of_a_bond, members, each) { check(each); }

BOOST_DATA_TEST_CASE(any_other_port, others, each) { check(each); }

BOOST_DATA_TEST_CASE(the_first_port_in_is_the_first_choice, first_in, each) {
    TwoCards world(each.of_bond);
    if (!each.ordered.empty()) world.orders.active["bond0"] = {each.ordered, "root", "then"};
    const Situation s = world.situation();
    Plan plan;
    plan_ports(s, {}, plan);
    std::vector<Ifindex> order;
    for (Action& action : plan.actions) {
        Ifindex first = 0;
        for_each_link(action.operation, [&](LinkRef& ref) { first = first == 0 ? ref.index : first; });
        if (order.empty() || order.back() != first) order.push_back(first);
    }
    BOOST_TEST(order == each.order, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
