#include "had/core/policy/acceptance.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

constexpr ModelId in_slot{0x8086, 0x1010}, other{0x8086, 0x100e};     // insert_card() puts in the first

struct Guarded : World {
    explicit Guarded(std::string_view accept)
        : World("[slot 2]\naccept = " + std::string(accept) + "\n" + std::string(one_bond)) {
        insert_card(*this);
    }
    bool kept_out() { return is_quarantined(situation(), "2"); }
    Models remembered() { return remember_models(situation()); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(acceptance)

BOOST_AUTO_TEST_CASE(what_is_remembered_is_read_again_and_what_cannot_be_read_is_left_out) {
    const Models models = {{"2", {in_slot, {}}}, {"12", {other, in_slot}}};
    BOOST_TEST(print(models) == "2 8086:1010\n12 8086:100e 8086:1010\n");
    BOOST_TEST((parse_models(print(models)) == models));
    BOOST_TEST((parse_models("\n3\n4 what\n2  8086:1010 \n5 8086:10100") == Models{{"2", {in_slot, {}}}}));
}

BOOST_AUTO_TEST_CASE(a_list_takes_its_models_and_no_other) {
    BOOST_TEST(!Guarded("8086:1229 8086:1010").kept_out());
    BOOST_TEST(Guarded("8086:1229").kept_out());
    BOOST_TEST(!Guarded("any").kept_out());
}

BOOST_AUTO_TEST_CASE(the_same_model_is_that_of_the_card_that_served_last) {
    Guarded world("same-model");
    BOOST_TEST(!world.kept_out());            // nothing has served there yet
    world.models = world.remembered();
    BOOST_TEST((world.models == Models{{"2", {in_slot, {}}}}));
    BOOST_TEST(!world.kept_out());
    world.models["2"].model = other;
    BOOST_TEST(world.kept_out());
    BOOST_TEST((world.remembered() == world.models));         // it does not serve
    BOOST_TEST(why_quarantined(world.situation(), "2") ==
               "quarantined: 8086:1010 is not accepted (accept = same-model, 8086:100e served here); "
               "`hadctl slot accept 2` lets it in");
}

BOOST_AUTO_TEST_CASE(nothing_is_done_to_a_card_that_is_not_accepted) {
    Guarded world("8086:1229");
    world.owned.bonds = {"bond0"};
    world.hear(LinkSeen{bond(9, "bond0")});
    for (const std::string& action : world.wanted())
        BOOST_TEST(action.find("eth") == std::string::npos, action);
    const View view = world.view();
    BOOST_TEST((view.slot("2")->health == Health::quarantined));
    BOOST_TEST((view.slot("2")->ports.at(1).health == Health::quarantined));
}

BOOST_AUTO_TEST_CASE(an_operator_lets_one_model_in_and_no_other) {
    Guarded world("8086:1229");
    world.orders.accepted["2"] = {other, "root", "2002-05-01T12:00:00Z"};
    BOOST_TEST(world.kept_out());
    world.orders.accepted["2"].model = in_slot;
    BOOST_TEST(!world.kept_out());
}

BOOST_AUTO_TEST_CASE(a_card_that_serves_is_not_judged_anew) {
    Guarded world("8086:1229");
    let_serve(world);
    BOOST_TEST(!world.kept_out());
}

BOOST_AUTO_TEST_CASE(another_model_is_remembered_with_the_one_before_until_the_slot_is_empty) {
    Guarded world("any");
    world.models["2"].model = other;
    world.models = world.remembered();
    BOOST_TEST((world.models == Models{{"2", {in_slot, other}}}));
    BOOST_TEST((world.remembered() == world.models));
    BOOST_TEST(world.view().slot("2")->model_before == "8086:100e");
    for (const char* where : {"0000:00:02.0", "0000:00:02.1"}) world.hear(FunctionGone{at(where)});
    BOOST_TEST((world.remembered() == Models{{"2", {in_slot, {}}}}));
}

BOOST_AUTO_TEST_SUITE_END()
