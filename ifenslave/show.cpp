#include "ifenslave/show.hpp"

#include "ifenslave/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::ifenslave {

namespace {

const core::IpPrefix* ipv4_address(const Interface& interface) {
    const auto it = std::find_if(
        interface.addresses.begin(), interface.addresses.end(),
        [](const core::IpPrefix& p) { return p.address.family == core::IpFamily::v4; });
    return it == interface.addresses.end() ? nullptr : &*it;
}

// The original printed bytes that were not the address, and called an interface without one unknown.
std::string classic(const Interface& interface) {
    const auto& link = interface.link;
    std::string text =
        fmt::format("The result of SIOCGIFFLAGS on {} is {:x}.\n", link.name, interface.flags);
    if (const auto* prefix = ipv4_address(interface)) {
        const auto& b = prefix->address.bytes;
        text += fmt::format("The result of SIOCGIFADDR is {:02x}.{:02x}.{:02x}.{:02x}.\n", b[0],
                            b[1], b[2], b[3]);
    }
    text += fmt::format("The result of SIOCGIFHWADDR is type {}  {}.\n", interface.type,
                        print(interface.hardware));
    text += "The result of SIOCGIFMETRIC is 0\n"; // Linux has never kept one
    return text + fmt::format("The result of SIOCGIFMTU is {}\n", link.mtu);
}

std::string of_bond(const core::BondInfo& bond, const Snapshot& snapshot) {
    const auto& options = bond.options;
    const auto mode = core::number_of(options, core::BondOption::mode);
    std::string text =
        fmt::format("bond, mode {}", core::to_string(static_cast<core::BondMode>(mode)));
    if (core::allowed_in(core::rule_of(core::BondOption::active_slave),
                         static_cast<core::BondMode>(mode))) {
        const auto active = core::number_of(options, core::BondOption::active_slave);
        text += ", active slave " + snapshot.name_of(static_cast<core::Ifindex>(active));
    }
    return text;
}

std::string of_slave(const core::Link& link, const Snapshot& snapshot) {
    return fmt::format("slave of {}, {}, link {}", snapshot.name_of(link.master),
                       link.slave->active ? "active" : "backup", core::to_string(link.slave->mii));
}

} // namespace

std::string show(const Interface& interface, const Snapshot& snapshot, bool verbose) {
    std::string text = classic(interface);
    if (!verbose) return text;
    const auto& link = interface.link;
    for (const auto& prefix : interface.addresses)
        text += fmt::format("{}: address {}\n", link.name, core::to_string(prefix));
    if (link.bond) text += fmt::format("{}: {}\n", link.name, of_bond(*link.bond, snapshot));
    for (const auto& other : snapshot.interfaces)
        if (link.bond && other.link.slave && other.link.master == link.index)
            text += fmt::format("{}: {}\n", other.link.name, of_slave(other.link, snapshot));
    if (link.slave) text += fmt::format("{}: {}\n", link.name, of_slave(link, snapshot));
    return text;
}

std::string show_all(const Snapshot& snapshot, bool verbose) {
    std::string text;
    for (const auto& interface : snapshot.interfaces)
        if (verbose || ipv4_address(interface)) text += show(interface, snapshot, verbose);
    return text;
}

} // namespace had::ifenslave
