// An object by kind and name: that of an action, of a note, of a status.
#pragma once

#include "had/core/base/types.hpp"

#include <compare>
#include <cstdint>
#include <string>

namespace had::core {

enum class ObjectKind : std::uint8_t {
    slot, port, bond, vlan, service, failover,
    peer,                                     // another host, of a [peer] section
    link,                                     // an interface that is none of these
    module
};

struct ObjectId {
    ObjectKind kind = ObjectKind::link;
    std::string name;                         // "2", "2.1", "bond0", "vlan5", "pppoe", "eth7", "e1000"

    friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};
inline ObjectId slot_id(const SlotName& slot) { return {ObjectKind::slot, slot}; }
inline ObjectId port_id(const PortName& port) { return {ObjectKind::port, to_string(port)}; }
inline ObjectId bond_id(const std::string& bond) { return {ObjectKind::bond, bond}; }
inline ObjectId vlan_id(const std::string& vlan) { return {ObjectKind::vlan, vlan}; }
inline ObjectId service_id(const std::string& service) { return {ObjectKind::service, service}; }
inline ObjectId failover_id(const std::string& group) { return {ObjectKind::failover, group}; }
inline ObjectId peer_id(const std::string& peer) { return {ObjectKind::peer, peer}; }
inline ObjectId link_id(const std::string& interface) { return {ObjectKind::link, interface}; }
inline ObjectId module_id(const std::string& module) { return {ObjectKind::module, module}; }

// As people and the protocol name it: "bond0", "2.1", but "slot 2", "peer rtr2" and "module e1000".
std::string to_string(const ObjectId& object);

} // namespace had::core
