#include "ifenslave/plan.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace had::ifenslave {

namespace {

constexpr unsigned ethernet = 1; // ARPHRD_ETHER

std::string error_text(int error) {
    return std::generic_category().message(error);
}

std::string pair_failed(const std::string& master, const std::string& slave, const char* what) {
    return fmt::format("Master '{}', Slave '{}': Error: {} failed\n", master, slave, what);
}

// --- The refusals --------------------------------------------------------------------------------
Refusal not_a_slave(const std::string& master, const std::string& slave, const char* what) {
    return {fmt::format("Illegal operation: The specified slave interface '{}' is not a slave\n",
                        slave) +
            pair_failed(master, slave, what)};
}

// What the old calls refused, and netlink would do, or would refuse only after the slave was set down.
Refusal refused_call(const Interface& master, const Interface& slave, const char* call, int error,
                     const std::string& why, const char* what) {
    return {fmt::format("Master '{}': Error: {} failed: {} ({})\n", master.link.name, call,
                        error_text(error), why) +
            pair_failed(master.link.name, slave.link.name, what)};
}

// --- What the bonding driver would refuse when the slave is down already -------------------------
constexpr unsigned loopback = 8; // IFF_LOOPBACK

// A VLAN does not mind.
const Interface* what_stands_on(const Snapshot& snapshot, const Interface& slave) {
    for (const auto& other : snapshot.interfaces) {
        const bool pair = slave.link.lower == other.link.index; // the other end of a cable of the kernel's own
        if (other.link.lower == slave.link.index && !pair && other.link.kind != "vlan") return &other;
    }
    return nullptr;
}

// --- The three commands --------------------------------------------------------------------------
using Verdict = std::variant<Errand, Refusal>;

Verdict plan_enslave(const Snapshot& snapshot, const Interface& master, const Interface& slave) {
    const auto &bond = master.link.name, &name = slave.link.name;
    constexpr auto call = "SIOCBONDENSLAVE", what = "Enslave";
    if (slave.link.slave)
        return Refusal{
            fmt::format(
                "Illegal operation: The specified slave interface '{}' is already a slave\n",
                name) +
            pair_failed(bond, name, what)};
    if (slave.link.master != 0)
        return refused_call(
            master, slave, call, EBUSY,
            fmt::format("{} is a port of {}", name, snapshot.name_of(slave.link.master)), what);
    if (slave.link.index == master.link.index)
        return refused_call(master, slave, call, EPERM, "a bond cannot be its own slave", what);

    if ((slave.flags & loopback) != 0)
        return refused_call(master, slave, call, EADDRNOTAVAIL,
                            fmt::format("{} is the loopback device, which takes no MAC address", name), what);
    if (const Interface* other = what_stands_on(snapshot, slave))
        return refused_call(master, slave, call, EBUSY,
                            fmt::format("{} ({}) stands on {}", other->link.name, other->link.kind, name), what);

    Errand errand{{bring_down(slave), clear_addresses(slave)}, pair_failed(bond, name, what)};
    if (slave.link.mtu != master.link.mtu) errand.steps.push_back(match_mtu(master, slave));
    if (master.hardware == decltype(master.hardware){})
        errand.steps.push_back(lend_address(master, slave));
    errand.steps.push_back(ask_bond(master, core::Enslave{ref(slave), ref(master)}, call));
    return errand;
}

Verdict plan_release(const Snapshot& snapshot, const Interface& master, const Interface& slave) {
    const auto &bond = master.link.name, &name = slave.link.name;
    constexpr auto call = "SIOCBONDRELEASE", what = "Release";
    if (!slave.link.slave) return not_a_slave(bond, name, what);
    if (slave.link.master != master.link.index)
        return refused_call(
            master, slave, call, EINVAL,
            fmt::format("{} is a slave of {}", name, snapshot.name_of(slave.link.master)), what);
    Errand errand{{ask_bond(master, core::Release{ref(slave), ref(master)}, call)},
                  pair_failed(bond, name, what)};
    errand.steps.push_back(reset_mtu(slave));
    return errand;
}

Verdict plan_change(const Interface& master, const Interface& slave) {
    const auto &bond = master.link.name, &name = slave.link.name;
    constexpr auto what = "Change active";
    if (!slave.link.slave) return not_a_slave(bond, name, what);
    core::SetBondOptions change{ref(master), {}};
    change.options[core::BondOption::active_slave] = static_cast<std::uint64_t>(slave.link.index);
    return Errand{{ask_bond(master, std::move(change), "SIOCBONDCHANGEACTIVE")},
                  pair_failed(bond, name, what)};
}

} // namespace

// The words are of the original, which asked the driver for its version first.
std::optional<Refusal> missing_master(const Command& command, const Snapshot& snapshot) {
    if (snapshot.find(command.master)) return std::nullopt;
    return Refusal{fmt::format("Master '{0}': Error: get bonding info failed {1}\n"
                               "Master '{0}': Error: handshake with driver failed. Aborting\n",
                               command.master, error_text(ENODEV))};
}

std::optional<Refusal> unfit_master(const Command& command, const Snapshot& snapshot) {
    const Interface& master = *snapshot.find(command.master);
    const auto& name = command.master;
    if (!master.link.bond)
        return Refusal{fmt::format(
            "Illegal operation; the specified interface '{}' is not a master. Aborting\n", name)};
    if (!master.link.up)
        return Refusal{fmt::format(
            "Illegal operation; the specified master interface '{}' is not up.\n", name)};
    if (command.verb == Verb::enslave && master.type != ethernet && !command.force)
        return Refusal{fmt::format(
            "Illegal operation: The specified master interface '{}' is not ethernet-like.\n"
            " This program is designed to work with ethernet-like network interfaces.\n"
            " Use the '-f' option to force the operation.\n",
            name)};
    return std::nullopt;
}

Refusal unreadable_master(const std::string& master, int error) {
    return {fmt::format("Master '{}': Error: get settings failed: {}. Aborting\n", master,
                        error_text(error)),
            error};
}

Refusal unreadable_slave(const Command& command, const std::string& slave, int error) {
    if (command.verb == Verb::enslave)
        return {fmt::format("Slave '{}': Error: get settings failed: {}. Skipping\n", slave,
                            error_text(error)),
                error};
    return {fmt::format("Slave '{0}': Error: SIOCGIFFLAGS failed: {1}\n"
                        "Slave '{0}': Error: get flags failed. {2}\n",
                        slave, error_text(error),
                        command.verb == Verb::release ? "Skipping" : "Aborting"),
            exit_call_failed};
}

std::variant<Errand, Refusal> plan(const Command& command, const Snapshot& snapshot,
                                   const std::string& slave) {
    const Interface* const master = snapshot.find(command.master);
    const Interface* const interface = snapshot.find(slave);
    if (!master || !interface) return unreadable_slave(command, slave, ENODEV);
    if (command.verb == Verb::release) return plan_release(snapshot, *master, *interface);
    if (command.verb == Verb::change_active) return plan_change(*master, *interface);
    return plan_enslave(snapshot, *master, *interface);
}

std::string note_of_master(const Command& command, const Interface& master) {
    if (command.verb != Verb::enslave || master.hardware == decltype(master.hardware){}) return {};
    return fmt::format("current hardware address of master '{}' is {}, type {}\n", master.link.name,
                       print(master.hardware), master.type);
}

std::string note_of_slave(const Command& command, const Interface& slave) {
    if (command.verb == Verb::enslave) return {};
    return fmt::format("Slave {}: flags {:04X}.\n", slave.link.name, slave.flags);
}

std::string warning(const Command& command, const std::string& slave, const Claim& claim) {
    const bool of_this_bond = claim.bond == command.master;
    if (of_this_bond && command.verb == Verb::release)
        return fmt::format("ifenslave: warning: the daemon will enslave {0} again: had.conf puts it ({1}) into {2}. "
                           "To keep it out, take {1} out of had.conf, then 'hadctl reload'.\n",
                           slave, claim.port, claim.bond);
    if (of_this_bond && command.verb == Verb::change_active)
        return fmt::format(
            "ifenslave: warning: the daemon was not asked; it chooses the active slave of {}, and may choose "
            "another than {} again.\n",
            claim.bond, slave);
    if (!of_this_bond && command.verb == Verb::enslave)
        return fmt::format(
            "ifenslave: warning: the daemon will release {0} from {3} again: had.conf has it ({1}) as {2}. "
            "To keep it there, change the line of {1} in had.conf, then 'hadctl reload'.\n",
            slave, claim.port, claim.config, command.master);
    return {};
}

std::string note_of_had(const std::string& slave, const Claim& claim) {
    return fmt::format("ifenslave: {} ({}) is in {} already: the daemon put it there, as had.conf says.\n", slave,
                       claim.port, claim.bond);
}

std::string reason(const core::ActionResult& result) {
    const std::string error = error_text(result.error);
    if (result.text.empty() || result.text.ends_with(error)) return error;
    return fmt::format("{} ({})", error, result.text);
}

} // namespace had::ifenslave
