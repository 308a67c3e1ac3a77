#include "test/bench/turn_machine.hpp"

#include "had/core/config/driver_table.hpp"
#include "had/core/config/parse.hpp"
#include "had/sys/link_codec.hpp"

#include <fmt/format.h>

namespace had::test {

using namespace core;

namespace {

constexpr unsigned ports_a_card = 2, ports_a_bond = 10;
constexpr ModelId model{0x8086, 0x100e};

std::string name_of(unsigned slot) { return std::to_string(slot + 1); }

// The last slot belongs to the first bond, and is free.
Config file_for(unsigned ports, unsigned slots) {
    std::string text, devices = "[devices]\n";
    for (unsigned bond = 0; bond * ports_a_bond < ports; ++bond)
        text += fmt::format("[bond bond{0}]\nmode = active-backup\nmiimon = 100\naddress = 10.{1}.{2}.1/24\n"
                            "[config c{0}]\nbond = bond{0}\n",
                            bond, bond / 256, bond % 256);
    for (unsigned slot = 0; slot < slots; ++slot)
        devices += fmt::format("{} = c{}\n", name_of(slot), slot * ports_a_card / ports_a_bond);
    return parse_config(text + devices + name_of(slots) + " = c0\n").config;
}

} // namespace

Machine::Machine(unsigned ports)
    : slots_((ports + ports_a_card - 1) / ports_a_card),
      had_(kernel_, prober_, runner_, peers_, surroundings(), {"0123456789abcdef", "had.conf", "kernel"}) {
    kernel_.bus().module("e1000").binds = {model};
    kernel_.listen([this](Event event) { had_.hear(std::move(event)); });
    for (unsigned slot = 0; slot <= slots_; ++slot) add_slot(slot);
    for (unsigned slot = 0; slot < slots_; ++slot) insert(slot);
    kernel_.dump_to([this](Event event) { had_.hear(std::move(event)); });
    had_.begin(file_for(ports, slots_), parse_driver_table("[e1000]\nid = 8086:100e\n").table, {}, {}, {});
    settle();
}

void Machine::hear(const nlmsghdr& message) {
    sys::decode(message, [this](Event event) { had_.hear(std::move(event)); });
    had_.fail_over();
    loop_.run_posted();
}

void Machine::plug_in() {
    insert(slots_);
    while (deliver()) {}
}

void Machine::pull() {
    kernel_.bus().pull(name_of(slots_));
    settle();
}

bool Machine::deliver() {
    bool any = false;
    for (const Source source : {Source::links, Source::uevents, Source::jobs}) {
        any = kernel_.deliver(source) || any;
        had_.fail_over();
        loop_.run_posted();
    }
    return any;
}

void Machine::settle() {
    for (int rounds = 0; rounds < 40; ++rounds) {
        loop_.run_posted();
        deliver();
        const TimePoint until = loop_.now() + std::chrono::milliseconds(200);
        while (loop_.advance(until) == FakeLoop::Due::wake) had_.wake();
    }
}

void Machine::add_slot(unsigned slot) {
    FakeSlot at;
    at.kernel.name = name_of(slot);
    at.kernel.bus = static_cast<std::uint8_t>(1 + slot / 32);
    at.kernel.device = static_cast<std::uint8_t>(slot % 32);
    at.kernel.controller = "acpiphp";
    at.kernel.can_power = true;
    kernel_.bus().add_slot(at);
}

void Machine::insert(unsigned slot) { kernel_.bus().insert(name_of(slot), {.models = {model, model}, .nature = {}}); }

Surroundings Machine::surroundings() {
    Surroundings s;
    s.now = [this] { return loop_.now(); };
    s.wall = [this] { return loop_.wall(); };
    s.date = [] { return std::string("2026-11-26T00:00:00Z"); };
    s.post = [this](std::function<void()> handler) { loop_.post(std::move(handler)); };
    s.wake_at = [this](std::optional<TimePoint> at) { loop_.wake_at(at); };
    s.sense_at = [this](std::optional<TimePoint> at) { loop_.sense_at(at); };
    s.probe_at = [this](std::optional<TimePoint> at) { loop_.probe_at(at); };
    s.ask_peers_at = [this](std::optional<TimePoint> at) { loop_.ask_peers_at(at); };
    s.write_fault = [](const std::string&, bool) { return std::string(); };
    s.publish = [](const Notice&) {};
    s.log = [](NoticeLevel, const std::string&) {};
    s.save = [](const Owned&) {};
    s.keep = [](const Orders&) {};
    s.remember = [](const Models&) {};
    s.changed = [] {};
    return s;
}

} // namespace had::test
