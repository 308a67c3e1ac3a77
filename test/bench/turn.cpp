#include "test/bench/turn.hpp"

#include "had/core/policy/failover.hpp"
#include "had/sys/link_codec.hpp"
#include "test/bench/link_message.hpp"
#include "test/bench/turn_machine.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string>

namespace had::test {

using namespace core;

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

} // namespace

Turns::Turns(unsigned ports, unsigned times, Ended ended)
    : machine_(std::make_unique<Machine>(ports)), times_(times), ended_(std::move(ended)) {}
Turns::~Turns() = default;

Cost Turns::foreign_link() {
    std::vector<Cost> costs;
    for (unsigned i = 0; i < times_; ++i) {
        Link veth;
        veth.index = 1000000 + static_cast<Ifindex>(i % 7);
        veth.name = fmt::format("veth{}", i % 7);
        veth.kind = "veth";
        veth.up = i / 7 % 2 == 0;
        Bytes message = link_message(veth);
        const nlmsghdr& bytes = message.message();
        const Meter meter;
        machine_->hear(bytes);
        costs.push_back(meter.read());
        ended_("foreign link");
    }
    return median(costs);
}

// An even number of times, so that it is as it was.
Cost Turns::backup_flaps() {
    Machine& machine = *machine_;
    std::vector<Cost> costs;
    const Link& bond = machine.link("bond0");
    const auto& slaves = machine.had().model().observed.slaves_of(bond.index);
    const auto backup = *std::find_if(slaves.begin(), slaves.end(), [&](Ifindex i) { return i != active_of(bond); });
    for (unsigned i = 0; i < times_ + times_ % 2; ++i) {
        Link port = machine.link(backup);
        port.carrier = !port.carrier;
        Bytes message = link_message(port);
        const nlmsghdr& bytes = message.message();
        const Meter meter;
        machine.hear(bytes);
        costs.push_back(meter.read());
        ended_("backup's carrier");
    }
    machine.settle();
    return median(costs);
}

// `event` is told how to measure it: until the first operation of that kind, and until it returns.
template <class Do>
Turns::Asked Turns::measure(std::string_view name, Do event) {
    std::vector<Cost> asked, all;
    for (unsigned i = 0; i < times_; ++i) {
        event([&](auto is_it, auto happen) {
            std::optional<Cost> cost;
            std::optional<Meter> meter;
            machine_->kernel().before = [&](const Operation& operation) {
                if (cost || !is_it(operation)) return;
                cost = meter->read();
                ended_(fmt::format("{}, asked", name));
            };
            meter.emplace();
            happen();
            all.push_back(meter->read());
            ended_(fmt::format("{}, all the rest", name));
            machine_->kernel().before = [](const Operation&) {};
            if (cost) asked.push_back(*cost);
        });
    }
    return {median(asked), median(all)};
}

Turns::Asked Turns::active_lost() {
    Machine& machine = *machine_;
    return measure("active lost", [&](auto until) {
        Link port = machine.link(active_of(machine.link("bond0")));
        port.carrier = false;
        Bytes lost = link_message(port);
        port.carrier = true;
        Bytes back = link_message(port);
        const nlmsghdr& bytes = lost.message();
        bool lay_ready = false;
        machine.kernel().sent_ready = [&](const Operation&) { lay_ready = true; };
        until([&](const Operation& operation) { return lay_ready || !sys::encode(operation).empty(); },
              [&] { machine.hear(bytes); });
        machine.hear(back.message());
        machine.settle();
    });
}

Turns::Asked Turns::plug_in() {
    Machine& machine = *machine_;
    return measure("plug-in", [&](auto until) {
        until([](const Operation& operation) { return std::holds_alternative<Enslave>(operation); },
              [&] { machine.plug_in(); });
        machine.settle();
        machine.pull();
    });
}

} // namespace had::test
