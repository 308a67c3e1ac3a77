// Which card is in which slot, and which interface is which port: config and observation joined.
//
// A function is in a slot when one step of its chain is the slot's place: the device in the slot may be
// the function itself, one function of several, or the card's own bridge.  The subdevices of a card are
// its functions of class 02xx, in the order of their paths below the slot.  Whether they have a driver does not
// matter, so that a port's number does not depend on what was loaded first.  Virtual functions do not count.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/world/observed.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace had::core {

struct PlacedPort {
    PortName name;
    PciAddress function;
    std::string path;                         // relative to the slot: "00.1", "00.0/04.0"
    Ifindex index = 0;                        // 0: no network device, or its link was not heard of yet
    bool settled = true;                      // false: udevd has not finished with the device
    const RoleConfig* role = nullptr;         // in the Config that it was placed by (role_of)

    friend bool operator==(const PlacedPort&, const PlacedPort&) = default;
};

struct PlacedSlot {
    SlotName name;
    bool configured = true;                   // false: the file does not name it; shown, never touched
    bool controlled = true;                   // false: a domain of another host
    std::string location;                     // as found, "0000:00:05"; empty while not found
    std::string kernel;                       // the kernel's slot that can switch it off and on; empty: none
    std::string problem;                      // "the kernel has no slot named '2': ..."; or empty
    std::vector<PciAddress> functions;        // every function at or below it, whatever its class
    std::vector<PortName> ports;              // in order
    unsigned insertion = 0;                   // the newest among its functions; 0: empty

    friend bool operator==(const PlacedSlot&, const PlacedSlot&) = default;
};

struct Chassis {
    Chassis() = default;
    Chassis(Chassis&&) = default;             // by_index points into it, so it can be moved and not copied
    Chassis& operator=(Chassis&&) = default;

    std::map<SlotName, PlacedSlot, SlotLess> slots;
    std::map<PortName, PlacedPort> ports;
    std::map<Ifindex, const PlacedPort*> by_index;
    std::set<std::string> named;              // what the file calls by an interface's name, there or not

    [[nodiscard]] const PlacedPort* port(const PortName& name) const;
    [[nodiscard]] const PlacedPort* port(Ifindex index) const;
    // The interface that a reference of had.conf means, "2.1" or "eth3"; 0: it is not there now.
    [[nodiscard]] Ifindex resolve(const std::string& reference, const Observed& observed) const;
};

Chassis place(const Config& config, const Observed& observed);

} // namespace had::core
