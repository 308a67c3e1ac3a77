#include "had/hadctl/card_name.hpp"

#include "pcidb/names.hpp"

#include <array>
#include <memory>

namespace had::hadctl {

std::string short_vendor(std::string_view name) {
    constexpr std::array<std::string_view, 14> forms = {
        "Corporation", "Corp.", "Corp",    "Company",      "Co.,", "Co.", "Co",
        "Ltd.",        "Ltd",   "Limited", "Incorporated", "Inc.", "Inc", "LLC"};
    for (bool again = true; again;) {
        again = false;
        while (name.ends_with(' ') || name.ends_with(','))
            name.remove_suffix(1);
        for (const std::string_view form : forms) {
            if (!name.ends_with(form) || name.size() < form.size() + 2) continue;
            const char before = name[name.size() - form.size() - 1];
            if (before != ' ' && before != ',') continue;
            name.remove_suffix(form.size());
            again = true;
            break;
        }
    }
    return std::string(name);
}

CardNames card_names() {
    return [names = std::make_shared<pcidb::PciNames>()](const core::CardView& card) {
        const std::string id = core::to_pci_id(card.vendor, card.device);
        const std::string vendor = short_vendor(names->vendor(card.vendor));
        const std::string device = names->device(card.vendor, card.device);
        if (vendor.empty()) return "card " + id;
        return vendor + " " + (device.empty() ? id : device);
    };
}

} // namespace had::hadctl
