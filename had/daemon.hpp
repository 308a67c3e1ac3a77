// The daemon: the parts put together, in the order in which they depend on each other.
//
// Wiring only: core decides, sys acts, control talks to clients.
#pragma once

#include "had/control/daemon.hpp"
#include "had/control/server.hpp"
#include "had/core/base/log_quota.hpp"
#include "had/core/base/rate.hpp"
#include "had/readiness.hpp"
#include "had/reload.hpp"
#include "had/run/reconciler.hpp"
#include "had/store.hpp"
#include "had/sys/clock_watch.hpp"
#include "had/sys/log.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/machine.hpp"
#include "had/sys/memory_reserve.hpp"
#include "had/sys/peer_socket.hpp"
#include "had/sys/prober.hpp"
#include "had/sys/service_runner.hpp"
#include "had/sys/systemd_bus.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace had {

struct DaemonOptions {
    std::string file = "/etc/had.conf";
    std::string socket{control::default_socket};
    StorePaths kept;
};

class Daemon final : private control::Daemon {
public:
    // Listens on every socket; changes nothing yet.  Throws what its parts throw.
    Daemon(DaemonOptions options, Files files);

    // Adopts what runs, makes the rest so, and serves until SIGTERM or SIGINT.  Returns the exit code.
    int run();

private:
    [[nodiscard]] const core::View& view() const override { return reconciler_.view(); }
    [[nodiscard]] std::vector<core::ExplainStep> explain(std::string_view object) const override {
        return reconciler_.explain(object);
    }
    [[nodiscard]] control::PlanAnswer plan(const std::optional<core::ConfigTexts>& texts) const override {
        return files_.plan(reconciler_.model(), machine_, texts);
    }
    [[nodiscard]] std::variant<core::Refusal, control::PlanAnswer>
    foresee(const core::Command& command) const override {
        return answer_of(had::foresee(reconciler_.model(), command));
    }
    control::ReloadAnswer reload(bool force) override;
    core::CommandAnswer carry_out(const core::Command& command, const std::string& user) override {
        return reconciler_.carry_out(command, user);
    }
    [[nodiscard]] std::optional<core::LinkReport> link(std::string_view object, bool ask_card) override;
    [[nodiscard]] std::vector<core::PathReport> paths(std::string_view object) const override {
        return reconciler_.paths(object);
    }
    [[nodiscard]] std::vector<core::PeerReport> peers(std::string_view peer) const override {
        return reconciler_.peers(peer);
    }
    std::string scan_peers() override { return reconciler_.scan_peers(); }
    [[nodiscard]] const std::vector<core::PeerFound>& found_peers() const override { return reconciler_.found_peers(); }

    void serve();
    // Returns what waits for force.
    std::vector<std::string> take(const Files& files, bool force);
    Surroundings surroundings();
    control::ServerOptions server_options() const;
    sys::MachineOptions machine_options();
    void log_notice(const core::Notice& notice);
    std::unique_ptr<sys::UnitManager> connect_units();
    void wake_at(std::optional<core::TimePoint> at);
    void sense_at(std::optional<core::TimePoint> at);
    void probe_at(std::optional<core::TimePoint> at);
    void ask_peers_at(std::optional<core::TimePoint> at);

    DaemonOptions options_;
    FilesInForce files_;
    Store store_;
    int exit_code_ = 0;
    core::LogQuota log_quota_;
    core::Rate errors_;
    sys::Loop loop_;
    sys::LogRetry log_retry_{loop_};
    sys::MemoryReserve memory_;
    sys::Machine machine_;
    sys::Prober prober_;
    sys::ServiceRunner runner_;
    sys::PeerSockets peers_;
    Reconciler reconciler_;
    Readiness readiness_{loop_, reconciler_};
    control::Server server_;
    sys::ClockWatch clock_;
    sys::Timer timer_, sense_timer_, probe_timer_, peer_timer_, recovery_, trim_;
};

} // namespace had
