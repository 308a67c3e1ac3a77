#include "had/core/base/object.hpp"

namespace had::core {

ObjectId slot_id(const SlotName& slot) { return {ObjectKind::slot, slot}; }
ObjectId port_id(const PortName& port) { return {ObjectKind::port, to_string(port)}; }
ObjectId bond_id(const std::string& bond) { return {ObjectKind::bond, bond}; }
ObjectId vlan_id(const std::string& vlan) { return {ObjectKind::vlan, vlan}; }
ObjectId link_id(const std::string& interface) { return {ObjectKind::link, interface}; }
ObjectId module_id(const std::string& module) { return {ObjectKind::module, module}; }

std::string to_string(const ObjectId& object) {
    switch (object.kind) {
    case ObjectKind::slot: return "slot " + object.name;
    case ObjectKind::module: return "module " + object.name;
    case ObjectKind::port:
    case ObjectKind::bond:
    case ObjectKind::vlan:
    case ObjectKind::link: return object.name;
    }
    return object.name;
}

} // namespace had::core
