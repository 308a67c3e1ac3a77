// A kernel that does anything: it obeys or refuses, echoes or not, tells what nobody asked for, and now and
// then throws, as an edge does when memory or descriptors are used up.
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/core/monitor/prober.hpp"
#include "had/core/service/runner.hpp"
#include "had/core/world/observed.hpp"
#include "test/fuzz/any.hpp"

#include <deque>
#include <functional>
#include <utility>

namespace had::test {

// Whatever can fail asks here first: throws std::bad_alloc or std::system_error, or nothing.
class Faults {
public:
    static constexpr const char* words = "an edge";           // of what is thrown

    explicit Faults(Draw& draw) : draw_(draw) {}
    void may_fail();
    bool on = false;
    unsigned thrown = 0;

private:
    Draw& draw_;
};

class AnyKernel final : public core::Kernel {
public:
    AnyKernel(Draw& draw, Faults& faults) : draw_(draw), any_(draw), faults_(faults) {}

    core::ActionResult apply(const core::Operation& operation) override;
    // `sent_ready` is told of each that is sent.
    std::unique_ptr<core::Prepared> prepare(const core::Operation& operation) override;
    std::function<void(const core::Operation&)> sent_ready = [](const core::Operation&) {};
    core::ActionResult announce(const core::Announcement& what) override;
    void start(const core::Operation& job, core::JobDone done) override;
    core::Reading sense(core::Ifindex port, core::Probe probe) override;
    std::optional<core::SlotState> look(const core::SlotLook& slot) override;
    bool hotplug_thread_runs() override { return !draw_.one_in(8); }
    core::Parameters parameters(const std::string&) override { return {}; }
    core::Tunables tunables(const core::LinkRef&, const std::vector<std::string>&) const override { return {}; }
    void tell_others(const core::ForOthers& what, core::JobDone done) override;
    void ask_cause(const core::LossQuestion& what, core::JobDone done) override;
    void drain() override;

    // What it tells goes there, and what is echoed is made of what is known there.
    void listen(core::EventSink sink, std::function<const core::Observed&()> known);
    [[nodiscard]] unsigned asked() const { return asked_; }   // operations and jobs so far
    // The oldest job ends.  False: none runs.
    bool end_job();

private:
    void echo(const core::Operation& operation);
    core::ActionResult any_result();

    Draw& draw_;
    Any any_;
    Faults& faults_;
    core::EventSink sink_;
    std::function<const core::Observed&()> known_;
    std::deque<core::JobDone> jobs_;
    std::deque<core::Event> echoes_;
    unsigned asked_ = 0;
    bool draining_ = false;
};

// Programs that start or do not, end when they like, and devices that come and go.
class AnyRunner final : public core::Runner {
public:
    AnyRunner(Draw& draw, Faults& faults) : draw_(draw), faults_(faults) {}

    std::vector<core::Adopted> adopt() override;
    std::optional<int> start(const core::Launch& launch, std::string& trouble) override;
    void stop(const core::ServiceKey&, bool) override {}
    void note_ready(const core::ServiceKey&) override {}
    void note_bare(const core::ServiceKey&) override {}
    void note_done(const core::ServiceKey&, std::uint64_t) override {}
    void note_failed(const core::ServiceKey&, std::uint64_t, const core::Failures&, bool) override {}
    void note_well(const core::ServiceKey&) override {}
    void forget(const core::ServiceKey&, bool) override {}
    std::string run(const core::Helper& helper, const std::vector<std::string>& words, core::Duration limit) override;
    void end(const core::Helper&) override {}
    void watch(const std::vector<core::MatchConfig>&) override {}
    std::vector<core::Device> devices(const core::MatchConfig& match) override;
    bool has_file(const std::string&) override { return draw_.flag(); }
    unsigned minute_of_day() override { return draw_.below(24 * 60); }

    // Of what was started, or of anything.
    core::ServiceEvent event();

private:
    core::ServiceKey key();
    core::Adopted adopted();

    Draw& draw_;
    Faults& faults_;
    std::deque<core::ServiceKey> started_;
    std::deque<core::Helper> helpers_;
};

// A network in which questions are answered, lost, answered late, or by somebody else.
class AnyProber final : public core::Prober {
public:
    AnyProber(Draw& draw, Faults& faults) : draw_(draw), any_(draw), faults_(faults) {}

    void listen(const std::vector<core::Ear>&) override {}
    int ask(const core::Question& question) override;
    std::optional<std::uint64_t> received(core::Ifindex port) override;
    bool hears_file(const std::string&) override { return draw_.flag(); }
    std::optional<bool> says_failed(const std::string& path) override;

    // To a question that was asked, more or less; or to none.
    core::Answer answer();

private:
    Draw& draw_;
    Any any_;
    Faults& faults_;
    std::deque<core::Question> asked_;
};

} // namespace had::test
