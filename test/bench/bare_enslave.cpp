// had's peer for a port that is plugged in: the least a program can do, on libnl.
//
//     bench-bare-enslave BOND
//
// Every interface that comes goes into the bond: no slot, no configuration, no driver, no record of
// what was done.  It makes the calls that had makes: RTM_SETLINK with IFLA_MASTER on a socket of
// its own, and waits for the acknowledgement.
#include "test/bench/link_listener.hpp"
#include "test/bench/link_request.hpp"

#include <cstdio>

namespace {

using had::test::LinkListener;
using had::test::LinkMessage;

} // namespace

int main(int argc, char** argv) try {
    const int bond = argc == 2 ? static_cast<int>(::if_nametoindex(argv[1])) : 0;
    if (bond == 0) throw std::runtime_error("usage: bench-bare-enslave BOND");
    LinkListener listener;
    had::test::LinkRequests requests;
    int newest = had::test::highest_index();
    std::puts("ready");
    std::fflush(stdout);
    for (;;)
        listener.receive([&](const LinkMessage& link) {
            if (link.gone || link.index <= newest) return;
            newest = link.index;
            requests.set_master(link.index, bond);
        });
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench-bare-enslave: %s\n", e.what());
    return 1;
}
