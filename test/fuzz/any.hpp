// Any value that an edge could tell the core, drawn from an input: few names, few places, so that they meet.
#pragma once

#include "had/core/world/event.hpp"
#include "test/fuzz/draw.hpp"

#include <string>

namespace had::test {

class Any {
public:
    explicit Any(Draw& draw) : draw_(draw) {}

    core::Event event();
    core::Link link();
    // Of a link only how it is itself: its carrier, its state in its bond, which port of it is active.
    core::Link otherwise(core::Link link);
    core::SlotState slot_state();
    core::Ifindex index() { return static_cast<core::Ifindex>(1 + draw_.below(8)); }
    std::string link_name();
    std::string kernel_slot() { return std::to_string(1 + draw_.below(6)); }
    // A slot, a port, a bond, an interface, or nothing of the kind.
    std::string object();

private:
    core::PciAddress place();
    core::PciFunction function();
    core::NetDevice device();
    core::KernelSlot slot();
    core::RouteSeen route();
    core::Address address();
    core::Event of_one_link(core::Ifindex index);
    core::Mac mac();
    core::BondInfo bond();
    core::SlaveInfo slave();
    core::LinksDumped all_links();
    core::DevicesScanned all_devices();

    Draw& draw_;
};

} // namespace had::test
