#include "had/look_once.hpp"

#include "had/sys/loop.hpp"
#include "had/sys/machine.hpp"
#include "had/sys/rule_text.hpp"
#include "had/sys/tunables.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
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

void each_route(core::IpFamily family, const std::function<void()>& restart,
                const std::function<void(core::AnyRoute)>& tell) {
    sys::Rtnl rtnl;
    const auto sink = [&](const nlmsghdr& message) {
        if (auto route = sys::decode_any_route(message)) tell(*std::move(route));
    };
    rtnl.dump(family == core::IpFamily::v4 ? sys::ipv4_any_route_dump_request : sys::ipv6_any_route_dump_request,
              restart, sink);
}

core::Tunables look_at_sysctls(core::Observed& observed, std::span<const std::string_view> words) {
    const std::vector<std::string> names(words.begin(), words.end());
    for (const auto& [index, link] : observed.links)
        if (link.kind.empty() || link.kind == "bond" || link.kind == "vlan")
            observed.tunables[index] = sys::read_tunables("/", link.name, names);
    return sys::read_tunables("/", "default", names);
}

// A kernel may have no policy routing, or none of IPv6.
std::vector<core::AnyRule> rules() {
    constexpr std::size_t most = 256;
    sys::Rtnl rtnl;
    std::vector<core::AnyRule> all, these;
    const auto sink = [&](const nlmsghdr& message) {
        auto text = sys::rule_text(message);
        if (!text || these.size() == most) return;
        const auto seen = sys::decode_rule(message);
        these.push_back({*std::move(text), seen && seen->rest == 0 ? std::optional(seen->rule) : std::nullopt});
    };
    for (const auto ask : {sys::ipv4_rule_dump_request, sys::ipv6_rule_dump_request}) {
        try {
            rtnl.dump(ask, [&] { these.clear(); }, sink);
        } catch (const std::system_error& e) {
            const int error = e.code().value();
            if (error != EOPNOTSUPP && error != EAFNOSUPPORT) throw;
            these.clear();
        }
        all.insert(all.end(), these.begin(), these.end());
    }
    return all;
}

} // namespace had
