// A card is plugged in, its driver is loaded, its bond is there: how long until its port serves in
// it?
//
// The card is really put into a slot and really pulled, 50 times for had and 50 times for
// bench-bare-enslave, in blocks in turn so that both see the same load.  What is timed is what they
// have in common: from the message in which the kernel announces the port to the one that shows it
// enslaved, both as bench-observer hears them.  What had does before that message (it has heard of
// the card, and of the interface's place on it) is on its own account, since the message finds it
// at that; the peer need not know where a port sits.
#include "test/bench/figures.hpp"

#include "test/chassis/emulated_chassis.hpp"

#include <fmt/format.h>
#include <sstream>

namespace had::test {
namespace {

constexpr int blocks = 5, insertions = 10;
constexpr int slot = 2;

constexpr const char* conf = R"([had]
[bond bond0]
mode = active-backup
miimon = 100
[config config1]
bond = bond0
[devices]
2 = config1
)";

// How many lines the observer has printed by now.
std::string observed(std::size_t lines) {
    return fmt::format("test $(wc -l </run/observed) -ge {}", lines);
}

void exchange_cards(Chassis& chassis, std::size_t& count) {
    for (int n = 0; n < insertions; ++n) {
        chassis.insert(slot, {"virtio", 1});
        chassis.guest().wait_until(observed(++count), 20s);
        chassis.pull(slot);
    }
}

std::vector<std::vector<double>> times_of(const std::string& log) {
    std::vector<std::vector<double>> times(2);
    std::istringstream lines(log);
    std::string interface;
    double microseconds = 0;
    for (int n = 0; lines >> interface >> microseconds; ++n)
        times[static_cast<std::size_t>(n / insertions % 2)].push_back(microseconds / 1000);
    return times;
}

} // namespace

std::vector<Figure> plug_in() {
    progress("boots an empty chassis");
    Options options;
    options.cables = 0;
    EmulatedChassis chassis(options);
    Guest& guest = chassis.guest();
    install(guest);
    guest.expect("modprobe -a virtio_pci virtio_net && modprobe bonding max_bonds=0");
    guest.write_file("/etc/had.conf", conf);
    const Background observer = guest.spawn("exec bench-observer", "/run/observed");
    std::size_t count = 0;
    for (int block = 0; block < blocks; ++block) {
        progress(
            fmt::format("plugs in {} cards for each, {} of {}", insertions, block + 1, blocks));
        const Background had = guest.spawn("exec had", "/run/had.log");
        guest.wait_until("hadctl wait bond0 --until down --timeout 20", 30s);
        exchange_cards(chassis, count);
        guest.stop(had);
        const Background bare = guest.spawn("exec bench-bare-enslave bond0", "/run/bare.log");
        guest.wait_until("grep ready /run/bare.log");
        exchange_cards(chassis, count);
        guest.stop(bare);
    }
    const auto times = times_of(guest.read_file("/run/observed"));
    return {compare("a port plugged in, announced to enslaved", spread(times[0]), spread(times[1]),
                    "ms")};
}

} // namespace had::test
