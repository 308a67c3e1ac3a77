// The recorder: hears the daemon, and writes down what happened (had/record).
//
// It has no part in any decision.  When it dies, hangs or has no room, the daemon goes on as before; what it could not
// write waits in memory, and the daemon shows it as an alarm.  Its wake-ups when nothing happens: a heartbeat each five
// minutes, and each thirty seconds the file of figures, where had.conf asks for one.
#pragma once

#include "had/control/subscription.hpp"
#include "had/core/config/config.hpp"
#include "had/record/database.hpp"
#include "had/record/ledger.hpp"
#include "had/notify/state.hpp"
#include "had/record/metrics.hpp"
#include "had/sys/clock_watch.hpp"
#include "had/sys/loop.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace had::recorder {

struct Options {
    std::string config = "/etc/had.conf";
    std::string socket = {};
    std::string database{record::default_database};
    std::string sys = "/sys";
    std::string hooks = notify::state_path(); // what had-notify keeps of its programs
};

class Recorder {
public:
    Recorder(sys::Loop& loop, Options options);
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    // At the end: writes what it has.
    void finish();

private:
    void read_config();
    void open();
    void end_what_is_open();
    void close_for(const record::Trouble& why);
    void connected(control::Client& client, const control::Position& last);
    void heard(control::Client& client, const control::Event& event);
    void take(const control::Event& event);
    void reloaded();
    void look(control::Client& client);
    void look_now();
    void miss();
    void disconnected(const std::string& why);
    void commit_within(core::Duration time);
    void gather();
    void commit();
    void trim();
    void beat();
    void clock_was_set();
    void figures_within(core::Duration time);
    [[nodiscard]] record::Counters counters();
    [[nodiscard]] std::map<std::string, notify::Progress> hooks();
    void write_figures();
    void tell(std::string_view type, const std::string& text);
    void tell_all();
    [[nodiscard]] record::Carriers read_carriers() const;
    [[nodiscard]] record::Moment now() const;

    sys::Loop& loop_;
    Options options_;
    core::Settings settings_;
    std::optional<record::Database> database_;
    record::Ledger ledger_;
    record::Carriers carriers_;
    record::Mark mark_;
    record::Batch batch_;
    std::optional<core::View> view_;          // nothing: the daemon does not answer
    std::string version_;
    std::uint64_t catching_up_to_ = 0;        // events before the first look
    bool stale_ = false;                      // another daemon: what was missed of the last one is counted as missed
    std::string set_aside_;                   // what is told of a damaged history until the next start
    std::map<std::string, std::string, std::less<>> troubles_;    // by type of alarm; what the daemon is told
    std::map<std::string, notify::Progress> hooks_;           // as they last could be read
    record::Counters written_;                // as they last were in the history
    core::Duration retry_;
    std::int64_t boot_time_;                  // when the machine started: moves with a clock that is set
    core::TimePoint figures_due_{};
    sys::Timer commit_, heartbeat_, figures_, reopen_, step_is_old_;
    sys::ClockWatch clock_;
    std::optional<control::Subscription> daemon_;
};

} // namespace had::recorder
