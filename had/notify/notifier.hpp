// had-notify: hears the daemon, and runs the programs of notify_dir.
//
// Each hook has a queue and a process of its own: it is told in order, and none waits for another.  At most eight run
// at once.  What a hook has done is kept, so that over restarts each event is told at least once (HAD_SEQ is for those
// who must not act twice).  A hook that fails is an alarm, until it succeeds.  How a hook fares that is told of such an
// alarm raises and ends none: else two that fail now and then would keep each other busy for ever.
#pragma once

#include "had/control/subscription.hpp"
#include "had/core/config/config.hpp"
#include "had/notify/hook.hpp"
#include "had/notify/process.hpp"
#include "had/notify/queue.hpp"
#include "had/notify/state.hpp"
#include "had/sys/loop.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace had::notify {

struct Options {
    std::string config = "/etc/had.conf";
    std::string socket = {};
    std::string state{usual_state};
};

class Notifier {
public:
    Notifier(sys::Loop& loop, Options options);
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    void finish();                            // keeps how far it is

private:
    struct Runner {                           // of one hook
        Hook hook;
        Queue queue;
        std::unique_ptr<Process> process;
        std::optional<Queue::Waiting> running;
        Progress progress;
        std::string trouble;                  // what the daemon was told
        bool lags = false;                    // its queue was full, and is not half empty yet
    };
    struct Held {                             // an alarm that has not lasted long enough
        Message message;
        std::optional<Message> changed;       // the last change of it
        sys::Timer timer;
    };

    using Runners = std::map<std::string, Runner>;

    void read_config();
    void look_for_hooks();
    Runners::iterator forget(Runners::iterator gone);
    void heard(const control::Event& event);
    bool hold_back(const Message& message);
    void tell_late(const std::string& alarm);
    void spread(const Message& message, bool late = false);
    void run_next();
    void run(Runner& runner);
    void ended(const std::string& name, const RunEnd& end);
    void tell(std::string& before, const std::string& object, const std::string& trouble);
    void tell(Runner& runner, const std::string& trouble);
    void report(const std::string& object, const std::string& text);
    void connected(control::Client& client);
    [[nodiscard]] std::optional<control::Position> told_to_all() const;
    void keep_soon();
    void keep();

    sys::Loop& loop_;
    Options options_;
    core::Settings settings_;
    Runners runners_;
    std::map<std::string, Held> held_;        // by alarm
    control::Position heard_;                 // the last event
    State kept_;
    std::size_t running_ = 0;
    std::string directory_trouble_;           // that its programs cannot be listed
    sys::Timer keep_, again_;
    std::optional<control::Subscription> daemon_;
};

} // namespace had::notify
