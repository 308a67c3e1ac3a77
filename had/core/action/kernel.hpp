// What the reconciler needs of the machine: to act on it, to hear it, and to ask a card.
//
// sys/machine is the real one.  test/fake/fake_kernel is a small world that obeys, refuses what the
// kernel refuses, and can lose events; scenarios run the whole daemon on it in milliseconds.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/action/announcement.hpp"
#include "had/core/world/event.hpp"
#include "had/core/world/loss.hpp"
#include "had/core/world/module_options.hpp"
#include "had/core/world/others.hpp"
#include "had/core/world/probe.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace had::core {

using EventSink = std::function<void(Event)>;
using JobDone = std::function<void(ActionResult)>;

// A request that lies ready, encoded.
class Prepared {
public:
    virtual ~Prepared() = default;
    // As apply() of its operation; it may be sent again.
    virtual ActionResult send() = 0;
};

class Kernel {
public:
    virtual ~Kernel() = default;

    // Makes an operation that is not a job, and returns the kernel's answer.  Throws nothing.
    // The request runs inside the call and may wait there for the kernel's RTNL: milliseconds as a
    // rule, longer behind a driver that is being probed or removed.
    virtual ActionResult apply(const Operation& operation) = 0;
    // Of an operation that is not a job, and whose links have their indexes.  Ends before the kernel does.  Null: it
    // cannot be made ready.
    virtual std::unique_ptr<Prepared> prepare(const Operation& operation) = 0;

    // Tells the neighbours of a link who has an address now: one packet, sent and forgotten.  Throws nothing.
    virtual ActionResult announce(const Announcement& what) = 0;

    // Starts a job (is_job) in a child process; `done` is called later, from the loop, exactly once,
    // also when the job overran its time limit (ETIMEDOUT) or could not be started.
    virtual void start(const Operation& job, JobDone done) = 0;

    // Reads the card itself (sensing.hpp).  Takes the RTNL as well.  Throws nothing.
    virtual Reading sense(Ifindex port, Probe probe) = 0;

    // Looks at a slot that announces nothing (slot_watch.hpp).  Nothing: it does not exist any more.
    virtual std::optional<SlotState> look(const SlotLook& slot) = 0;
    // Whether the kernel's thread that serves such slots still runs.
    virtual bool hotplug_thread_runs() = 0;
    // The parameters that a module runs with, as far as it shows them.  Throws nothing.
    virtual Parameters parameters(const std::string& module) = 0;

    // What an interface keeps by itself; without what cannot be read.  Throws when nothing can be, for want of memory
    // or descriptors.
    virtual Tunables tunables(const LinkRef& link, const std::vector<std::string>& words) const = 0;

    // Tells other programs to leave alone what is the daemon's (others.hpp).  A child process has them look again;
    // `done` is called exactly once, later and from the loop.
    virtual void tell_others(const ForOthers& what, JobDone done) = 0;

    // Asks a port's driver and the PCIe error counters why it has lost its link, in a child process; `done` gets
    // what they say (loss_facts.hpp), exactly once, later and from the loop.
    virtual void ask_cause(const LossQuestion& what, JobDone done) = 0;

    // Hands everything that has arrived on the link socket to the sink, and returns at once.
    // The reconciler calls it between actions, so that a long list never makes it deaf.
    virtual void drain() = 0;
};

} // namespace had::core
