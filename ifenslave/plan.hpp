// What is to be done, decided from a snapshot alone, with every word that may have to be said about
// it.
//
// The wordings are those of ifenslave 1.1.0, and so are the exit codes, odd ones included: 1 for a
// refusal of its own or of the bonding driver, 2 for misuse, 255 where a call failed whose -1
// became the exit code, and the error's number where the settings could not be read.  Where the
// original named only what it did and hid why it failed (unless -v was given), the reason always
// follows here. The calls keep the names of the ioctls that they were, though netlink does the
// work.
#pragma once

#include "ifenslave/command_line.hpp"
#include "ifenslave/machine.hpp"
#include "ifenslave/steps.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace had::ifenslave {

// Not to be done, or no further.
struct Refusal {
    std::string text; // lines
    int exit = exit_failed;

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

// The steps for one slave; the first that fails ends them.
struct Errand {
    std::vector<Step> steps;
    std::string failed; // the last line when one did

    friend bool operator==(const Errand&, const Errand&) = default;
};

// What stands against working with this master at all.  First whether it is there; then, once the
// operands are known to suffice, whether it is a bond that may be worked with.
std::optional<Refusal> missing_master(const Command& command, const Snapshot& snapshot);
std::optional<Refusal> unfit_master(const Command& command, const Snapshot& snapshot);
// Its settings could not be read at all: an errno.
Refusal unreadable_master(const std::string& master, int error);
Refusal unreadable_slave(const Command& command, const std::string& slave, int error);

// The master must be fit.
std::variant<Errand, Refusal> plan(const Command& command, const Snapshot& snapshot,
                                   const std::string& slave);

// What -v shows of an interface before anything is done with it; may be empty.
std::string note_of_master(const Command& command, const Interface& master);
std::string note_of_slave(const Command& command, const Interface& slave);

// What had, of whom this was not asked, will do about it; empty: nothing.
std::string warning(const Command& command, const std::string& slave, const Claim& claim);

// It has put the slave into its bond already.
std::string note_of_had(const std::string& slave, const Claim& claim);

// "Operation not permitted (Device can not be enslaved while up)": the error and the kernel's
// words.
std::string reason(const core::ActionResult& result);

} // namespace had::ifenslave
