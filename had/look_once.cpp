#include "had/look_once.hpp"

#include "had/sys/loop.hpp"
#include "had/sys/machine.hpp"

#include <utility>

namespace had {

core::Observed look_once(bool read_modes) {
    core::Observed observed;
    sys::Loop loop;
    sys::MachineOptions look;
    look.read_modes = read_modes;
    sys::Machine machine(loop, [&](core::Event event) { fold(observed, std::move(event)); }, look);
    machine.start();
    return observed;
}

void each_route(const std::function<void()>& restart, const std::function<void(core::AnyRoute)>& tell) {
    sys::Rtnl rtnl;
    const auto sink = [&](const nlmsghdr& message) {
        if (auto route = sys::decode_any_route(message)) tell(*std::move(route));
    };
    rtnl.dump(sys::ipv4_any_route_dump_request, restart, sink);
    rtnl.dump(sys::ipv6_any_route_dump_request, [] {}, sink);
}

} // namespace had
