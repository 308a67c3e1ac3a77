// Makes the actions that are due, one at a time, and hears the kernel between any two of them.
#pragma once

#include "had/core/action/action.hpp"
#include "had/run/run.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace had {

class Executor {
public:
    explicit Executor(Run& run) : run_(run), m_(run.model) {}

    // Called between two actions; and after each request, with the time at which it was begun.
    std::function<void()> between;
    std::function<void(const core::Operation&, core::TimePoint began, bool ok)> after_request;

    // True: something could be tried.
    bool execute(const std::vector<core::Action>& actions);
    // A request.  True: the kernel has taken it.
    bool make(const core::Operation& operation, const std::string& reason);
    // The same of one that lies ready: it is sent before anything else, also before it is noted.
    bool send(core::Prepared& prepared, const core::Operation& operation, const std::string& reason);
    void start_job(const core::Action& action);
    [[nodiscard]] bool runs(const core::Operation& job) const;            // a job with the same key
    // Hands what has arrived to the reconciler.
    void drain();

private:
    bool begin(const core::Operation& operation, core::TimePoint began);
    bool end(const core::Operation& operation, const std::string& reason, core::TimePoint began,
             core::ActionResult result, bool first);
    void note_ownership(const std::vector<core::Action>& actions);
    void end_job(const core::Operation& job, core::ActionResult result);
    void tell_end(const core::Operation& job, const core::ActionResult& result, bool current);

    Run& run_;
    Model& m_;
    std::set<std::string> claimed_;           // modules owned only if their loading succeeds
};

} // namespace had
