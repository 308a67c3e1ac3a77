// The active port loses its carrier: how long until the kernel has another one, on had's word?
//
// No network in this: the clock is bench-observer, in the guest, on the netlink group that had
// hears, from the message that tells of the loss to the bond's that names another active port.
// The kernel sends that one while it executes the request, so both are its own, and had and
// bench-bare-failover are timed alike, in blocks in turn, both at had's priority.  The kernel's
// monitor looks every second only, so that nearly every failover is theirs.
#include "test/bench/cuts.hpp"

#include <fmt/format.h>

namespace had::test {
namespace {

constexpr int blocks = 5;

} // namespace

std::vector<Figure> acknowledge() {
    Cuts cables;
    Guest& guest = cables.guest();
    std::vector<double> had, bare;
    for (int block = 0; block < blocks; ++block) {
        progress(
            fmt::format("cuts {} cables for each, {} of {}", Cuts::in_block, block + 1, blocks));
        const Background daemon = cables.start_had();
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
