#include "ifenslave/steps.hpp"

#include <fmt/format.h>

namespace had::ifenslave {

namespace {

constexpr unsigned up = 1; // IFF_UP
constexpr std::uint32_t usual_mtu = 1500;

core::SetLink set_mtu(const Interface& interface, std::uint32_t mtu) {
    return {ref(interface), std::nullopt, mtu, std::nullopt};
}
core::SetLink set_address(const Interface& interface, const std::array<std::uint8_t, 6>& to) {
    return {ref(interface), std::nullopt, std::nullopt, core::Mac{to}};
}

bool is_link_local(const core::IpPrefix& prefix) {
    return prefix.address.bytes[0] == 0xfe && (prefix.address.bytes[1] & 0xc0) == 0x80;
}

std::string mtu_call(const Interface& slave) {
    return fmt::format("Slave '{}': Error: SIOCSIFMTU failed", slave.link.name);
}
std::string mtu_done(const Interface& slave, std::uint32_t mtu) {
    return fmt::format("Slave '{}': MTU set to {}.\n", slave.link.name, mtu);
}

} // namespace

core::LinkRef ref(const Interface& interface) {
    return {interface.link.index, interface.link.name};
}

std::string print(const std::array<std::uint8_t, 6>& hardware) {
    return fmt::format("{:02x}", fmt::join(hardware, ":"));
}

// With the link go its IPv6 addresses, all but the kernel's own.
Step bring_down(const Interface& slave) {
    const auto& name = slave.link.name;
    const auto call = fmt::format("Interface '{}': Error: SIOCSIFFLAGS failed", name);
    const auto done = [&](unsigned flags) {
        return fmt::format("Interface '{}': flags set to {:04X}.\n", name, flags);
    };
    Step step{{core::SetLink{ref(slave), false, std::nullopt, std::nullopt}},
              call,
              fmt::format("Slave '{}': Error: bring interface down failed\n", name),
              exit_call_failed,
              done(slave.flags & ~up)};
    if (!slave.link.up) return step;
    step.undo = Undo{{core::SetLink{ref(slave), true, std::nullopt, std::nullopt}}, call, done(slave.flags)};
    for (const auto& prefix : slave.addresses)
        if (prefix.address.family == core::IpFamily::v6 && !is_link_local(prefix))
            step.undo->operations.push_back(core::AddAddress{.link = ref(slave), .prefix = prefix});
    return step;
}

// All of them; the original cleared only one.  IPv6 addresses go when the link is set down.
Step clear_addresses(const Interface& slave) {
    const auto& name = slave.link.name;
    Step step{{},
              fmt::format("Interface '{}': Error: SIOCSIFADDR failed", name),
              fmt::format("Slave '{}': Error: clear address failed\n", name),
              exit_call_failed,
              fmt::format("Interface '{}': address cleared\n", name)};
    Undo undo{{}, step.call, fmt::format("Interface '{}': address set\n", name)};
    for (const auto& prefix : slave.addresses) {
        if (prefix.address.family != core::IpFamily::v4) continue;
        step.operations.push_back(core::RemoveAddress{ref(slave), prefix});
        undo.operations.push_back(core::AddAddress{.link = ref(slave), .prefix = prefix});
    }
    if (!undo.operations.empty()) step.undo = std::move(undo);
    return step;
}

Step match_mtu(const Interface& master, const Interface& slave) {
    const auto call = mtu_call(slave);
    return {{set_mtu(slave, master.link.mtu)},
            call,
            fmt::format("Slave '{}': Error: set MTU failed\n", slave.link.name),
            exit_call_failed,
            mtu_done(slave, master.link.mtu),
            Undo{{set_mtu(slave, slave.link.mtu)}, call, mtu_done(slave, slave.link.mtu)}};
}

// The driver has just restored the slave's own MTU; the original always sets this one.
Step reset_mtu(const Interface& slave) {
    return {{set_mtu(slave, usual_mtu)}, mtu_call(slave), "", 0, mtu_done(slave, usual_mtu)};
}

Step lend_address(const Interface& master, const Interface& slave) {
    const auto& name = master.link.name;
    const auto call = fmt::format("Master '{}': Error: SIOCSIFHWADDR failed", name);
    const auto done = [&](const auto& hardware) {
        return fmt::format("Master '{}': hardware address set to {}.\n", name, print(hardware));
    };
    return {{set_address(master, slave.hardware)},
            call,
            fmt::format("Master '{}': Error: set hw address failed\n", name),
            exit_call_failed,
            done(slave.hardware),
            Undo{{set_address(master, master.hardware)}, call, done(master.hardware)}};
}

Step ask_bond(const Interface& master, core::Operation operation, const char* call) {
    return {{std::move(operation)},
            fmt::format("Master '{}': Error: {} failed", master.link.name, call),
            "",
            exit_failed,
            ""};
}

} // namespace had::ifenslave
