// What had says when it cannot start, and what cannot stop it.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

struct Refused : HadStory {
    Refused() : HadStory(ports_only()) {}
    // Runs had in the foreground and returns what it said.
    Result had_says(const std::string& arguments = "") { return guest.run("had " + arguments, 20s); }
    void conf(std::string_view text) { guest.write_file("/etc/had.conf", std::string(text)); }
};

bool one_line(const Result& result) {
    return !result.err.empty() && result.err.find('\n') == result.err.size() - 1;
}

bool says(const Result& result, std::string_view text) {
    return result.err.find(text) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(trouble, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(every_reason_not_to_start_is_one_clear_line_and_its_exit_code, Refused) {
    Result result = had_says("-c /etc/no-such.conf");
    BOOST_TEST((result.rc == 6 && one_line(result) && says(result, "/etc/no-such.conf")), result.err);

    conf(article_conf);
    result = guest.run("setpriv --reuid 65534 --regid 65534 --clear-groups had");
    BOOST_TEST((result.rc == 4 && one_line(result)), result.err);

    result = had_says("--no-such-option");
    BOOST_TEST(result.rc == 2, result.err);

    // No bonding driver for this kernel.
    guest.expect("mkdir -p /run/empty && "
                 "mount --bind /run/empty /lib/modules/$(uname -r)/kernel/drivers/net/bonding");
    result = had_says();
    BOOST_TEST((result.rc == 1 && says(result, "bonding")), result.err);
    guest.expect("umount /lib/modules/$(uname -r)/kernel/drivers/net/bonding");
}

BOOST_FIXTURE_TEST_CASE(a_second_had_and_a_foreign_socket_are_refused_and_a_stale_one_is_not, Refused) {
    start(article_conf);
    for (const char* options : {"", "--socket /run/two.sock"}) {
        const Result second = had_says(options);
        BOOST_TEST((second.rc == 1 && says(second, "/run/had/lock")), second.err);
    }
    kill();                                    // leaves its socket behind
    start_again();
    guest.run("pkill -9 -x had; rm -f /run/had/had.sock; echo mine >/run/had/had.sock");
    const Result again = had_says();
    BOOST_TEST((again.rc == 1 && says(again, "had.sock")), again.err);
    BOOST_TEST(guest.read_file("/run/had/had.sock") == "mine\n");
}

BOOST_FIXTURE_TEST_CASE(objects_that_do_not_exist_are_told_apart_from_a_had_that_does_not_run, Refused) {
    BOOST_TEST(hadctl("status").rc == 9);
    start(article_conf);
    BOOST_TEST(hadctl("explain 99").rc == 8);
    BOOST_TEST(hadctl("explain bond0").rc == 0);
    BOOST_TEST(hadctl("wait bond0 --until healthy --timeout 1").rc == 7);
    BOOST_TEST(hadctl("wait nobody --until healthy --timeout 1").rc == 8);
    BOOST_TEST(hadctl("status").rc == 3);
}

BOOST_FIXTURE_TEST_CASE(lost_events_are_heard_of_by_a_resync, Refused, *boost::unit_test::label("long")) {
    chassis.insert(2, {"virtio", 2});
    start(with(article_conf, "12.0 = config2\n12.1 = config2\n16 = config1\n", ""));
    wait("bond0", "healthy", 30s);
    // Stopped, it reads nothing: more than its buffers hold is lost, and among it that the card went.
    guest.signal(had, 19);
    guest.expect("for i in $(seq 40); do for a in $(seq 100); do echo \"link set lo mtu 6$a\"; "
                 "echo \"link set lo mtu 5$a\"; done; done >/run/storm; "
                 "for i in 1 2 3; do ip -batch /run/storm; done", 60s);
    chassis.pull(2);
    guest.signal(had, 18);
    wait_log("rtnetlink lost messages");
    wait("bond0", "down");
    chassis.insert(2, {"virtio", 2});
    wait("bond0", "healthy", 30s);
}

BOOST_AUTO_TEST_SUITE_END()
