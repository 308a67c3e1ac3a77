#include "pcidb/build_table.hpp"

#include "had/core/base/number.hpp"
#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>

namespace had::pcidb {

namespace {

// Drivers that need a second module.  Only this table knows it: neither an alias nor a dependency says so.
struct BusDriver {
    std::string_view module, also;
    // Which of the cards that it claims are network cards; empty: all.
    std::array<core::DriverClaim, 2> narrowed;
};
const std::array<BusDriver, 2> bus_drivers = {{
    // Virtio 1.x, 4.1.2: 1000 is the transitional network card, 1040 plus the device type 1 the modern.
    {"virtio_pci", "virtio_net", {{{0x1af4, 0x1000, {}, {}, {}, 0}, {0x1af4, 0x1041, {}, {}, {}, 0}}}},
    {"mlx4_core", "mlx4_en", {}},
}};

const BusDriver* bus_driver(std::string_view module) {
    const auto at = std::find_if(bus_drivers.begin(), bus_drivers.end(), [&](const BusDriver& driver) {
        return core::same_module(driver.module, module);
    });
    return at == bus_drivers.end() ? nullptr : &*at;
}

// Takes "sv00001028" or "sv*" from the front of the text.  False: it does not begin so.  The digits are
// counted, since the next tag may look like one: "v00008086d0000100E".
bool take(std::string_view& text, std::string_view tag, std::size_t digits,
          std::optional<std::uint16_t>& field) {
    if (text.find(tag) != 0) return false;
    text.remove_prefix(tag.size());
    if (!text.empty() && text.front() == '*') {
        text.remove_prefix(1);
        return true;
    }
    const auto value = core::hex_digits<std::uint16_t>(text.substr(0, digits), digits);
    if (!value) return false;
    text.remove_prefix(digits);
    field = *value;
    return true;
}

bool same_cards(core::DriverClaim a, const core::DriverClaim& b) {
    a.line = b.line;
    return a == b;
}

core::DriverEntry entry_of(const NetworkModule& module) {
    core::DriverEntry entry;
    entry.module = module.name;
    for (const std::string& alias : module.aliases)
        if (const auto claim = claim_from(alias)) entry.claims.push_back(*claim);
    if (const BusDriver* const driver = bus_driver(module.name)) {
        entry.also = {std::string(driver->also)};
        if (driver->narrowed[0].vendor)
            entry.claims.assign(driver->narrowed.begin(), driver->narrowed.end());
    }
    // By number, whatever the order in which the compiler put them into the module.
    std::sort(entry.claims.begin(), entry.claims.end(), [](const auto& a, const auto& b) {
        return std::tie(a.vendor, a.device, a.subvendor, a.subdevice, a.device_class) <
               std::tie(b.vendor, b.device, b.subvendor, b.subdevice, b.device_class);
    });
    entry.claims.erase(std::unique(entry.claims.begin(), entry.claims.end(), same_cards),
                       entry.claims.end());
    return entry;
}

} // namespace

std::optional<core::DriverClaim> claim_from(std::string_view alias) {
    core::DriverClaim claim;
    std::optional<std::uint16_t> base, sub, interface;
    if (alias.find("pci:") != 0) return std::nullopt;
    alias.remove_prefix(4);
    const bool whole = take(alias, "v", 8, claim.vendor) && take(alias, "d", 8, claim.device) &&
                       take(alias, "sv", 8, claim.subvendor) &&
                       take(alias, "sd", 8, claim.subdevice) && take(alias, "bc", 2, base) &&
                       take(alias, "sc", 2, sub) && take(alias, "i", 2, interface) && alias.empty();
    constexpr std::uint16_t network = 0x02;
    if (!whole || (base && *base != network)) return std::nullopt;
    const bool names_a_card = claim.vendor || claim.device || claim.subvendor || claim.subdevice;
    if (!names_a_card && base && sub)
        claim.device_class = static_cast<std::uint16_t>(network << 8 | *sub);
    return claim;
}

bool needs_another(std::string_view module) {
    return bus_driver(module) != nullptr;
}

core::DriverTable build_table(const std::vector<NetworkModule>& found, const KernelModules& modules) {
    core::DriverTable table;
    for (const NetworkModule& module : found) {
        core::DriverEntry entry = entry_of(module);
        const bool whole = std::all_of(entry.also.begin(), entry.also.end(),
                                       [&](const std::string& also) { return modules.has(also); });
        if (whole && !entry.claims.empty()) table.entries.push_back(std::move(entry));
    }
    std::sort(table.entries.begin(), table.entries.end(),
              [](const auto& a, const auto& b) { return a.module < b.module; });
    return table;
}

} // namespace had::pcidb
