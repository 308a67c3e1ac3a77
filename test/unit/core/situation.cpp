#include "test/unit/core/situation.hpp"

#include <stdexcept>
#include <tuple>
#include <utility>

namespace had::test {

World::World(std::string_view text) {
    ParsedConfig parsed = parse_config(text);
    if (has_errors(parsed.diagnostics))
        throw std::invalid_argument(to_string(parsed.diagnostics.front(), "had.conf"));
    config = std::move(parsed.config);
}

World::World(World&& other) noexcept = default;
World& World::operator=(World&& other) noexcept = default;
World::~World() = default;

Change World::hear(Event event) { return fold(observed, std::move(event)); }

Situation World::situation() {
    chassis = place(config, observed);
    return {config,   "had.conf", table,       chassis, observed, owned,
            orders, models, attempts, standings, "machine", TimePoint{}, ahead,   force,
            no_paths, no_neighbours,
            no_losses, services, devices, peers};
}

Plan World::plan() { return core::plan(situation()); }

View World::view() {
    const Situation s = situation();
    return derive_view(s, core::plan(s), "kernel");
}

std::vector<std::string> World::wanted() {
    std::vector<std::string> lines;
    for (const Action& action : plan().actions)
        lines.push_back(to_string(action.operation));
    return lines;
}

PciAddress at(std::string_view text) {
    return pci_address_from(text).value();
}

PciFunction function(const std::vector<std::string_view>& chain, std::uint16_t device,
                     std::string driver) {
    PciFunction f;
    for (const std::string_view step : chain)
        f.chain.push_back(at(step));
    f.vendor = 0x8086;
    f.device = device;
    f.class_code = 0x020000;
    f.driver = std::move(driver);
    return f;
}

Link nic(Ifindex index, std::string name) {
    Link link;
    link.index = index;
    link.name = std::move(name);
    link.mtu = 1500;
    link.address = Mac{{0x52, 0x54, 0, 0, 0, static_cast<std::uint8_t>(index)}};
    return link;
}

Link bond(Ifindex index, std::string name) {
    Link link = nic(index, std::move(name));
    link.kind = "bond";
    link.address = stable_mac("machine", link.name);
    link.up = true;
    link.bond = BondInfo{};
    for (const BondOptionRule& rule : bond_option_rules())
        if (rule.type != BondType::mac) link.bond->options[rule.id] = rule.initial;
    link.bond->options[BondOption::mode] = std::uint64_t{1};
    link.bond->options[BondOption::miimon] = std::uint64_t{100};
    link.bond->options[BondOption::primary_reselect] = std::uint64_t{2};
    return link;
}

Link slave(Ifindex index, std::string name, Ifindex master, bool active) {
    Link link = nic(index, std::move(name));
    link.master = master;
    link.address = stable_mac("machine", "bond0");          // as a bond gives it to its ports
    link.up = link.carrier = true;
    link.slave = SlaveInfo{};
    link.slave->active = active;
    link.slave->mii = MiiStatus::up;
    return link;
}

Address address(Ifindex link, std::string_view text) {
    const IpPrefix prefix = ip_prefix_from(text).value();
    const bool v4 = prefix.address.family == IpFamily::v4 && prefix.length < 31;
    return {link, prefix, v4 ? std::optional(broadcast_of(prefix)) : std::nullopt, true, false};
}

Connected connected(Ifindex link, std::string_view network) {
    return {link, ip_prefix_from(network).value()};
}

KernelSlot slot(std::string name, std::string_view device) {
    const PciAddress a = at(std::string(device) + ".0");
    return {std::move(name), a.domain, a.bus, a.device, "acpiphp", false, true};
}

void insert_card(World& world) {
    world.hear(SlotSeen{slot("2", "0000:00:02")});
    for (const auto& [place, index, name] :
         {std::tuple("0000:00:02.0", 2, "eth0"), std::tuple("0000:00:02.1", 3, "eth1")}) {
        world.hear(FunctionSeen{function({place}, 0x1010, "e1000")});
        world.hear(NetDeviceSeen{{index, at(place), 0, true}});
        world.hear(LinkSeen{nic(index, name)});
    }
}

void let_serve(World& world) {
    insert_card(world);
    Link link = bond(9, "bond0");
    link.carrier = true;
    link.bond->options[BondOption::active_slave] = std::uint64_t{2};
    world.hear(LinkSeen{link});
    world.hear(AddressSeen{address(9, "10.0.1.1/24")});
    world.hear(ConnectedSeen{connected(9, "10.0.1.0/24")});
    world.hear(LinkSeen{slave(2, "eth0", 9, true)});
    world.hear(LinkSeen{slave(3, "eth1", 9)});
    world.owned.bonds = {"bond0"};
    world.owned.members = {{2, "bond0"}, {3, "bond0"}};
}

} // namespace had::test
