// What a story may ask the chassis, and how one story's chassis becomes the next one's.
#include <fmt/format.h>

#include "test/chassis/emulated_chassis.hpp"
#include "test/chassis/compact_pci.hpp"
#include "test/chassis/shpc.hpp"

namespace had::test {

// A pattern for the shell, without the function: bus numbers are the guest's affair.
std::string EmulatedChassis::device_path(int slot) const {
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

std::string EmulatedChassis::sysfs(int slot, int number) {
    if (port(slot, number); seat(slot).card.bridged)
        return fmt::format("{}.0/*:{:02x}.0", device_path(slot), 4 + number);
    return fmt::format("{}.{}", device_path(slot), number);
}

std::string EmulatedChassis::pci_address(int slot, int number, Limit limit) {
    return guest_.wait_until(
        fmt::format("d=$(echo {}) && [ -e $d ] && echo ${{d##*/}}", sysfs(slot, number)), limit);
}

std::string EmulatedChassis::interface(int slot, int number, Limit limit) {
    // A virtio card's interface hangs below the virtio device that its PCI function made.
    return guest_.wait_until(fmt::format("cd {} && cd net 2>/dev/null || cd virtio*/net && "
                                         "set -- * && [ -e \"$1\" ] && echo \"$1\"",
                                         sysfs(slot, number)),
                             limit);
}

bool EmulatedChassis::is_interface(int slot, int number, const std::string& name) {
    return guest_.run(fmt::format("cd {} && set -- net/{} virtio*/net/{} && [ -e $1 -o -e $2 ]", sysfs(slot, number),
                                  name, name))
               .rc == 0;
}

void EmulatedChassis::take_all_out() {
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

void EmulatedChassis::clean() {
    // A driver that sleeps on request holds up every removal.
    guest_.run("echo 1 >/sys/module/had_hang/parameters/release");
    guest_.kill_everything();
    take_all_out();
    tidy();
    guest_.expect("echo 1 >/sys/bus/pci/drivers_autoprobe");
    build_far_end();
    for (const auto& [slot, card] : options_.cards)
        if (can_be_plugged(card))
            insert(slot, card);
        else
            for (int n = 0; n < card.functions; ++n)
                mend_cable(slot, n);
}

} // namespace had::test
