// The monitors of had.conf at work: they ask, hear and judge, and what they find becomes a doubt of a port, a fault
// file, an event.
#pragma once

#include "had/core/monitor/combine.hpp"
#include "had/core/monitor/monitor.hpp"
#include "had/core/monitor/path_state.hpp"
#include "had/run/failover.hpp"
#include "had/run/fault_files.hpp"
#include "had/run/part.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace had {

class Paths final : public Part {
public:
    Paths(Run& run, core::Prober& prober, Failover& failover, FaultFiles& faults)
        : run_(run), m_(run.model), prober_(prober), failover_(failover), faults_(faults) {}

    // Called at the time that probe_at asked for.
    void probe();
    void hear(const core::Answer& answer);
    // Of a bond, a VLAN, an interface or a port: who is asked, and what came of it.  All, where nothing is named.
    [[nodiscard]] std::vector<core::PathReport> report(std::string_view object) const;
    void end() { faults_.end(); }

    void hear_link(const core::Link& link) override;
    void forget_gone_links() override;
    void begin() override;
    void reload() override;
    void after_turn() override;

private:
    using Key = std::pair<std::string, std::string>;          // the interface, and the monitor
    struct Watch {
        core::MonitorPlace place;
        std::unique_ptr<core::Monitor> monitor;
        std::vector<core::WatchedPort> ports;
        // By port: the errno of the last question that could not be sent, as told; 0: it could.
        std::map<core::Ifindex, int> trouble = {};
    };

    void follow();
    void follow_services(std::set<Key>& followed);
    [[nodiscard]] std::vector<core::WatchedPort> ports_of(const core::Link& bond, const core::MonitorConfig& config,
                                                          std::optional<std::uint16_t> vlan);
    void tell_bridge(const core::Link& bond);
    // Never the bond's address at a backup port, nor another port's: the switch would send there what is theirs.
    core::Mac sender_of(const core::Link& port, const core::Link& bond, const core::MonitorConfig& config,
                        const core::Mac& local);
    void follow(const Key& key, const core::MonitorConfig& config, core::MonitorPlace place,
                std::vector<core::WatchedPort> ports);
    void listen();
    // Sockets that could not be opened, or have told an error, are opened anew: soon, and once a second at most.
    void listen_again();
    void listen_if_due();
    void add_lldp(std::vector<core::Ear>& ears);
    void ask(const Key& key, Watch& watch, const core::Question& question);
    void hurry(const std::string& interface);
    void arm();
    void judge();
    void doubt(const core::BondConfig& bond, const std::vector<core::MonitorState>& states);
    [[nodiscard]] std::vector<core::Judged> judged(const std::vector<core::MonitorState>& states) const;
    [[nodiscard]] const core::Watched* watched_of(const std::string& interface) const;
    void tell();
    void tell_port(const std::string& interface, const core::MonitorState& now, const core::Finding& finding);
    void tell_contradictions();
    void tell_held(const std::string& interface, const core::MonitorState& now);
    // Frames that answer nobody, by port and transport: a flood of them is one count, and a look each ten seconds.
    void note_strays(const core::Answer& answer, unsigned count);
    void show_strays();
    void tell_strays(core::Ifindex port, core::Transport transport, std::uint64_t count);
    [[nodiscard]] std::uint64_t strays_of(const Watch& watch, const std::string& port) const;
    void add_strays(core::Judgement& judgement, core::MonitorKind kind) const;
    void write_fault(const std::string& interface, const std::vector<core::MonitorState>& states);

    Run& run_;
    Model& m_;
    core::Prober& prober_;
    Failover& failover_;
    std::map<Key, Watch> watches_;
    std::vector<core::Ear> ears_;
    struct Strays {
        std::uint64_t count = 0, shown = 0;   // ever; when they were last looked at
        bool came = false, told = false;      // many came before the last look; so it has been told
    };
    std::map<std::pair<core::Ifindex, core::Transport>, Strays> strays_;
    core::TimePoint look_at_strays_{};
    std::optional<core::TimePoint> listen_at_;                // when all of them are listened to anew
    core::TimePoint listened_{};                              // when they last were
    std::set<std::pair<Key, core::Ifindex>> lost_;            // as told
    std::set<core::Ifindex> bridged_;                         // as told: bonds that are ports of a bridge
    std::set<core::Ifindex> replaced_;                        // as told: the port's own address is not used
    std::map<std::string, std::string> contradictions_;       // by bond, as found: monitors that contradict each other
    std::map<std::string, std::string> contradictions_told_;
    std::map<Key, std::string> held_;                         // the same: why nothing follows from a silence
    FaultFiles& faults_;
    bool unsettled_ = false;                  // what was found has not had all its consequences, or a watch is gone
    bool beginning_ = false;                  // ports that serve now were serving before the daemon came
};

} // namespace had
