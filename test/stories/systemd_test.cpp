// systemd as the first program: had is its service, as hardened as the unit says, beside udevd, and networkd
// or NetworkManager.
#include "test/boost_test.hpp"
#include "test/stories/other_manager.hpp"

#include <filesystem>

using namespace had::test;

namespace {

// Where a package would put them; the story's had is the build tree's.
void make_service(Guest& guest) {
    const std::string etc = std::filesystem::absolute("etc").string();
    guest.expect("cp /usr/sbin/had /usr/sbin/had.real && mv /usr/sbin/had.real /usr/sbin/had && "
                 "ln -sf /usr/sbin/hadctl /usr/bin/hadctl && cp " + etc +
                 "/had*.service /run/systemd/system && "
                 "mkdir -p /run/tmpfiles.d && cp " + etc + "/had.tmpfiles /run/tmpfiles.d/had.conf && "
                 "systemd-tmpfiles --create /run/tmpfiles.d/had.conf && systemctl daemon-reload", 60s);
    guest.write_file("/etc/had.conf", first_of_two());
}

struct BesideNetworkd : NetworkdStory {
    BesideNetworkd() : NetworkdStory(under_systemd()) {
        make_service(guest);
        let_networkd_take_all();
        guest.expect("systemctl start systemd-networkd", 60s);
    }
    std::string journal() { return guest.run("journalctl -o cat -u had").out; }
};

// Unlike that of any other story, so the machine is fresh: its management port is there from the start.
Options with_management_port() {
    Options options = under_systemd();
    options.cards[16] = {"virtio"};
    return options;
}

// Nobody has to have it on his machine: `make soak` downloads it, and the guest installs it.
struct BesideNetworkManager : NetworkManagerStory {
    BesideNetworkManager() : NetworkManagerStory(with_management_port()) {
        make_service(guest);
        let_network_manager_take_all();
        guest.expect("command -v nmcli || dpkg -i " +
                     std::filesystem::absolute("build/network-manager").string() + "/*.deb", 180s);
        guest.expect("systemctl start NetworkManager", 60s);
    }
};

// A line: an interface with an address while it runs, and a probe that says whether it would.
const char* const line_program = R"(#!/bin/sh
test "$1" = probe && exec test -e /run/$2.well
ip link add $1 type veth peer name p$1 && ip address add $2 dev $1 && ip link set $1 up
trap 'ip link delete $1; exit 0' TERM
systemd-notify --ready
while :; do sleep 1000 & wait; done
)";

const char* const lines_and_units = R"([service pppoe]
command = /run/line dsl0 10.67.0.10/32
ready = notify
alive = address dsl0
probe = /run/line probe dsl0
probe_interval = 1s
settle = 1s
retry = 1s
[service l2tp]
command = /run/line lte0 10.67.0.11/32
alive = address lte0
[service vpn]
unit = vpn.service
[service away]
command = sh -c 'x=word; echo ${x} %% >/run/words; setsid sleep 4321 & sleep 1'
retry = 1h
retry_max = 1h
[failover wan]
members = pppoe l2tp
failback = after 2s
)";

struct Units : HadStory {
    Units() : HadStory(under_systemd()) {
        make_service(guest);
        guest.write_file("/run/line", line_program);
        guest.expect("chmod +x /run/line; systemctl stop dbus.socket dbus.service", 60s);
        guest.write_file("/run/systemd/system/vpn.service", "[Service]\nExecStart=/bin/sleep 1000\n");
        guest.expect("systemctl daemon-reload", 60s);
        guest.write_file("/etc/had.conf", lines_and_units);
    }
    std::string show(const std::string& unit, const std::string& property) {
        return guest.expect("systemctl show -P " + property + " " + unit);
    }
    void wait_serves(const std::string& member) {
        if (guest.holds_within("hadctl status --json | grep -q '\"active\":\"" + member + "\"'", 60s)) return;
        for (const char* command : {"hadctl status", "hadctl explain pppoe", "hadctl explain l2tp",
                                    "journalctl --no-pager -o short-monotonic -u had -u 'had-*'",
                                    "systemctl show -p LoadState,LoadError,ActiveState,Result had-pppoe had-l2tp",
                                    "ls -l /run/systemd/private; grep . /run/had/services/*; ip -br address"})
            BOOST_TEST_MESSAGE("$ " << command << '\n' << guest.run(std::string(command) + " 2>&1", 60s).out);
        BOOST_FAIL(member << " does not serve within 60 s");
    }
    std::string lines_that_run() { return guest.run("pgrep -fc '^/bin/sh /run/line'").out; }
};

} // namespace

BOOST_AUTO_TEST_SUITE(under_systemd_stories)

BOOST_FIXTURE_TEST_CASE(services_are_units_which_outlive_the_daemon_and_systemds_own_restart, Units,
                        *boost::unit_test::label("long")) {
    guest.expect("systemctl start had", 120s);
    wait_serves("pppoe");
    guest.wait_until("systemctl is-active vpn.service", 20s);
    const std::string life = show("had-pppoe.service", "InvocationID");
    BOOST_TEST(show("had-pppoe.service", "NoNewPrivileges") == "no");
    BOOST_TEST(show("had-pppoe.service", "ControlGroup").find("system-had.slice") != std::string::npos);
    // What it has sent to the background ends with it.
    guest.wait_until("hadctl status --json | grep -q '\"phase\":\"failed\"'", 20s);
    BOOST_TEST(guest.run("pgrep -f '^sleep 4321'").rc != 0);
    BOOST_TEST(guest.expect("cat /run/words") == "word %");

    guest.expect("systemctl kill -s KILL had", 60s);
    guest.wait_until("systemctl show -p NRestarts had | grep -x NRestarts=1", 40s);
    guest.wait_until("systemctl is-active had && hadctl status; test $? -ne 9", 60s);
    wait_serves("pppoe");
    guest.expect("systemctl restart had", 120s);
    wait_serves("pppoe");
    guest.expect("systemctl daemon-reload && systemctl daemon-reexec", 120s);
    guest.wait_until("journalctl -o cat -u had | grep -q 'systemd answers again'", 60s);
    wait_serves("pppoe");
    BOOST_TEST(show("had-pppoe.service", "LoadState") == "loaded");
    BOOST_TEST(show("had-pppoe.service", "InvocationID") == life);
    BOOST_TEST(lines_that_run() == "1\n");

    guest.expect("ip address flush dev dsl0");
    wait_serves("l2tp");
    BOOST_TEST(guest.run("systemctl is-active had-pppoe.service").rc != 0);
    guest.expect("touch /run/dsl0.well");
    wait_serves("pppoe");
    BOOST_TEST(guest.run("systemctl is-active had-l2tp.service").rc != 0);
    guest.expect("systemctl kill -s KILL had-pppoe.service");
    guest.wait_until("test \"$(systemctl show -P InvocationID had-pppoe.service)\" != " + life, 60s);
    wait_serves("pppoe");
    // An existing unit: its end is a failure, and it leaves with the file.
    guest.expect("systemctl stop vpn.service");
    guest.wait_until("systemctl is-active vpn.service", 60s);
    reload("[config none]\n[devices]\n2 = none\n");
    guest.wait_until("! systemctl is-active vpn.service && ! systemctl is-active had-pppoe.service", 60s);
    guest.wait_until("test -z \"$(ls /run/had/services)\"", 20s);
}

BOOST_FIXTURE_TEST_CASE(the_service_starts_reloads_restarts_and_keeps_networkd_off, BesideNetworkd,
                        *boost::unit_test::label("long")) {
    chassis.insert(16, {"virtio"});
    chassis.insert(2, {"virtio", 2});
    wait_other_has(16, 0);
    wait_other_has(2, 0);
    guest.expect("systemctl start had", 60s);                 // until READY=1
    BOOST_TEST(guest.expect("systemctl is-active had") == "active");
    wait("bond0", "healthy", 40s);
    wait_unmanaged("bond0");
    wait_unmanaged(named(2, 0));
    wait_other_has(2, 1);
    wait_other_has(16, 0);

    Traffic traffic(guest);
    guest.expect("systemctl reload had", 60s);
    guest.expect("systemctl restart had", 60s);
    guest.expect("systemctl kill -s KILL had", 60s);
    guest.wait_until("systemctl show -p NRestarts had | grep -x NRestarts=1", 40s);
    guest.wait_until("systemctl is-active had && hadctl status", 40s);
    BOOST_TEST(traffic.stop().lost == 0);

    chassis.pull(2);
    chassis.insert(2, {"virtio", 2});
    wait("2.0", "healthy", 60s);
    wait_other_has(2, 1);
    wait_unmanaged(named(2, 0));
    guest.expect("systemctl stop had", 60s);
    BOOST_TEST(guest.expect("wc -w </sys/class/net/bond0/bonding/slaves") == "1");

    // As this service it may unbind a driver and switch a slot off, too.
    guest.expect("systemctl start had", 60s);
    BOOST_TEST(guest.expect("hadctl slot offline 2 --force", 60s) == "slot 2 is safe to pull");
    BOOST_TEST(journal().find("cannot tell other programs") == std::string::npos, journal());
    BOOST_TEST(journal().find("Read-only file system") == std::string::npos, journal());
}

BOOST_FIXTURE_TEST_CASE(the_programs_beside_it_come_and_go_with_it_and_the_journal_is_asked_by_field, BesideNetworkd,
                        *boost::unit_test::label("long")) {
    chassis.insert(2, {"virtio", 2});
    guest.expect("mkdir -p /etc/had/notify.d && cp " + std::filesystem::absolute("etc/had.catalog").string() +
                 " /usr/lib/systemd/catalog && journalctl --update-catalog", 120s);
    guest.write_file("/etc/had/notify.d/10-rec", "#!/bin/sh\necho $HAD_EVENT >>/run/told\n");
    guest.expect("chmod 755 /etc/had/notify.d/10-rec && systemctl start had", 60s);
    wait("bond0", "healthy", 60s);
    guest.wait_until("systemctl is-active had-recorder had-notify", 40s);
    guest.wait_until("hadctl availability bond0", 20s);
    chassis.pull(2);
    guest.wait_until("hadctl history --event alarm_raised | grep -q bond0/bond-down", 40s);
    guest.wait_until("grep -qx alarm_raised /run/told", 40s);
    guest.expect("journalctl -o cat HAD_BOND=bond0 HAD_EVENT=down | grep -q '^bond0: down'");
    guest.expect("journalctl -F HAD_ALARM | grep -qx bond0/bond-down");
    guest.expect("journalctl -x HAD_EVENT=alarm_raised | grep -q 'put a card into slot 2'");
    guest.expect("systemctl kill -s KILL had-recorder had-notify", 60s);
    BOOST_TEST(guest.expect("systemctl is-active had") == "active");
    guest.wait_until("systemctl is-active had-recorder had-notify", 40s);
    guest.expect("systemctl stop had", 60s);
    guest.wait_until("! systemctl is-active had-recorder && ! systemctl is-active had-notify", 40s);
    BOOST_TEST(guest.run("hadctl history bond0").rc == 0);
}

BOOST_FIXTURE_TEST_CASE(network_manager_gives_up_what_the_file_names_and_keeps_the_rest, BesideNetworkManager,
                        *boost::unit_test::label("long")) {
    chassis.insert(2, {"virtio", 2});
    for (const auto& [slot, port] : {std::pair(2, 0), {2, 1}, {16, 0}}) wait_other_has(slot, port);
    guest.expect("systemctl start had", 60s);
    wait_unmanaged("bond0");
    wait_unmanaged(named(2, 0));
    wait("bond0", "healthy", 40s);

    // The next card, which it has never seen.
    chassis.pull(2);
    chassis.insert(2, {"virtio", 2});
    wait("bond0", "healthy", 60s);
    wait_other_has(2, 1);
    wait_unmanaged(named(2, 0));

    // The other port instead: each is given to its owner.
    reload(with(first_of_two(), "2.0 = config2", "2.1 = config2"));
    wait_other_has(2, 0);
    wait_unmanaged(named(2, 1));
    wait("bond0", "healthy", 40s);

    // It reads its files again, and starts anew.
    Traffic traffic(guest);
    guest.expect("nmcli general reload && systemctl restart NetworkManager", 60s);
    wait_other_has(2, 0);
    wait_unmanaged("bond0");
    wait_unmanaged(named(2, 1));
    BOOST_TEST(traffic.stop().lost == 0);

    // Without had its ports serve on, and stay what they are.
    guest.expect("systemctl stop had", 60s);
    Traffic without_had(guest);
    guest.expect("systemctl restart NetworkManager", 60s);
    wait_other_has(2, 0);
    wait_unmanaged(named(2, 1));
    BOOST_TEST(without_had.stop().lost == 0);
    BOOST_TEST(guest.expect("wc -w </sys/class/net/bond0/bonding/slaves") == "1");

    // Nobody has touched the management port all the while.
    BOOST_TEST(other_has(named(16, 0)));
    BOOST_TEST(guest.run("journalctl -o cat -u had | grep -E 'contested|cannot tell other'").out == "");
}

BOOST_AUTO_TEST_SUITE_END()
