// Which services run, case by case: what they need, in which order, and what follows from how they fare.
#include "test/unit/core/services.hpp"

#include "had/core/config/command_words.hpp"

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(service)

BOOST_AUTO_TEST_CASE(a_command_is_parted_at_blanks_outside_of_quotes) {
    struct Case {
        std::string_view text;
        std::vector<std::string> words;
    };
    const Case cases[] = {{"pppd file /a", {"pppd", "file", "/a"}},
                          {"  a\t b ", {"a", "b"}},
                          {R"(a "b c" 'd "e' f\ g)", {"a", "b c", "d \"e", "f g"}},
                          {R"(a "" b"c"d)", {"a", "", "bcd"}},
                          {R"(a "b\"c" 'd\e')", {"a", "b\"c", "d\\e"}}};
    for (const Case& each : cases) BOOST_TEST(command_words(each.text).value() == each.words);
    for (const std::string_view wrong : {"a \"b", "a 'b", "a \\"}) BOOST_TEST(!command_words(wrong));
}

BOOST_AUTO_TEST_CASE(a_name_in_a_command_is_filled_in_and_a_lone_percent_sign_is_refused) {
    const auto value = [](std::string_view name) {
        return name == "x" ? std::optional<std::string>("y z") : std::nullopt;
    };
    BOOST_TEST(filled("a%{x}b 100%%", value).value() == "ay zb 100%");
    BOOST_TEST(!filled("%{other}", value));
    for (const std::string_view wrong : {"%", "100% of", "%{}", "%{x"}) BOOST_TEST(!placeholders(wrong));
}

BOOST_AUTO_TEST_CASE(a_pattern_fits_the_whole_text) {
    struct Case {
        std::string_view pattern, text;
        bool fits;
    };
    const Case cases[] = {{"12d1/14fe/*", "12d1/14fe/102", true},  {"12d1/14fe/*", "12d1/1506/102", false},
                          {"*", "", true},                         {"", "", true},
                          {"a?c", "abc", true},                    {"a?c", "ac", false},
                          {"*b*d", "abcd", true},                  {"*b*d", "abdc", false},
                          {"a*a*a*b", "aaaaaaaaaaaaaaaa", false},  {"12", "123", false}};
    for (const Case& each : cases)
        BOOST_TEST(fits(each.pattern, each.text) == each.fits, each.pattern << " " << each.text);
}

// As a modem shows itself: the port says nothing, its interface a number, the device three levels up what it is.
BOOST_AUTO_TEST_CASE(a_serial_port_is_known_by_one_ancestor_and_told_from_its_siblings_by_the_nearest_number) {
    const auto serial = [](const std::string& number) {
        SysDevice port{"tty", "", "", "/sys/x/ttyACM0", "ttyACM0", "/dev/ttyACM0", 7, {}};
        port.chain = {{},
                      {{"bInterfaceNumber", number}},
                      {{"idVendor", "12d1"}, {"idProduct", "1506"}},
                      {{"idVendor", "1d6b"}}};
        return port;
    };
    MatchConfig match;
    match.subsystem = "tty";
    match.attributes = {{"idVendor", "12d1"}, {"idProduct", "1506"}};
    match.number = {{"bInterfaceNumber", "00"}};
    BOOST_TEST(is_meant(match, serial("00")));
    BOOST_TEST(!is_meant(match, serial("02")));
    match.attributes[0].value = "1d6b";       // of another ancestor than the product
    BOOST_TEST(!is_meant(match, serial("00")));
    match.attributes = {{"idVendor", "12*"}};
    match.subsystem = "net";
    BOOST_TEST(!is_meant(match, serial("00")));
}

BOOST_AUTO_TEST_CASE(what_needs_another_starts_behind_it_and_stops_before_it) {
    Programs p("[service base]\nneeds = link eth0\ncommand = base\nready = notify\n"
               "[service top]\nneeds = base\ncommand = top\n");
    BOOST_TEST(p.settle() == "");
    p.link("eth0", true);
    BOOST_TEST(p.settle() == "start base");
    BOOST_TEST(p.phase("top") == "absent");
    BOOST_TEST(p.ready("base") == "start top");
    p.link("eth0", false);
    BOOST_TEST(p.settle() == "stop top, stop base");
    p.link("eth0", true);
    BOOST_TEST(p.settle() == "start base");
    BOOST_TEST(p.ready("base") == "start top");
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_deaf_dependant_is_not_stopped_before_that_is_gone) {
    Programs p("[service base]\nneeds = link eth0\ncommand = base\n[service top]\nneeds = base\ncommand = top\n");
    p.link("eth0", true);
    BOOST_TEST(p.settle() == "start base, start top");
    p.deaf = {"top"};
    p.link("eth0", false);
    BOOST_TEST(p.settle() == "stop top");
    BOOST_TEST(p.pass(5s) == "kill top, stop base");
}

BOOST_AUTO_TEST_CASE(a_service_that_ends_is_tried_again_after_longer_and_longer_waits) {
    Programs p("[service a]\ncommand = a\nretry = 5s\nretry_max = 15s\nsettle = 1min\n");
    BOOST_TEST(p.settle() == "start a");
    for (const auto wait : {5s, 10s, 15s, 15s}) {
        p.ends("a", 1);
        BOOST_TEST(p.phase("a") == "failed");
        BOOST_TEST(p.pass(wait - 1ms) == "");
        BOOST_TEST(p.pass(1ms) == "start a");
    }
    p.pass(1min);
    BOOST_TEST(p.of("a").failures == 0U);
    p.ends("a", 0);
    BOOST_TEST(p.of("a").why == "it ended with 0");
    BOOST_TEST(p.pass(5s) == "start a");
}

BOOST_AUTO_TEST_CASE(one_that_is_never_ready_is_stopped_and_one_that_is_deaf_is_killed) {
    Programs p("[service a]\ncommand = a\nalive = address dsl0\nstart_timeout = 40s\nstop_timeout = 5s\n"
               "retry = 1min\n");
    BOOST_TEST(p.settle() == "start a");
    p.deaf = {"a"};
    BOOST_TEST(p.pass(40s) == "stop a");
    BOOST_TEST(p.pass(5s) == "kill a");
    BOOST_TEST(p.of("a").why == "it was not ready in time: dsl0 has no address (signal 9 ended it)");
}

BOOST_AUTO_TEST_CASE(it_is_up_while_its_interface_has_an_address_and_stopped_at_once_when_it_has_none) {
    Programs p("[service a]\ncommand = a\nalive = address dsl0\n");
    p.settle();
    BOOST_TEST(p.phase("a") == "starting");
    p.address("dsl0", true);
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.phase("a") == "up");
    p.address("dsl0", false);
    BOOST_TEST(p.settle() == "stop a");
    BOOST_TEST(p.of("a").why == "dsl0 has no address (signal 15 ended it)");
}

BOOST_AUTO_TEST_CASE(a_need_that_is_lost_is_no_failure) {
    Programs p("[service a]\nneeds = link eth0\ncommand = a\n");
    p.link("eth0", true);
    p.settle();
    p.link("eth0", false);
    p.settle();
    p.link("eth0", true);
    BOOST_TEST(p.settle() == "start a");
    BOOST_TEST(p.of("a").failures == 0U);
}

// A stick is switched by a program, and so goes away and comes back as a modem.
BOOST_AUTO_TEST_CASE(a_oneshot_runs_once_for_each_device_and_what_comes_after_it_waits_only_if_it_was_needed) {
    const char* text = "[match stick]\nsubsystem = usb\n[match tty]\nsubsystem = tty\n"
                       "[service switch]\ntype = oneshot\nfor = stick\ncommand = switch %{device}\n"
                       "[service at]\ntype = oneshot\nfor = tty\nafter = switch\ncommand = at %{devnode}\nstop = atz\n"
                       "[service net]\nneeds = at\ncommand = net\n";
    Programs p(text);
    BOOST_TEST(p.settle() == "");
    p.devices["stick"] = {{"1-1", "", "/sys/1-1", 5}};
    BOOST_TEST(p.settle() == "start switch@1-1");
    p.devices["tty"] = {{"ttyACM0", "/dev/ttyACM0", "/sys/t", 7}};
    BOOST_TEST(p.settle() == "");             // it is needed, and has not ended
    BOOST_TEST(p.ends("switch@1-1", 0) == "start at@ttyACM0");
    p.devices["stick"] = {};
    BOOST_TEST(p.settle() == "");             // done is done
    BOOST_TEST(p.ends("at@ttyACM0", 0) == "start net");
    p.devices["tty"] = {};
    BOOST_TEST(p.settle() == "stop net");
    // It comes up switched already, under the same name.
    p.devices["tty"] = {{"ttyACM0", "/dev/ttyACM0", "/sys/t", 9}};
    BOOST_TEST(p.settle() == "start at@ttyACM0");
    BOOST_TEST(p.ends("at@ttyACM0", 0) == "start net");
    // Another one in its place, of which nobody has seen the old one go.
    p.devices["tty"] = {{"ttyACM0", "/dev/ttyACM0", "/sys/t", 11}};
    BOOST_TEST(p.settle() == "stop net, start at@ttyACM0");
}

BOOST_AUTO_TEST_CASE(a_oneshot_whose_need_is_lost_is_undone_and_runs_anew) {
    Programs p("[service a]\ntype = oneshot\nneeds = link eth0\ncommand = a\nstop = undo\n");
    p.link("eth0", true);
    p.settle();
    p.ends("a", 0);
    BOOST_TEST(p.phase("a") == "done");
    p.link("eth0", false);
    BOOST_TEST(p.settle() == "undo a");
    p.link("eth0", true);
    BOOST_TEST(p.settle() == "start a");
}

BOOST_AUTO_TEST_CASE(another_command_waits_for_force) {
    Programs p("[service a]\ncommand = a one\n");
    p.settle();
    p.config = parse_config("[service a]\ncommand = a two\n").config;
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.of("a").another_command);
    p.force = true;
    BOOST_TEST(p.settle() == "stop a, start a");
    p.force = false;
    p.config = parse_config("").config;
    BOOST_TEST(p.settle() == "stop a");
    BOOST_TEST(p.states.services.empty());
}

BOOST_AUTO_TEST_CASE(what_a_daemon_before_has_started_is_taken_over_and_no_second_one_runs) {
    Programs p("[service a]\ncommand = a\nready = notify\nalive = address dsl0\n"
               "[service b]\ncommand = b\nready = notify\n[service once]\ntype = oneshot\ncommand = once\n");
    p.running = {"a", "b", "stray"};
    p.address("dsl0", true);
    take_over(p.facts(), p.states, {.key = {"a", ""}, .pid = 10, .command = "a"}, p.now);
    take_over(p.facts(), p.states, {.key = {"b", ""}, .pid = 11, .ready = true, .command = "b"}, p.now);
    take_over(p.facts(), p.states, {.key = {"once", ""}, .fate = Fate::done, .command = "once"}, p.now);
    take_over(p.facts(), p.states, {.key = {"stray", ""}, .pid = 12, .ready = true, .command = "stray"}, p.now);
    BOOST_TEST(p.settle() == "stop stray");
    BOOST_TEST(p.phase("a") == "up");
    BOOST_TEST(p.phase("b") == "up");
    BOOST_TEST(p.phase("once") == "done");
}

BOOST_AUTO_TEST_CASE(a_member_that_is_taken_over_is_not_cut_for_a_better_one_before_its_sign_is_heard) {
    Programs p("[service dsl]\ncommand = dsl\nprobe = ask\n"
               "[service lte]\ncommand = lte\nalive = address lte0\n"
               "[failover wan]\nmembers = dsl lte\nfailback = after 10min\n");
    p.running = {"lte"};
    take_over(p.facts(), p.states, {.key = {"lte", ""}, .pid = 10, .ready = true, .command = "lte"}, p.now);
    BOOST_TEST(p.settle() == "");
    p.address("lte0", true);
    BOOST_TEST(p.pass(1min) == "");
    BOOST_TEST(p.phase("lte") == "up");
}

BOOST_AUTO_TEST_CASE(a_probe_that_has_not_answered_yet_proves_nothing) {
    Programs p("[service dsl]\ncommand = dsl\nneeds = link eth0\nprobe = ask\nprobe_interval = 4s\n"
               "[service lte]\ncommand = lte\n[failover wan]\nmembers = dsl lte\nfailback = after 10s\n");
    p.settle();
    BOOST_TEST(p.running.contains("lte"));
    p.link("eth0", true);
    p.pass(9s);
    BOOST_TEST(p.of("dsl").good_since.has_value());
    p.states.services.at({"dsl", ""}).probing = true;         // it hangs, where no signal reaches it
    BOOST_TEST(p.pass(1min) == "");
    p.tell(HelperEnded{{{"dsl", ""}, HelperKind::probe}, {}});
    BOOST_TEST(p.settle() == "stop lte, start dsl");
}

BOOST_AUTO_TEST_CASE(a_unit_is_up_when_it_is_told_and_is_known_by_its_name) {
    Programs p("[service a]\nunit = openvpn@office.service\n");
    p.tells_later = true;
    BOOST_TEST(p.settle() == "start a");
    BOOST_TEST(p.of("a").started_as == "openvpn@office.service");
    BOOST_TEST(p.phase("a") == "starting");
    p.tell(ServiceStarted{{"a", ""}, 0});     // it has no process of its own
    BOOST_TEST(p.settle() == "");
    BOOST_TEST(p.phase("a") == "up");
}

BOOST_AUTO_TEST_CASE(what_is_found_later_is_taken_over_and_never_in_the_place_of_what_runs) {
    Programs p("[service a]\ncommand = a\nretry = 1min\n");
    BOOST_TEST(p.settle() == "start a");
    BOOST_TEST(p.ends("a", 1) == "");
    p.running = {"a"};
    p.tell(ServiceAdopted{{.key = {"a", ""}, .pid = 77, .command = "a"}});
    BOOST_TEST(p.pass(2min) == "");
    BOOST_TEST(p.of("a").pid == 77);
    p.tell(ServiceAdopted{{.key = {"a", ""}, .pid = 78, .command = "a"}});
    BOOST_TEST(p.of("a").pid == 77);
}

BOOST_AUTO_TEST_CASE(a_dhcp_client_runs_while_there_is_its_interface) {
    Programs p("[bond bond0]\nmode = active-backup\ndhcp = yes\n[config c]\nbond = bond0\n"
               "[devices]\n2.0 = c\n3.0 = c\n");
    BOOST_TEST(p.settle() == "");
    p.link("bond0", false);
    BOOST_TEST(p.settle() == "start dhcp-bond0");
    BOOST_TEST(p.of("dhcp-bond0").started_as == "dhcpcd -B -q bond0");
}

BOOST_AUTO_TEST_SUITE_END()
