// The emulated chassis: QEMU (no KVM needed), real PCI hot-plug, the kernel's own drivers.
//
// The operator's hand is QEMU's monitor.  A cable is a hub of two ports; its far end is a network card of its
// own.  (One hub for all would be simpler and would lie: a hub floods, so a frame sent to the wrong port would
// arrive nevertheless, and a failover that a switch would not notice would lose nothing.)  The far cards are
// vmxnet3, which no story plugs in, so that every other driver can be loaded and unloaded; they sit behind a
// bridge of their own, where no slot is hot-pluggable, and only their own namespace has their interfaces.
//
// Slots.  On `pc` (acpiphp; ejects at once) the device numbers 2 to 30 are slots and named after
// them, 31 is the far end's bridge and 1 the machine's own; on `pcie` (q35, pciehp; a pull is the
// attention button, so it takes 5 s) the slots are those asked for in Options, and a card in slot
// N is device 0 of a bus of its own.  Pulling by surprise is nothing QEMU can do on these two: the
// guest always lets go first.
//
// On `shpc` (shpchp, as conventional PCI has it) slots 1 to 31 are the devices behind a bridge with a hot-plug
// controller.  There each function of a card presses the button once more, and the second press takes back the
// first: so only cards of one function are plugged in.
//
// On `cpci` (the kernel's CompactPCI core, on the backplane of module/had_cpci.c) slots 1 to 8 are
// domain A and 9 to 16 domain B, a bridge each, and a card in slot N is device (N - 1) % 8 + 1 there.
// Each card has a handle and a blue LED.  pull() is the orderly way: the handle is opened, somebody
// in the guest lets go of the card, the LED lights, the card comes out; but it can be torn out at any
// moment too, and can die in its place.  Cards with a bridge can be plugged in.
#pragma once
#include <optional>

#include "test/chassis/chassis.hpp"
#include "test/chassis/child.hpp"
#include "test/chassis/qmp.hpp"

namespace had::test {

// A card that was let go: from the moment at which the core turned its latch to 0, to the LED; and how much of
// that was nothing but the wait for the core's thread to look, and to go to sleep again.
struct LetGo {
    std::chrono::microseconds whole{}, waited{};
};

class EmulatedChassis : public Chassis {
public:
    explicit EmulatedChassis(Options options = {});

    Qmp& qmp() { return qmp_; }
    // Only with a terminal: what the guest's own operator asks for, and the other side of its
    // /dev/hvc0, which is readable for ever when the chassis is off.
    JsonLine& operator_port() { return operator_port_; }
    const Fd& terminal() const { return terminal_; }

    void insert(int slot, const Card& card) override;
    // A card that the guest itself ejected (power 0 on `pc`) is already out.
    void begin_pull(int slot) override;
    bool finish_pull(int slot, Limit limit) override;
    void cut_cable(int slot, int port) override;
    void mend_cable(int slot, int port) override;
    bool holds_card(int slot) override;
    std::string interface(int slot, int port, Limit limit = 10s) override;
    bool is_interface(int slot, int port, const std::string& name) override;
    void clean() override;

    // On `cpci`: by hand, at once, whatever the guest thinks of it.
    void open_handle(int slot);
    void close_handle(int slot);
    void tear_out(int slot);
    // It answers no more, and stays where it is.
    void kill_card(int slot);
    bool blue_led(int slot);
    // The card's whose LED is lit; nothing when nobody had opened its handle.
    std::optional<LetGo> let_go(int slot);

    // Where its function is now, e.g. 0000:00:0c.1, once the guest has seen it; that takes it more
    // than half a second a card.
    std::string pci_address(int slot, int port, Limit limit = 10s);
    // On `cpci`: what the guest's kernel calls the slot, "01:02", and where had.conf finds it.
    std::string slot_name(int slot);
    std::string location(int slot) const;

private:
    using Stream = std::pair<Fd, Fd>; // ours, QEMU's

    EmulatedChassis(Options options, Stream qmp, Stream agent, Stream operator_port, Stream terminal);
    void boot();

    Json device(int slot, const Seat& seat, int number) const;
    void add_near_end(const Port& port);
    void set_link(const std::string& id, bool up);
    void set_far_links(const Seat& seat, bool up);
    void card_is_out(int slot);
    // Where device 0 of a slot is: QEMU's bus and the device's number there; its path in sysfs.
    std::pair<std::string, int> place_in(int slot) const;
    std::string device_path(int slot) const;
    std::string sysfs(int slot, int port);
    bool can_be_plugged(const Card& card) const;
    Json bridge(int slot, const Seat& seat) const;
    void hand(std::string_view word, int slot);
    bool wait_blue_led(int slot, Deadline& deadline);
    void take_all_out();

    // The four descriptors of QEMU's sides of the streams, in the constructor's order.
    std::vector<std::string> command_line(const std::vector<int>& fds);
    void add_slots(std::vector<std::string>& argv) const;
    void add_backplane(std::vector<std::string>& argv) const;
    void build_backplane();
    void add_far_end(std::vector<std::string>& argv) const;
    void add_cards(std::vector<std::string>& argv);

    Qmp qmp_;
    JsonLine operator_port_;
    Fd terminal_;
    std::unique_ptr<Child> qemu_;
};

} // namespace had::test
