// The active port loses its carrier: how long until the kernel has another one, on had's word?
//
// No network in this: the clock is bench-observer, in the guest, on the netlink group that had
// hears, from the message that tells of the loss to the bond's that names another active port.
// The kernel sends that one while it executes the request, so both are its own, and had and
// bench-bare-failover are timed alike, in blocks in turn, both at had's priority.  The kernel's
// monitor looks every second only, so that nearly every failover is theirs.
#include "test/bench/figures.hpp"

#include "test/chassis/chassis.hpp"

#include <fmt/format.h>
#include <sstream>
#include <stdexcept>

namespace had::test {
namespace {

constexpr int blocks = 5, cuts = 10;

constexpr const char* conf = R"([had]
[bond bond0]
mode = active-backup
miimon = 1000
damp = no
rise = 100ms
[config config1]
bond = bond0
[devices]
2 = config1
12 = config1
)";

class Cuts {
public:
    explicit Cuts(Chassis& chassis)
        : chassis_(chassis), guest_(chassis.guest()),
          ports_(insert_pair(chassis, "virtio", "virtio_net")) {}

    // What the observer says of a block of cuts, in microseconds.
    std::vector<double> block() {
        guest_.expect("rm -f /run/observed");
        const Background observer =
            guest_.spawn("exec bench-observer failover bond0", "/run/observed");
        guest_.wait_until("grep -q ready /run/observed");
        for (int n = 0; n < cuts; ++n)
            cut();
        guest_.stop(observer);
        std::istringstream lines(guest_.read_file("/run/observed"));
        std::vector<double> times;
        std::string port;
        double microseconds = 0;
        lines >> port >> microseconds; // ready
        while (lines >> port >> microseconds)
            times.push_back(microseconds);
        if (times.size() != cuts)
            throw std::runtime_error(
                fmt::format("{} failovers were seen, of {}", times.size(), cuts));
        return times;
    }

    void wait_good(std::size_t port) {
        guest_.wait_until("cd /sys/class/net/" + ports_[port] +
                          " && grep -q 1 carrier && grep -q up bonding_slave/mii_status");
    }

private:
    void cut() {
        const std::string active = guest_.expect("cat /sys/class/net/bond0/bonding/active_slave");
        const std::size_t at = active == ports_[0] ? 0 : 1;
        chassis_.cut_cable(paired_slots[at], 0);
        guest_.wait_until("grep -q " + ports_[1 - at] +
                          " /sys/class/net/bond0/bonding/active_slave");
        chassis_.mend_cable(paired_slots[at], 0);
        wait_good(at);
    }

    Chassis& chassis_;
    Guest& guest_;
    std::vector<std::string> ports_;
};

void append(std::vector<double>& all, const std::vector<double>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

} // namespace

std::vector<Figure> acknowledge() {
    progress("boots an empty chassis");
    Options options;
    options.cables = 0;
    Chassis chassis(options);
    Guest& guest = chassis.guest();
    install(guest);
    guest.expect("modprobe bonding max_bonds=0");
    guest.write_file("/etc/had.conf", conf);
    Cuts cables(chassis);
    std::vector<double> had, bare;
    for (int block = 0; block < blocks; ++block) {
        progress(fmt::format("cuts {} cables for each, {} of {}", cuts, block + 1, blocks));
        const Background daemon = guest.spawn("exec had", "/run/had.log");
        guest.wait_until("hadctl wait bond0 --until healthy --timeout 20", 30s);
        cables.wait_good(0);
        cables.wait_good(1);
        append(had, cables.block());
        guest.stop(daemon);
        const Background peer =
            guest.spawn("exec nice -n -10 bench-bare-failover bond0", "/run/bare.log");
        guest.wait_until("grep -q ready /run/bare.log");
        append(bare, cables.block());
        guest.stop(peer);
        guest.expect("rm -f /run/bare.log");
    }
    return {compare("carrier lost, to another active port", spread(had), spread(bare), "us", 1.3)};
}

} // namespace had::test
