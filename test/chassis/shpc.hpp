// The bridge with the slots of conventional PCI hot-plug: slot N is device N behind it.  It sits below a
// root port of `q35`: with such a bridge on the root bus of `pc` no card ever came up.
#pragma once

namespace had::test {

constexpr struct {
    const char* id;                           // QEMU's, also of the bus behind it
    int device;                               // of the root port
} shpc_bridge = {"slots", 0x1d};

// ACPI would announce the devices of the root bus under the same numbers.
constexpr const char* shpc_kernel_arguments = "acpiphp.disable=1";

} // namespace had::test
