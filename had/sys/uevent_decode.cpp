#include "had/sys/uevent_decode.hpp"

#include "had/core/base/number.hpp"
#include "had/sys/pci_scan.hpp"

#include <string_view>

namespace had::sys {

namespace fs = std::filesystem;
using namespace core;

namespace {

std::string_view value(const Properties& event, std::string_view key) {
    const auto it = event.find(key);
    return it == event.end() ? std::string_view() : std::string_view(it->second);
}

std::string base_name(std::string_view devpath) {
    return std::string(devpath.substr(devpath.rfind('/') + 1));
}

// `move` (to another parent) and the actions of error recovery also mean that it is there.
void decode_function(const Properties& event, const fs::path& root, const EventSink& sink) {
    const auto devpath = value(event, "DEVPATH");
    if (value(event, "ACTION") == "remove") {
        const auto chain = chain_from(devpath);
        if (!chain.empty()) sink(FunctionGone{chain.back()});
        return;
    }
    std::string lines; // the keys as a `uevent` file has them
    for (const auto& [key, text] : event)
        lines += key + '=' + text + '\n';
    auto function = pci_function_from(devpath, lines);
    if (!function) return;
    function->is_virtual = PciScan(root).is_virtual(devpath);
    sink(FunctionSeen{*std::move(function)});
}

void decode_interface(const Properties& event, bool settled, const fs::path& root,
                      const EventSink& sink) {
    NetDevice device;
    device.link = number<Ifindex>(value(event, "IFINDEX")).value_or(0);
    if (device.link <= 0) return;              // everywhere else 0 means "no interface"
    if (value(event, "ACTION") == "remove") return sink(NetDeviceGone{device.link});
    // The nearest PCI function above it: a virtio interface has a virtio device in between.
    const auto chain = chain_from(value(event, "DEVPATH"));
    if (chain.empty()) return;
    device.function = chain.back();
    device.settled = settled;
    device.dev_port = PciScan(root).dev_port(value(event, "DEVPATH"));
    sink(NetDeviceSeen{device});
}

void decode_slot(const Properties& event, const fs::path& root, const EventSink& sink) {
    const auto name = base_name(value(event, "DEVPATH"));
    if (value(event, "ACTION") == "remove") return sink(SlotGone{name});
    if (const auto old = value(event, "DEVPATH_OLD"); !old.empty()) sink(SlotGone{base_name(old)});
    if (auto slot = PciScan(root).slot(name)) sink(SlotSeen{*std::move(slot)});
}

} // namespace

void decode_uevent(const Properties& event, bool settled, const fs::path& root,
                   const EventSink& sink) {
    const auto subsystem = value(event, "SUBSYSTEM");
    if (subsystem == "pci")
        decode_function(event, root, sink);
    else if (subsystem == "net")
        decode_interface(event, settled, root, sink);
    else if (subsystem == "slots")
        decode_slot(event, root, sink);
}

} // namespace had::sys
