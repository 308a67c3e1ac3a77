// The CompactPCI backplane: its module in the guest, and the hand on its handles.
#include "test/chassis/compact_pci.hpp"

#include <fmt/format.h>

#include <sstream>

#include "test/chassis/emulated_chassis.hpp"

namespace had::test {
namespace {

constexpr const char* parameters = "/sys/module/had_cpci/parameters";

} // namespace

void EmulatedChassis::build_backplane() {
    std::string bridges;
    for (const DomainBridge& bridge : domain_bridges)
        bridges += fmt::format("{}{:#x}", bridges.empty() ? "" : ",", bridge.device);
    guest_.expect("modprobe had_cpci bridges=" + bridges);
}

void EmulatedChassis::hand(std::string_view word, int slot) {
    if (options_.backplane != Backplane::cpci)
        throw std::logic_error("only a CompactPCI card has a handle");
    guest_.expect(fmt::format("echo {} {} >{}/hand", word, slot, parameters));
}

void EmulatedChassis::open_handle(int slot) { hand("open", slot); }
void EmulatedChassis::close_handle(int slot) { hand("close", slot); }
void EmulatedChassis::kill_card(int slot) { hand("die", slot); }

void EmulatedChassis::tear_out(int slot) {
    hand("pull", slot);
    constexpr Limit limit = 5s; // for QEMU alone
    for (const Port& port : seat(slot).ports)
        if (!qmp_.wait_deleted(port.id, limit))
            throw std::runtime_error(fmt::format("QEMU keeps the card of slot {}", slot));
    card_is_out(slot);
}

bool EmulatedChassis::blue_led(int slot) {
    return guest_.run(fmt::format("grep -q '^{} .*blue' {}/slots", slot, parameters)).rc == 0;
}

bool EmulatedChassis::wait_blue_led(int slot, Deadline& deadline) {
    return guest_.holds_within(fmt::format("grep -q '^{} .*blue' {}/slots", slot, parameters),
                               Limit(deadline.left_ms()));
}

std::optional<LetGo> EmulatedChassis::let_go(int slot) {
    const std::string times = guest_.expect(
        fmt::format("sed -n 's/^{} .*blue //p' {}/slots", slot, parameters));
    long long whole = 0, waited = 0;
    if (!(std::istringstream(times) >> whole >> waited)) return std::nullopt;
    return LetGo{std::chrono::microseconds(whole), std::chrono::microseconds(waited)};
}

std::string EmulatedChassis::slot_name(int slot) {
    return guest_.expect(fmt::format("cd /sys/bus/pci/devices/0000:00:{:02x}.0/pci_bus && set -- * && "
                                     "echo ${{1#*:}}:{:02x}",
                                     domain_bridge(slot).device, device_in_domain(slot)));
}

std::string EmulatedChassis::location(int slot) const {
    return fmt::format("path 0000:00:{:02x}.0/{:02x}", domain_bridge(slot).device, device_in_domain(slot));
}

} // namespace had::test
