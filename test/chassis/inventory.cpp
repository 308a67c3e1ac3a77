// What a story may ask the chassis, and how one story's chassis becomes the next one's.
#include <fmt/format.h>

#include "test/chassis/chassis.hpp"

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

// A pattern for the shell: bus numbers are the guest's affair.
std::string Chassis::sysfs(int slot, int number) {
    if (port(slot, number); seat(slot).card.bridged)
        return fmt::format("/sys/bus/pci/devices/0000:00:{:02x}.0/*:{:02x}.0", slot, 4 + number);
    if (options_.backplane == Backplane::pc)
        return fmt::format("/sys/bus/pci/devices/0000:00:{:02x}.{}", slot, number);
    return fmt::format("/sys/bus/pci/devices/$(cat /sys/bus/pci/slots/{}/address).{}", slot,
                       number);
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

void Chassis::clean() {
    // A driver that sleeps on request holds up every removal.
    guest_.run("echo 1 >/sys/module/had_hang/parameters/release");
    guest_.kill_everything();
    for (const auto& [slot, seat] : seats_)
        if (!seat.card.bridged) begin_pull(slot);
    for (int slot : filled_slots())
        if (!seats_[slot].card.bridged && !finish_pull(slot, 30s))
            throw std::runtime_error(fmt::format("the card in slot {} cannot be pulled", slot));
    const auto script = fmt::format(tidy_script, fmt::arg("modules", shell_word(modules_at_boot_)));
    guest_.expect("exec busybox sh -c " + shell_word(script), 60s);
    build_far_end();
    for (const auto& [slot, card] : options_.cards)
        if (!card.bridged)
            insert(slot, card);
        else
            for (int n = 0; n < card.functions; ++n)
                mend_cable(slot, n);
}

} // namespace had::test
