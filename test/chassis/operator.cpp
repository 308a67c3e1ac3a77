// The operator's hand: cards and cables.
#include <fmt/format.h>
#include <stdexcept>

#include "test/chassis/emulated_chassis.hpp"
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

// QEMU's description of one port.
Json EmulatedChassis::device(int slot, const Seat& seat, int number) const {
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

std::pair<std::string, int> EmulatedChassis::place_in(int slot) const {
    switch (options_.backplane) {
    case Backplane::pc: return {"pci.0", slot};
    case Backplane::pcie: return {fmt::format("slot{}", slot), 0};
    case Backplane::shpc: return {shpc_bridge.id, slot};
    case Backplane::cpci: return {domain_bridge(slot).id, device_in_domain(slot)};
    }
    throw std::logic_error("no such backplane");
}

// Hot-plug of a bridge by ACPI needs a guest that does not know of it (acpiphp would not look behind).
bool EmulatedChassis::can_be_plugged(const Card& card) const {
    return !card.bridged || options_.backplane == Backplane::cpci;
}

Json EmulatedChassis::bridge(int slot, const Seat& seat) const {
    const auto [bus, device] = place_in(slot);
    return {{"driver", "pci-bridge"},
            {"id", seat.bridge},
            {"bus", bus},
            {"addr", fmt::format("{:02x}.0", device)},
            {"chassis_nr", slot},
            // Without a controller of its own QEMU plugs nothing in behind it.
            {"shpc", options_.backplane == Backplane::cpci}};
}

void EmulatedChassis::insert(int slot, const Card& card) {
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

void EmulatedChassis::add_near_end(const Port& port) {
    qmp_.execute("netdev_add", {{"type", "hubport"},
                                {"id", fmt::format("cable{}-near", port.cable)},
                                {"hubid", port.cable}});
}

void EmulatedChassis::begin_pull(int slot) {
    if (!can_be_plugged(seat(slot).card)) throw std::logic_error("QEMU pulls no card with a bridge");
    if (options_.backplane == Backplane::cpci) return open_handle(slot);
    try {
        qmp_.execute("device_del", {{"id", port(slot, 0).id}});
    } catch (const QmpError& e) {
        if (!is_gone(e)) // else the guest has ejected it already
            throw;
    }
}

bool EmulatedChassis::finish_pull(int slot, Limit limit) {
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

void EmulatedChassis::card_is_out(int slot) {
    set_far_links(seat(slot), false);
    for (const Port& port : seat(slot).ports) {
        if (options_.cables == 0)
            qmp_.execute("netdev_del", {{"id", fmt::format("cable{}-near", port.cable)}});
        cables_in_use_.erase(port.cable);
    }
    seats_.erase(slot);
}

bool EmulatedChassis::holds_card(int slot) {
    auto found = seats_.find(slot);
    if (found == seats_.end()) return false;
    for (const Json& device : qmp_.execute("qom-list", {{"path", "/machine/peripheral"}}))
        for (const Port& port : found->second.ports)
            if (device.at("name") == port.id) return true;
    return false;
}

void EmulatedChassis::cut_cable(int slot, int number) {
    set_link(port(slot, number).id, false);
    if (options_.cables > 0) set_link(fmt::format("far{}", port(slot, number).cable), false);
}

void EmulatedChassis::mend_cable(int slot, int number) {
    if (options_.cables > 0) set_link(fmt::format("far{}", port(slot, number).cable), true);
    set_link(port(slot, number).id, true);
}

void EmulatedChassis::set_link(const std::string& id, bool up) {
    qmp_.execute("set_link", {{"name", id}, {"up", up}});
}

void EmulatedChassis::set_far_links(const Seat& seat, bool up) {
    if (options_.cables > 0)
        for (const Port& port : seat.ports)
            set_link(fmt::format("far{}", port.cable), up);
}

} // namespace had::test
