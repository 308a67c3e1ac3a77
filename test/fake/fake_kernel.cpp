#include "test/fake/fake_kernel.hpp"

#include "had/core/world/loss_facts.hpp"
#include "test/fake/prepared.hpp"

#include <algorithm>
#include <cerrno>

namespace had::test {

using namespace core;

namespace {

std::string module_of(const Operation& job) {
    if (const auto* load = std::get_if<LoadModule>(&job)) return load->module;
    if (const auto* unload = std::get_if<UnloadModule>(&job)) return unload->module;
    return "";
}

} // namespace

FakeKernel::FakeKernel()
    : net_([this](Event e) {
          if (sink_ && !losing_) link_events_.push_back(std::move(e));
      }),
      bus_(
          [this](Event e) {
              if (sink_ && !losing_) uevents_.push_back(std::move(e));
          },
          net_) {}

ActionResult FakeKernel::apply(const Operation& operation) {
    ActionResult result;                                       // is of its moment, also when the call fails
    if (!refusals_.empty()) result = refusal_of(to_string(operation));
    called("apply");
    before(operation);
    if (result.ok()) result = net_.apply(operation);
    after(operation, result);
    return result;
}

Tunables FakeKernel::tunables(const LinkRef& link, const std::vector<std::string>& words) const {
    called("tunables");
    return net_.tunables(link, words);
}

std::unique_ptr<Prepared> FakeKernel::prepare(const Operation& operation) {
    called("prepare");
    prepared(operation);
    return std::make_unique<Ready<FakeKernel>>(*this, operation);
}

ActionResult FakeKernel::refusal_of(const std::string& words) {
    const auto refusal = std::find_if(refusals_.begin(), refusals_.end(),
                                      [&](const Refusal& r) { return words.starts_with(r.words); });
    if (refusal == refusals_.end()) return {};
    ActionResult result = refusal->result;
    if (--refusal->times == 0) refusals_.erase(refusal);
    return result;
}

ActionResult FakeKernel::announce(const Announcement& what) {
    called("announce");
    announced(what);
    return {};
}

void FakeKernel::start(const Operation& job, JobDone done) {
    called("start");
    before(job);
    jobs_.push_back({job, std::move(done)});
    after(job, {});
}

Reading FakeKernel::sense(Ifindex port, Probe probe) {
    called("sense");
    asked(port, probe);
    return net_.sense(port, probe);
}

std::optional<SlotState> FakeKernel::look(const SlotLook& slot) {
    called("look");
    return bus_.look(slot.slot);
}

bool FakeKernel::hotplug_thread_runs() {
    called("hotplug_thread_runs");
    return bus_.hotplug_thread;
}

Parameters FakeKernel::parameters(const std::string&) {
    called("parameters");
    return {};
}

void FakeKernel::drain() {
    called("drain");
    deliver(Source::links);
}

void FakeKernel::tell_others(const ForOthers& what, JobDone done) {
    called("tell_others");
    told_ = what;
    ended_.emplace_back([done = std::move(done)] { done({}); });
}

void FakeKernel::ask_cause(const LossQuestion& what, JobDone done) {
    called("ask_cause");
    LossFacts facts = parse_loss_facts(cause_);
    if (what.index == 0) facts.driver.clear();
    ended_.emplace_back([done = std::move(done), words = print(facts)] { done({0, words}); });
}

void FakeKernel::listen(EventSink sink) {
    sink_ = std::move(sink);
    losing_ = false;
}

// The child processes go on; nobody hears how they end.
void FakeKernel::hang_up() {
    sink_ = nullptr;
    link_events_.clear();
    uevents_.clear();
    ended_.clear();
    for (Job& job : jobs_)
        job.done = [](const ActionResult&) {};
}

bool FakeKernel::deliver(Source source) {
    switch (source) {
    case Source::links: return deliver(link_events_);
    case Source::uevents: return deliver(uevents_);
    case Source::jobs: return end_jobs();
    }
    return false;
}

bool FakeKernel::deliver(std::deque<Event>& queue) {
    if (queue.empty()) return false;
    while (!queue.empty()) {
        Event event = std::move(queue.front());
        queue.pop_front();
        sink_(std::move(event));
    }
    return true;
}

// A job's work is done first, and its end is told in the next round: its uevents may be heard
// before.
bool FakeKernel::end_jobs() {
    bool any = !ended_.empty();
    while (!ended_.empty()) {
        const auto end = std::move(ended_.front());
        ended_.pop_front();
        end();
    }
    for (auto job = jobs_.begin(); job != jobs_.end();) {
        if (hangs(job->operation)) {
            ++job;
            continue;
        }
        any = true;
        ended_.push_back(
            [done = std::move(job->done), result = run(job->operation)] { done(result); });
        job = jobs_.erase(job);
    }
    return any;
}

bool FakeKernel::hangs(const Operation& job) {
    const std::string module = module_of(job);
    return !module.empty() && bus_.module(module).hangs;
}

ActionResult FakeKernel::run(const Operation& job) {
    if (const ActionResult refused = refusal_of(to_string(job)); !refused.ok()) return refused;
    return std::visit(overloaded{
                          [&](const LoadModule& o) { return bus_.load(o.module); },
                          [&](const UnloadModule& o) { return bus_.unload(o.module); },
                          [&](const UnbindDrivers& o) { return bus_.unbind(o.functions); },
                          [&](const BindDrivers& o) { return bus_.bind(o.functions); },
                          [&](const PowerSlot& o) {
                              ActionResult let_go = bus_.unbind(o.bound);
                              return let_go.ok() ? bus_.power(o.kernel, o.on) : let_go;
                          },
                          [&](const RemoveCard& o) { return bus_.remove(o.kernel, o.led); },
                          [&](const RescanBus&) { return bus_.rescan(); },
                          [](const auto&) { return ActionResult{}; },
                      },
                      job);
}

void FakeKernel::resync() {
    losing_ = false;
    deliver(link_events_);
    deliver(uevents_);
    dump_to(sink_);
}

void FakeKernel::dump_to(const EventSink& sink) const {
    sink(net_.dump());
    for (const ModeSeen& mode : net_.modes())
        sink(mode);
    sink(bus_.scan());
}

void FakeKernel::refuse(std::string words, unsigned times, ActionResult result) {
    refusals_.push_back({std::move(words), times, std::move(result)});
}

void FakeKernel::allow(const std::string& words) {
    refusals_.remove_if([&](const Refusal& refusal) { return refusal.words == words; });
}

void FakeKernel::release(const std::string& module) {
    bus_.module(module).hangs = false;
}

// The child stays in the kernel, and the module comes in when it comes.
void FakeKernel::overrun(const std::string& module) {
    for (Job& job : jobs_)
        if (module_of(job.operation) == module) {
            ended_.push_back([done = std::move(job.done)] {
                done({ETIMEDOUT, "not done after 30 s, and goes on"});
            });
            job.done = [](const ActionResult&) {};
        }
}

} // namespace had::test
