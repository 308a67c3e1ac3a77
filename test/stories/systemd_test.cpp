// systemd as the first program: had is its service, as hardened as the unit says, beside networkd and udevd.
#include "test/boost_test.hpp"
#include "test/stories/networkd.hpp"

#include <filesystem>

using namespace had::test;

namespace {

// Where a package would put them; the story's had is the build tree's.
struct UnderSystemd : NetworkdStory {
    UnderSystemd() : NetworkdStory(under_systemd()) {
        const std::string etc = std::filesystem::absolute("etc").string();
        guest.expect("cp /usr/sbin/had /usr/sbin/had.real && mv /usr/sbin/had.real /usr/sbin/had && "
                     "ln -sf /usr/sbin/hadctl /usr/bin/hadctl && cp " + etc +
                     "/had.service /run/systemd/system/had.service && "
                     "mkdir -p /run/tmpfiles.d && cp " + etc + "/had.tmpfiles /run/tmpfiles.d/had.conf && "
                     "systemd-tmpfiles --create /run/tmpfiles.d/had.conf");
        let_networkd_take_all();
        guest.write_file("/etc/had.conf", first_of_two());
        guest.expect("systemctl daemon-reload && systemctl start systemd-networkd", 60s);
    }
    std::string journal() { return guest.run("journalctl -o cat -u had").out; }
};

} // namespace

BOOST_AUTO_TEST_SUITE(under_systemd_stories)

BOOST_FIXTURE_TEST_CASE(the_service_starts_reloads_restarts_and_keeps_networkd_off, UnderSystemd,
                        *boost::unit_test::label("long")) {
    chassis.insert(16, {"virtio"});
    chassis.insert(2, {"virtio", 2});
    wait_networkd_has(16, 0);
    wait_networkd_has(2, 0);
    guest.expect("systemctl start had", 60s);                 // until READY=1
    BOOST_TEST(guest.expect("systemctl is-active had") == "active");
    wait("bond0", "healthy", 40s);
    wait_unmanaged("bond0");
    wait_unmanaged(named(2, 0));
    wait_networkd_has(2, 1);
    wait_networkd_has(16, 0);

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
    wait_networkd_has(2, 1);
    wait_unmanaged(named(2, 0));
    guest.expect("systemctl stop had", 60s);
    BOOST_TEST(guest.expect("wc -w </sys/class/net/bond0/bonding/slaves") == "1");
    BOOST_TEST(journal().find("cannot tell other programs") == std::string::npos, journal());
    BOOST_TEST(journal().find("Read-only file system") == std::string::npos, journal());
}

BOOST_AUTO_TEST_SUITE_END()
