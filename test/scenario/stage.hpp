// A chassis, a daemon in it, and somebody who writes down what happens.
//
// The daemon is the real reconciler on a fake kernel and a fake clock.  After each step the laws
// are checked that hold whatever the scenario (stage_laws.cpp).
#pragma once

#include "had/core/config/driver_table.hpp"
#include "had/run/reconciler.hpp"
#include "test/fake/fake_kernel.hpp"
#include "test/fake/far_peers.hpp"
#include "test/fake/loop.hpp"
#include "test/fake/prober.hpp"
#include "test/fake/runner.hpp"

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace had::test {

// had dies by itself; see Stage::die_after.
struct Died {};

class Stage {
public:
    using Order = std::array<Source, 3>;

    // The directory holds had.conf, and what the scenario reloads.
    Stage(std::filesystem::path directory, Order order);

    // A line of the transcript.
    void write(const std::string& line) { transcript_ += line + "\n"; }
    [[nodiscard]] const std::string& transcript() const { return transcript_; }
    // Who is there and how it fares, on some lines.
    [[nodiscard]] std::string status() const;
    // What is still wanted, a line each.
    [[nodiscard]] std::string wanted() const;

    void start(const std::string& file);
    // On a host of containers: at each step the cable of one comes, works, and goes.
    void beside_containers() { containers_ = 1; }
    void leave_containers();
    // Ends without a word, as SIGKILL would have it; the chassis goes on.
    void kill();
    void end();                               // an orderly one
    // Died is thrown once so many operations were made and orders kept: each is a moment to be killed in.
    void die_after(unsigned moments) { die_after_ = moments; }
    void start_again();
    [[nodiscard]] unsigned moments() const { return moments_; }
    // A call of had's to the kernel throws what `fail` throws: the one of this name and number.
    struct Call {
        std::string name;
        unsigned number = 0;                  // counted from 1, of that name; 0: none
    };
    void fail_at(Call call, std::function<void()> fail);
    // How often each was made.
    [[nodiscard]] const std::map<std::string, unsigned>& calls() const { return calls_; }
    // Whether it has, and nothing was given time since.
    [[nodiscard]] bool has_failed() const { return failed_; }
    // Time passes, and what had failed is tried again.
    void rest();
    // What waits for force has it.
    void force();
    void reload(const std::string& file, bool force);          // no name: the same again
    void wait(core::Duration time);
    // Until nothing is left to be heard; then the laws.
    void settle();
    // Messages are lost from here on, and had does not know; until the overrun is noticed.
    void lose_events();
    void resync();
    // By an operator's hand.
    void order(const core::Command& command);
    void explain(const std::string& object);
    void scan();
    void show_plan(const std::string& file);
    void foresee(const core::Command& command);
    // What other programs are told.
    void show_others();
    // What neighbours were told since the last time, and how often.
    void show_announcements();
    // How often each card was asked for its link since the last time.
    void show_looks();

    [[nodiscard]] FakeKernel& kernel() { return kernel_; }
    [[nodiscard]] FakeProber& prober() { return prober_; }
    [[nodiscard]] FakeRunner& runner() { return runner_; }
    [[nodiscard]] FarPeers& peers() { return peers_; }
    [[nodiscard]] bool runs() const { return had_ != nullptr; }
    [[nodiscard]] const core::View& view() const { return had_->view(); }
    [[nodiscard]] const Model& model() const { return had_->model(); }
    void read_in_order(Order order) { order_ = order; }

private:
    struct Files {
        core::Config config;
        core::DriverTable table;
    };

    Files read(const std::string& file) const;
    Surroundings surroundings();
    void take_peers(const core::Config& config);
    void record(const core::Operation& operation, const core::ActionResult& result);
    void pass_a_moment();
    void count_look(core::Ifindex port, core::Probe probe);
    void count_call(std::string_view name);
    bool guarded(const std::function<bool()>& handler);
    bool recover();
    void run_out();
    void pass_a_container();
    void hear(core::Event event);
    [[nodiscard]] std::pair<std::string, core::View> told_now() const;
    // The scenario ends here.
    void broken(const std::string& law) const;
    void broken(const std::string& law, const core::Action& action) const;
    void check_laws();
    void check_plan();
    void check_rest();
    void check_whole();
    void check_second_reconcile();
    void check_dump();
    void check_memory();
    void check_restart();
    void check_groups();
    void check_catalog(const core::Notice& notice) const;
    void check_ready(const core::Operation& operation);
    void check_alarms(const std::vector<core::Alarm>& found) const;

    std::filesystem::path directory_;
    Order order_;
    std::string transcript_, owned_, orders_, models_;
    unsigned operations_ = 0, moments_ = 0, die_after_ = 0;
    unsigned containers_ = 0;                 // that came, and the first that did not; 0: this is no host of such
    std::map<std::string, unsigned> calls_;
    Call fail_at_;
    std::function<void()> fail_;
    bool losing_ = false, failed_ = false;
    std::optional<core::TimePoint> turn_at_;  // when a turn was made whose law is not checked yet
    std::optional<core::TimePoint> recovery_; // when all is read anew, after an error that left a handler
    std::map<std::string, unsigned> looks_;   // "eth0 by MII"
    std::map<std::string, unsigned> announced_;
    FakeLoop loop_;
    FakeKernel kernel_;
    FakeProber prober_{loop_, kernel_};
    FakeRunner runner_{loop_};
    FarPeers peers_{loop_};
    std::string file_;
    std::unique_ptr<Reconciler> had_;
};

} // namespace had::test
