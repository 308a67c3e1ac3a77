#include "had/core/world/chassis.hpp"

#include <algorithm>
#include <compare>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace had::core {
namespace {

// A slot's place, in a form that a chain can be compared with.
struct Place {
    std::optional<PciPath> path;
    PciDevice device;
    bool whole_bus = false;
};

std::string print(const Place& place) {
    if (place.path) return to_string(*place.path);
    if (place.whole_bus) return fmt::format("{:04x}:{:02x}", place.device.domain, place.device.bus);
    return fmt::format("{:04x}:{:02x}:{:02x}", place.device.domain, place.device.bus,
                       place.device.device);
}

bool step_matches(const PathStep& step, const PciAddress& address) {
    return step.device == address.device && (!step.function || *step.function == address.function);
}

// The index in the chain of the device that sits in the place; nothing when the chain passes it by.
std::optional<std::size_t> depth_in(const Place& place, const std::vector<PciAddress>& chain) {
    if (place.path) {
        const PciPath& path = *place.path;
        if (path.steps.empty() || chain.size() < path.steps.size()) return std::nullopt;
        if (chain[0].domain != path.domain || chain[0].bus != path.root_bus) return std::nullopt;
        for (std::size_t i = 0; i < path.steps.size(); ++i)
            if (!step_matches(path.steps[i], chain[i])) return std::nullopt;
        return path.steps.size() - 1;
    }
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const PciAddress& at = chain[i];
        if (at.domain == place.device.domain && at.bus == place.device.bus &&
            (place.whole_bus || at.device == place.device.device))
            return i;
    }
    return std::nullopt;
}

// A path leads to a bus only when a card is there: then the device in the slot tells which.
PciDevice device_in(const Place& place, const PciFunction& function, std::size_t depth) {
    if (!place.path) return place.device;
    const PciAddress& at = function.chain[depth];
    return PciDevice{at.domain, at.bus, at.device};
}

// A device, or its whole bus.  What may hold a card is found by it, so that no card is compared with every slot.
struct Spot {
    std::uint32_t domain = 0;
    std::uint8_t bus = 0;
    std::optional<std::uint8_t> device;       // nothing: the whole bus

    friend auto operator<=>(const Spot&, const Spot&) = default;
};

// The kernel's slots that can switch a card off, the first by name for each spot.
class Switches {
public:
    explicit Switches(const Observed& observed) {
        for (const auto& [name, slot] : observed.slots)
            if (slot.can_power)
                names_.try_emplace({slot.domain, slot.bus, slot.whole_bus ? std::nullopt : std::optional(slot.device)},
                                   &name);
    }
    // Empty: none can.
    [[nodiscard]] std::string at(const PciDevice& device) const {
        const std::string* first = nullptr;
        for (const Spot& spot : {Spot{device.domain, device.bus, device.device}, Spot{device.domain, device.bus, {}}})
            if (const auto found = names_.find(spot); found != names_.end() && (!first || *found->second < *first))
                first = found->second;
        return first ? *first : "";
    }

private:
    std::map<Spot, const std::string*> names_;
};

Place place_of(const KernelSlot& slot) {
    return {std::nullopt, {slot.domain, slot.bus, slot.device}, slot.whole_bus};
}

std::optional<Place> find_kernel_slot(const std::string& name, const Observed& observed,
                                      PlacedSlot& slot) {
    auto at = observed.slots.find(name);
    if (at == observed.slots.end()) {
        slot.problem = fmt::format("the kernel has no slot named '{}': give [slot {}] a location, "
                                   "`pcidb scan` shows them",
                                   name, slot.name);
        return std::nullopt;
    }
    return place_of(at->second);
}

// The kernel's slot names are unstable where two slots claim one number: "2" and "2-1".
bool is_ambiguous(const std::string& name, const Observed& observed) {
    return observed.slots.contains(name + "-1");
}

std::optional<Place> locate(const SlotConfig* config, const Observed& observed, PlacedSlot& slot) {
    const Location location = config ? config->location : Location{};
    return std::visit(
        overloaded{
            [&](const std::monostate&) -> std::optional<Place> {
                if (is_ambiguous(slot.name, observed)) {
                    slot.problem = fmt::format("the kernel has slots named '{0}' and '{0}-1': give "
                                               "[slot {0}] a location, `pcidb scan` shows them",
                                               slot.name);
                    return std::nullopt;
                }
                return find_kernel_slot(slot.name, observed, slot);
            },
            [&](const KernelSlotName& kernel) { return find_kernel_slot(kernel.name, observed, slot); },
            [&](const PciPath& path) -> std::optional<Place> { return Place{path, {}, false}; },
            [&](const PciDevice& device) -> std::optional<Place> {
                return Place{std::nullopt, device, false};
            },
        },
        location);
}

struct Subdevice {
    std::string path;
    PciAddress function;
};

// Subdevices are counted from 0 in path order, or pinned by `ports =`; those that are not pinned come last.
std::map<unsigned, Subdevice> number(std::vector<Subdevice> found, const SlotConfig* config) {
    std::sort(found.begin(), found.end(),
              [](const Subdevice& a, const Subdevice& b) { return a.path < b.path; });
    std::map<unsigned, Subdevice> numbered;
    const std::vector<std::string> none;
    const std::vector<std::string>& pins = config ? config->ports : none;
    unsigned next = static_cast<unsigned>(pins.size());
    for (Subdevice& subdevice : found) {
        auto pin = std::find(pins.begin(), pins.end(), subdevice.path);
        const unsigned at = pin == pins.end() ? next++ : static_cast<unsigned>(pin - pins.begin());
        numbered.emplace(at, std::move(subdevice));
    }
    return numbered;
}

// udevd may not have told yet that a card's interface is gone, and a bond or VLAN may have its number by now:
// that is set up for what it is, and not for a port.
bool is_cards(const Link* link) { return link && link->kind != "bond" && link->kind != "vlan"; }

// What comes mostly in order is compared once, with the last.  A key that is there stays as it is.
template <class Map, class Value>
const Value& in_order(Map& map, const typename Map::key_type& key, Value&& value) {
    return map.emplace_hint(map.end(), key, std::forward<Value>(value))->second;
}

using DevicesOf = std::multimap<PciAddress, const NetDevice*>;

void place_ports(Chassis& chassis, PlacedSlot& slot,
                 const std::map<unsigned, Subdevice>& subdevices, const DevicesOf& devices_of,
                 const Config& config, const Observed& observed) {
    for (const auto& [number, subdevice] : subdevices) {
        auto [first, last] = devices_of.equal_range(subdevice.function);
        std::vector<const NetDevice*> devices;
        for (auto at = first; at != last; ++at) devices.push_back(at->second);
        std::sort(devices.begin(), devices.end(), [](const NetDevice* a, const NetDevice* b) {
            return std::pair(a->dev_port, a->link) < std::pair(b->dev_port, b->link);
        });
        for (unsigned unit = 0; unit < std::max<std::size_t>(devices.size(), 1); ++unit) {
            PlacedPort port{{slot.name, number, unit}, subdevice.function, subdevice.path, 0, true};
            port.role = role_of(config, port.name);
            if (unit < devices.size() && is_cards(observed.link(devices[unit]->link))) {
                port.index = devices[unit]->link;
                port.settled = devices[unit]->settled;
            }
            slot.ports.push_back(port.name);
            const PlacedPort& placed = in_order(chassis.ports, port.name, std::move(port));
            if (placed.index != 0) chassis.by_index.emplace(placed.index, &placed);
        }
    }
}

struct Claim {
    PlacedSlot slot;
    const SlotConfig* config = nullptr;
    std::optional<Place> place;
};

// Two names of one place are found by the text of the place, or else as soon as a card is there.
void tell_twins(Claim& claim, const Claim& first) {
    claim.slot.problem = fmt::format("it is where slot {} is, {}: give one of them another location", first.slot.name,
                                     first.slot.location);
    claim.place.reset();
}

// A path by its first step alone.
class Spots {
public:
    explicit Spots(const std::vector<Claim>& claims) {
        for (std::size_t i = 0; i < claims.size(); ++i)
            if (claims[i].place) add(*claims[i].place, i);
    }
    // Claims, in their order, that may hold what is at the end of the chain.
    [[nodiscard]] std::vector<std::size_t> about(const std::vector<PciAddress>& chain) const {
        std::vector<std::size_t> all;
        for (const PciAddress& at : chain)
            for (const Spot& spot : {Spot{at.domain, at.bus, at.device}, Spot{at.domain, at.bus, {}}})
                for (auto [next, last] = claims_.equal_range(spot); next != last; ++next) all.push_back(next->second);
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    }

private:
    void add(const Place& place, std::size_t claim) {
        if (!place.path) {
            const PciDevice& at = place.device;
            claims_.emplace(Spot{at.domain, at.bus, place.whole_bus ? std::nullopt : std::optional(at.device)}, claim);
        } else if (!place.path->steps.empty())
            claims_.emplace(Spot{place.path->domain, place.path->root_bus, place.path->steps[0].device}, claim);
    }

    std::multimap<Spot, std::size_t> claims_;
};

// The slots of the file come first, then the kernel's, for cards that are in no slot of the file.  Among equals the
// innermost place wins (a slot on a card's own bridge).
Claim* claimant(std::vector<Claim>& claims, const Spots& spots, const PciFunction& function, std::size_t& depth) {
    Claim* best = nullptr;
    for (const std::size_t number : spots.about(function.chain)) {
        Claim& claim = claims[number];
        if (!claim.place) continue;
        const auto found = depth_in(*claim.place, function.chain);
        if (!found) continue;
        if (best && best->slot.configured && claim.slot.configured && depth == *found) {
            tell_twins(claim, *best);
            continue;
        }
        if (best && (best->slot.configured != claim.slot.configured ? best->slot.configured
                                                                    : depth >= *found))
            continue;
        best = &claim;
        depth = *found;
    }
    return best;
}

// A range such as `slots = 1-16` may name more than the machine has; a role or a [slot] section may not.
bool is_expected(const Config& config, const SlotName& name) {
    return config.slot(name) || !config.lines_of(name).empty();
}

std::vector<Claim> claims_of(const Config& config, const Observed& observed, const Switches& switches) {
    std::vector<Claim> claims;
    for (const SlotName& name : config.slot_names()) {
        Claim claim;
        claim.slot.name = name;
        claim.slot.controlled = config.controls(name);
        claim.config = config.slot(name);
        claim.place = locate(claim.config, observed, claim.slot);
        if (!claim.place && !is_expected(config, name)) continue;
        if (claim.place) claim.slot.location = print(*claim.place);
        if (claim.place && !claim.place->path) claim.slot.kernel = switches.at(claim.place->device);
        claims.push_back(std::move(claim));
    }
    std::map<std::string, const Claim*> places;
    for (Claim& claim : claims) {
        if (!claim.place) continue;
        const auto [at, first] = places.try_emplace(claim.slot.location, &claim);
        if (!first) tell_twins(claim, *at->second);
    }
    std::set<std::string> named;
    for (const Claim& claim : claims) named.insert(claim.slot.name);
    for (const auto& [name, kernel] : observed.slots) {
        if (named.contains(name)) continue;
        Claim claim;
        claim.slot.name = name;
        claim.slot.configured = false;
        claim.place = place_of(kernel);
        claim.slot.location = print(*claim.place);
        claims.push_back(std::move(claim));
    }
    return claims;
}

std::set<std::string> named_by(const Config& config) {
    std::set<std::string> names;
    for (const BondConfig& bond : config.bonds) names.insert({bond.name, bond.primary, bond.active_slave});
    for (const VlanConfig& vlan : config.vlans) names.insert({vlan.name, vlan.on});
    for (const ServiceConfig& service : config.services) {
        for (const Need& need : service.needs)
            if (need.link) names.insert(need.object);
        for (const Sign& sign : {service.ready, service.alive.value_or(Sign{})}) names.insert(sign.object);
        names.insert(service.interface);
    }
    for (const MemberConfig& member : config.members) names.insert(member.interface);
    for (const PeerConfig& peer : config.peers)
        for (const PeerLan& lan : peer.lans) names.insert(lan.on);
    return names;
}

} // namespace

const PlacedPort* Chassis::port(const PortName& name) const {
    auto at = ports.find(name);
    return at == ports.end() ? nullptr : &at->second;
}

const PlacedPort* Chassis::port(Ifindex index) const {
    auto at = by_index.find(index);
    return at == by_index.end() ? nullptr : at->second;
}

Ifindex Chassis::resolve(const std::string& reference, const Observed& observed) const {
    if (const auto name = port_name_from(reference)) {
        const PlacedPort* placed = port(*name);
        if (placed) return placed->index;
    }
    const Link* link = observed.link_called(reference);
    return link ? link->index : 0;
}

Chassis place(const Config& config, const Observed& observed) {
    DevicesOf devices_of;
    for (const auto& [index, device] : observed.devices) devices_of.emplace(device.function, &device);

    const Switches switches(observed);
    std::vector<Claim> claims = claims_of(config, observed, switches);
    const Spots spots(claims);
    std::map<const Claim*, std::vector<Subdevice>> subdevices;
    for (const auto& [address, seen] : observed.functions) {
        std::size_t depth = 0;
        Claim* claim = claimant(claims, spots, seen.function, depth);
        if (!claim) continue;
        claim->slot.functions.push_back(address);
        if (claim->slot.configured && claim->slot.kernel.empty())
            claim->slot.kernel = switches.at(device_in(*claim->place, seen.function, depth));
        claim->slot.insertion = std::max(claim->slot.insertion, seen.insertion);
        if (seen.function.is_network() && !seen.function.is_virtual)
            subdevices[claim].push_back(
                {relative_path(seen.function.chain, depth, claim->place->whole_bus), address});
    }

    Chassis chassis;
    chassis.named = named_by(config);
    for (Claim& claim : claims) {
        auto found = subdevices.find(&claim);
        // A slot that the file does not name is worth a line only for a network card in it.
        if (!claim.slot.configured && found == subdevices.end()) continue;
        if (found != subdevices.end())
            place_ports(chassis, claim.slot, number(std::move(found->second), claim.config),
                        devices_of, config, observed);
        in_order(chassis.slots, claim.slot.name, std::move(claim.slot));
    }
    return chassis;
}

} // namespace had::core
