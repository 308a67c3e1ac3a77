// What an operator holds in the hand.
#pragma once
#include <string>
#include <vector>

namespace had::test {

// What a card's two sides are called: QEMU's device, and the module that drives it.
//
//   model    device          module    carrier after cut_cable
//   virtio   virtio-net-pci  virtio_net  10 ms
//   rtl8139  rtl8139         8139cp      10 to 100 ms
//   e1000    e1000           e1000       up to 2 s (its MII registers know at once)
//   pcnet    pcnet           pcnet32     up to 2 s
//   e1000e   e1000e          e1000e      not in QEMU 7.2
//   i82557b  i82557b         e100        never: QEMU does not model it
//   tulip    tulip           tulip       never
//
// Any other device that QEMU has goes by its own name.
struct Card {
    std::string model = "virtio";
    int functions = 1;                  // its ports; each gets a cable of its own
    std::vector<std::string> macs = {}; // left out: made up, and never the same twice
    // The ports sit behind a PCI bridge on the card, as on most dual and quad cards of the time.
    // QEMU cannot plug in such a card, nor pull one: it is in its slot from the start.
    bool bridged = false;
    std::vector<std::string> extra = {}; // more QEMU properties, "name=value"

    bool operator==(const Card&) const = default;
};

// The QEMU device of a model.
inline std::string device_of(const std::string& model) {
    return model == "virtio" ? "virtio-net-pci" : model;
}

} // namespace had::test
