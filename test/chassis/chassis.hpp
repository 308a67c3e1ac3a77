// The virtual chassis: a machine with slots, cards and cables, on a real kernel.
//
// A distribution kernel boots in it in seconds with the machine's own root file system below a layer of memory,
// so the guest has every program and library of the host, the checkout included, and can spoil nothing.  Its
// process 1 is the agent, which runs commands (guest.hpp).
//
//      the guest, root namespace          cables           the guest, namespace "far"
//     +---------------------------+                      +--------------------------------+
//     |  slot 2    port 0  [eth0] |----------------------| [far0] \                       |
//     |            port 1  [eth1] |----------------------| [far1]  \                      |
//     |  slot 12   port 0  [eth2] |----------------------| [far2]  br0, a learning switch |
//     |            port 1  [eth3] |----------------------| [far3]  /   10.0.1.2/24        |
//     |  slot 16   (empty)        |   x------------------| [far4] /                       |
//     +---------------------------+                      +--------------------------------+
//
// The far end is a switch: each cable ends at an interface of its own, and all of those are ports of one bridge.
// A cable that is cut takes the carrier from both of its ends; so does a card that is pulled, from the far one.
//
// There are two kinds, and a story says which one it needs (Options::needs):
//
//     EmulatedChassis   QEMU.  Cards are PCI devices, driven by the kernel's drivers, in slots of a controller:
//                       what is about cards, slots and drivers.  Slow: some 10 to 40 times native.
//     PlayedChassis     User-mode Linux.  A card is played: its ports are veth pairs, and the daemon is shown a
//                       PCI tree that the agent writes, with the events that the kernel would send.  The same
//                       bonds, addresses, routes and links, near native speed.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "test/chassis/card.hpp"
#include "test/chassis/guest.hpp"

namespace had::test {

// `ports`: whatever carries packets and can be cut off, pulled and put back will do.
enum class Needs { cards, ports };

enum class Backplane { pc, pcie, shpc, cpci };

struct Options {
    Needs needs = Needs::cards;
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

class Chassis {
public:
    Chassis(const Chassis&) = delete;
    Chassis& operator=(const Chassis&) = delete;
    virtual ~Chassis();

    const Options& options() const { return options_; }
    Guest& guest() { return guest_; }

    // --- The operator's hand -----------------------------------------------------------------
    // Returns when the card is in; the guest then notices at its own pace.
    virtual void insert(int slot, const Card& card) = 0;

    // Returns when the guest has let go and the card is out; throws std::runtime_error when that
    // takes longer.
    void pull(int slot, Limit limit = 30s);
    // The first half of it: the guest is asked, and may be slow or may never answer.
    virtual void begin_pull(int slot) = 0;
    // Whether the card was let go in time.
    virtual bool finish_pull(int slot, Limit limit) = 0;

    virtual void cut_cable(int slot, int port) = 0;
    virtual void mend_cable(int slot, int port) = 0;

    virtual bool holds_card(int slot) = 0;
    std::vector<int> filled_slots() const;

    // --- What a story may want to know -------------------------------------------------------
    std::string mac(int slot, int port);
    int ports(int slot) { return seat(slot).card.functions; }
    // The interface of a port, once its driver has made it; the name is the guest's.
    virtual std::string interface(int slot, int port, Limit limit = 10s) = 0;
    // Whether this is the one, now.
    virtual bool is_interface(int slot, int port, const std::string& name) = 0;
    // The far end's interface at the other end of the cable.
    std::string far_interface(int slot, int port);
    // The end of what the guest's kernel has said.
    std::string console_tail() const;

    // Everything out, everything killed, everything as after the boot; for the next story.
    virtual void clean() = 0;

protected:
    struct Port {
        std::string id, mac; // QEMU's name for it, or the interface's
        int cable;
    };
    struct Seat {
        Card card;
        std::vector<Port> ports;
        std::string bridge; // QEMU's name for the card's own, if it has one
    };

    // `kind` names its logs.
    Chassis(Options options, Fd agent, std::string_view kind);

    std::string log(std::string_view of) const;
    // Waits for the agent; what is done and loaded after this is a story's, and tidy() takes it back.
    void wait_ready();
    void remember_modules();
    Seat& seat(int slot);
    Port& port(int slot, int number);
    Seat make_seat(const Card& card);
    int take_cable();
    // The switch, and those ends of cables that are there.
    void build_far_end();
    void tidy();

    Options options_;
    std::map<int, Seat> seats_;
    std::set<int> cables_in_use_;
    int cards_so_far_ = 0;
    Guest guest_;

private:
    std::string kind_;
    std::string modules_at_boot_;
};

Options ports_only();
// The kind that serves, switched on.  HAD_CHASSIS=emulated: that one, whatever is needed.
std::unique_ptr<Chassis> make_chassis(const Options& options);

} // namespace had::test
