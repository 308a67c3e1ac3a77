#include "had/core/view/alarm.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <fstream>
#include <iterator>

using namespace had::core;
using namespace had::test;

namespace {

constexpr std::int64_t noon = 1020254400;      // 2002-05-01T12:00:00Z

using Ids = std::vector<std::string>;

Ids ids_of(const View& view, std::int64_t now = noon) {
    Ids ids;
    for (const Alarm& alarm : find_alarms(view, now)) ids.push_back(alarm.id + (alarm.under_way ? " (under way)" : ""));
    return ids;
}

Alarm alarm_in(const View& view, std::string_view id) {
    for (const Alarm& alarm : find_alarms(view, noon))
        if (alarm.id == id) return alarm;
    throw std::invalid_argument("no alarm " + std::string(id));
}

World serving_world() {
    World world;
    let_serve(world);
    return world;
}

View with_cut_cable() {
    World world = serving_world();
    Link cut = slave(3, "eth1", 9);
    cut.carrier = false;
    cut.slave->mii = MiiStatus::down;
    world.hear(LinkSeen{cut});
    return world.view();
}

} // namespace

BOOST_AUTO_TEST_SUITE(alarms)

BOOST_AUTO_TEST_CASE(where_all_is_well_nothing_is_to_be_repaired) {
    BOOST_TEST(ids_of(serving_world().view()) == Ids{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cut_cable_costs_the_redundancy_and_says_where_to_look) {
    const View view = with_cut_cable();
    BOOST_TEST(ids_of(view) == (Ids{"bond0/redundancy", "2.1/port-lost"}), boost::test_tools::per_element());
    const Alarm alarm = alarm_in(view, "bond0/redundancy");
    BOOST_TEST((alarm.severity == AlarmSeverity::major));
    BOOST_TEST(alarm.object == "bond0");
    BOOST_TEST(alarm.locate == "2");
    BOOST_TEST(alarm.text == "1 of 2 ports serve, one port only: nothing takes over when it fails");
    BOOST_TEST(alarm.repair.starts_with("look at the cable of 2.1 (eth1) and at the switch at its other end"));
    BOOST_TEST(alarm.repair.find("`hadctl slot offline 2`") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bond_without_any_port_is_critical_and_names_every_step) {
    View view = with_cut_cable();
    view.bonds.at(0).members.clear();
    view.bonds.at(0).carrier = false;
    view.bonds.at(0).health = Health::down;
    SlotView& slot = view.slots.at(0);
    slot.card.reset();
    slot.missing = "8086:1010";
    for (PortView& port : slot.ports) port.health = Health::absent;
    BOOST_TEST(ids_of(view) == (Ids{"bond0/bond-down", "2/card-missing"}), boost::test_tools::per_element());
    const Alarm alarm = alarm_in(view, "bond0/bond-down");
    BOOST_TEST((alarm.severity == AlarmSeverity::critical));
    BOOST_TEST(alarm.repair == "put a card into slot 2");
    BOOST_TEST(alarm_in(view, "2/card-missing").text == "the card that served here is gone, 8086:1010");
}

BOOST_AUTO_TEST_CASE(a_plain_port_without_a_link_is_a_service_that_is_down) {
    World world("[config plain]\naddress = 10.0.0.1/8\n[devices]\n2.0 = plain\n");
    insert_card(world);
    View view = world.view();
    BOOST_TEST(ids_of(view) == (Ids{"2.0/service-down"}), boost::test_tools::per_element());
    view.slots.at(0).ports.at(0).doing = "waiting for udev";
    BOOST_TEST(ids_of(view) == (Ids{"2.0/service-down (under way)"}), boost::test_tools::per_element());
}

// As when systemd does not answer.
BOOST_AUTO_TEST_CASE(a_service_of_which_nobody_tells_whether_it_runs_is_an_alarm_whether_it_leads_or_not) {
    World world("[service led]\ncommand = led\n[service begun]\ncommand = begun\n");
    for (const char* name : {"led", "begun"}) {
        ServiceState& state = world.services.services[{name, ""}];
        state.phase = Phase::starting;
        state.adopted = state.unseen = true;
        state.told_ready = std::string_view(name) == "led";
    }
    BOOST_TEST(ids_of(world.view()) == (Ids{"begun/service-failed (under way)"}), boost::test_tools::per_element());
    for (auto& [key, state] : world.services.services) state.unheard = true;
    BOOST_TEST(ids_of(world.view()) == (Ids{"begun/service-failed", "led/trouble"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_card_lacks_is_no_fault_while_its_functions_come_one_by_one) {
    View view = with_cut_cable();
    SlotView& slot = view.slots.at(0);
    PortView& lacking = slot.ports.at(1);
    lacking.function.reset();
    lacking.health = Health::absent;
    BOOST_TEST((ids_of(view) == Ids{"bond0/redundancy", "2.1/port-lost"}));
    slot.ports.at(0).index = 0;
    slot.ports.at(0).doing = "loading e1000";
    BOOST_TEST((ids_of(view) == Ids{"bond0/redundancy", "2.1/port-lost (under way)"}));
}

BOOST_AUTO_TEST_CASE(a_driver_that_fails_has_a_kind_of_its_own) {
    View view = with_cut_cable();
    PortView& port = view.slots.at(0).ports.at(1);
    port.problem = "e1000: Unknown symbol";
    port.kind = ProblemKind::driver_failed;
    BOOST_TEST(ids_of(view) == (Ids{"bond0/redundancy", "2.1/driver-failed"}), boost::test_tools::per_element());
    BOOST_TEST(alarm_in(view, "2.1/driver-failed").repair.starts_with("`hadctl explain 2.1` and the kernel's log"));
}

BOOST_AUTO_TEST_CASE(what_waits_for_force_what_others_fight_for_and_the_rest_are_told_apart) {
    View view = serving_world().view();
    view.bonds.at(0).waiting = {"mode = 802.3ad: needs reload --force, cuts bond0"};
    view.slots.at(0).ports.at(0).contested = true;
    view.slots.at(0).ports.at(0).problem = "somebody sets it down";
    view.slots.at(0).ports.at(1).problem = "mtu = 9000: its card takes 1500 at most";
    view.alarm = "the kernel's hot-swap thread has ended";
    BOOST_TEST(ids_of(view) == (Ids{"chassis/hotplug-thread", "2.1/trouble", "2.0/contested", "bond0/config-waiting"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_that_a_reload_refused_is_an_alarm_that_says_what_is_in_force) {
    View view = serving_world().view();
    view.file_taken = "2002-05-01T12:00:00.000001Z";
    BOOST_TEST(ids_of(view).empty());
    view.file_refused = "2002-05-02T12:00:00.000001Z";
    BOOST_TEST(ids_of(view) == Ids{"chassis/config-refused"}, boost::test_tools::per_element());
    BOOST_TEST(alarm_in(view, "chassis/config-refused").text ==
               "a reload was refused; what is in force was read at 2002-05-01T12:00:00.000001Z");
}

BOOST_AUTO_TEST_CASE(an_order_grows_old_after_a_day) {
    View view = serving_world().view();
    view.orders = {{.what = "activate", .bond = "bond0", .since = "2002-05-01T12:00:00.000001Z", .text = "by hand"},
                   {.what = "accept", .slot = "2", .since = "2001-05-01T12:00:00Z"}};
    BOOST_TEST(ids_of(view, noon + 86399) == Ids{}, boost::test_tools::per_element());
    BOOST_TEST(next_old_order(view, noon).value() == noon + 86400);
    BOOST_TEST(ids_of(view, noon + 86400) == (Ids{"bond0/order-old"}), boost::test_tools::per_element());
    BOOST_TEST(!next_old_order(view, noon + 86400));
}

BOOST_AUTO_TEST_CASE(a_pause_by_the_daemon_itself_is_to_be_repaired_at_once_and_an_operators_is_not) {
    View view = serving_world().view();
    view.orders = {{.what = "pause", .by = "root", .since = "2002-05-01T12:00:00Z", .until = "2002-05-01T12:30:00Z"}};
    BOOST_TEST(ids_of(view) == Ids{}, boost::test_tools::per_element());
    view.orders = {{.what = "pause", .by = "the daemon", .since = "2002-05-01T12:00:00Z"}};
    BOOST_TEST(ids_of(view) == (Ids{"chassis/orders-unknown"}), boost::test_tools::per_element());
    BOOST_TEST(alarm_in(view, "chassis/orders-unknown").repair.find("`hadctl resume`") != std::string::npos);
    BOOST_TEST(ids_of(view, noon + 2 * 86400) == (Ids{"chassis/orders-unknown"}), boost::test_tools::per_element());
    BOOST_TEST(!next_old_order(view, noon));
}

BOOST_AUTO_TEST_CASE(every_change_of_an_alarm_is_an_event_and_what_time_adds_is_none) {
    const View well = serving_world().view();
    View ill = with_cut_cable();
    ill.alarms = find_alarms(ill, noon);
    const auto kinds = [](const View& before, const View& after) {
        Ids told;
        for (const Notice& n : notices_between(before, after))
            if (!n.alarm.empty()) told.push_back(std::string(to_string(n.kind)) + " " + n.alarm + " " + n.user);
        return told;
    };
    BOOST_TEST(kinds(well, ill) == (Ids{"alarm_raised bond0/redundancy ", "alarm_raised 2.1/port-lost "}),
               boost::test_tools::per_element());
    BOOST_TEST(kinds(ill, well) == (Ids{"alarm_cleared bond0/redundancy ", "alarm_cleared 2.1/port-lost "}),
               boost::test_tools::per_element());
    View noted = ill;
    noted.alarms.at(0).count = 7;
    BOOST_TEST(kinds(ill, noted) == Ids{}, boost::test_tools::per_element());
    noted.alarms.at(0).acked = "2002-05-01T12:00:00Z";
    noted.alarms.at(0).acked_by = "anna";
    BOOST_TEST(kinds(ill, noted) == (Ids{"alarm_changed bond0/redundancy anna"}), boost::test_tools::per_element());
    BOOST_TEST(kinds(as_if_well(ill), ill).size() == 2u);
}

BOOST_AUTO_TEST_CASE(every_kind_has_its_place_in_the_manual) {
    std::ifstream file("doc/man/had-alarms.7");
    const std::string manual((std::istreambuf_iterator<char>(file)), {});
    for (const AlarmKind& kind : alarm_kinds()) {
        std::string word(kind.type);
        for (auto at = word.find('-'); at != std::string::npos; at = word.find('-', at + 2)) word.replace(at, 1, "\\-");
        BOOST_TEST((manual.find("\n.BR " + word + " ") != std::string::npos), kind.type);
        BOOST_TEST((kind.find != nullptr || !kind.repair.empty()), kind.type);
    }
}

BOOST_AUTO_TEST_SUITE_END()
