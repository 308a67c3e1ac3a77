// A chassis that serves, on the fake kernel that obeys: cards in their slots, bonds with ports, a VLAN, orders.
#pragma once

#include "test/fake/fake_kernel.hpp"
#include "test/fake/prober.hpp"
#include "test/fuzz/surface.hpp"

namespace had::test {

class ServingChassis {
public:
    // So many slots, each with a card of two ports; one bond for every four slots.
    explicit ServingChassis(unsigned slots);

    Surface& surface() { return surface_; }
    Rig& rig() { return rig_; }
    FakeKernel& kernel() { return kernel_; }
    // A card goes, and that is heard; what follows from it has not been thought of yet.
    void pull(unsigned slot);

private:
    void settle();

    Draw nothing_{""};
    Faults faults_{nothing_};
    FakeKernel kernel_;
    FakeLoop network_;                        // nobody answers
    FakeProber prober_{network_, kernel_};
    AnyRunner runner_{nothing_, faults_};
    Rig rig_{kernel_, prober_, runner_, faults_};
    Surface surface_{rig_};
};

} // namespace had::test
