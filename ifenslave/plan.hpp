// What is to be done, and every message about it, decided from a snapshot alone.
//
// The wordings are those of ifenslave 1.1.0.  So are the exit codes, odd ones included: 1 for a
// refusal by the program or the bonding driver, 2 for misuse, 255 where a call failed whose -1
// became the exit code, and the errno where the settings could not be read.  The reason of a
// failure always follows; the original printed it only with -v.  The calls keep the names of the
// ioctls that they were, though netlink does the work.
#pragma once

#include "ifenslave/command_line.hpp"
#include "ifenslave/machine.hpp"
#include "ifenslave/steps.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace had::ifenslave {

// Nothing is done, or nothing more.
struct Refusal {
    std::string text; // lines
    int exit = exit_failed;

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

// The steps for one slave; the first that fails ends them.
struct Errand {
    std::vector<Step> steps;
    std::string failed; // the last line of the message when a step failed

    friend bool operator==(const Errand&, const Errand&) = default;
};

// Why this master cannot be used.  The first is asked before the operands are counted, the second after.
std::optional<Refusal> missing_master(const Command& command, const Snapshot& snapshot);
std::optional<Refusal> unfit_master(const Command& command, const Snapshot& snapshot);
// The settings could not be read; `error` is an errno.
Refusal unreadable_master(const std::string& master, int error);
Refusal unreadable_slave(const Command& command, const std::string& slave, int error);

// The master must be fit.
std::variant<Errand, Refusal> plan(const Command& command, const Snapshot& snapshot,
                                   const std::string& slave);

// What -v shows of an interface before anything is done with it; may be empty.
std::string note_of_master(const Command& command, const Interface& master);
std::string note_of_slave(const Command& command, const Interface& slave);

// What the daemon, which was not asked, will do about it; empty: nothing.
std::string warning(const Command& command, const std::string& slave, const Claim& claim);

// The daemon has enslaved it already.
std::string note_of_had(const std::string& slave, const Claim& claim);

// "Operation not permitted (Device can not be enslaved while up)": the error and the kernel's
// words.
std::string reason(const core::ActionResult& result);

} // namespace had::ifenslave
