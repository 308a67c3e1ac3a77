// Joins what is heard, what is wanted and what acts.
//
// A turn.  Events fold into Observed, and the first that changes something posts one turn behind the handlers
// that are ready now.  The turn plans and makes the actions that are due, one by one.  Between any two of them it
// hears the link socket, so that a long list never makes it deaf.  It ends when a plan has nothing due.  Then the
// view is derived, the difference told, and one timer armed for the next thing that only time can bring.  An empty
// plan is the steady state.
//
// It knows both halves only through values and core::Kernel, so scenarios run the whole of it on a fake kernel
// and a fake clock.
#pragma once

#include "had/core/policy/command.hpp"
#include "had/core/view/answer.hpp"
#include "had/run/alarm_book.hpp"
#include "had/run/announcer.hpp"
#include "had/run/causes.hpp"
#include "had/run/contest.hpp"
#include "had/run/domains.hpp"
#include "had/run/executor.hpp"
#include "had/run/extraction.hpp"
#include "had/run/failover.hpp"
#include "had/run/first_macs.hpp"
#include "had/run/neighbours.hpp"
#include "had/run/order_book.hpp"
#include "had/run/lldp.hpp"
#include "had/run/paths.hpp"
#include "had/run/peers.hpp"
#include "had/run/reporter.hpp"
#include "had/run/sensing.hpp"
#include "had/run/services.hpp"
#include "had/run/tuner.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had {

class Reconciler {
public:
    Reconciler(core::Kernel& kernel, core::Prober& prober, core::Runner& runner, core::PeerNetwork& network,
               Surroundings surroundings,
               Identity identity);

    // Folds, and posts a turn when something changed.  Before begin() it only folds.
    void hear(core::Event event);
    // Called when everything that has arrived is folded: where a bond has lost its active port, another takes over
    // at once, before anything else is done.
    void fail_over() { failover_.act(); }
    // Called at the times that were asked for by wake_at, sense_at, probe_at and ask_peers_at.
    void wake() { reconcile(); }
    void sense() { sensing_.sense(); }
    void probe() { paths_.probe(); }
    void ask_peers() { peers_.ask(); }
    // A monitor's question is answered.
    void hear(const core::Answer& answer) {
        if (answer.transport == core::Transport::lldp) lldp_.hear(answer);
        else paths_.hear(answer);
    }
    // A service has said something, or a device has come or gone.
    void hear(const core::ServiceEvent& event) { services_.hear(event); }
    // Another host says something.
    void hear(const core::PeerDatagram& datagram) { peers_.hear(datagram); }
    // The keys of the file that begin() or reload() takes next.
    void take_secrets(core::PeerSecrets secrets) { peers_.take_secrets(std::move(secrets)); }
    // Before an orderly end.
    void end() {
        paths_.end();
        peers_.end();
    }

    // Takes the configuration and adopts what runs.  Requires: the first dumps have been heard.
    void begin(core::Config config, core::DriverTable table, core::Owned owned, core::Orders orders,
               core::Models models);
    // Takes another configuration as a whole; `force`: also makes changes that cut service.
    void reload(core::Config config, core::DriverTable table, bool force);
    // A reload did not take the file: the view says so.
    void refuse_file();
    // Carries out an operator's command (commands.cpp).  An order is kept before the kernel is told.  Throws what
    // keeping throws; then nothing has changed.
    core::CommandAnswer carry_out(const core::Command& command, const std::string& user);

    // Since when turns have failed; nothing: the last one went well.  The watchdog is not fed when this lasts.
    [[nodiscard]] std::optional<core::TimePoint> failing_since() const { return reporter_.failing_since(); }
    [[nodiscard]] const core::View& view() const { return reporter_.view(); }
    // What the turn works with.
    [[nodiscard]] const Model& model() const { return run_.model; }
    [[nodiscard]] std::vector<core::ExplainStep> explain(std::string_view object) const {
        return reporter_.explain(object);
    }
    [[nodiscard]] std::optional<core::LinkReport> link(std::string_view object) const { return sensing_.link(object); }
    // Of a bond, a VLAN, an interface or a port; of all, where it is empty.
    [[nodiscard]] std::vector<core::PathReport> paths(std::string_view object) const { return paths_.report(object); }
    // Of a peer; of all, where it is empty.
    [[nodiscard]] std::vector<core::PeerReport> peers(std::string_view peer) const { return peers_.report(peer); }
    // Nothing while the bonding driver is still being loaded; empty: it is there, or nobody needs it, or it may
    // come yet; else why there is none.  A single bond that cannot be made is told of like any other trouble.
    [[nodiscard]] std::optional<std::string> bonds_trouble() const;

private:
    void reconcile();
    void turn();
    bool pass();
    void place_again();

    Run run_;
    Executor executor_{run_};
    Contest contest_{run_};
    Failover failover_{run_, executor_, contest_};
    Extractions extraction_{run_, executor_};
    Domains domains_{run_, extraction_};
    OrderBook orders_{run_, contest_, extraction_, domains_};
    Sensing sensing_{run_, executor_, failover_, extraction_};
    FaultFiles faults_;
    Services services_;
    Paths paths_;
    Lldp lldp_{run_};
    Causes causes_{run_};
    Peers peers_;
    Neighbours neighbours_{run_};
    FirstMacs first_macs_{run_};
    Announcer announcer_{run_};
    Tuner tuner_{run_, executor_};
    AlarmBook alarms_{run_};
    Reporter reporter_{run_, failover_, alarms_};
    // In the order in which the turn asks them.
    const std::array<Part*, 15> parts_{&orders_,   &neighbours_, &extraction_, &domains_, &first_macs_,
                                       &contest_,  &failover_,   &sensing_,    &services_, &paths_,
                                       &tuner_,    &lldp_,       &peers_,      &announcer_, &causes_};
    Touched::Mark noted_;                     // what was touched after drivers and indexes were noted
    std::optional<core::TimePoint> next_;     // when a turn is needed, though nothing is heard
    bool reconciling_ = false;
};

} // namespace had
