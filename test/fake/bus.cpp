#include "test/fake/bus.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace had::test {

using namespace core;

namespace {

constexpr std::uint32_t bridge_class = 0x060400;

bool has(const std::vector<ModelId>& models, const PciFunction& function) {
    return std::find(models.begin(), models.end(), ModelId{function.vendor, function.device}) !=
           models.end();
}

} // namespace

void FakeBus::add_slot(FakeSlot slot) {
    if (slot.announced) tell_(SlotSeen{slot.kernel});
    std::string name = slot.kernel.name;
    slots_[name] = std::move(slot);
}

void FakeBus::insert(const std::string& name, const FakeCard& card) {
    const auto at = slots_.find(name);
    if (at == slots_.end()) throw std::invalid_argument("no slot " + name);
    if (at->second.kernel.is_compact_pci() && !hotplug_thread) at->second.unseen = card;
    else take_in(name, card);
}

void FakeBus::take_in(const std::string& name, const FakeCard& card) {
    const auto at = slots_.find(name);
    at->second.card = card;
    at->second.off = false;
    const KernelSlot& kernel = at->second.kernel;
    std::vector<PciAddress> chain = at->second.above;
    chain.push_back({kernel.domain, kernel.bus, kernel.device, 0});
    if (functions_.contains(chain.back())) throw std::invalid_argument("a card is in slot " + name);
    std::vector<PciAddress> added;
    if (card.bridged) {
        add_function(name, card, chain, {0x3388, 0x0022}, bridge_class);
        chain.push_back({kernel.domain, next_bus_++, 3, 0});
    }
    for (const ModelId& model : card.models) {
        if (card.bridged) chain.back().device += 1;
        add_function(name, card, chain, model, card.class_code);
        added.push_back(chain.back());
        if (!card.bridged) chain.back().function += 1;
    }
    at->second.state = {.latched = hotplug_thread, .adapter = hotplug_thread};
    if (card.slow) return;
    for (const PciAddress& address : added)
        probe(functions_.at(address));
}

void FakeBus::probe_slot(const std::string& slot) {
    for (auto& [address, function] : functions_)
        if (function.slot == slot) probe(function);
}

void FakeBus::unbind(const std::string& slot) {
    for (auto& [address, function] : functions_)
        if (function.slot == slot) unbind(function);
}

void FakeBus::add_function(const std::string& slot, const FakeCard& card,
                           std::vector<PciAddress> chain, ModelId model, std::uint32_t class_code) {
    const PciAddress address = chain.back();
    Function function;
    function.slot = slot;
    function.units = card.units;
    function.nature = card.nature;
    for (unsigned unit = 0; unit < card.units; ++unit)
        function.macs.push_back({{0x52, 0x54, 0, 0, 0, ++next_mac_}});
    if (card.mac && address.function == 0) function.macs.front() = *card.mac;
    function.pci.chain = std::move(chain);
    function.pci.vendor = model.vendor;
    function.pci.device = model.device;
    function.pci.class_code = class_code;
    tell_(FunctionSeen{function.pci});
    functions_[address] = std::move(function);
}

void FakeBus::move(const std::string& slot, bool away) {
    for (auto& [address, function] : functions_) {
        if (function.slot != slot || function.pci.driver.empty()) continue;
        if (!away) make_nics(function);
        for (const Ifindex nic : away ? std::exchange(function.nics, {}) : std::vector<Ifindex>{}) {
            net_.move_away(nic);
            devices_.erase(nic);
            tell_(NetDeviceGone{nic});
        }
    }
}

ActionResult FakeBus::unbind(const std::vector<PciAddress>& functions) {
    for (const PciAddress& address : functions)
        if (auto at = functions_.find(address); at != functions_.end()) unbind(at->second);
    return {};
}

ActionResult FakeBus::bind(const std::vector<PciAddress>& functions) {
    for (const PciAddress& address : functions)
        if (auto at = functions_.find(address); at != functions_.end()) probe(at->second);
    return {};
}

ActionResult FakeBus::power(const std::string& name, bool on) {
    FakeSlot& slot = slots_.at(name);
    if (!slot.kernel.can_power) return {ENOENT, "No such file or directory"};
    if (!on) {
        const auto is_here = [&](const auto& each) { return each.second.slot == name; };
        if (slot.off || std::none_of(functions_.begin(), functions_.end(), is_here)) return {};
        pull(name);
        slot.off = true;
        return {};
    }
    if (!slot.off) return {ENODEV, "No such device"};
    const FakeCard card = slot.card;
    insert(name, card);
    return {};
}

// A CompactPCI slot: its LED is lit by the kernel's core, as long as its thread runs.
ActionResult FakeBus::remove(const std::string& slot, bool lit) {
    pull(slot);
    slots_.at(slot).state.lit = lit;
    return {};
}

ActionResult FakeBus::rescan() {
    for (auto& [name, slot] : slots_)
        if (const auto card = std::exchange(slot.unseen, std::nullopt)) take_in(name, *card);
    return {};
}

void FakeBus::open_handle(const std::string& slot) {
    SlotState& state = slots_.at(slot).state;
    (hotplug_thread ? state.latched : state.asks) = !hotplug_thread;
}

void FakeBus::silence(const std::string& slot) {
    slots_.at(slot).state.silent = true;
    for (auto& [address, function] : functions_)
        if (function.slot == slot)
            for (const Ifindex nic : function.nics) net_.nature(nic)->probes.clear();
}

std::optional<SlotState> FakeBus::look(const std::string& slot) const {
    auto at = slots_.find(slot);
    return at == slots_.end() ? std::nullopt : std::optional(at->second.state);
}

void FakeBus::pull(const std::string& slot) {
    slots_.at(slot).off = false;
    slots_.at(slot).state = {};
    for (auto at = functions_.begin(); at != functions_.end();) {
        if (at->second.slot != slot) {
            ++at;
            continue;
        }
        remove(at->second);
        at = functions_.erase(at);
    }
}

// RTM_DELLINK, net remove, pci unbind.
void FakeBus::unbind(Function& function) {
    for (const Ifindex nic : function.nics) {
        net_.remove_nic(nic);
        devices_.erase(nic);
        tell_(NetDeviceGone{nic});
    }
    function.nics.clear();
    if (function.pci.driver.empty()) return;
    function.pci.driver.clear();
    tell_(FunctionSeen{function.pci});
}

// The same, and pci remove.
void FakeBus::remove(Function& function) {
    unbind(function);
    tell_(FunctionGone{function.pci.address()});
}

std::vector<Ifindex> FakeBus::interfaces(const std::string& slot, unsigned number) const {
    unsigned at = 0;
    for (const auto& [address, function] : functions_)
        if (function.slot == slot && function.pci.is_network() && at++ == number)
            return function.nics;
    return {};
}

// The first loaded module that knows it; devices come before the driver is told to be bound.
void FakeBus::probe(Function& function) {
    for (const auto& [name, module] : modules_) {
        if (!module.loaded || module.idle || !has(module.binds, function.pci)) continue;
        if (!function.pci.driver.empty()) return;
        function.pci.driver = name;
        bool completed = module.makes_devices;
        for (const auto& [other, completer] : modules_)
            completed = completed || (completer.loaded && completer.completes == name);
        if (completed) make_nics(function);
        tell_(FunctionSeen{function.pci});
    }
}

void FakeBus::make_nics(Function& function) {
    for (unsigned unit = 0; unit < function.units; ++unit) {
        // net add is sent before RTM_NEWLINK, but on another socket.
        const Ifindex index = net_.add_nic(function.macs[unit], function.pci.address(), function.nature);
        function.nics.push_back(index);
        devices_[index] = {index, function.pci.address(), unit, !udev_};
        tell_(NetDeviceSeen{devices_[index]});
    }
}

ActionResult FakeBus::load(const std::string& name) {
    if (name == "bonding") {
        const bool was_there = net_.has_bonding();
        const ActionResult outcome = modules_[name].outcome;
        if (outcome.ok()) net_.load_bonding();
        return was_there ? ActionResult{.error = 0, .text = "", .was_so = true} : outcome;
    }
    auto at = modules_.find(name);
    if (at == modules_.end()) return {ENOENT, "Module " + name + " not found"};
    FakeModule& module = at->second;
    if (module.loaded) return {.error = 0, .text = "", .was_so = true};
    if (!module.outcome.ok()) return module.outcome;
    module.loaded = true;
    for (auto& [address, function] : functions_) {
        if (function.pci.driver.empty())
            probe(function);
        else if (function.pci.driver == module.completes && function.nics.empty())
            make_nics(function);
    }
    return {};
}

ActionResult FakeBus::unload(const std::string& name) {
    for (const auto& [address, function] : functions_)
        if (function.pci.driver == name) return {EBUSY, "Module " + name + " is in use"};
    module(name).loaded = false;
    return {};
}

void FakeBus::settle(Ifindex index) {
    for (auto& [link, device] : devices_) {
        if ((index != 0 && link != index) || device.settled) continue;
        device.settled = true;
        tell_(NetDeviceSeen{device});
    }
}

DevicesScanned FakeBus::scan() const {
    DevicesScanned scan;
    for (const auto& [address, function] : functions_)
        scan.functions.push_back(function.pci);
    for (const auto& [index, device] : devices_)
        scan.devices.push_back(device);
    for (const auto& [name, slot] : slots_)
        if (slot.announced) scan.slots.push_back(slot.kernel);
    return scan;
}

} // namespace had::test
