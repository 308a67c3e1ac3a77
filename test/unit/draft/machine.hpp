// A machine with cards in slots 2, 12 and 16 of the kernel's, and one on the board.
#pragma once

#include "had/core/world/observed.hpp"

namespace had::test {

inline core::Mac mac_of(std::uint8_t slot, std::uint8_t function) { return {{0x52, 0x54, 0x00, slot, 0x00, function}}; }

struct DraftMachine {
    DraftMachine() {
        using namespace core;
        for (const std::uint8_t slot : {2, 12, 16}) {
            KernelSlot kernel;
            kernel.name = std::to_string(slot);
            kernel.device = slot;
            kernel.can_power = true;
            observed.slots.emplace(kernel.name, kernel);
        }
        port("eth0", 2, 0);
        port("eth1", 2, 1);
        port("eth2", 12, 0);
        port("eth3", 12, 1);
        port("eth4", 16, 0);
        port("eno1", 31, 6);                  // in no slot of the kernel's
        link("lo", "");
    }

    core::Link& link(const std::string& name, const std::string& kind) {
        core::Link one;
        one.index = ++last_;
        one.name = name;
        one.kind = kind;
        one.up = true;
        one.mtu = 1500;
        observed.names.emplace(name, one.index);
        return observed.links.emplace(one.index, one).first->second;
    }

    core::Link& port(const std::string& name, std::uint8_t device, std::uint8_t number,
                     const std::string& driver = "e1000") {
        core::Link& one = link(name, "");
        one.permanent = one.address = mac_of(device, number);
        core::SeenFunction seen;
        seen.function.chain = {{0, 0, device, number}};
        seen.function.vendor = 0x8086;
        seen.function.device = 0x100e;
        seen.function.class_code = 0x020000;
        seen.function.driver = driver;
        seen.insertion = 1;
        observed.functions.emplace(seen.function.address(), seen);
        observed.devices.emplace(one.index, core::NetDevice{one.index, seen.function.address(), 0, true});
        return one;
    }

    core::Link& named(const std::string& name) { return observed.links.at(observed.names.at(name)); }

    // A bond of these ports; the first gives it its address.
    core::Link& bond(const std::string& name, core::BondOptions options, const std::vector<std::string>& ports) {
        core::Link& one = link(name, "bond");
        one.bond = core::BondInfo{std::move(options)};
        for (const std::string& port : ports) {
            core::Link& slave = named(port);
            if (one.address.is_zero()) one.address = slave.address;
            slave.slave = core::SlaveInfo{};
            slave.slave->permanent = *slave.permanent;
            slave.master = one.index;
            observed.slaves[one.index].insert(slave.index);
        }
        return one;
    }

    core::Address& address(const std::string& name, std::string_view prefix) {
        core::Address one;
        one.link = named(name).index;
        one.prefix = *core::ip_prefix_from(prefix);
        if (one.prefix.address.family == core::IpFamily::v4) one.broadcast = core::broadcast_of(one.prefix);
        return observed.addresses[one.link].emplace_back(one);
    }

    core::Observed observed;

private:
    core::Ifindex last_ = 0;
};

} // namespace had::test
