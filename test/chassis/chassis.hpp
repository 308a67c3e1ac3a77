// The virtual chassis: a machine with slots, cards and cables, on a real kernel.
//
// QEMU emulates the machine (no KVM needed); a distribution kernel boots in it in seconds with the
// machine's own root file system below a layer of memory, so the guest has every program and
// library of the host, the checkout included, and can spoil nothing.  Its process 1 is the agent,
// which runs commands (guest.hpp).  The operator's hand is QEMU's monitor.
//
//      the guest, root namespace          cables           the guest, namespace "far"
//     +---------------------------+    (QEMU hubs of   +--------------------------------+
//     |  slot 2    port 0  [eth0] |----- two ports) ---| [far0] \                       |
//     |            port 1  [eth1] |--------------------| [far1]  \                      |
//     |  slot 12   port 0  [eth2] |--------------------| [far2]  br0, a learning switch |
//     |            port 1  [eth3] |--------------------| [far3]  /   10.0.1.2/24        |
//     |  slot 16   (empty)        |   x----------------| [far4] /                       |
//     +---------------------------+                    +--------------------------------+
//
// The far end is a switch: each cable ends at a network card of its own, and all of those are
// ports of one bridge.  (One hub for all would be simpler and would lie: a hub floods, so a frame
// sent to the wrong port would arrive nevertheless, and a failover that a switch would not notice
// would lose nothing.)  A cable that is cut takes the carrier from both of its ends; so does a
// card that is pulled, from the far one.  The far cards are vmxnet3, which no story plugs in, so
// that every other driver can be loaded and unloaded; they sit behind a bridge of their own, where
// no slot is hot-pluggable, and only their own namespace has their interfaces.
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
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "test/chassis/card.hpp"
#include "test/chassis/child.hpp"
#include "test/chassis/guest.hpp"
#include "test/chassis/qmp.hpp"

namespace had::test {

enum class Backplane { pc, pcie, shpc, cpci };

struct Options {
    Backplane backplane = Backplane::pc;
    std::map<int, Card> cards; // in their slots when the power comes on
    int cables = 6;            // with a far end; 0: as many as wanted, leading nowhere
    std::string far_address = "10.0.1.2/24";
    std::vector<int> pcie_slots = {2, 4, 6, 8, 10, 12, 14, 16};
    bool interface_names_from_kernel = true; // ethN, also when udevd runs
    int memory_mb = 768;
    int cpus = 1;
    std::string kernel_arguments;
    bool terminal = false; // the guest has /dev/hvc0, and its `operator` asks us

    bool operator==(const Options&) const = default;
};

// A card that was let go: from the moment at which the core turned its latch to 0, to the LED; and how much of
// that was nothing but the wait for the core's thread to look, and to go to sleep again.
struct LetGo {
    std::chrono::microseconds whole{}, waited{};
};

class Chassis {
public:
    explicit Chassis(Options options = {});
    Chassis(const Chassis&) = delete;
    Chassis& operator=(const Chassis&) = delete;
    ~Chassis();

    const Options& options() const { return options_; }
    Guest& guest() { return guest_; }
    Qmp& qmp() { return qmp_; }
    // Only with a terminal: what the guest's own operator asks for, and the other side of its
    // /dev/hvc0, which is readable for ever when the chassis is off.
    JsonLine& operator_port() { return operator_port_; }
    const Fd& terminal() const { return terminal_; }

    // --- The operator's hand -----------------------------------------------------------------
    // Returns when the card is in; the guest then notices at its own pace.
    void insert(int slot, const Card& card);

    // Returns when the guest has let go and the card is out; throws std::runtime_error when that
    // takes longer.  A card that the guest itself ejected (power 0 on `pc`) is already out.
    void pull(int slot, Limit limit = 30s);
    // The first half of it: the guest is asked, and may be slow or may never answer.
    void begin_pull(int slot);
    // Whether the card was let go in time.
    bool finish_pull(int slot, Limit limit);

    // On `cpci`: by hand, at once, whatever the guest thinks of it.
    void open_handle(int slot);
    void close_handle(int slot);
    void tear_out(int slot);
    // It answers no more, and stays where it is.
    void kill_card(int slot);
    bool blue_led(int slot);
    // The card's whose LED is lit; nothing when nobody had opened its handle.
    std::optional<LetGo> let_go(int slot);

    void cut_cable(int slot, int port);
    void mend_cable(int slot, int port);

    bool holds_card(int slot);
    std::vector<int> filled_slots() const;

    // --- What a story may want to know -------------------------------------------------------
    std::string mac(int slot, int port);
    // Where its function is now, e.g. 0000:00:0c.1, once the guest has seen it; that takes it more
    // than half a second a card.
    std::string pci_address(int slot, int port, Limit limit = 10s);
    // The interface of a port, once its driver has made it; the name is the guest's.
    std::string interface(int slot, int port, Limit limit = 10s);
    // On `cpci`: what the guest's kernel calls the slot, "01:02", and where had.conf finds it.
    std::string slot_name(int slot);
    std::string location(int slot) const;
    // The far end's interface at the other end of the cable.
    std::string far_interface(int slot, int port);
    // The end of what the guest's kernel said on its serial line.
    std::string console_tail() const;

    // Everything out, everything killed, everything as after the boot; for the next story.
    void clean();

private:
    struct Port {
        std::string id, mac; // QEMU's name for it
        int cable;
    };
    struct Seat {
        Card card;
        std::vector<Port> ports;
        std::string bridge; // QEMU's name for the card's own, if it has one
    };
    using Stream = std::pair<Fd, Fd>; // ours, QEMU's

    Chassis(Options options, Stream qmp, Stream agent, Stream operator_port, Stream terminal);
    void boot();

    Seat& seat(int slot);
    Port& port(int slot, int number);
    Seat make_seat(const Card& card);
    Json device(int slot, const Seat& seat, int number) const;
    int take_cable();
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
    void build_far_end();

    Options options_;
    std::string console_;         // the serial line's log
    std::string modules_at_boot_; // what clean() leaves loaded
    std::map<int, Seat> seats_;
    std::set<int> cables_in_use_;
    int cards_so_far_ = 0;
    Qmp qmp_;
    Guest guest_;
    JsonLine operator_port_;
    Fd terminal_;
    std::unique_ptr<Child> qemu_;
};

} // namespace had::test
