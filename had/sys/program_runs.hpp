// The programs of monitors (kind exec), each a process of its own with a time limit.
//
// The daemon forks and the child starts the program, since a file on a slow disk would hold up who waits for its start.
// The child first looks whether the program may be run (trust.hpp).  At its limit, and when it has ended, its whole
// process group is killed.  Of what it prints the first KiB is kept, and the rest is thrown away.
#pragma once

#include "had/core/monitor/prober.hpp"
#include "had/sys/loop.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace had::sys {

class ProgramRuns {
public:
    using Hears = std::function<void(const core::Answer&)>;

    ProgramRuns(Loop& loop, Hears hears);
    ProgramRuns(const ProgramRuns&) = delete;
    ProgramRuns& operator=(const ProgramRuns&) = delete;
    ~ProgramRuns();                           // what still runs is killed

    // 0, or an errno when there is no memory for an answer.  All else is answered from the loop: also that it cannot be
    // started, or that the run before it hangs in the kernel.
    int start(const core::Question& question);

private:
    struct Run;

    void launch(const core::Question& question);
    void tell(const core::Question& question, core::Told told, std::string text);
    void read(Run& run);
    void time_over(Run& run);
    void ended(std::uint64_t asker);

    Loop& loop_;
    Hears hears_;
    std::map<std::uint64_t, std::unique_ptr<Run>> runs_;      // by asker
};

} // namespace had::sys
