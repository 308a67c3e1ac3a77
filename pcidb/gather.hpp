// Makes reports from the machine, the table and the names.
#pragma once

#include "had/core/config/driver_table.hpp"
#include "had/core/base/pci.hpp"
#include "had/sys/pci_scan.hpp"
#include "pcidb/kernel_modules.hpp"
#include "pcidb/names.hpp"
#include "pcidb/report.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::pcidb {

// "8086:100e" or "8086:100e:1af4:1100", also in the brackets of `lspci -nn`, which counts as an Ethernet controller;
// or a modalias, which has a class of its own.
struct AskedId {
    core::CardId id;
    bool subsystem_known = false;
};
std::optional<AskedId> asked_id_from(std::string_view text);

// The machine as it was at construction.
class Inventory {
public:
    Inventory(const sys::PciScan& machine, const core::DriverTable& table, const PciNames& names);

    [[nodiscard]] CardReport asked(const AskedId& asked) const;
    [[nodiscard]] std::optional<CardReport> function(const core::PciAddress& address) const;
    [[nodiscard]] std::vector<CardReport> network_functions() const;

    [[nodiscard]] bool has_slot(std::string_view name) const;
    [[nodiscard]] std::string slot_names() const;             // "3 4 5"; empty: none
    // The network functions in a slot of the kernel.
    [[nodiscard]] std::vector<CardReport> in_slot(std::string_view name) const;

private:
    [[nodiscard]] CardReport report(const core::CardId& id) const;
    [[nodiscard]] CardReport report(const core::PciFunction& function) const;
    [[nodiscard]] Presence presence(const core::PciFunction& function) const;

    std::vector<core::PciFunction> functions_;
    std::vector<core::KernelSlot> slots_;
    std::vector<sys::PciInterface> interfaces_;
    const core::DriverTable& table_;
    const PciNames& names_;
};

std::vector<ListedModule> listed(const core::DriverTable& table, const PciNames& names);

// A warning for each module of the table that the kernel does not have.
core::Diagnostics missing_modules(const core::DriverTable& table, const KernelModules& modules,
                                  std::string_view kernel);

} // namespace had::pcidb
