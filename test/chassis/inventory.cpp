// What a story may ask the chassis, and how one story's chassis becomes the next one's.
#include <fmt/format.h>

#include "test/chassis/chassis.hpp"
#include "test/chassis/compact_pci.hpp"
#include "test/chassis/shpc.hpp"

namespace had::test {
namespace {

// Interfaces that stories make, their modules (newest first, so users before what they use; those
// of the boot stay), their files.  busybox runs its own applets without starting a program.
constexpr const char* tidy_script = R"sh(
for net in /sys/class/net/*; do
    name=${{net##*/}}
    case $name in lo|bonding_masters) continue ;; esac
    [ -e "$net" ] && [ ! -e "$net/device" ] && echo "link del $name"
done >/run/links
[ ! -s /run/links ] || /bin/ip -force -batch /run/links
keep={modules}
keep=" $(echo $keep) "
cat /proc/modules >/run/modules # a copy: a list that shrinks while it is read skips lines
while read -r module rest; do
    case $keep in
    *" $module "*) ;;
    *) rmmod "$module" ;;
    esac
done </run/modules
echo 1 >/sys/bus/pci/drivers_autoprobe
rm -rf /run/had /run/udev /run/links /run/modules /run/*.log /run/chassis-traffic /var/lib/had /etc/had.conf \
       /etc/pcidrivers.conf /tmp/*
dmesg -c >/dev/null
)sh";

} // namespace

std::string Chassis::mac(int slot, int number) {
    return port(slot, number).mac;
}

std::string Chassis::far_interface(int slot, int number) {
    return fmt::format("far{}", port(slot, number).cable);
}

// A pattern for the shell, without the function: bus numbers are the guest's affair.
std::string Chassis::device_path(int slot) const {
    constexpr std::string_view devices = "/sys/bus/pci/devices";
    const int device = place_in(slot).second;
    switch (options_.backplane) {
    case Backplane::pc: return fmt::format("{}/0000:00:{:02x}", devices, device);
    case Backplane::pcie: return fmt::format("{}/$(cat /sys/bus/pci/slots/{}/address)", devices, slot);
    case Backplane::shpc:
        return fmt::format("{}/0000:00:{:02x}.0/*:00.0/*:{:02x}", devices, shpc_bridge.device, device);
    case Backplane::cpci:
        return fmt::format("{}/0000:00:{:02x}.0/*:{:02x}", devices, domain_bridge(slot).device, device);
    }
    throw std::logic_error("no such backplane");
}

std::string Chassis::sysfs(int slot, int number) {
    if (port(slot, number); seat(slot).card.bridged)
        return fmt::format("{}.0/*:{:02x}.0", device_path(slot), 4 + number);
    return fmt::format("{}.{}", device_path(slot), number);
}

std::string Chassis::pci_address(int slot, int number, Limit limit) {
    return guest_.wait_until(
        fmt::format("d=$(echo {}) && [ -e $d ] && echo ${{d##*/}}", sysfs(slot, number)), limit);
}

std::string Chassis::interface(int slot, int number, Limit limit) {
    // A virtio card's interface hangs below the virtio device that its PCI function made.
    return guest_.wait_until(fmt::format("cd {} && cd net 2>/dev/null || cd virtio*/net && "
                                         "set -- * && [ -e \"$1\" ] && echo \"$1\"",
                                         sysfs(slot, number)),
                             limit);
}

void Chassis::take_all_out() {
    for (const auto& [slot, seat] : seats_)
        if (options_.backplane == Backplane::cpci)
            // Nobody is there who would let go of it when the handle opens.
            guest_.run(fmt::format("printf 0 >'/sys/bus/pci/slots/{}/power'", slot_name(slot)));
        else if (can_be_plugged(seat.card))
            begin_pull(slot);
    for (int slot : filled_slots())
        if (can_be_plugged(seats_[slot].card) && !finish_pull(slot, 30s))
            throw std::runtime_error(fmt::format("the card in slot {} cannot be pulled", slot));
    if (options_.backplane == Backplane::cpci) guest_.expect("pidof cpci_hp_polld");
}

void Chassis::clean() {
    // A driver that sleeps on request holds up every removal.
    guest_.run("echo 1 >/sys/module/had_hang/parameters/release");
    guest_.kill_everything();
    take_all_out();
    const auto script = fmt::format(tidy_script, fmt::arg("modules", shell_word(modules_at_boot_)));
    guest_.expect("exec busybox sh -c " + shell_word(script), 60s);
    build_far_end();
    for (const auto& [slot, card] : options_.cards)
        if (can_be_plugged(card))
            insert(slot, card);
        else
            for (int n = 0; n < card.functions; ++n)
                mend_cable(slot, n);
}

} // namespace had::test
