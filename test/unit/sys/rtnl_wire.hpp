// One end of a cable in a network of the test's own, and what is heard of it.
#pragma once

#include "had/core/world/observed.hpp"
#include "had/sys/rtnl.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <map>
#include <string>
#include <utility>

namespace had::test {

using namespace core;

// had0 has an address of each kind; `more` is a command that sets up what a test needs besides.
struct Wire {
    const bool there;
    const bool v6 = there && shell("ip addr add fd00:1::1/64 dev had0 nodad");
    sys::Rtnl rtnl;
    Observed world;
    EventSink sink = [this](Event event) { fold(world, std::move(event)); };
    LinkRef had0;

    explicit Wire(const std::string& more = "true")
        : there(fresh_network() &&
                shell("ip link add had0 type veth peer name had1 && ip link set had1 up && "
                      "ip link set had0 up && ip addr add 10.0.1.1/24 dev had0 && " + more)) {
        rtnl.resync(sink);
        if (const Link* link = world.link("had0")) had0 = {link->index, "had0"};
    }
    const std::map<RouteKey, SeenRoute>& heard() {
        rtnl.drain(sink);
        return world.routes;
    }
    // What was heard bit by bit is what the kernel has.
    void check_heard() {
        const auto routes = heard();
        const auto rules = world.rules;
        rtnl.resync(sink);
        BOOST_TEST((routes == world.routes));
        BOOST_TEST((rules == world.rules));
    }
};

} // namespace had::test
