// For what no scenario can say: a reconciler between edges that obey, count, and throw where they are told to, with
// turns that end when the test says so, clocks that jump, and a disk that can be full.
#pragma once

#include "had/core/config/unread_word.hpp"
#include "had/run/reconciler.hpp"
#include "test/fake/no_peers.hpp"
#include "test/fake/runner.hpp"
#include "test/unit/core/situation.hpp"

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
    std::string unread, absent;               // a word that a card does not say, and one that is not there
    Tunables tunables(const LinkRef&, const std::vector<std::string>& words) const override {
        if (++looked; tunables_throw) fail();
        Tunables values;
        for (const std::string& word : words)
            if (word != absent) values.emplace(word, word == unread ? unread_because("Input/output error") : "256");
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
    std::vector<std::string> logged;
    std::optional<TimePoint> wake, sense, probe;
    Orders kept;
    World world{"[bond bond0]\nmode = active-backup\nmiimon = 100\n[config member]\nbond = bond0\n"
                "[devices]\n2 = member\n"};
    std::unique_ptr<Reconciler> had;

    Rig();
    // In the source, as all that has many parts: compiled once, not for each test.
    ~Rig();
    void start(const Orders& orders);
    Surroundings surroundings();
    void run();
    // Somebody sets the bond down, which the daemon has to undo.
    void disturb();
    bool acts();
    // A request ends before the next one begins; only jobs take their time.
    bool waits_for_ever() const;
    // The monitors ask until then, and hosts answer or not.  What is thrown leaves a handler, as in the daemon's loop.
    void ask_for(Duration time, bool answered);
    bool was_told(NoticeKind kind) const;
};

} // namespace had::test
