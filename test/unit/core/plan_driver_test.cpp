// Which modules are loaded for cards without a driver, and unloaded again, case by case.
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

// A card of one function in slot 2, and one of the same model in slot 5, both without a driver.  The table knows
// the model by two modules.
struct TwoCards : World {
    TwoCards()
        : World("[config plain]\naddress = 10.0.0.1/8\n[config other]\naddress = 10.1.0.1/16\n"
                "[devices]\n2.0 = plain\n5.0 = other\n") {
        table = parse_driver_table("[first]\nid = 8086:100e\noptions = a=1\n[second]\nid = 8086:100e\n"
                                   "[virtio_pci]\nid = 1af4:1000\nalso = virtio_net\n").table;
        for (const char* n : {"2", "5"}) {
            hear(SlotSeen{slot(n, std::string("0000:00:0") + n)});
            card(n, "");
        }
        take_out("5");
    }
    static std::string place(const std::string& slot) { return "0000:00:0" + slot + ".0"; }
    void card(const std::string& slot, std::string driver, std::uint16_t vendor = 0x8086,
              std::uint16_t device = 0x100e) {
        PciFunction card = function({place(slot)}, device, std::move(driver));
        card.vendor = vendor;
        hear(FunctionSeen{card});
    }
    void take_out(const std::string& slot) { hear(FunctionGone{at(place(slot))}); }
    void interface() { hear(NetDeviceSeen{{2, at(place("2")), 0, true}}); }

    // The job that slot 2's card has.
    LoadModule job(const std::string& module, std::string options = "") {
        return {.module = module, .options = std::move(options), .slot = "2",
                .insertion = situation().chassis.slots.at("2").insertion};
    }
    void runs(const Operation& job) { attempts.began(job, now); }
    void ended(const Operation& job, ActionResult result, Duration ago = 0s) {
        attempts.began(job, now - ago);
        attempts.ended(job, std::move(result), now - ago);
    }
    Plan drivers() {
        const Situation s = situation();
        Plan plan;
        plan_drivers(s, {}, plan);
        return plan;
    }
};

const ActionResult loaded{}, refused{.error = 22, .text = "Invalid argument"};
ActionResult was_in() {
    ActionResult result;
    result.was_so = true;
    return result;
}

struct Case {
    const char* name;
    void (*change)(TwoCards&);
    Lines wanted;
    std::string doing = {}, problem = {};     // of port 2.0
    std::optional<Duration> next = {};
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::string load_first = "load module first a=1 for slot 2", load_second = "load module second for slot 2";

const std::vector<Case> loads = {
    {"the first candidate is tried first", [](TwoCards&) {}, {load_first}, "loading first"},
    {"a card that has its driver needs none", [](TwoCards& w) { w.card("2", "first"); }, {}},
    {"a job that runs keeps its place, and is not started twice",
     [](TwoCards& w) { w.runs(w.job("first", "a=1")); },
     {},
     "loading first"},
    {"a module that is in has a second to bind",
     [](TwoCards& w) { w.ended(w.job("first", "a=1"), loaded, 400ms); },
     {},
     "waiting for first to bind",
     "",
     600ms},
    {"then it is the next one's turn",
     [](TwoCards& w) { w.ended(w.job("first", "a=1"), loaded, 1s); },
     {load_second},
     "loading second"},
    {"a module that was in before has five seconds",
     [](TwoCards& w) { w.ended(w.job("first", "a=1"), was_in(), 1s); },
     {},
     "waiting for first to bind",
     "",
     4s},
    {"after a failure it is the next one's turn",
     [](TwoCards& w) { w.ended(w.job("first", "a=1"), refused); },
     {load_second},
     "loading second"},
    {"a job that could not be started says nothing of its driver, which is tried again",
     [](TwoCards& w) { w.ended(w.job("first", "a=1"), {.error = 24, .text = "fork", .unasked = true}); },
     {load_first},
     "",
     "first: fork"},
    {"when all have failed the one that is due first is tried again",
     [](TwoCards& w) {
         w.ended(w.job("second"), refused, 500ms);
         w.ended(w.job("first", "a=1"), refused);
     },
     {load_second},
     "",
     "first: Invalid argument; second: Invalid argument"},
    {"of those that are due at once the first is",
     [](TwoCards& w) {
         w.ended(w.job("first", "a=1"), refused);
         w.ended(w.job("second"), refused);
     },
     {load_first},
     "",
     "first: Invalid argument; second: Invalid argument"},
    {"a module that bound nothing is not loaded again",
     [](TwoCards& w) {
         w.ended(w.job("first", "a=1"), loaded, 2s);
         w.ended(w.job("second"), loaded, 2s);
     },
     {},
     "",
     "first: loaded, but it did not bind the card; second: loaded, but it did not bind the card"},
    {"what was tried for the card before does not count for this one",
     [](TwoCards& w) {
         w.ended(w.job("first", "a=1"), refused);
         w.take_out("2");
         w.card("2", "");
     },
     {load_first},
     "loading first"},
    {"a card that the table does not know is told",
     [](TwoCards& w) { w.card("2", "", 0x10ec, 0x8139); },
     {},
     "",
     "unknown card 10ec:8139: no entry in /etc/pcidrivers.conf, add 'id = 10ec:8139' to its module's section and "
     "reload"},
    {"a driver that let its card go is not loaded again while the card may go",
     [](TwoCards& w) {
         w.observed.functions.at(at(TwoCards::place("2"))).let_go = true;
         w.attempts.let_go[at(TwoCards::place("2"))] = now - 2s;
     },
     {},
     "its driver let it go: waiting whether the card goes",
     "",
     3s},
    {"a card that has not gone after five seconds stays",
     [](TwoCards& w) {
         w.observed.functions.at(at(TwoCards::place("2"))).let_go = true;
         w.attempts.let_go[at(TwoCards::place("2"))] = now - 5s;
     },
     {load_first},
     "loading first"},
    {"one module serves the cards of two slots and is loaded once",
     [](TwoCards& w) { w.card("5", ""); },
     {load_first},
     "loading first"},
    {"a module that is being unloaded is not loaded beside it",
     [](TwoCards& w) { w.runs(UnloadModule{"first"}); },
     {},
     "loading first"},
    {"a bus driver without a network device needs its second module",
     [](TwoCards& w) { w.card("2", "virtio-pci", 0x1af4, 0x1000); },
     {"load module virtio_net for slot 2"},
     "loading virtio_net"},
    {"one with a network device does not",
     [](TwoCards& w) {
         w.card("2", "virtio-pci", 0x1af4, 0x1000);
         w.interface();
     },
     {}},
    {"a second module that is in is not loaded again",
     [](TwoCards& w) {
         w.card("2", "virtio-pci", 0x1af4, 0x1000);
         w.ended(w.job("virtio_net"), loaded);
     },
     {}},
    {"a second module that fails is told and tried again",
     [](TwoCards& w) {
         w.card("2", "virtio-pci", 0x1af4, 0x1000);
         w.ended(w.job("virtio_net"), refused);
     },
     {"load module virtio_net for slot 2"},
     "",
     "virtio_net: Invalid argument"},
    {"of a slot that the file does not name nothing is loaded", [](TwoCards& w) { w.config.devices.clear(); }, {}},
    {"for another host's card nothing is loaded",
     [](TwoCards& w) {
         w.config.domains = {{"B", {"2"}, 1}};
         w.config.had.domains = {"A"};
     },
     {}},
    {"for a card that is let go nothing is loaded",
     [](TwoCards& w) { w.orders.offline["2"] = {.force = true, .by = "root", .since = "then"}; },
     {}},
};

void own(TwoCards& w, std::initializer_list<const char*> modules) {
    w.config.had.unload_drivers = true;
    w.owned.modules = {modules.begin(), modules.end()};
}

const std::vector<Case> unloads = {
    {"what no card needs is unloaded",
     [](TwoCards& w) {
         own(w, {"first"});
         w.take_out("2");
     },
     {"unload module first"}},
    {"unload_drivers = no",
     [](TwoCards& w) {
         own(w, {"first"});
         w.config.had.unload_drivers = false;
         w.take_out("2");
     },
     {}},
    {"what somebody else has loaded is his",
     [](TwoCards& w) {
         own(w, {});
         w.take_out("2");
     },
     {}},
    {"what drives a card stays, whatever the table says",
     [](TwoCards& w) {
         own(w, {"first"});
         w.card("2", "first");
         w.table = {};
     },
     {}},
    {"what could drive a card stays",
     [](TwoCards& w) {
         own(w, {"second"});
         w.card("2", "first");
     },
     {}},
    {"a second module stays as long as its card is there",
     [](TwoCards& w) {
         own(w, {"virtio_net"});
         w.card("2", "virtio-pci", 0x1af4, 0x1000);
         w.interface();
     },
     {}},
    {"a card in a slot that the file does not name keeps its driver as well",
     [](TwoCards& w) {
         own(w, {"first"});
         w.card("2", "first");
         w.config.devices.clear();
     },
     {}},
    {"what drives a card stays, however its name is written",
     [](TwoCards& w) {
         own(w, {"virtio-pci"});
         w.card("2", "virtio_pci", 0x1af4, 0x1000);
         w.interface();
     },
     {}},
    {"what could drive a card stays, however its name is written",
     [](TwoCards& w) {
         own(w, {"virtio-pci"});
         w.card("2", "other", 0x1af4, 0x1000);
         w.interface();
     },
     {}},
    {"a second module stays, however its name is written",
     [](TwoCards& w) {
         own(w, {"virtio-net"});
         w.card("2", "virtio-pci", 0x1af4, 0x1000);
         w.interface();
     },
     {}},
    {"what is being loaded is not unloaded",
     [](TwoCards& w) {
         own(w, {"first"});
         w.runs(w.job("first", "a=1"));
         w.take_out("2");
     },
     {}},
};

void check(const Case& each) {
    TwoCards world;
    each.change(world);
    const Plan plan = world.drivers();
    Lines wanted;
    for (const Action& action : plan.actions) wanted.push_back(to_string(action.operation));
    const Note& note = plan.note_of(port_id({"2", 0, 0}));
    BOOST_TEST(wanted == each.wanted, boost::test_tools::per_element());
    BOOST_TEST(note.doing == each.doing);
    BOOST_TEST(note.problem == each.problem);
    const auto next = each.next ? std::optional(now + *each.next) : std::nullopt;
    BOOST_TEST((plan.next == next));
}

} // namespace

BOOST_AUTO_TEST_SUITE(plan_driver)

BOOST_DATA_TEST_CASE(a_card_gets_its_driver, loads, each) { check(each); }

BOOST_DATA_TEST_CASE(a_driver_goes_with_its_last_card, unloads, each) { check(each); }

BOOST_AUTO_TEST_CASE(a_module_gets_the_options_of_the_table) {
    TwoCards world;
    const Plan plan = world.drivers();
    BOOST_REQUIRE(plan.actions.size() == 1u);
    BOOST_TEST(std::get<LoadModule>(plan.actions.front().operation).options == "a=1");
}

BOOST_AUTO_TEST_SUITE_END()
