// had's peer for a failover: the least a program can do, on libnl.
//
//     bench-bare-failover BOND
//
// When the active port of a bond of two loses its carrier, the other is made active: no rank, no
// health, no record of what was done.  It makes the calls that had makes: RTM_NEWLINK with
// IFLA_BOND_ACTIVE_SLAVE on a socket of its own, and waits for the acknowledgement.
#include "test/bench/link_listener.hpp"
#include "test/bench/link_request.hpp"

#include <cstdio>
#include <set>

namespace {

using had::test::LinkListener;
using had::test::LinkMessage;

std::set<int> slaves_of(const std::string& bond) {
    std::set<int> slaves;
    std::ifstream file("/sys/class/net/" + bond + "/bonding/slaves");
    for (std::string name; file >> name;)
        slaves.insert(static_cast<int>(::if_nametoindex(name.c_str())));
    return slaves;
}

} // namespace

int main(int argc, char** argv) try {
    const std::string name = argc == 2 ? argv[1] : "";
    const int bond = static_cast<int>(::if_nametoindex(name.c_str()));
    if (bond == 0) throw std::runtime_error("usage: bench-bare-failover BOND");
    LinkListener listener;
    had::test::LinkRequests requests;
    const std::set<int> slaves = slaves_of(name);
    int active = had::test::active_slave_of(name);
    std::puts("ready");
    std::fflush(stdout);
    for (;;)
        listener.receive([&](const LinkMessage& link) {
            if (link.index == bond && link.active_slave != 0) active = link.active_slave;
            if (link.index != active || link.carrier) return;
            for (const int slave : slaves)
                if (slave != link.index && requests.set_active(bond, slave)) active = slave;
        });
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench-bare-failover: %s\n", e.what());
    return 1;
}
