#include "test/bench/turn.hpp"

#include "had/core/policy/failover.hpp"
#include "had/run/reconciler.hpp"
#include "test/bench/count_allocations.hpp"
#include "test/fake/fake_kernel.hpp"
#include "test/fake/loop.hpp"
#include "test/fake/no_peers.hpp"
#include "test/fake/prober.hpp"
#include "test/fake/runner.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace had::test {
namespace {

using namespace core;

constexpr unsigned ports_a_card = 2, ports_a_bond = 10;

double now_us() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// What has passed since it was made.
class Meter {
public:
    [[nodiscard]] Cost read() const { return {now_us() - began_, allocations() - before_}; }

private:
    std::uint64_t before_ = allocations();
    double began_ = now_us();
};

} // namespace

class Machine {
public:
    explicit Machine(unsigned ports)
        : had_(kernel_, prober_, runner_, peers_, surroundings(), {"0123456789abcdef", "had.conf", "kernel"}) {
        const ModelId model{0x8086, 0x100e};
        kernel_.bus().module("e1000").binds = {model};
        kernel_.listen([this](Event event) { had_.hear(std::move(event)); });
        for (unsigned slot = 0; slot * ports_a_card < ports; ++slot) insert(slot, model);
        kernel_.dump_to([this](Event event) { had_.hear(std::move(event)); });
        had_.begin(file_for(ports), parse_driver_table("[e1000]\nid = 8086:100e\n").table, {}, {}, {});
        settle();
    }

    Reconciler& had() { return had_; }
    FakeKernel& kernel() { return kernel_; }
    const Link& link(const std::string& name) const { return *had_.model().observed.link(name); }
    const Link& link(Ifindex index) const { return *had_.model().observed.link(index); }

    // Both halves of an event: all that is to be done at once.
    void hear(Event event) {
        had_.hear(std::move(event));
        had_.fail_over();
        loop_.run_posted();
    }
    void settle() {
        for (int rounds = 0; rounds < 40; ++rounds) {
            loop_.run_posted();
            for (const Source source : {Source::links, Source::uevents, Source::jobs}) kernel_.deliver(source);
            const TimePoint until = loop_.now() + std::chrono::milliseconds(200);
            while (loop_.advance(until) == FakeLoop::Due::wake) had_.wake();
        }
    }

private:
    void insert(unsigned slot, ModelId model) {
        FakeSlot at;
        at.kernel.name = std::to_string(slot + 1);
        at.kernel.bus = static_cast<std::uint8_t>(1 + slot / 32);
        at.kernel.device = static_cast<std::uint8_t>(slot % 32);
        at.kernel.controller = "acpiphp";
        at.kernel.can_power = true;
        kernel_.bus().add_slot(at);
        kernel_.bus().insert(at.kernel.name, {.models = {model, model}, .nature = {}});
    }
    static Config file_for(unsigned ports) {
        std::string text, devices = "[devices]\n";
        const unsigned slots = (ports + ports_a_card - 1) / ports_a_card;
        for (unsigned bond = 0; bond * ports_a_bond < ports; ++bond)
            text += fmt::format("[bond bond{0}]\nmode = active-backup\nmiimon = 100\naddress = 10.{1}.{2}.1/24\n"
                                "[config c{0}]\nbond = bond{0}\n",
                                bond, bond / 256, bond % 256);
        for (unsigned slot = 0; slot < slots; ++slot)
            devices += fmt::format("{} = c{}\n", slot + 1, slot * ports_a_card / ports_a_bond);
        return parse_config(text + devices).config;
    }
    Surroundings surroundings() {
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

    FakeLoop loop_;
    FakeKernel kernel_;
    FakeProber prober_{loop_, kernel_};
    FakeRunner runner_{loop_};
    NoPeers peers_;
    Reconciler had_;
};

namespace {

template <class T>
T median(std::vector<Cost>& costs, T Cost::*of) {
    const auto middle = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
    std::nth_element(costs.begin(), middle, costs.end(),
                     [of](const Cost& a, const Cost& b) { return a.*of < b.*of; });
    return *middle.*of;
}

Cost median(std::vector<Cost> costs) {
    if (costs.empty()) return {};
    return {median(costs, &Cost::us), median(costs, &Cost::allocations)};
}

constexpr int times = 41;

} // namespace

Turns::Turns(unsigned ports) : machine_(std::make_unique<Machine>(ports)) {}
Turns::~Turns() = default;

Cost Turns::foreign_link() {
    std::vector<Cost> costs;
    for (int i = 0; i < times; ++i) {
        Link veth;
        veth.index = 1000000 + i % 7;
        veth.name = fmt::format("veth{}", i % 7);
        veth.kind = "veth";
        veth.up = i / 7 % 2 == 0;
        LinkSeen seen{veth};
        const Meter meter;
        machine_->hear(std::move(seen));
        costs.push_back(meter.read());
    }
    return median(costs);
}

Cost Turns::backup_flaps() {
    Machine& machine = *machine_;
    std::vector<Cost> costs;
    const Link& bond = machine.link("bond0");
    const auto& slaves = machine.had().model().observed.slaves_of(bond.index);
    const auto backup = *std::find_if(slaves.begin(), slaves.end(), [&](Ifindex i) { return i != active_of(bond); });
    for (int i = 0; i < times; ++i) {
        Link port = machine.link(backup);
        port.carrier = !port.carrier;
        const Meter meter;
        machine.hear(LinkSeen{port});
        costs.push_back(meter.read());
    }
    machine.settle();
    return median(costs);
}

Turns::Loss Turns::active_lost() {
    Machine& machine = *machine_;
    std::vector<Cost> asked, all;
    for (int i = 0; i < times; ++i) {
        const Link& bond = machine.link("bond0");
        const Ifindex was = active_of(bond);
        Link port = machine.link(was);
        port.carrier = false;
        std::optional<Meter> meter;
        std::optional<Cost> cost;
        machine.kernel().before = [&](const Operation&) {
            if (!cost) cost = meter->read();
        };
        meter.emplace();
        machine.hear(LinkSeen{port});
        all.push_back(meter->read());
        if (cost) asked.push_back(*cost);
        machine.kernel().before = [](const Operation&) {};
        port.carrier = true;
        machine.hear(LinkSeen{port});
        machine.settle();
    }
    return {median(asked), median(all)};
}

} // namespace had::test
