// A process in a session of its own, which outlives the daemon.
//
// It has none of the daemon's descriptors, signal handlers or priority.  Its output goes to /dev/null: a pipe would
// end it when the daemon ends.  Programs that run for long have a log of their own.
#pragma once

#include "had/sys/fd.hpp"

#include <string>
#include <vector>

namespace had::sys {

// A child that waits.  Dropped before go(), it ends without having executed anything.
class ServiceChild {
public:
    // Throws std::system_error.
    ServiceChild(const std::vector<std::string>& words, const std::vector<std::string>& environment);

    ServiceChild(const ServiceChild&) = delete;
    ServiceChild& operator=(const ServiceChild&) = delete;
    ~ServiceChild();

    [[nodiscard]] int pid() const { return pid_; }
    void go();
    // Readable when the process has ended.
    [[nodiscard]] UniqueFd take_process() { return std::move(process_); }
    // The errno for which the program could not be executed, as one int; empty when it was.
    [[nodiscard]] UniqueFd take_verdict() { return std::move(verdict_); }

private:
    int pid_ = 0;
    UniqueFd gate_, process_, verdict_;
};

// PATH, and what is added to it.
std::vector<std::string> service_environment(std::vector<std::string> more);
UniqueFd open_process(int pid);               // empty: there is none

} // namespace had::sys
