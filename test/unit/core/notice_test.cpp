#include "had/core/base/notice.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

std::vector<std::string> told(const View& before, const View& after) {
    std::vector<std::string> lines;
    for (const Notice& n : notices_between(before, after))
        lines.push_back(std::string(to_string(n.kind)) + ": " + n.text);
    return lines;
}

View serving_view() {
    World world;
    let_serve(world);
    View view = world.view();
    remember(View{}, view);
    return view;
}

using Lines = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(notice)

BOOST_AUTO_TEST_CASE(between_two_views_that_are_the_same_nothing_happened) {
    BOOST_TEST(told(serving_view(), serving_view()) == Lines{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_had_that_starts_where_all_is_well_has_nothing_to_tell) {
    const View view = serving_view();
    BOOST_TEST(told(as_if_well(view), view) == Lines{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_had_that_starts_in_trouble_tells_all_of_it) {
    World world;
    let_serve(world);
    Link cut = slave(3, "eth1", 9);
    cut.carrier = false;
    cut.slave->mii = MiiStatus::down;
    world.hear(LinkSeen{cut});
    world.hear(SlotGone{"2"});
    const View view = world.view();
    BOOST_TEST(
        told(as_if_well(view), view) ==
            (Lines{"trouble: slot 2: the kernel has no slot named '2': give [slot 2] a location, "
                   "`pcidb scan` shows them",
                   "degraded: bond0: degraded, 0 of 2 ports serve"}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_card_that_was_exchanged_unseen_goes_before_the_other_comes) {
    View after = serving_view();
    SlotView& slot = after.slots.at(0);
    slot.card->device = 0x1229;
    for (PortView& port : slot.ports)
        port.index += 10;
    const Lines lines = told(serving_view(), after);
    BOOST_REQUIRE(lines.size() == 8u);
    BOOST_TEST(lines[0] == "card_out: slot 2: card out, 8086:1010 at 0000:00:02.0");
    BOOST_TEST(lines[1] == "card_in: slot 2: card in, 8086:1229 at 0000:00:02.0");
    BOOST_TEST(lines[2] == "port_lost: 2.0: eth0 lost from bond0, removed");
    BOOST_TEST(lines[4].starts_with("port_found: 2.0: eth0 found, "));
    BOOST_TEST(lines[5] == "port_serves: 2.0: eth0 serves in bond0 as active");
}

BOOST_AUTO_TEST_CASE(a_port_that_comes_back_is_told_from_one_that_serves_for_the_first_time) {
    View cut = serving_view();
    PortView& port = cut.slots.at(0).ports.at(1);
    port.carrier = false;
    port.health = Health::down;
    BOOST_TEST(told(serving_view(), cut) ==
                   Lines{"port_lost: 2.1: eth1 lost from bond0, link lost"},
               boost::test_tools::per_element());
    BOOST_TEST(told(cut, serving_view()) ==
                   Lines{"port_back: 2.1: eth1 is back, in bond0 as backup"},
               boost::test_tools::per_element());
    port.has_served = false;
    BOOST_TEST(told(cut, serving_view()) ==
                   Lines{"port_serves: 2.1: eth1 serves in bond0 as backup"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_trouble_is_told_when_it_comes_when_it_changes_and_when_it_is_over) {
    View one = serving_view(), other = serving_view();
    one.bonds.at(0).problem = "one thing";
    other.bonds.at(0).problem = "another";
    BOOST_TEST(told(serving_view(), one) == Lines{"trouble: bond0: one thing"},
               boost::test_tools::per_element());
    BOOST_TEST(told(one, other) == Lines{"trouble: bond0: another"},
               boost::test_tools::per_element());
    BOOST_TEST(told(other, serving_view()) == Lines{"trouble_over: bond0: no longer: another"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_level_says_how_much_it_matters) {
    View down = serving_view();
    down.bonds.at(0).health = Health::down;
    const auto lost = notices_between(serving_view(), down);
    const auto healed = notices_between(down, serving_view());
    BOOST_TEST((lost.at(0).level == NoticeLevel::error));
    BOOST_TEST((healed.at(0).level == NoticeLevel::notice));
    BOOST_TEST(lost.at(0).from == "healthy");
    BOOST_TEST(lost.at(0).to == "down");
}

BOOST_AUTO_TEST_SUITE_END()
