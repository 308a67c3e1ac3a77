// The operator's hand: cards and cables.
#include <fmt/format.h>
#include <stdexcept>

#include "test/chassis/chassis.hpp"
#include "test/chassis/compact_pci.hpp"
#include "test/chassis/shpc.hpp"

namespace had::test {
namespace {

// The ports of a bridged card are devices 4, 5, ... of the card's own bus, as on real ones.
constexpr int first_bridged_device = 4;

bool is_gone(const QmpError& e) {
    return std::string_view(e.what()).find("not found") != std::string_view::npos;
}

} // namespace

Chassis::Seat& Chassis::seat(int slot) {
    auto found = seats_.find(slot);
    if (found == seats_.end())
        throw std::logic_error(fmt::format("no card was put into slot {}", slot));
    return found->second;
}

Chassis::Port& Chassis::port(int slot, int number) {
    auto& ports = seat(slot).ports;
    if (number < 0 || static_cast<std::size_t>(number) >= ports.size())
        throw std::logic_error(fmt::format("the card in slot {} has no port {}", slot, number));
    return ports[static_cast<std::size_t>(number)];
}

int Chassis::take_cable() {
    int n = 0;
    while (cables_in_use_.contains(n))
        ++n;
    cables_in_use_.insert(n);
    return n;
}

// No name and no made-up address is ever used twice: another card is another card.
Chassis::Seat Chassis::make_seat(const Card& card) {
    const int cables = static_cast<int>(cables_in_use_.size()) + card.functions;
    if (options_.cables > 0 && cables > options_.cables)
        throw std::logic_error(
            fmt::format("no cables are left for it: there are {} in all", options_.cables));
    const int serial = ++cards_so_far_;
    Seat seat{card, {}, card.bridged ? fmt::format("card{}", serial) : ""};
    for (int n = 0; n < card.functions; ++n) {
        auto mac =
            fmt::format("52:54:00:{:02x}:{:02x}:{:02x}", serial >> 8 & 0x7f, serial & 0xff, n);
        if (static_cast<std::size_t>(n) < card.macs.size())
            mac = card.macs[static_cast<std::size_t>(n)];
        seat.ports.push_back({fmt::format("card{}-port{}", serial, n), mac, take_cable()});
    }
    return seat;
}

// QEMU's description of one port.
Json Chassis::device(int slot, const Seat& seat, int number) const {
    const Port& port = seat.ports[static_cast<std::size_t>(number)];
    Json d = {{"driver", device_of(seat.card.model)},
              {"id", port.id},
              {"mac", port.mac},
              {"netdev", fmt::format("cable{}-near", port.cable)},
              {"romfile", ""}};
    if (seat.card.bridged) {
        d["bus"] = seat.bridge;
        d["addr"] = fmt::format("{:02x}.0", first_bridged_device + number);
    } else {
        const auto [bus, device] = place_in(slot);
        d["bus"] = bus;
        d["addr"] = fmt::format("{:02x}.{}", device, number);
        d["multifunction"] = seat.card.functions > 1;
    }
    for (const auto& property : seat.card.extra) {
        auto eq = property.find('=');
        auto value = Json::parse(property.substr(eq + 1), nullptr, false); // numbers and booleans
        d[property.substr(0, eq)] = value.is_discarded() ? Json(property.substr(eq + 1)) : value;
    }
    return d;
}

std::pair<std::string, int> Chassis::place_in(int slot) const {
    switch (options_.backplane) {
    case Backplane::pc: return {"pci.0", slot};
    case Backplane::pcie: return {fmt::format("slot{}", slot), 0};
    case Backplane::shpc: return {shpc_bridge.id, slot};
    case Backplane::cpci: return {domain_bridge(slot).id, device_in_domain(slot)};
    }
    throw std::logic_error("no such backplane");
}

// Hot-plug of a bridge by ACPI needs a guest that does not know of it (acpiphp would not look behind).
bool Chassis::can_be_plugged(const Card& card) const {
    return !card.bridged || options_.backplane == Backplane::cpci;
}

Json Chassis::bridge(int slot, const Seat& seat) const {
    const auto [bus, device] = place_in(slot);
    return {{"driver", "pci-bridge"},
            {"id", seat.bridge},
            {"bus", bus},
            {"addr", fmt::format("{:02x}.0", device)},
            {"chassis_nr", slot},
            // Without a controller of its own QEMU plugs nothing in behind it.
            {"shpc", options_.backplane == Backplane::cpci}};
}

void Chassis::insert(int slot, const Card& card) {
    if (!can_be_plugged(card))
        throw std::logic_error("QEMU plugs in no card with a bridge: put it into Options::cards");
    if (auto old = seats_.find(slot); old != seats_.end()) {
        if (holds_card(slot)) throw std::logic_error(fmt::format("slot {} is not empty", slot));
        card_is_out(slot);
    }
    Seat& seat = seats_[slot] = make_seat(card);
    if (options_.cables == 0)
        for (const Port& port : seat.ports)
            add_near_end(port);
    // The guest looks at function 0 alone to see whether a card is there: it goes in last.
    try {
        if (card.bridged) qmp_.execute("device_add", bridge(slot, seat));
        for (int n = card.functions - 1; n >= 0; --n)
            qmp_.execute("device_add", device(slot, seat, n));
    } catch (const QmpError&) { // no such model or slot: none of its ports is in
        card_is_out(slot);
        throw;
    }
    set_far_links(seat, true);
    if (options_.backplane == Backplane::cpci) hand("insert", slot);
}

void Chassis::add_near_end(const Port& port) {
    qmp_.execute("netdev_add", {{"type", "hubport"},
                                {"id", fmt::format("cable{}-near", port.cable)},
                                {"hubid", port.cable}});
}

void Chassis::pull(int slot, Limit limit) {
    begin_pull(slot);
    if (!finish_pull(slot, limit))
        throw std::runtime_error(fmt::format("the guest does not let go of the card in slot {}: "
                                             "{} ms passed",
                                             slot, limit.count()));
}

void Chassis::begin_pull(int slot) {
    if (!can_be_plugged(seat(slot).card)) throw std::logic_error("QEMU pulls no card with a bridge");
    if (options_.backplane == Backplane::cpci) return open_handle(slot);
    try {
        qmp_.execute("device_del", {{"id", port(slot, 0).id}});
    } catch (const QmpError& e) {
        if (!is_gone(e)) // else the guest has ejected it already
            throw;
    }
}

bool Chassis::finish_pull(int slot, Limit limit) {
    Deadline deadline(limit);
    if (options_.backplane == Backplane::cpci) {
        if (!wait_blue_led(slot, deadline)) return false;
        hand("pull", slot);
    }
    for (const Port& port : seat(slot).ports)
        if (!qmp_.wait_deleted(port.id, Limit(deadline.left_ms()))) return false;
    card_is_out(slot);
    return true;
}

void Chassis::card_is_out(int slot) {
    set_far_links(seat(slot), false);
    for (const Port& port : seat(slot).ports) {
        if (options_.cables == 0)
            qmp_.execute("netdev_del", {{"id", fmt::format("cable{}-near", port.cable)}});
        cables_in_use_.erase(port.cable);
    }
    seats_.erase(slot);
}

bool Chassis::holds_card(int slot) {
    auto found = seats_.find(slot);
    if (found == seats_.end()) return false;
    for (const Json& device : qmp_.execute("qom-list", {{"path", "/machine/peripheral"}}))
        for (const Port& port : found->second.ports)
            if (device.at("name") == port.id) return true;
    return false;
}

std::vector<int> Chassis::filled_slots() const {
    std::vector<int> slots;
    for (const auto& [slot, seat] : seats_)
        slots.push_back(slot);
    return slots;
}

void Chassis::cut_cable(int slot, int number) {
    set_link(port(slot, number).id, false);
    if (options_.cables > 0) set_link(fmt::format("far{}", port(slot, number).cable), false);
}

void Chassis::mend_cable(int slot, int number) {
    if (options_.cables > 0) set_link(fmt::format("far{}", port(slot, number).cable), true);
    set_link(port(slot, number).id, true);
}

void Chassis::set_link(const std::string& id, bool up) {
    qmp_.execute("set_link", {{"name", id}, {"up", up}});
}

void Chassis::set_far_links(const Seat& seat, bool up) {
    if (options_.cables > 0)
        for (const Port& port : seat.ports)
            set_link(fmt::format("far{}", port.cable), up);
}

} // namespace had::test
