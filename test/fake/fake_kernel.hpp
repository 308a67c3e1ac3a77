// A small world behind core::Kernel: it obeys, refuses what the kernel refuses, tells what it does
// on two sockets between which there is no order, can lose messages, and records what was asked of
// it.
#pragma once

#include "had/core/action/kernel.hpp"
#include "test/fake/bus.hpp"
#include "test/fake/net.hpp"

#include <deque>
#include <functional>
#include <list>
#include <string>
#include <string_view>

namespace had::test {

// What is read at the end of a step, and in which order.
enum class Source : unsigned char { links, uevents, jobs };

class FakeKernel final : public core::Kernel {
public:
    FakeKernel();

    core::ActionResult apply(const core::Operation& operation) override;
    std::unique_ptr<core::Prepared> prepare(const core::Operation& operation) override;
    core::ActionResult announce(const core::Announcement& what) override;
    void start(const core::Operation& job, core::JobDone done) override;
    core::Reading sense(core::Ifindex port, core::Probe probe) override;
    std::optional<core::SlotState> look(const core::SlotLook& slot) override;
    bool hotplug_thread_runs() override;
    // The parameters are the defaults that nobody changed.
    core::Parameters parameters(const std::string&) override;
    core::Tunables tunables(const core::LinkRef& link, const std::vector<std::string>& words) const override;
    void tell_others(const core::ForOthers& what, core::JobDone done) override;
    [[nodiscard]] const core::ForOthers& told() const { return told_; }
    void ask_cause(const core::LossQuestion& what, core::JobDone done) override;
    // What the drivers answer from now on.
    void set_cause(const std::string& words) { cause_ = words; }
    void drain() override;

    // Who hears; nobody while had is not running, and then messages are lost, and jobs report to no
    // one.
    void listen(core::EventSink sink);
    void hang_up();
    // Hands over what one source has.  False: it had nothing.
    bool deliver(Source source);
    void lose_events() { losing_ = true; }
    // As after an overrun: what is queued, then all there is.
    void resync();
    void dump_to(const core::EventSink& sink) const;

    // The next operations whose words begin like this are refused, so many of them.
    void refuse(std::string words, unsigned times, core::ActionResult result);
    void allow(const std::string& words);     // again, however often they were to be refused
    // Told first of each call that had makes, by its name: who throws here fails the call.
    std::function<void(std::string_view)> called = [](std::string_view) {};
    // Told before `before` of an operation that lay ready; and of one that is made so.
    std::function<void(const core::Operation&)> sent_ready = [](const core::Operation&) {},
                                                prepared = [](const core::Operation&) {};
    // Told before and after each operation, for what is recorded and checked.
    std::function<void(const core::Operation&)> before = [](const core::Operation&) {};
    std::function<void(const core::Operation&, const core::ActionResult&)> after =
        [](const core::Operation&, const core::ActionResult&) {};

    std::function<void(const core::Announcement&)> announced = [](const core::Announcement&) {};
    std::function<void(core::Ifindex, core::Probe)> asked = [](core::Ifindex, core::Probe) {};

    // A module that hung comes to its end, or had is tired of waiting for it.
    void release(const std::string& module);
    void overrun(const std::string& module);

    [[nodiscard]] FakeNet& net() { return net_; }
    [[nodiscard]] const FakeNet& net() const { return net_; }
    [[nodiscard]] FakeBus& bus() { return bus_; }

private:
    struct Refusal {
        std::string words;
        unsigned times;
        core::ActionResult result;
    };
    struct Job {
        core::Operation operation;
        core::JobDone done;
    };

    bool deliver(std::deque<core::Event>& queue);
    bool end_jobs();
    core::ActionResult refusal_of(const std::string& words);
    bool hangs(const core::Operation& job);
    core::ActionResult run(const core::Operation& job);

    core::EventSink sink_;
    bool losing_ = false;
    std::deque<core::Event> link_events_, uevents_;
    std::list<Refusal> refusals_;
    std::list<Job> jobs_;
    std::deque<std::function<void()>> ended_;
    FakeNet net_;
    FakeBus bus_;
    core::ForOthers told_;
    std::string cause_;
};

} // namespace had::test
