// The whole reconciler with what it needs besides a kernel: a clock that only an input moves, files that are
// texts, a disk that can be full, and a loop that a broken handler does not end.
#pragma once

#include "had/run/reconciler.hpp"
#include "test/fake/loop.hpp"
#include "test/fake/no_peers.hpp"
#include "test/fuzz/any_kernel.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace had::test {

class Rig {
public:
    Rig(core::Kernel& kernel, core::Prober& prober, core::Runner& runner, Faults& faults);

    Reconciler& had() { return had_; }
    [[nodiscard]] const Reconciler& had() const { return had_; }
    [[nodiscard]] const core::Kernel& kernel() const { return kernel_; }
    FakeLoop& loop() { return loop_; }
    [[nodiscard]] std::int64_t wall() const { return loop_.wall() + clock_was_set_; }
    void set_clock(std::int64_t seconds) { clock_was_set_ += seconds; }

    // As the loop of the daemon runs a handler: what it throws is told, and all goes on.  Returns whether it threw.
    bool run(const std::function<void()>& handler);
    // What is posted, also what that posts.
    void run_posted();
    // The timers that are due in this time, and what they post; a few seconds, since some are due every 50 ms.
    void pass(core::Duration time);
    // Since the beginning: each reconcile that came to its end has armed the timer.
    [[nodiscard]] unsigned reconciles() const { return reconciles_; }
    [[nodiscard]] const std::string& orders() const { return orders_; }

    bool disk_is_full = false;

private:
    Surroundings surroundings();
    void keep(const core::Orders& orders);
    void check_whole();

    core::Kernel& kernel_;
    Faults& faults_;
    FakeLoop loop_;
    std::int64_t clock_was_set_ = 0;
    unsigned reconciles_ = 0;
    std::optional<core::TimePoint> turn_at_;  // when a turn was made whose law is not checked yet
    std::string orders_;
    NoPeers peers_;
    Reconciler had_;
};

// Three files, each with other kinds of objects, and a driver table.
const std::vector<core::Config>& sample_configs();
const core::DriverTable& sample_table();

} // namespace had::test
