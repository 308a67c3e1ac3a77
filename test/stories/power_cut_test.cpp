// The machine's power goes in the middle of a storm.  What it had not written to its disk is gone, and the disk stays.
#include "test/boost_test.hpp"
#include "test/chassis/played_chassis.hpp"
#include "test/chassis/place.hpp"
#include "test/stories/had_story.hpp"

#include <filesystem>
#include <fstream>
#include <memory>

using namespace had::test;

namespace {

namespace fs = std::filesystem;

struct Disk {
    Disk() : path(place().logs + "/power-cut.disk") {
        std::ofstream(path).flush();
        fs::resize_file(path, 64 << 20);
        BOOST_REQUIRE(std::system(("/usr/sbin/mkfs.ext4 -q -F " + path).c_str()) == 0);
    }
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    ~Disk() { fs::remove(path); }

    std::string path;
};

Options machine_with(const Disk& disk) {
    Options options = ports_only();
    options.kernel_arguments = "ubd0=" + disk.path;
    return options;
}

// To destroy it is to cut its power: its kernel is killed.
struct Machine {
    explicit Machine(const Disk& disk) : chassis(machine_with(disk)), guest(chassis.guest()) {
        for (const int slot : {2, 12}) chassis.insert(slot, {"virtio"});
        guest.expect("cp " + place().tree + "/etc/pcidrivers.conf /etc; mkdir -p /var/lib/had && "
                     "mount -t ext4 /dev/ubda /var/lib/had");
        guest.write_file("/etc/had.conf", with(two_cards_conf, "[config", "damp = no\n[config"));
    }
    void serve() {
        guest.spawn("exec had", "/run/had.log");
        guest.wait_until("hadctl wait bond0 --until healthy --timeout 1", 60s);
        guest.spawn("exec had-recorder", "/run/recorder.log");
        guest.wait_until("hadctl availability bond0", 30s);
    }
    void storm() {
        std::string ports;
        for (const int slot : {2, 12}) ports += chassis.far_interface(slot, 0) + " ";
        guest.spawn("while :; do for port in " + ports + "; do ip -n far link set $port down; sleep 0.1; "
                    "ip -n far link set $port up; sleep 0.1; done; done");
    }
    std::string history() { return guest.expect("hadctl history --json"); }

    PlayedChassis chassis;
    Guest& guest;
};

} // namespace

BOOST_AUTO_TEST_SUITE(power_cut, *boost::unit_test::label("beside"))

BOOST_AUTO_TEST_CASE(what_the_history_had_taken_is_there_and_the_time_without_power_is_unknown) {
    const Disk disk;
    auto machine = std::make_unique<Machine>(disk);
    machine->serve();
    machine->storm();
    machine->guest.wait_until("test $(hadctl history --event failover --json | wc -l) -ge 20", 60s);
    const std::string before = machine->history();
    machine.reset();                          // the storm goes on until here
    machine = std::make_unique<Machine>(disk);
    const std::string after = machine->history();
    BOOST_TEST(after.starts_with(before), before << "\n-- and after it:\n" << after);
    machine->serve();
    Guest& guest = machine->guest;
    guest.wait_until("hadctl availability bond0 --json | grep '\"unknown_is_guessed\":true'");
    BOOST_TEST(guest.expect("hadctl availability bond0 --json | sed 's/.*\"unknown_us\":\\([0-9]*\\).*/\\1/'") != "0");
    BOOST_TEST(guest.run("hadctl alarms | grep history-failing").rc != 0);
    BOOST_TEST(machine->history().starts_with(after));
}

BOOST_AUTO_TEST_SUITE_END()
