#include "test/faults/fake_machine.hpp"

#include "test/faults/udev_message.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace had::faults {

namespace fs = std::filesystem;

namespace {

std::string address_of(int slot) { return fmt::format("0000:00:{:02x}.0", slot); }
std::string devpath_of(int slot) { return "/devices/pci0000:00/" + address_of(slot); }
std::string port_of(int slot) { return fmt::format("p{}", slot); }

void link(const std::string& to, const std::string& path) {
    fs::create_directories(fs::path(path).parent_path());
    fs::create_symlink(to, path);
}

constexpr const char* links = "link del bond0\nlink del p2\nlink del p4\n"
                              "link add p2 type veth peer name c2\nlink add p4 type veth peer name c4\n"
                              "link set c2 up\nlink set c4 up\n";

void give_root() {
    const auto uid = ::getuid(), gid = ::getgid();
    if (::unshare(CLONE_NEWUSER) != 0) return;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << gid << " 1";
}

} // namespace

void write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << text;
}

std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool shell(const std::string& command) {
    return std::system(("{ " + command + "; } >/dev/null 2>&1").c_str()) == 0;
}

bool enter_namespaces() {
    if (::geteuid() != 0) give_root();
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET) != 0) return false;
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
    std::error_code error;
    fs::create_directories("/var/lib/had", error);
    for (const char* at : {"/run", "/var/lib/had", "/sys"})
        if (::mount("none", at, "tmpfs", 0, "mode=755") != 0) return false;
    return shell("ip link set lo up");
}

bool can_bond() {
    static const bool can = shell("ip link add probe type bond && ip link del probe");
    return can;
}

bool has_address(const std::string& interface, const std::string& address) {
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return false;
    bool found = false;
    for (const ifaddrs* each = all; each; each = each->ifa_next) {
        if (!each->ifa_addr || each->ifa_addr->sa_family != AF_INET || interface != each->ifa_name) continue;
        char text[INET_ADDRSTRLEN];
        const auto* in = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
        found = found || address == ::inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
    }
    ::freeifaddrs(all);
    return found;
}

FakeMachine::FakeMachine() : udevd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT)) {
    if (udevd_ < 0) throw std::runtime_error("no socket for uevents");
    for (const char* top : {"/sys", "/run", "/var/lib/had"})
        for (const auto& entry : fs::directory_iterator(top)) fs::remove_all(entry);
    write("/run/links", links);
    shell("ip -force -batch /run/links");
    // The one program that the daemon starts for those who listen to udev.
    write("/run/bin/udevadm", "#!/bin/sh\n: >/run/told\n");
    fs::permissions("/run/bin/udevadm", fs::perms::owner_all);
    for (const char* directory : {"/sys/bus/pci/devices", "/sys/bus/pci/slots", "/sys/class/net", "/run/udev/data"})
        fs::create_directories(directory);
    write("/run/udev/control", "");
    if (can_bond()) fs::create_directories("/sys/module/bonding");
    fs::create_directories("/sys/module/fake");
    write("/sys/bus/pci/drivers_probe", "");
    write("/sys/bus/pci/drivers/fake/unbind", "");
    for (const int slot : {2, 4}) {
        write(fmt::format("/sys/bus/pci/slots/{}/address", slot), fmt::format("0000:00:{:02x}\n", slot));
        write(fmt::format("/sys/bus/pci/slots/{}/power", slot), "1\n");
        write(fmt::format("/sys/bus/pci/slots/{}/attention", slot), "0\n");
        insert(slot);
    }
}

FakeMachine::~FakeMachine() { ::close(udevd_); }

void FakeMachine::insert(int slot) {
    powered_.insert(slot);
    write("/sys" + devpath_of(slot) + "/modalias", "pci:v00008086d0000100Esv00008086sd0000001Ebc02sc00i00\n");
    link("../../../devices/pci0000:00/" + address_of(slot), "/sys/bus/pci/devices/" + address_of(slot));
    say("add", "pci", devpath_of(slot), fmt::format("PCI_CLASS=20000\nPCI_ID=8086:100E\nPCI_SUBSYS_ID=8086:001E\n"
                                                    "PCI_SLOT_NAME={}\n", address_of(slot)));
    bind(slot);
}

void FakeMachine::bind(int slot) {
    const std::string port = port_of(slot), below = devpath_of(slot) + "/net/" + port;
    if (::if_nametoindex(port.c_str()) == 0)
        shell(fmt::format("ip link add {} type veth peer name c{} && ip link set c{} up", port, slot, slot));
    const unsigned index = ::if_nametoindex(port.c_str());
    write("/sys" + below + "/ifindex", fmt::format("{}\n", index));
    write("/sys" + below + "/dev_port", "0\n");
    write("/sys" + below + "/uevent", fmt::format("INTERFACE={}\nIFINDEX={}\n", port, index));
    link("../../../../../class/net", "/sys" + below + "/subsystem");
    link("../.." + below, "/sys/class/net/" + port);
    write(fmt::format("/run/udev/data/n{}", index), "I:1\n");
    link("../../../bus/pci/drivers/fake", "/sys" + devpath_of(slot) + "/driver");
    bound_.insert(slot);
    say("add", "net", below, fmt::format("INTERFACE={}\nIFINDEX={}\n", port, index));
    say("bind", "pci", devpath_of(slot), fmt::format("DRIVER=fake\nPCI_CLASS=20000\nPCI_ID=8086:100E\n"
                                                     "PCI_SUBSYS_ID=8086:001E\nPCI_SLOT_NAME={}\n", address_of(slot)));
}

void FakeMachine::unbind(int slot) {
    if (bound_.erase(slot) == 0) return;
    const std::string port = port_of(slot), below = devpath_of(slot) + "/net/" + port;
    const unsigned index = ::if_nametoindex(port.c_str());
    shell("ip link del " + port);
    fs::remove("/sys/class/net/" + port);
    fs::remove_all("/sys" + devpath_of(slot) + "/net");
    fs::remove("/sys" + devpath_of(slot) + "/driver");
    fs::remove(fmt::format("/run/udev/data/n{}", index));
    say("remove", "net", below, fmt::format("INTERFACE={}\nIFINDEX={}\n", port, index));
    say("unbind", "pci", devpath_of(slot), fmt::format("PCI_CLASS=20000\nPCI_ID=8086:100E\nPCI_SUBSYS_ID=8086:001E\n"
                                                       "PCI_SLOT_NAME={}\n", address_of(slot)));
}

void FakeMachine::remove(int slot) {
    unbind(slot);
    powered_.erase(slot);
    fs::remove("/sys/bus/pci/devices/" + address_of(slot));
    fs::remove_all("/sys" + devpath_of(slot));
    say("remove", "pci", devpath_of(slot), fmt::format("PCI_SLOT_NAME={}\n", address_of(slot)));
}

void FakeMachine::cable(int slot, bool plugged) {
    shell(fmt::format("ip link set c{} {}", slot, plugged ? "up" : "down"));
}

void FakeMachine::act() {
    const std::string unbound = read("/sys/bus/pci/drivers/fake/unbind"), probed = read("/sys/bus/pci/drivers_probe");
    for (const int slot : {2, 4}) {
        const bool on = read(fmt::format("/sys/bus/pci/slots/{}/power", slot)).starts_with('1');
        if (unbound.starts_with(address_of(slot))) {
            write("/sys/bus/pci/drivers/fake/unbind", "");
            unbind(slot);
        }
        if (probed.starts_with(address_of(slot))) {
            write("/sys/bus/pci/drivers_probe", "");
            if (powered_.contains(slot) && !bound_.contains(slot)) bind(slot);
        }
        if (!on && powered_.contains(slot)) remove(slot);
        if (on && !powered_.contains(slot)) insert(slot);
    }
}

void FakeMachine::say(const std::string& action, const std::string& subsystem, const std::string& devpath,
                      const std::string& more) {
    const std::string message = udev_message(
        subsystem, fmt::format("ACTION={}\nDEVPATH={}\nSUBSYSTEM={}\nSEQNUM={}\n{}", action, devpath, subsystem,
                               ++sequence_, more));
    sockaddr_nl everybody{};
    everybody.nl_family = AF_NETLINK;
    everybody.nl_groups = 2;                  // of udevd, who says what it has settled
    ::sendto(udevd_, message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&everybody),
             sizeof everybody);
}

} // namespace had::faults
