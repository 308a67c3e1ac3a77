#include "had/hadctl/scrub.hpp"
#include "had/hadctl/site_names.hpp"

#include "test/boost_test.hpp"

#include <string>

using had::hadctl::Scrubber;
using had::hadctl::without_comments;

namespace {

std::string scrubbed(const std::string& text) { return Scrubber({"gate7.example.com"}).scrub(text); }

} // namespace

BOOST_AUTO_TEST_SUITE(hadctl_scrub)

BOOST_AUTO_TEST_CASE(the_same_is_replaced_by_the_same) {
    BOOST_TEST(scrubbed("10.0.1.1/24 via 10.0.1.254, 10.0.2.1, 10.0.1.1:80.") ==
               "198.18.1.1/24 via 198.18.1.254, 198.18.2.1, 198.18.1.1:80.");
    BOOST_TEST(scrubbed("52:54:00:12:34:01 00-1B-21-00-00-02 52:54:00:12:34:01") ==
               "02:00:00:00:00:01 02-00-00-00-00-02 02:00:00:00:00:01");
    BOOST_TEST(scrubbed("2001:db9:1:2::5/64 2001:DB9:1:2:0:0:0:5 2001:db9:1:3::1 fe80::5054:ff:fe12:3401%eth0") ==
               "2001:db8:0:1::1/64 2001:db8:0:1::1 2001:db8:0:2::2 fe80::3%eth0");
    Scrubber one({"gate7"});
    BOOST_TEST(one.scrub("10.9.9.9") == "198.18.1.9");
    BOOST_TEST(one.scrub("10.8.8.8 10.9.9.9") == "198.18.2.8 198.18.1.9");
}

BOOST_AUTO_TEST_CASE(this_hosts_names_and_serial_numbers_go_too) {
    BOOST_TEST(scrubbed("gate7: Gate7.Example.Com, gate7.") == "host-1: host-1, host-1.");
    BOOST_TEST(scrubbed("gate77 agate7 gate7x") == "gate77 agate7 gate7x");
    BOOST_TEST(Scrubber({"had"}).scrub("had.site.example HAD had.conf") == "host-1 host-1 had.conf");
    BOOST_TEST(scrubbed("serial AB12-7, Serial number: XY9; \"serial\":\"AB12-7\"") ==
               "serial serial-1, Serial number: serial-2; \"serial\":\"serial-1\"");
    BOOST_TEST(scrubbed("00-1b-21-ff-ff-aa-bb-cc") == "02-00-00-00-00-00-00-01");
    BOOST_TEST(scrubbed("enx525400123401 52:54:00:12:34:01") == "enx020000000001 02:00:00:00:00:01");
}

BOOST_AUTO_TEST_CASE(what_names_nobody_stays) {
    for (const char* text :
         {"127.0.0.1 ::1 0.0.0.0 :: 255.255.255.0 224.0.0.1 ff02::1 00:00:00:00:00:00 ff:ff:ff:ff:ff:ff",
          "2002-05-01T12:00:00.000001Z 12:30:00 0000:01:04.0 8086:100e 3.0.0 6.1.0-28-amd64 bond0 2.1 eth0",
          "had.conf:19: 2 = config2; serial console", "localhost", ""})
        BOOST_TEST(scrubbed(text) == text);
    BOOST_TEST(Scrubber({"localhost", ""}).scrub("localhost") == "localhost");
}

BOOST_AUTO_TEST_CASE(json_stays_json) {
    Scrubber one({"gate7"});
    BOOST_TEST(one.scrub_json(R"({"text":"a\n10.0.1.1\t52:54:00:12:34:01\u000a10.0.1.2\\gate7"})") ==
               R"({"text":"a\n198.18.1.1\t02:00:00:00:00:01\n198.18.1.2\\host-1"})");
    BOOST_TEST(one.scrub_json(R"({"serial" : "AB12", "gate7":["gate7"]})") ==
               R"({"serial" : "serial-1", "gate7":["host-1"]})");
    BOOST_TEST(scrubbed("ends with \\") == "ends with \\");
}

BOOST_AUTO_TEST_CASE(names_that_are_hidden_change_no_key_and_no_word_of_the_protocol) {
    Scrubber one({});
    one.hide("system", "down");
    one.hide("system", "sw1 \"a\"");
    one.hide("system", "7");
    const std::string given = R"({"down":{"health":"down","text":"down: sw1 \"a\", downs 7","system":"7","port":7}})";
    BOOST_TEST(one.scrub_json(given) ==
               R"({"down":{"health":"down","text":"system-1: system-2, downs 7","system":"system-3","port":7}})");
    BOOST_TEST(one.scrub_text("sw1 \"a\" 10.0.0.1") == "system-2 198.18.1.1");
    for (const char* half : {"{\"a", "\"", "{\"a\":\"\\", "\\"}) (void)one.scrub_json(half);
}

BOOST_AUTO_TEST_CASE(what_had_conf_names_is_hidden_wherever_it_stands) {
    Scrubber one({});
    one.hide_names_of("[bond bond0]\naddress = 10.0.1.1/24\n[peer  Rhein Main ]\r\nkey = /etc/keys/rm.key\n"
                      "[service vpn-ann]\nunit = ann.service\ncommand = /opt/ann/run --to x\nneeds = /etc/ann/up\n"
                      "[failover uplinks]\n[match stick]\n[member bob]\nexpect_neighbour = sw7 Gi0/1\n"
                      "table = /etc/pcidrivers.conf\nsocket = /run/had/other.sock\n[had]\nno value\n=\n[peer]\n");
    BOOST_TEST(one.scrub_text("Rhein Main /etc/keys/rm.key vpn-ann ann.service /opt/ann/run /etc/ann/up uplinks stick "
                              "bob sw7 Gi0/1") ==
               "peer-1 path-1 service-1 unit-1 path-3 path-4 failover-1 match-1 member-1 neighbour-1");
    for (const char* usual : {"bond0", "/etc/pcidrivers.conf", "/run/had/other.sock", "Rhein", "vpn-anna", "Gi0/1"})
        BOOST_TEST(one.scrub_text(usual) == usual);
    BOOST_TEST(one.scrub_text("[service vpn-ann]\n") == "[service service-1]\n");
}

BOOST_AUTO_TEST_CASE(a_name_behind_a_tab_or_an_end_of_a_line_is_hidden_and_so_is_one_with_such_letters) {
    Scrubber one({});
    one.hide("user", "ann");
    one.hide("path", "/opt/ann");
    one.hide("system", "sw\t1");
    one.hide("user", "j\u00fcrgen");
    BOOST_TEST(one.scrub_json(R"({"text":"a\tann\n/opt/ann\u0009ann, sw\t1, j\u00fcrgen"})") ==
               R"({"text":"a\tuser-1\npath-1\tuser-1, system-1, user-2"})");
}

BOOST_AUTO_TEST_CASE(the_group_of_the_socket_is_hidden_unless_everybody_has_it) {
    Scrubber one({});
    one.hide_names_of("[had]\nsocket_group = ann-ops\nnotify_dir = /var/lib/had/x\n");
    BOOST_TEST(one.scrub_text("ann-ops /var/lib/had/x") == "socket-group-1 /var/lib/had/x");
    one.hide_names_of("[had]\nsocket_group = had\n");
    BOOST_TEST(one.scrub_text("had") == "had");
}

BOOST_AUTO_TEST_CASE(a_status_of_a_newer_daemon_names_nobody_either_and_who_is_nobody_keeps_his_word) {
    Scrubber one({});
    const std::string status =
        R"({"health":7,"bonds":[{"name":"bond0"}],"orders":[{"by":"the daemon"},{"by":"handle"},{"by":"bob"}],)"
        R"("alarms":[{"acked_by":"eve"}],"tunnels":[{"name":"to-bonn","ends":[{"neighbour":{"system":"core1",)"
        R"("port":"Gi0/1"}}]}],"peers":[{"name":"rhein","service":"10.9.0.2"}],)"
        R"("services":[{"name":"vpn","group":"g"}],"slots":[{"name":"2","ports":[{"port":"2.0"}]}]})";
    had::hadctl::hide_names_of_status(one, status);
    BOOST_TEST(one.scrub_text("bond0: the daemon, handle, bob, eve, to-bonn, core1 Gi0/1, rhein, vpn, 2.0") ==
               "bond0: the daemon, handle, user-1, user-2, name-1, system-1 switchport-1, peer-1, service-1, 2.0");
    BOOST_TEST(one.scrub_json(R"({"service":"10.9.0.2","group":"g","acked_by":"eve"})") ==
               R"({"service":"198.18.1.2","group":"group-1","acked_by":"user-2"})");
    had::hadctl::hide_user_of_event(one, R"({"event":"order_given","user":"carol","peer":"shown-nowhere"})");
    BOOST_TEST(one.scrub_text("carol shown-nowhere") == "user-3 shown-nowhere");
    for (const char* none : {"", "null", "[]", "{", "\"user\":", R"({"user":1,"peers":[1]})"})
        had::hadctl::hide_names_of_status(one, none), had::hadctl::hide_user_of_event(one, none);
}

BOOST_AUTO_TEST_CASE(comments_are_left_out_and_all_else_stays) {
    BOOST_TEST(without_comments("; call Ann, 555-1234\n\n[bond bond0]   ; Ann's\n  # and\n"
                                "mode = a;b\nmac = stable ; x\n") == "[bond bond0]\nmode = a;b\nmac = stable\n");
    BOOST_TEST(without_comments("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
