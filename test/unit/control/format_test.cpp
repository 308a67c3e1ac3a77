#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/chassis_values.hpp"

using namespace had;
using namespace had::hadctl;

BOOST_AUTO_TEST_SUITE(hadctl_format)

BOOST_AUTO_TEST_CASE(lines_break_between_words) {
    BOOST_TEST(wrap("one two three", 7, 2) == "one two\n  three");
    BOOST_TEST(wrap("one two three", 6, 0) == "one\ntwo\nthree");
    BOOST_TEST(wrap("one", 80, 2) == "one");
    BOOST_TEST(wrap("", 80, 2) == "");
    BOOST_TEST(wrap("unbreakable word", 4, 1) == "unbreakable\n word");
}

BOOST_AUTO_TEST_CASE(an_explanation_gives_each_step_its_reason) {
    BOOST_TEST(
        format({{"2.1 is to join bond0", "had.conf:19: 2 = config2"}, {"2.1 is healthy", ""}},
               80) == "2.1 is to join bond0\n"
                      "    had.conf:19: 2 = config2\n"
                      "2.1 is healthy\n");
}

BOOST_AUTO_TEST_CASE(what_is_known_of_a_link_stands_side_by_side) {
    BOOST_TEST(format_link(test::late_link(), 80) ==
               "eth0 (2.0), backup in bond0\n"
               "netlink     carrier, 3 changes so far\n"
               "ethtool     no link, 1000 Mbit/s, full duplex, negotiated, e1000 at 0000:01:04.0\n"
               "MII         no link, transceiver 1, id 01410c20\n"
               "  control          1140  autonegotiation\n"
               "  status           7949  no link, can negotiate, 100 full, 100 half, 10 full, 10\n"
               "                         half, gigabit registers\n"
               "  advertised       0de1  100 full, 100 half, 10 full, 10 half, pause, asymmetric\n"
               "                         pause\n"
               "  partner          45e1  100 full, 100 half, 10 full, 10 half, pause,\n"
               "                         acknowledged\n"
               "  advertised 1000  0300  1000 full, 1000 half\n"
               "  partner 1000     3c00  1000 full, 1000 half, receiver good, partner's receiver\n"
               "                         good\n"
               "link_poll   MII every 200ms: a standby of bond0\n");
    core::LinkReport none;
    none.interface = "eth7";
    none.card.no_mii_text = none.card.driver.no_link_text = "Operation not supported";
    none.why = "it is in no bond of had.conf";
    BOOST_TEST(format_link(none, 80) ==
               "eth7\n"
               "netlink     set down, 0 changes so far\n"
               "ethtool     does not tell the link: Operation not supported\n"
               "MII         no MII: Operation not supported\n"
               "link_poll   nothing but netlink: it is in no bond of had.conf\n");
}

BOOST_AUTO_TEST_CASE(a_plan_is_read_like_that_of_had_n) {
    const control::Plan plan{{{"bond0", "enslave eth3 to bond0", "had.conf:19: 2.1 = config2"}},
                             {"bond0: mode: needs reload --force, cuts bond0"},
                             {{core::Severity::warning, 9, "bond1", "no port names it"}}};
    BOOST_TEST(format(plan, "new.conf") ==
               "new.conf:9: warning: bond1: no port names it\n"
               "enslave eth3 to bond0\n"
               "    because had.conf:19: 2.1 = config2\n"
               "waiting: bond0: mode: needs reload --force, cuts bond0\n");
    BOOST_TEST(format(control::Plan{}, "had.conf") == "nothing to do\n");
}

BOOST_AUTO_TEST_CASE(a_reload_says_what_still_waits) {
    BOOST_TEST(format(control::ReloadAnswer{
                   true, "/etc/had.conf", {}, {"bond0: mode: needs reload --force"}}) ==
               "/etc/had.conf is taken\n"
               "waiting: bond0: mode: needs reload --force\n");
}

BOOST_AUTO_TEST_CASE(an_event_is_a_line) {
    BOOST_TEST(format(control::Event{"failover",
                                     "ab",
                                     "2002-05-01T12:00:00.000001Z",
                                     "warning",
                                     "bond0: eth1 takes over",
                                     3,
                                     {},
                                     {},
                                     ""}) ==
               "2002-05-01T12:00:00.000001Z warning bond0: eth1 takes over\n");
    BOOST_TEST(format(control::Event{"lost", "ab", "", "", "", {}, 3, 7, ""}) ==
               "lost: events 3 to 7 of instance ab are no longer known\n");
    BOOST_TEST(format(control::Event{"lost", "ab", "", "", "", {}, 3, {}, ""}) ==
               "lost: events 3 and later of instance ab are no longer known\n");
}

BOOST_AUTO_TEST_CASE(a_frame_erases_each_line_before_it_writes_it) {
    BOOST_TEST(frame("one\ntwo\n", 24) == "\033[H\033[Kone\n\033[Ktwo\n\033[J");
    BOOST_TEST(frame("one\ntwo\nthree\n", 2) == "\033[H\033[Kone\n\033[Ktwo");
    BOOST_TEST(frame("", 2) == "\033[H\033[J");
}

BOOST_AUTO_TEST_CASE(nothing_but_a_pictures_colours_steers_the_terminal) {
    const std::string painted = std::string("eth\033[2J ") + colour_begin + "1;31" + colour_end + "down" +
                                colour_begin + "0" + colour_end + " \u202Eabc\n";
    BOOST_TEST(coloured(painted) == "eth\\u001b[2J \033[1;31mdown\033[0m \\u202eabc\n");
    BOOST_TEST(coloured("\xff" "2J\xfe") == "\\xff2J\\xfe");
    BOOST_TEST(coloured("\xff" "31") == "\\xff31");
}

BOOST_AUTO_TEST_CASE(an_object_is_found_by_every_name_it_has) {
    const core::View view = test::bad_day();
    BOOST_TEST((health_of(view, "") == core::Health::degraded));
    BOOST_TEST((health_of(view, "bond0") == core::Health::degraded));
    BOOST_TEST((health_of(view, "2") == core::Health::healthy));
    BOOST_TEST((health_of(view, "12.1") == core::Health::down));
    BOOST_TEST((health_of(view, "eth3") == core::Health::down));
    BOOST_TEST(!health_of(view, "eth77"));
    BOOST_TEST(!health_of(view, "12.7"));
}

BOOST_AUTO_TEST_CASE(only_what_is_ill_ends_status_with_three) {
    BOOST_TEST(static_cast<int>(exit_of(core::Health::healthy)) == 0);
    BOOST_TEST(static_cast<int>(exit_of(core::Health::degraded)) == 3);
    BOOST_TEST(static_cast<int>(exit_of(core::Health::down)) == 3);
}

BOOST_AUTO_TEST_CASE(a_place_to_resume_from_is_an_instance_and_a_number) {
    BOOST_TEST((position_from("ab12:7").value() == control::Position{"ab12", 7}));
    for (const char* wrong :
         {"", "7", ":7", "ab:", "ab:x", "ab:7x", "ab:-1", "ab:99999999999999999999"})
        BOOST_TEST(!position_from(wrong).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
