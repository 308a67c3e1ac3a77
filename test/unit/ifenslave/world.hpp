// A small machine for ifenslave: it obeys and refuses as the kernel does, and keeps what was asked.
#pragma once

#include "ifenslave/machine.hpp"
#include "ifenslave/run.hpp"

#include <cerrno>
#include <map>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

namespace had::test {

class World : public ifenslave::Machine {
public:
    ifenslave::Snapshot snapshot;
    std::vector<std::string> asked; // in words
    // In the same words: what the kernel says instead of doing it.
    std::map<std::string, core::ActionResult> refusals;
    int looks_until_failure = -1; // then ENOBUFS
    std::optional<core::ActionResult> had_answers;
    std::map<std::string, ifenslave::Claim> claims;
    bool had_takes_orders = false;

    // A bond that is up, with two slaves, one more interface that is up, and a port of a bridge.
    World() {
        bond("bond0", 1).link.up = true;
        add("eth0", 2, 0x1003);
        slave("eth1", 3, "bond0");
        slave("eth2", 4, "bond0");
        add("br0", 5, 0x1003);
        add("eth3", 6, 0x1003).link.master = 5;
    }

    ifenslave::Interface& add(const std::string& name, core::Ifindex index, unsigned flags) {
        ifenslave::Interface interface;
        interface.link.index = index;
        interface.link.name = name;
        interface.link.mtu = 1500;
        interface.link.up = (flags & 1) != 0;
        interface.flags = flags;
        interface.type = 1;
        interface.hardware = {0x52, 0x54, 0, 0, 0, static_cast<std::uint8_t>(index)};
        interface.link.address = {interface.hardware};
        snapshot.interfaces.push_back(interface);
        return snapshot.interfaces.back();
    }
    ifenslave::Interface& bond(const std::string& name, core::Ifindex index) {
        auto& made = add(name, index, 0x1443);
        made.link.bond.emplace();
        made.link.bond->options[core::BondOption::mode] = std::uint64_t{1};
        made.link.bond->options[core::BondOption::active_slave] = std::uint64_t{3};
        return made;
    }
    void slave(const std::string& name, core::Ifindex index, const std::string& bond) {
        auto& made = add(name, index, 0x1843);
        made.link.slave.emplace();
        made.link.slave->active = index == 3;
        made.link.slave->mii = core::MiiStatus::up;
        made.link.master = at(bond).link.index;
    }
    ifenslave::Interface& at(const std::string& name) {
        for (auto& interface : snapshot.interfaces)
            if (interface.link.name == name) return interface;
        throw std::out_of_range(name);
    }

    ifenslave::Snapshot observe() override {
        if (looks_until_failure-- == 0)
            throw std::system_error(ENOBUFS, std::generic_category(), "rtnetlink: no");
        return snapshot;
    }

    core::ActionResult apply(const core::Operation& operation) override {
        asked.push_back(core::to_string(operation));
        if (const auto refusal = refusals.find(asked.back()); refusal != refusals.end())
            return refusal->second;
        if (const auto* set = std::get_if<core::SetLink>(&operation)) {
            auto& interface = at(set->link.name);
            if (set->up) interface.link.up = *set->up;
            if (set->mtu) interface.link.mtu = *set->mtu;
            if (set->address) interface.hardware = set->address->bytes;
        } else if (const auto* enslave = std::get_if<core::Enslave>(&operation)) {
            auto& port = at(enslave->port.name);
            if (port.link.up) return {EPERM, "Device can not be enslaved while up"};
            port.link.slave.emplace();
            port.link.master = enslave->bond.index;
            port.link.up = true;
        } else if (const auto* release = std::get_if<core::Release>(&operation)) {
            auto& port = at(release->port.name);
            port.link.slave.reset();
            port.link.master = 0;
            port.link.up = false;
        }
        return {};
    }

    std::optional<core::ActionResult> had_activates(const std::string&,
                                                    const std::string&) override {
        return had_answers;
    }
    bool had_leaves_out(const std::string& slave) override {
        if (had_takes_orders) asked.push_back("had, leave out " + slave);
        return had_takes_orders;
    }
    bool had_takes_back(const std::string& slave) override {
        if (had_takes_orders) asked.push_back("had, take back " + slave);
        return had_takes_orders;
    }
    std::optional<ifenslave::Claim> claim_of_had(const std::string& interface) override {
        const auto claim = claims.find(interface);
        return claim == claims.end() ? std::nullopt : std::optional(claim->second);
    }
};

inline ifenslave::Command parsed(const std::string& line) {
    std::istringstream words("ifenslave " + line);
    std::vector<std::string> kept;
    for (std::string word; words >> word;)
        kept.push_back(word);
    std::vector<char*> argv;
    for (auto& word : kept)
        argv.push_back(word.data());
    const int argc = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    return ifenslave::parse(argc, argv.data());
}

struct Said {
    int exit = 0;
    std::string out, err;
};

inline Said run(World& world, const std::string& line) {
    std::ostringstream out, err;
    const int exit = ifenslave::run(
        parsed(line), [&]() -> ifenslave::Machine& { return world; }, out, err);
    return {exit, out.str(), err.str()};
}

} // namespace had::test
