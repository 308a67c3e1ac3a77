#include "had/sys/pci_scan.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/sys/sysfs.hpp"

#include <algorithm>

namespace had::sys {

namespace fs = std::filesystem;
using namespace core;

namespace {

constexpr const char* devices_dir = "sys/bus/pci/devices";
constexpr const char* slots_dir = "sys/bus/pci/slots";
constexpr const char* interfaces_dir = "sys/class/net";

// The last part of a path, which a link names a driver or a module by.
std::string name_in(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

// "pci:v00008086d000010D3sv00008086sd0000A01Fbc02sc00i00" (pci-sysfs.c modalias_show): in one read what
// the files vendor, device, subsystem_vendor, subsystem_device and class have in five.
bool read_modalias(std::string_view text, PciFunction& function) {
    bool whole = true;
    const auto take = [&](std::string_view key, std::size_t digits) {
        const bool there = text.starts_with(key) && text.size() >= key.size() + digits;
        const auto value = there ? number<std::uint32_t>(text.substr(key.size(), digits), 16) : std::nullopt;
        whole = whole && value;
        if (there) text.remove_prefix(key.size() + digits);
        return value.value_or(0);
    };
    function.vendor = static_cast<std::uint16_t>(take("pci:v", 8));
    function.device = static_cast<std::uint16_t>(take("d", 8));
    function.subvendor = static_cast<std::uint16_t>(take("sv", 8));
    function.subdevice = static_cast<std::uint16_t>(take("sd", 8));
    for (const std::string_view part : {"bc", "sc", "i"})
        function.class_code = function.class_code << 8 | take(part, 2);
    return whole;
}

std::optional<PciFunction> function_in(const SysfsDirectory& devices, const std::string& name) {
    const auto devpath = devices.link_target(name);
    PciFunction function;
    if (!devpath || !read_modalias(devices.attribute(name + "/modalias").value_or(""), function))
        return std::nullopt;
    function.chain = chain_from(*devpath);
    if (function.chain.empty()) return std::nullopt;
    if (const auto driver = devices.link_target(name + "/driver")) {
        function.driver = name_in(*driver);
        function.probing = function.is_network() &&
                           devices.attribute(name + "/driver/module/initstate").value_or("live") == "coming";
    }
    function.is_virtual = devices.has(name + "/physfn");
    return function;
}

unsigned dev_port_in(const SysfsDirectory& interfaces, const std::string& name) {
    return number<unsigned>(interfaces.attribute(name + "/dev_port").value_or(""), 10).value_or(0);
}

// The link /sys/class/net/NAME runs through the function, also where its `device` is not the
// function itself but something on it (virtio).
std::optional<NetDevice> net_device_in(const SysfsDirectory& interfaces, const std::string& name) {
    const auto devpath = interfaces.link_target(name);
    if (!devpath) return std::nullopt;
    const auto chain = chain_from(*devpath);
    if (chain.empty()) return std::nullopt;
    const auto index = number<Ifindex>(interfaces.attribute(name + "/ifindex").value_or(""), 10);
    if (!index) return std::nullopt;
    return NetDevice{*index, chain.back(), dev_port_in(interfaces, name), true};
}

// The value of `key=` in a file of such lines.
std::optional<std::string_view> value_of(std::string_view key, std::string_view lines) {
    while (!lines.empty()) {
        const std::string_view line = core::take_until(lines, '\n');
        if (line.size() > key.size() && line.substr(0, key.size()) == key &&
            line[key.size()] == '=')
            return line.substr(key.size() + 1);
    }
    return std::nullopt;
}

struct IdPair {
    std::uint16_t vendor = 0, device = 0;
};

std::optional<IdPair> id_pair(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto vendor = number<std::uint16_t>(text.substr(0, colon), 16);
    const auto device = number<std::uint16_t>(text.substr(colon + 1), 16);
    if (!vendor || !device) return std::nullopt;
    return IdPair{*vendor, *device};
}

// "0000:01:04"; a slot of a whole bus may say "0000:01" only.
bool read_address(std::string_view text, KernelSlot& slot) {
    const auto first = text.find(':');
    if (first == std::string_view::npos) return false;
    const auto second = text.find(':', first + 1);
    const auto domain = number<std::uint32_t>(text.substr(0, first), 16);
    const auto bus = number<std::uint8_t>(text.substr(first + 1, second - first - 1), 16);
    if (!domain || !bus) return false;
    slot.domain = *domain;
    slot.bus = *bus;
    slot.whole_bus = second == std::string_view::npos;
    if (slot.whole_bus) return true;
    const auto device = number<std::uint8_t>(text.substr(second + 1), 16);
    if (!device) return false;
    slot.device = *device;
    return true;
}

} // namespace

std::optional<PciFunction> pci_function_from(std::string_view devpath, std::string_view uevent) {
    PciFunction function;
    function.chain = chain_from(devpath);
    const auto id = id_pair(value_of("PCI_ID", uevent).value_or(""));
    const auto code = number<std::uint32_t>(value_of("PCI_CLASS", uevent).value_or(""), 16);
    if (function.chain.empty() || !id || !code) return std::nullopt;
    const IdPair subsystem =
        id_pair(value_of("PCI_SUBSYS_ID", uevent).value_or("")).value_or(IdPair{});
    function.vendor = id->vendor;
    function.device = id->device;
    function.subvendor = subsystem.vendor;
    function.subdevice = subsystem.device;
    function.class_code = *code;
    function.driver = value_of("DRIVER", uevent).value_or("");
    return function;
}

std::optional<PciFunction> PciScan::function(const PciAddress& address) const {
    return function_in(SysfsDirectory(root_ / devices_dir), to_string(address));
}

std::vector<PciFunction> PciScan::functions() const {
    std::vector<PciFunction> found;
    const SysfsDirectory devices(root_ / devices_dir);
    for (const std::string& name : sysfs_names(root_ / devices_dir))
        if (auto seen = function_in(devices, name)) found.push_back(std::move(*seen));
    std::sort(found.begin(), found.end(),
              [](const PciFunction& a, const PciFunction& b) { return a.address() < b.address(); });
    return found;
}

std::optional<KernelSlot> PciScan::slot(const std::string& name) const {
    const SysfsDirectory directory(root_ / slots_dir / name);
    KernelSlot slot;
    slot.name = name;
    const auto address = directory.attribute("address");
    if (!address || !read_address(*address, slot)) return std::nullopt;
    if (const auto module = directory.link_target("module"))
        slot.controller = name_in(*module);
    // pciehp calls its slot device 00 but owns the whole link: ARI functions have other numbers.
    slot.whole_bus = slot.whole_bus || slot.controller == "pciehp";
    slot.can_power = directory.has("power");
    // acpiphp has the file, and no LED behind it (acpiphp_core.c set_attention_status: ENODEV).  The LED of
    // CompactPCI shares a register with the request of an opened handle, and each write clears that: then the
    // core's thread no longer finds what it saw before, and ends.
    slot.can_blink = directory.has("attention") && slot.controller != "acpiphp" && !slot.is_compact_pci();
    return slot;
}

std::vector<KernelSlot> PciScan::slots() const {
    std::vector<KernelSlot> found;
    for (const std::string& name : sysfs_names(root_ / slots_dir))
        if (auto seen = slot(name)) found.push_back(std::move(*seen));
    return found;
}

std::optional<NetDevice> PciScan::net_device(const std::string& interface) const {
    return net_device_in(SysfsDirectory(root_ / interfaces_dir), interface);
}

std::vector<PciInterface> PciScan::interfaces() const {
    std::vector<PciInterface> found;
    const SysfsDirectory directory(root_ / interfaces_dir);
    for (const std::string& name : sysfs_names(root_ / interfaces_dir))
        if (auto device = net_device_in(directory, name)) found.push_back({name, *device});
    std::sort(found.begin(), found.end(), [](const PciInterface& a, const PciInterface& b) {
        return a.device.link < b.device.link;
    });
    return found;
}

bool PciScan::is_virtual(std::string_view devpath) const {
    return SysfsDirectory(root_ / "sys" / fs::path(devpath).relative_path()).has("physfn");
}

unsigned PciScan::dev_port(std::string_view devpath) const {
    return dev_port_in(SysfsDirectory(root_ / "sys" / fs::path(devpath).relative_path()), ".");
}

DevicesScanned PciScan::all() const {
    DevicesScanned scanned;
    scanned.functions = functions();
    for (const PciInterface& interface : interfaces())
        scanned.devices.push_back(interface.device);
    scanned.slots = slots();
    return scanned;
}

} // namespace had::sys
