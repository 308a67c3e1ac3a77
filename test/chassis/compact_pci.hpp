// How the slots of the CompactPCI backplane are laid out: two domains, a bridge each on the root bus.
#pragma once
#include <cstddef>
#include <stdexcept>

namespace had::test {

constexpr int slots_a_domain = 8;

struct DomainBridge {
    const char* id; // QEMU's, also of the bus behind it
    int device;
};
constexpr DomainBridge domain_bridges[] = {{"domainA", 0x1d}, {"domainB", 0x1e}};

inline const DomainBridge& domain_bridge(int slot) {
    const int domain = (slot - 1) / slots_a_domain;
    if (slot < 1 || domain >= static_cast<int>(std::size(domain_bridges)))
        throw std::logic_error("the CompactPCI backplane has slots 1 to 16");
    return domain_bridges[domain];
}
inline int device_in_domain(int slot) { return (slot - 1) % slots_a_domain + 1; }

// Who else would take the cards that come behind the bridges: ACPI, and SHPC on a card's own bridge.
constexpr const char* cpci_kernel_arguments = "acpiphp.disable=1 initcall_blacklist=shpcd_init";

} // namespace had::test
