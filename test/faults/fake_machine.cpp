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

using test::PlayedFunction;

PlayedFunction card_in(int slot) { return {slot, 0, "8086:100E", "fake"}; }
std::string port_of(int slot) { return fmt::format("p{}", slot); }

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
    fs::create_directories("/run/udev/data");
    write("/run/udev/control", "");
    if (can_bond()) fs::create_directories("/sys/module/bonding");
    fs::create_directories("/sys/module/fake");
    write("/sys/bus/pci/drivers/fake/unbind", "");
    slots_.emplace("/sys", [this](std::string_view subsystem, const std::string& properties) {
        say(subsystem, properties);
    });
    for (const int slot : {2, 4}) {
        slots_->add_slot(slot);
        insert(slot);
    }
}

FakeMachine::~FakeMachine() { ::close(udevd_); }

void FakeMachine::insert(int slot) {
    powered_.insert(slot);
    PlayedFunction card = card_in(slot);
    card.driver = "";
    slots_->insert(card);
    bind(slot);
}

void FakeMachine::bind(int slot) {
    const std::string port = port_of(slot);
    if (::if_nametoindex(port.c_str()) == 0)
        shell(fmt::format("ip link add {} type veth peer name c{} && ip link set c{} up", port, slot, slot));
    write(fmt::format("/run/udev/data/n{}", ::if_nametoindex(port.c_str())), "I:1\n");
    bound_.insert(slot);
    slots_->bind(card_in(slot), port);
}

void FakeMachine::unbind(int slot) {
    if (bound_.erase(slot) == 0) return;
    const unsigned index = ::if_nametoindex(port_of(slot).c_str());
    shell("ip link del " + port_of(slot));
    fs::remove(fmt::format("/run/udev/data/n{}", index));
    slots_->unbind(card_in(slot));
}

void FakeMachine::remove(int slot) {
    unbind(slot);
    powered_.erase(slot);
    slots_->remove(card_in(slot));
}

void FakeMachine::cable(int slot, bool plugged) {
    shell(fmt::format("ip link set c{} {}", slot, plugged ? "up" : "down"));
}

void FakeMachine::act() {
    const std::string unbound = read("/sys/bus/pci/drivers/fake/unbind"), probed = read("/sys/bus/pci/drivers_probe");
    for (const int slot : {2, 4}) {
        const bool on = read(fmt::format("/sys/bus/pci/slots/{}/power", slot)).starts_with('1');
        if (unbound.starts_with(card_in(slot).address())) {
            write("/sys/bus/pci/drivers/fake/unbind", "");
            unbind(slot);
        }
        if (probed.starts_with(card_in(slot).address())) {
            write("/sys/bus/pci/drivers_probe", "");
            if (powered_.contains(slot) && !bound_.contains(slot)) bind(slot);
        }
        if (!on && powered_.contains(slot)) remove(slot);
        if (on && !powered_.contains(slot)) insert(slot);
    }
}

void FakeMachine::say(std::string_view subsystem, const std::string& properties) const {
    const std::string message = udev_message(subsystem, properties);
    sockaddr_nl everybody{};
    everybody.nl_family = AF_NETLINK;
    everybody.nl_groups = 2;                  // of udevd, who says what it has settled
    ::sendto(udevd_, message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&everybody),
             sizeof everybody);
}

} // namespace had::faults
