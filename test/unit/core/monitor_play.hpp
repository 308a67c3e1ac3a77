// A monitor at work, with a clock that the test moves and a network that answers what it lets through.
#pragma once

#include "had/core/monitor/monitor.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace had::test {

using namespace core;
using namespace std::chrono_literals;

// A clock by which each call is a moment late, and each a little less than the one before; ports 1 and 2, of which 1
// is active; and a network that answers what `lets_through`.
struct Play final : Prober {
    MonitorConfig config;
    std::unique_ptr<Monitor> monitor;
    std::vector<WatchedPort> ports;
    TimePoint now{1h};
    std::function<bool(const Question&)> lets_through = [](const Question&) { return true; };
    std::vector<Question> asked;
    std::map<Ifindex, std::uint64_t> frames;
    bool counts = true;                       // else no counter of port 1 can be read
    Duration lateness = 1ms;

    explicit Play(MonitorConfig of, std::uint32_t mtu = 1500, bool whole = false) : config(std::move(of)) {
        MonitorPlace place{.interface = "bond0", .group = 7, .whole = whole};
        place.targets = {*ip_address_from("10.0.1.254")};
        monitor = make_monitor(config, place);
        for (const std::uint8_t i : {std::uint8_t{0}, std::uint8_t{1}})
            ports.push_back({.index = i + 1,
                             .name = "2." + std::to_string(i),
                             .place = i,
                             .carrier = true,
                             .active = i == 0,
                             .mac = {{2, 0, 0, 0, 0, i}},
                             .mtu = mtu});
        monitor->watch(ports, now, true);
    }

    void listen(const std::vector<Ear>&) override {}
    int ask(const Question&) override { return 0; }
    std::optional<std::uint64_t> received(Ifindex port) override {
        return counts || port != 1 ? std::optional(frames[port]) : std::nullopt;
    }
    bool hears_file(const std::string&) override { return hears; }
    std::optional<bool> says_failed(const std::string&) override {
        ++readings;
        return says;
    }
    bool hears = true;                        // when a file changes
    std::optional<bool> says;                 // the file
    unsigned readings = 0;
    void write(bool failed) {
        says = failed;
        Answer changed;
        changed.transport = Transport::file;
        changed.path = config.path;
        if (hears) monitor->hear(changed, now);
    }

    void answer(const Question& question) {
        monitor->hear(answer_to(question), now);
    }
    static Answer answer_to(const Question& question) {
        if (question.transport != Transport::peer)
            return {.port = question.port, .transport = question.transport, .to = question.source,
                    .from = {}, .target = question.target, .sequence = question.sequence,
                    .asker = question.asker, .service = question.service};
        const Ifindex to = question.mark.to + 1;
        return {.port = to, .transport = Transport::peer, .to = *question.to, .from = question.source,
                .mark = question.mark};
    }
    void step() {
        for (const Question& question : monitor->step(now, *this)) {
            asked.push_back(question);
            if (lets_through(question)) answer(question);
        }
    }
    // Somebody is told each time that another `tells` is over.
    void pass(Duration time, Duration tells = 1h, const std::function<void()>& tell = [] {}) {
        const TimePoint end = now + time;
        for (TimePoint next = now + tells; now < end;) {
            const TimePoint due = monitor->due().value_or(end) + lateness;
            now = std::min({std::max(due, now), next, end});
            if (now == next) next += tells, tell();
            if (monitor->due() && now >= *monitor->due() + lateness) lateness -= 1us, step();
        }
    }
    PathState state(std::size_t port = 0) { return monitor->judge(now).ports.at(port).state; }
};

inline MonitorConfig monitor_of(MonitorKind kind) {
    MonitorConfig config;
    config.name = "gw";
    config.kind = kind;
    config.rise = 1;
    return config;
}

} // namespace had::test
