// For what no scenario can say: a reconciler between edges that obey, count, and throw where they are told to, with
// turns that end when the test says so, clocks that jump, and a disk that can be full.
#pragma once

#include "had/run/reconciler.hpp"
#include "test/fake/no_peers.hpp"
#include "test/fake/runner.hpp"
#include "test/unit/core/situation.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace had::test {

using namespace core;

[[noreturn]] inline void fail() { throw std::system_error(ENOMEM, std::generic_category(), "netlink"); }

// Obeys, and counts; or throws wherever it is told to.
struct Edge final : core::Kernel {
    bool drain_throws = false, apply_throws = false, start_throws = false, tell_throws = false, look_throws = false;
    unsigned applied = 0, told = 0;
    std::vector<std::string> operations;
    std::vector<JobDone> jobs;

    ActionResult announce(const Announcement&) override { return {}; }
    ActionResult apply(const Operation& operation) override {
        if (apply_throws) throw std::bad_alloc();
        operations.push_back(to_string(operation));
        return ++applied, ActionResult{};
    }
    std::unique_ptr<Prepared> prepare(const Operation&) override { return nullptr; }
    void start(const Operation&, JobDone done) override {
        if (start_throws) fail();
        jobs.push_back(std::move(done));
    }
    Reading reading{false, EOPNOTSUPP, "no"};
    Reading sense(Ifindex, Probe) override { return reading; }
    std::optional<SlotState> look(const SlotLook&) override { return std::nullopt; }
    bool hotplug_thread_runs() override {
        if (look_throws) fail();
        return true;
    }
    Parameters parameters(const std::string&) override { return {}; }
    mutable unsigned looked = 0;
    bool tunables_throw = false;
    Tunables tunables(const LinkRef&, const std::vector<std::string>& words) const override {
        if (++looked; tunables_throw) fail();
        Tunables values;
        for (const std::string& word : words) values.emplace(word, "256");
        return values;
    }
    void tell_others(const ForOthers&, JobDone) override {
        if (tell_throws) fail();
        ++told;
    }
    void ask_cause(const LossQuestion&, JobDone) override {}
    void drain() override {
        if (drain_throws) fail();
    }
};

struct Rig {
    Edge kernel;
    struct Deaf final : core::Prober {
        unsigned listened = 0;
        int error = 0;
        std::vector<Question> asked;
        void listen(const std::vector<Ear>&) override { ++listened; }
        int ask(const Question& question) override {
            asked.push_back(question);
            return error;
        }
        std::optional<std::uint64_t> received(Ifindex) override { return std::nullopt; }
        bool hears_file(const std::string&) override { return true; }
        std::optional<bool> says_failed(const std::string&) override { return std::nullopt; }
    } prober;
    FakeLoop nobody;
    struct Programs final : FakeRunner {
        using FakeRunner::FakeRunner;
        bool watch_throws = false;
        void watch(const std::vector<MatchConfig>&) override {
            if (std::exchange(watch_throws, false)) fail();
        }
    } runner{nobody};
    NoPeers peers;
    TimePoint now{std::chrono::hours(1)};
    std::int64_t wall = 1'000'000, keep_takes = 0;
    bool tells_throw = false, disk_is_full = false;
    unsigned peer_timers = 0;
    std::vector<std::function<void()>> posted;
    std::vector<Notice> notices;
    std::optional<TimePoint> wake, sense, probe;
    Orders kept;
    World world{"[bond bond0]\nmode = active-backup\nmiimon = 100\n[config member]\nbond = bond0\n"
                "[devices]\n2 = member\n"};
    std::unique_ptr<Reconciler> had;

    Rig() {
        let_serve(world);
        start({});
    }

    void start(const Orders& orders) {
        kept = orders;
        posted.clear();                       // of the one before
        had = std::make_unique<Reconciler>(kernel, prober, runner, peers, surroundings(),
                                           Identity{"machine", "had.conf", "kernel"});
        for (auto& [name, slot] : world.observed.slots) had->hear(SlotSeen{slot});
        for (auto& [at, seen] : world.observed.functions) had->hear(FunctionSeen{seen.function});
        for (auto& [index, device] : world.observed.devices) had->hear(NetDeviceSeen{device});
        for (auto& [index, link] : world.observed.links) had->hear(LinkSeen{link});
        had->begin(world.config, {}, world.owned, orders, {});
        run();
    }
    Surroundings surroundings() {
        Surroundings s;
        s.now = [this] { return now; };
        s.wall = [this] { return wall; };
        s.post = [this](std::function<void()> handler) { posted.push_back(std::move(handler)); };
        s.wake_at = [this](std::optional<TimePoint> at) { wake = at; };
        s.sense_at = [this](std::optional<TimePoint> at) { sense = at; };
        s.probe_at = [this](std::optional<TimePoint> at) { probe = at; };
        s.ask_peers_at = [this](auto) { ++peer_timers; };
        s.write_fault = [](const auto&, bool) { return std::string(); };
        s.publish = [this](const Notice& notice) {
            if (std::exchange(tells_throw, false)) throw std::bad_alloc();
            notices.push_back(notice);
        };
        s.log = [](NoticeLevel, const std::string&) {};
        s.save = [](const Owned&) {};
        s.keep = [this](const Orders& orders) {
            if (disk_is_full) throw std::system_error(ENOSPC, std::generic_category(), "orders");
            Orders whole = orders;
            kept = std::move(whole);
            wall += keep_takes;               // an fsync takes its time
        };
        s.remember = [](const Models&) {};
        s.changed = [] {};
        s.date = [] { return "now"; };
        return s;
    }
    void run() {
        for (auto& each : std::exchange(posted, {})) each();
    }
    // Somebody sets the bond down, which the daemon has to undo.
    void disturb() {
        Link bond = *had->model().observed.link("bond0");
        bond.up = false;
        bond.mtu -= 4;
        had->hear(LinkSeen{bond});
        run();
    }
    bool acts() {
        now += std::chrono::minutes(5);
        const unsigned before = kernel.applied;
        disturb();
        now += std::chrono::minutes(5);       // what was acknowledged and did not show has failed, and is tried again
        had->wake();
        return kernel.applied > before;
    }
    // A request ends before the next one begins; only jobs take their time.
    bool waits_for_ever() const {
        const auto& tried = had->model().attempts.by_key;
        return std::any_of(tried.begin(), tried.end(), [](const auto& entry) {
            return entry.second.state == Attempt::State::running && !is_job(entry.second.operation);
        });
    }
    // The monitors ask until then, and hosts answer or not.  What is thrown leaves a handler, as in the daemon's loop.
    void ask_for(Duration time, bool answered) {
        for (const TimePoint end = now + time; probe && *probe <= end;) try {
            now = std::max(now, *std::exchange(probe, std::nullopt));
            prober.asked.clear();
            had->probe();
            for (const Question& q : prober.asked)
                if (answered)
                    had->hear(Answer{.port = q.port, .transport = q.transport, .to = q.source, .from = {},
                                     .target = q.target});
            run();
        } catch (const std::bad_alloc&) {
        }
    }
    bool was_told(NoticeKind kind) const {
        return std::any_of(notices.begin(), notices.end(), [&](const Notice& n) { return n.kind == kind; });
    }
};

} // namespace had::test
