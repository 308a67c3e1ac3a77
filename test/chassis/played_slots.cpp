#include "test/chassis/played_slots.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <net/if.h>
#include <stdexcept>
#include <utility>

namespace had::test {
namespace {

namespace fs = std::filesystem;

std::string devpath_of(const PlayedFunction& function) { return "/devices/pci0000:00/" + function.address(); }

// Of a plain network card; where the class stands is all that matters.
std::string modalias_of(const PlayedFunction& function) {
    unsigned vendor = 0, device = 0;
    if (std::sscanf(function.id.c_str(), "%x:%x", &vendor, &device) != 2)
        throw std::logic_error("no PCI id: " + function.id);
    return fmt::format("pci:v{0:08X}d{1:08X}sv{0:08X}sd{1:08X}bc02sc00i00\n", vendor, device);
}

std::string properties_of(const PlayedFunction& function, bool bound) {
    return fmt::format("{0}PCI_CLASS=20000\nPCI_ID={1}\nPCI_SUBSYS_ID={1}\nPCI_SLOT_NAME={2}\n",
                       bound && !function.driver.empty() ? "DRIVER=" + function.driver + '\n' : "", function.id,
                       function.address());
}

std::string properties_of(const std::string& interface, unsigned index) {
    return fmt::format("INTERFACE={}\nIFINDEX={}\n", interface, index);
}

void link(const std::string& to, const std::string& path) {
    fs::create_directories(fs::path(path).parent_path());
    fs::remove(path);
    fs::create_symlink(to, path);
}

} // namespace

void write(const std::string& path, std::string_view text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << text;
}

std::string PlayedFunction::address() const { return fmt::format("0000:00:{:02x}.{}", slot, number); }

PlayedSlots::PlayedSlots(std::string sys, Say say) : sys_(std::move(sys)), say_(std::move(say)) {
    for (const char* directory : {"bus/pci/devices", "bus/pci/slots", "class/net"})
        fs::create_directories(sys_ + '/' + directory);
    write(sys_ + "/bus/pci/drivers_probe", "");
}

void PlayedSlots::add_slot(int slot) const {
    const std::string directory = fmt::format("{}/bus/pci/slots/{}/", sys_, slot);
    write(directory + "address", fmt::format("0000:00:{:02x}\n", slot));
    write(directory + "power", "1\n");
    write(directory + "attention", "0\n");
}

void PlayedSlots::insert(const PlayedFunction& function) {
    const std::string devpath = devpath_of(function);
    write(sys_ + devpath + "/modalias", modalias_of(function));
    if (!function.driver.empty())
        link("../../../bus/pci/drivers/" + function.driver, sys_ + devpath + "/driver");
    link("../../.." + devpath, sys_ + "/bus/pci/devices/" + function.address());
    say("add", "pci", devpath, properties_of(function, true));
}

void PlayedSlots::bind(const PlayedFunction& function, const std::string& interface) {
    const unsigned index = ::if_nametoindex(interface.c_str());
    const std::string devpath = devpath_of(function), below = devpath + "/net/" + interface;
    interfaces_[function.address()] = {interface, index};
    write(sys_ + below + "/ifindex", fmt::format("{}\n", index));
    write(sys_ + below + "/dev_port", "0\n");
    write(sys_ + below + "/uevent", properties_of(interface, index));
    link("../../../../../class/net", sys_ + below + "/subsystem");
    link("/run/chassis/kernel/class/net/" + interface + "/statistics", sys_ + below + "/statistics");
    link("../.." + below, sys_ + "/class/net/" + interface);
    link("../../../bus/pci/drivers/" + function.driver, sys_ + devpath + "/driver");
    say("add", "net", below, properties_of(interface, index));
    say("bind", "pci", devpath, properties_of(function, true));
}

void PlayedSlots::unbind(const PlayedFunction& function) {
    const auto found = interfaces_.find(function.address());
    if (found == interfaces_.end()) return;
    const auto [interface, index] = found->second;
    interfaces_.erase(found);
    const std::string devpath = devpath_of(function);
    fs::remove(sys_ + "/class/net/" + interface);
    fs::remove_all(sys_ + devpath + "/net");
    fs::remove(sys_ + devpath + "/driver");
    say("remove", "net", devpath + "/net/" + interface, properties_of(interface, index));
    say("unbind", "pci", devpath, properties_of(function, false));
}

void PlayedSlots::remove(const PlayedFunction& function) {
    unbind(function);
    fs::remove(sys_ + "/bus/pci/devices/" + function.address());
    fs::remove_all(sys_ + devpath_of(function));
    say("remove", "pci", devpath_of(function), fmt::format("PCI_SLOT_NAME={}\n", function.address()));
}

void PlayedSlots::say(std::string_view action, std::string_view subsystem, const std::string& devpath,
                      const std::string& more) {
    say_(subsystem, fmt::format("ACTION={}\nDEVPATH={}\nSUBSYSTEM={}\nSEQNUM={}\n{}", action, devpath, subsystem,
                                ++sequence_, more));
}

} // namespace had::test
