// The PCI half of the fake kernel: slots, cards, drivers' modules, and udevd.
//
// Inserting and pulling cards and loading modules tell the uevents that the kernel would send, in
// its order; network devices are made in and taken from the FakeNet.
#pragma once

#include "had/core/world/event.hpp"
#include "had/core/action/kernel.hpp"
#include "test/fake/net.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace had::test {

struct FakeCard {
    std::vector<core::ModelId> models; // one a function, or one a device behind the card's bridge
    bool bridged = false;              // the device in the slot is a bridge of the card's own
    bool slow = false;                 // no driver is asked until probe_slot()
    unsigned units = 1;                // network devices a function
    std::uint32_t class_code = 0x020000;
    FakeNature nature;
    std::optional<core::Mac> mac = {};  // of its first port; else made up, and never the same twice
};

struct FakeSlot {
    core::KernelSlot kernel;
    std::vector<core::PciAddress> above; // bridges between the root bus and the slot
    FakeCard card = {};                  // the last one in it
    bool off = false;
    bool announced = true;               // false: a place that no controller made a slot of
    core::SlotState state;               // of a CompactPCI slot
    std::optional<FakeCard> unseen;      // pushed in where no thread of the kernel saw it
};

struct FakeModule {
    std::vector<core::ModelId> binds;
    std::string completes;     // makes the network devices of what that driver has bound
    bool makes_devices = true; // false: another module completes it
    bool idle = false;         // loads and binds nothing
    bool hangs = false;
    ActionResult outcome; // of loading it
    bool loaded = false;
};

class FakeBus {
public:
    FakeBus(core::EventSink tell, FakeNet& net) : tell_(std::move(tell)), net_(net) {}

    void add_slot(FakeSlot slot);
    void insert(const std::string& slot, const FakeCard& card);
    void pull(const std::string& slot);
    void probe_slot(const std::string& slot);
    bool hotplug_thread = true;              // the kernel's, of CompactPCI
    // Of a CompactPCI card: the operator wishes to have it.
    void open_handle(const std::string& slot);
    // Torn out, or dead in its place: it answers no more, and nobody tells.
    void silence(const std::string& slot);
    [[nodiscard]] std::optional<core::SlotState> look(const std::string& slot) const;
    // The drivers let the card go, and none takes it until another is loaded.
    void unbind(const std::string& slot);
    // What jobs of had do.  A slot that is switched off keeps its card, until it is pulled.
    // Its interfaces leave for another namespace, or come back.
    void move(const std::string& slot, bool away);
    ActionResult unbind(const std::vector<core::PciAddress>& functions);
    ActionResult bind(const std::vector<core::PciAddress>& functions);
    ActionResult power(const std::string& slot, bool on);
    ActionResult remove(const std::string& slot, bool lit);
    ActionResult rescan();
    [[nodiscard]] std::vector<core::Ifindex> interfaces(const std::string& slot, unsigned function) const;

    FakeModule& module(const std::string& name) { return modules_[name]; }
    // What a job of had, or modprobe by another's hand, does.  `was_so` when it is in already.
    ActionResult load(const std::string& name);
    ActionResult unload(const std::string& name);

    // From now on udevd runs: a new network device is not settled until it says so.
    void run_udev() { udev_ = true; }
    void settle(core::Ifindex index);

    [[nodiscard]] core::DevicesScanned scan() const;

private:
    void take_in(const std::string& slot, const FakeCard& card);
    struct Function {
        core::PciFunction pci;
        std::string slot;
        unsigned units = 1;
        FakeNature nature;
        std::vector<Mac> macs; // the card's own, whichever driver serves it
        std::vector<core::Ifindex> nics;
    };

    void add_function(const std::string& slot, const FakeCard& card,
                      std::vector<core::PciAddress> chain, core::ModelId model,
                      std::uint32_t class_code);
    void probe(Function& function);
    void make_nics(Function& function);
    void unbind(Function& function);
    void remove(Function& function);

    core::EventSink tell_;
    FakeNet& net_;
    std::map<std::string, FakeSlot> slots_;
    std::map<core::PciAddress, Function> functions_;
    std::map<std::string, FakeModule> modules_;
    std::map<core::Ifindex, core::NetDevice> devices_;
    bool udev_ = false;
    std::uint8_t next_bus_ = 0x40, next_mac_ = 0;
};

} // namespace had::test
