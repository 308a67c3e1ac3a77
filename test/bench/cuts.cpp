#include "test/bench/cuts.hpp"

#include <fmt/format.h>
#include <sstream>
#include <stdexcept>

namespace had::test {
namespace {

// Beside others that want the processor, each program that the guest starts takes its time.
constexpr Limit patience = 120s;

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

Options empty_chassis() {
    progress("boots an empty chassis");
    Options options;
    options.cables = 0;
    return options;
}

} // namespace

Cuts::Cuts() : chassis_(empty_chassis()) {
    install(guest());
    guest().expect("modprobe bonding max_bonds=0");
    guest().write_file("/etc/had.conf", conf);
    ports_ = insert_pair(chassis_, "virtio", "virtio_net");
}

Background Cuts::start_had() {
    const Background had = guest().spawn("exec had", "/run/had.log");
    guest().wait_until("hadctl wait bond0 --until healthy --timeout 20", 30s);
    wait_good(0);
    wait_good(1);
    return had;
}

std::vector<double> Cuts::block() {
    guest().expect("rm -f /run/observed", patience);
    const Background observer =
        guest().spawn("exec bench-observer failover bond0", "/run/observed");
    guest().wait_until("grep -q ready /run/observed", patience);
    for (int n = 0; n < in_block; ++n)
        cut();
    guest().stop(observer, patience);
    std::istringstream lines(guest().read_file("/run/observed"));
    std::vector<double> times;
    std::string port;
    double microseconds = 0;
    lines >> port >> microseconds; // ready
    while (lines >> port >> microseconds)
        times.push_back(microseconds);
    if (times.size() != in_block)
        throw std::runtime_error(
            fmt::format("{} failovers were seen, of {}", times.size(), in_block));
    return times;
}

void Cuts::cut() {
    const std::string active =
        guest().expect("cat /sys/class/net/bond0/bonding/active_slave", patience);
    const std::size_t at = active == ports_[0] ? 0 : 1;
    chassis_.cut_cable(paired_slots[at], 0);
    guest().wait_until("grep -q " + ports_[1 - at] + " /sys/class/net/bond0/bonding/active_slave",
                       patience);
    chassis_.mend_cable(paired_slots[at], 0);
    wait_good(at);
}

void Cuts::wait_good(std::size_t port) {
    guest().wait_until("cd /sys/class/net/" + ports_[port] +
                           " && grep -q 1 carrier && grep -q up bonding_slave/mii_status",
                       patience);
}

void append(std::vector<double>& all, const std::vector<double>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

} // namespace had::test
