// How the machine is put together: QEMU's arguments.
#include <fmt/format.h>

#include "test/chassis/emulated_chassis.hpp"
#include "test/chassis/compact_pci.hpp"
#include "test/chassis/place.hpp"
#include "test/chassis/shpc.hpp"

// An option and its value belong on one line.

namespace had::test {
namespace {

bool is_q35(Backplane backplane) { return backplane == Backplane::pcie || backplane == Backplane::shpc; }

const char* kernel_arguments_of(Backplane backplane) {
    if (backplane == Backplane::shpc) return shpc_kernel_arguments;
    return backplane == Backplane::cpci ? cpci_kernel_arguments : "";
}

} // namespace

std::vector<std::string> EmulatedChassis::command_line(const std::vector<int>& fds) {
    const Place& p = place();
    const bool pc = !is_q35(options_.backplane);
    const std::string infrastructure = pc ? "01.4" : "01.0,multifunction=on";
    const std::string second = pc ? "01.5" : "01.1";
    // Native hot-plug where a bridge can do it, and none behind the far end's: ACPI would announce
    // slots there whose names repeat those of the root bus.  But for CompactPCI it is ACPI by which
    // cards get behind a bridge, with a guest that does not listen to it.
    const bool compact = options_.backplane == Backplane::cpci;
    const std::string bridge_support =
        fmt::format("acpi-pci-hotplug-with-bridge-support={}", compact ? "on" : "off");
    std::vector<std::string> argv{
        "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max",
        "-smp", std::to_string(options_.cpus), "-m", std::to_string(options_.memory_mb),
        "-machine", pc ? "pc" : "q35",
        "-global", (pc ? "PIIX4_PM." : "ICH9-LPC.") + bridge_support,
        // -S: the far ends of unused cables are unplugged before the guest can look.
        "-nodefaults", "-vga", "none", "-display", "none", "-no-reboot", "-S",
        "-kernel", p.kernel + "/vmlinux", "-initrd", p.kernel + "/initrd.img",
        "-append", fmt::format("console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off {}chassis.tree={} "
                               "chassis.modules={}/lib/modules chassis.agent={}/chassis-agent {} {}",
                               options_.interface_names_from_kernel ? "net.ifnames=0 " : "", p.tree,
                               p.kernel, p.bin, kernel_arguments_of(options_.backplane),
                               options_.kernel_arguments),
        "-serial", "file:" + log("console"),
        "-chardev", fmt::format("socket,id=qmp,fd={}", fds.at(0)), "-mon", "chardev=qmp,mode=control",
        "-fsdev", "local,id=machine,path=/,security_model=none,readonly=on,multidevs=remap",
        "-device", "virtio-9p-pci,fsdev=machine,mount_tag=machine,addr=" + infrastructure,
        "-device", "virtio-serial-pci,addr=" + second,
        "-chardev", fmt::format("socket,id=agent,fd={}", fds.at(1)),
        "-device", "virtserialport,chardev=agent,name=chassis.agent"};
    if (options_.terminal)
        argv.insert(argv.end(),
                    {"-chardev", fmt::format("socket,id=terminal,fd={}", fds.at(3)),
                     "-device", "virtconsole,chardev=terminal",
                     "-chardev", fmt::format("socket,id=operator,fd={}", fds.at(2)),
                     "-device", "virtserialport,chardev=operator,name=chassis.operator"});
    add_slots(argv);
    add_backplane(argv);
    add_far_end(argv);
    add_cards(argv);
    return argv;
}

// On `pc` the slots are there; a PCIe slot is a root port.  Eight of them share a device number.
void EmulatedChassis::add_slots(std::vector<std::string>& argv) const {
    if (options_.backplane != Backplane::pcie)
        return;
    int n = 0;
    for (int slot : options_.pcie_slots) {
        argv.insert(argv.end(),
                    {"-device", fmt::format("pcie-root-port,id=slot{0},slot={0},chassis={0},"
                                            "addr={1:02x}.{2},multifunction=on",
                                            slot, 2 + n / 8, n % 8)});
        ++n;
    }
}

void EmulatedChassis::add_far_end(std::vector<std::string>& argv) const {
    if (options_.cables == 0)
        return;
    argv.insert(argv.end(), {"-device", fmt::format("pci-bridge,id=far,shpc=off,chassis_nr=200,"
                                                    "addr={}",
                                                    is_q35(options_.backplane) ? "1e.0" : "1f.0")});
    for (int n = 0; n < options_.cables; ++n)
        argv.insert(argv.end(),
                    {"-netdev", fmt::format("hubport,id=cable{0}-near,hubid={0}", n),
                     "-netdev", fmt::format("hubport,id=cable{0}-far,hubid={0}", n),
                     "-device", fmt::format("vmxnet3,id=far{0},bus=far,addr={1:02x}.0,romfile=,"
                                            "netdev=cable{0}-far,mac=52:54:00:fa:00:{0:02x}",
                                            n, n + 1)});
}

// A bridge a domain.  What it reserves is for cards that are not there yet, and for their own bridges.
void EmulatedChassis::add_backplane(std::vector<std::string>& argv) const {
    if (options_.backplane == Backplane::shpc)
        argv.insert(argv.end(), {"-device", fmt::format("pcie-root-port,id=above,chassis=201,hotplug=off,"
                                                        "addr={:02x}.0", shpc_bridge.device),
                                 "-device", fmt::format("pcie-pci-bridge,id={},bus=above", shpc_bridge.id)});
    if (options_.backplane != Backplane::cpci)
        return;
    for (std::size_t n = 0; n < std::size(domain_bridges); ++n)
        argv.insert(argv.end(), {"-device", fmt::format("pci-bridge,id={},shpc=off,chassis_nr={},addr={:02x}.0,"
                                                        "bus-reserve=8,io-reserve=8k,mem-reserve=16M,"
                                                        "pref64-reserve=32M",
                                                        domain_bridges[n].id, 201 + n, domain_bridges[n].device)});
}

// Cards that are in at the start: the same devices that insert() adds, as arguments.
void EmulatedChassis::add_cards(std::vector<std::string>& argv) {
    for (const auto& [slot, card] : options_.cards) {
        Seat seat = make_seat(card);
        if (card.bridged)
            argv.insert(argv.end(), {"-device", bridge(slot, seat).dump()});
        for (int n = 0; n < card.functions; ++n) {
            if (options_.cables == 0)
                argv.insert(argv.end(), {"-netdev", fmt::format("hubport,id=cable{0}-near,hubid={0}",
                                                                seat.ports[n].cable)});
            argv.insert(argv.end(), {"-device", device(slot, seat, n).dump()});
        }
        seats_[slot] = std::move(seat);
    }
}

} // namespace had::test
