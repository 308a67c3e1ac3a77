// The Debian package from the first boot to its purge, systemd being the first program.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <filesystem>
#include <stdexcept>

using namespace had::test;

namespace {

// `make soak` builds it; `make check` has no time for that, nor for this story.
std::string package() {
    namespace fs = std::filesystem;
    std::error_code nothing_is_built;
    for (const auto& entry : fs::directory_iterator("build/deb", nothing_is_built)) {
        const std::string name = entry.path().filename();
        if (name.starts_with("had_") && name.ends_with(".deb")) return fs::absolute(entry.path());
    }
    throw std::runtime_error("there is no package in build/deb: run `make deb`");
}

// The chassis of the sample had.conf, with all its cards in when the power comes on.
Options with_package() {
    Options options = under_systemd();
    options.kernel_arguments += " chassis.package=" + package();
    options.cards = {{2, {"virtio", 2}}, {12, {"virtio", 2}}, {16, {"virtio"}}};
    return options;
}

const std::string next_version = "9.0.0";

struct Packaged : HadStory {
    Packaged() : HadStory(with_package(), Programs::of_the_story) {}

    // As unattended upgrades do it: what the site has edited is kept, and nobody is asked.
    void dpkg(const std::string& arguments) {
        guest.expect("exec dpkg --force-confdef --force-confold " + arguments, 120s);
    }
    // The same package with another sample of had.conf.
    std::string make_next() {
        guest.expect("dpkg-deb -R " + package() + " /tmp/next && cd /tmp/next && "
                     "sed -i 's/^Version: .*/Version: " + next_version + "/' DEBIAN/control && "
                     "echo '; the next version' >>etc/had.conf && dpkg-deb -Znone -b . /tmp/next.deb",
                     120s);
        return "/tmp/next.deb";
    }
    std::string pid() { return guest.expect("systemctl show -P MainPID had"); }
    std::string unit_is(const std::string& what) {
        const std::string said = guest.run("systemctl is-" + what + " had").out;
        return said.substr(0, said.find('\n'));
    }
    void wait_all_serve() {
        guest.wait_until("systemctl is-active had && hadctl status; test $? -ne 9", 60s);
        for (const char* object : {"bond0", "16"}) wait(object, "healthy", 60s);
    }
    std::string sample_is_edited() {
        guest.expect("sed -i 's,^address = 10.0.1.1/24,& 10.0.7.7/24,' /etc/had.conf && "
                     "systemctl reload had", 60s);
        guest.wait_until("ip -o addr show dev bond0 | grep 10.0.7.7/24");
        return guest.read_file("/etc/had.conf");
    }
    void fail_active_port() {
        const std::string name = active();
        for (const int slot : {2, 12})
            for (const int port : {0, 1})
                if (chassis.interface(slot, port) == name) chassis.cut_cable(slot, port);
        guest.wait_until([&] { return active() != name; }, 20s, "another port is active");
    }
    // To be told by their names: all that it brings has one of these.
    void remember_files() {
        guest.expect("dpkg -L had | grep -E 'had|pcidb|pcidrivers|ifenslave' >/tmp/files");
    }
    std::string left_behind() {
        return guest.expect("for file in $(cat /tmp/files) /var/lib/had /run/had; do "
                            "[ ! -e $file ] || echo $file; done; "
                            "find /etc /run /var/lib/systemd -name had -o -name 'had.*' -o -name '*-had.*' "
                            "-o -name 'pcidrivers.conf*'", 60s);
    }
};

void nothing_is_lost_until_now(Traffic& traffic) {
    expect_no_loss(traffic.report());
    traffic.reset();
}

} // namespace

BOOST_AUTO_TEST_SUITE(package_stories)

BOOST_FIXTURE_TEST_CASE(it_starts_at_boot_and_loses_no_packet_by_upgrade_removal_return_and_purge, Packaged,
                        *boost::unit_test::label("long")) {
    wait_all_serve();
    BOOST_TEST(guest.expect("readlink /proc/" + pid() + "/exe") == "/usr/sbin/had");
    BOOST_TEST(guest.expect("dpkg --verify had") == "");
    const std::string conf = sample_is_edited(), first = pid();
    Traffic traffic(guest);

    dpkg("-i " + make_next());
    BOOST_TEST(guest.expect("dpkg-query -W -f '${Version}' had") == next_version);
    BOOST_TEST(pid() != first);
    BOOST_TEST(guest.read_file("/etc/had.conf") == conf);
    wait_all_serve();
    nothing_is_lost_until_now(traffic);

    // Without had the bond carries on, and the kernel keeps watch.
    dpkg("--remove had");
    BOOST_TEST(unit_is("active") == "inactive");
    BOOST_TEST(guest.run("pidof had").rc != 0);
    BOOST_TEST(guest.read_file("/etc/had.conf") == conf);
    nothing_is_lost_until_now(traffic);
    fail_active_port();
    traffic.wait_flowing();
    traffic.reset();

    // It is back, and is still enabled.
    dpkg("-i " + package());
    guest.wait_until("hadctl status; test $? -eq 3", 60s);
    BOOST_TEST(unit_is("enabled") == "enabled");
    BOOST_TEST(guest.read_file("/etc/had.conf") == conf);
    nothing_is_lost_until_now(traffic);

    remember_files();
    dpkg("--purge had");
    BOOST_TEST(left_behind() == "");
    BOOST_TEST(guest.expect("wc -w </sys/class/net/bond0/bonding/slaves") == "4");
    nothing_is_lost_until_now(traffic);

    // On a machine that runs: had.conf is a sample until it is edited, so nothing starts by itself.
    dpkg("-i " + package());
    BOOST_TEST(unit_is("enabled") == "disabled");
    BOOST_TEST(unit_is("active") == "inactive");
    guest.expect("systemctl enable --now had", 60s);
    guest.wait_until("hadctl status; test $? -eq 3", 60s);
    expect_no_loss(traffic.stop());
}

BOOST_AUTO_TEST_SUITE_END()
