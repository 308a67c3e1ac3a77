// The files by which keepalived is told to leave an address alone: 0 or 1, each replaced by a rename.  No port has a
// way; or another host has the address, and VRRP does not hear it (core/peer/shared.hpp).
#pragma once

#include "had/core/monitor/prober.hpp"
#include "had/run/run.hpp"

#include <map>
#include <optional>
#include <string>

namespace had {

class FaultFiles {
public:
    FaultFiles(Run& run, core::Prober& prober) : run_(run), prober_(prober) {}

    // The files that had.conf names now.  A daemon that was killed has left its word, and one that ended has kept it:
    // it holds until another is known.  A file that is not there, or says another thing, is written.  One that nobody
    // names any more has no opinion.
    void review();
    void say(const std::string& file, bool failed);
    // The second reason, where an address is shared; what a daemon before this one has left counts until it is known.
    void keep(const std::string& file, bool kept);
    // What could not be written is tried again; at the time that due() names.
    void retry();
    [[nodiscard]] std::optional<core::TimePoint> due() const { return due_; }
    // At an orderly end: no opinion.  Which files said 1 is kept for the next daemon, which goes on with that word.
    void end();

private:
    struct Word {
        bool failed = false, kept = false;
        std::string trouble = {};             // why it is not written; empty: it is
        bool named = true;                    // else it is to say 0, and then forgotten

        [[nodiscard]] bool value() const { return failed || kept; }
    };
    // Whose words a file has: which reasons there can be.
    struct Named {
        bool ways = false, shared = false;
    };
    [[nodiscard]] std::map<std::string, Named> named() const;
    void forget_written();
    void write(const std::string& file, Word& word);
    // What was kept is dropped when the file says what is known, or nobody names it any more.
    void drop_kept();

    Run& run_;
    core::Prober& prober_;
    std::map<std::string, Word> words_;       // by file
    std::optional<core::TimePoint> due_;
};

} // namespace had
