// ifenslave puts three ports into a bond, beside `ip link set ... master`, which is called once for
// each of them, as scripts do.
//
// Both start from ports that are down and free, and are timed from exec to exit; in turns.
#include "test/bench/figures.hpp"

#include "test/chassis/emulated_chassis.hpp"

#include <fmt/format.h>

namespace had::test {
namespace {

constexpr int turns = 25;
constexpr const char* by_ifenslave = "exec ifenslave bond0 eth0 eth1 eth2";
constexpr const char* by_ip = "ip link set eth0 master bond0 && ip link set eth1 master bond0 && "
                              "ip link set eth2 master bond0";
// What each turn leaves behind: three slaves, or it does not count; then none, and all down.
constexpr const char* check_and_undo =
    "test $(wc -w </sys/class/net/bond0/bonding/slaves) -eq 3 && "
    "for n in 0 1 2; do ip link set eth$n nomaster; done";

double turn_of(Guest& guest, const std::string& command) {
    const double ms = timed(guest, "exit sh -c " + shell_word(command)).ms;
    guest.expect(check_and_undo);
    return ms;
}

} // namespace

std::vector<Figure> ifenslave() {
    progress("boots a chassis with three ports");
    Options options;
    options.cables = 0;
    options.cards[2] = {"virtio", 3};
    EmulatedChassis chassis(options);
    Guest& guest = chassis.guest();
    guest.expect("modprobe -a virtio_pci virtio_net && modprobe bonding max_bonds=0");
    guest.wait_until("test -e /sys/class/net/eth2");
    guest.expect("ip link add bond0 up type bond mode active-backup miimon 100");
    std::vector<double> ours, peer;
    progress(fmt::format("enslaves three ports, {} times each", turns));
    for (int turn = 0; turn < turns; ++turn) {
        ours.push_back(turn_of(guest, by_ifenslave));
        peer.push_back(turn_of(guest, by_ip));
    }
    return {
        compare("three ports enslaved, from exec to exit", spread(ours), spread(peer), "ms", 1)};
}

} // namespace had::test
