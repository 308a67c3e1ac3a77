// What a story may ask the chassis, and how one story's chassis becomes the next one's.
#include <fmt/format.h>

#include "test/chassis/chassis.hpp"

namespace had::test {
namespace {

// Interfaces that stories make, their modules, their files.  Modules go in several rounds, users
// before what they use; those of the boot stay.
constexpr const char* tidy_script = R"(
keep={modules}
keep=" $(echo $keep) "
for type in bond vlan bridge dummy macvlan team; do
    ip -o link show type $type | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | while read -r name; do
        ip link del "$name"
    done
done
echo 1 >/sys/bus/pci/drivers_autoprobe
rm -rf /run/had /run/udev /var/lib/had /etc/had.conf /etc/pcidrivers.conf /tmp/* /tmp/.[!.]*
for round in 1 2 3 4 5; do
    again=
    for module in $(lsmod | sed 1d | cut -d' ' -f1); do
        case $keep in
        *" $module "*) ;;
        *) rmmod "$module" 2>/dev/null; again=1 ;;
        esac
    done
    [ "$again" ] || break
done
dmesg --clear
)";

} // namespace

std::string Chassis::mac(int slot, int number) { return port(slot, number).mac; }

std::string Chassis::far_interface(int slot, int number) {
    return fmt::format("far{}", port(slot, number).cable);
}

// A pattern for the shell: bus numbers are the guest's affair.
std::string Chassis::sysfs(int slot, int number) {
    if (port(slot, number); seat(slot).card.bridged)
        return fmt::format("/sys/bus/pci/devices/0000:00:{:02x}.0/*:{:02x}.0", slot, 4 + number);
    if (options_.backplane == Backplane::pc)
        return fmt::format("/sys/bus/pci/devices/0000:00:{:02x}.{}", slot, number);
    return fmt::format("/sys/bus/pci/devices/$(cat /sys/bus/pci/slots/{}/address).{}", slot, number);
}

std::string Chassis::pci_address(int slot, int number) {
    return guest_.expect(fmt::format("d=$(echo {}) && [ -e $d ] && basename $d",
                                     sysfs(slot, number)));
}

std::string Chassis::interface(int slot, int number, Limit limit) {
    // A virtio card's interface hangs below the virtio device that its PCI function made.
    const std::string find = fmt::format("cd {} && cd net 2>/dev/null || cd virtio*/net && ls | "
                                         "grep .", sysfs(slot, number));
    guest_.wait_until(find, limit);
    return guest_.expect(find);
}

void Chassis::clean() {
    guest_.kill_everything();
    for (const auto& [slot, seat] : seats_)
        if (!seat.card.bridged)
            begin_pull(slot);
    for (int slot : filled_slots())
        if (!seats_[slot].card.bridged && !finish_pull(slot, 30s))
            throw std::runtime_error(fmt::format("the card in slot {} cannot be pulled", slot));
    guest_.expect(fmt::format(tidy_script, fmt::arg("modules", shell_word(modules_at_boot_))), 60s);
    build_far_end();
    for (const auto& [slot, card] : options_.cards)
        if (!card.bridged)
            insert(slot, card);
        else
            for (int n = 0; n < card.functions; ++n)
                mend_cable(slot, n);
}

} // namespace had::test
