#include "had/core/world/link.hpp"

namespace had::core {

std::string_view to_string(MiiStatus status) {
    switch (status) {
    case MiiStatus::up: return "up";
    case MiiStatus::fail: return "fail";
    case MiiStatus::down: return "down";
    case MiiStatus::back: return "back";
    }
    return "unknown";                          // a number that this kernel has and we do not know
}

bool is_same_place(const Link& a, const Link& b) {
    const auto place = [](const Link& link) {
        return std::tie(link.index, link.master, link.lower, link.name, link.alternatives, link.kind, link.vlan_id,
                        link.vrf_table, link.parent_bus, link.parent_device);
    };
    return place(a) == place(b) && a.slave.has_value() == b.slave.has_value() &&
           a.bond.has_value() == b.bond.has_value();
}

} // namespace had::core
