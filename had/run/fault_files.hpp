// The files by which keepalived is told to leave an address alone: 0 or 1, each replaced by a rename.  No port has a
// way; or another host has the address, and VRRP does not hear it (core/peer/shared.hpp).
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/monitor/prober.hpp"
#include "had/run/run.hpp"

#include <map>
#include <optional>
#include <set>
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
    // The second reason: this host is kept from an address that it shares.  The file is that of the interface on which
    // the address is used, and says 1 for any of those.  What a daemon before this one has left counts until all are
    // known.
    void keep(const core::IpAddress& address, bool kept);
    // Whether the file keeps this host from that address, for its own sake or for another's.
    [[nodiscard]] bool keeps_from(const core::IpAddress& address) const;
    // What could not be written is tried again; at the time that due() names.
    void retry();
    [[nodiscard]] std::optional<core::TimePoint> due() const { return due_; }
    // At an orderly end: no opinion.  Which files said 1 is kept for the next daemon, which goes on with that word.
    void end();

private:
    struct Word {
        bool said = false;                    // as it is written, or was to be
        bool failed = false;
        bool left = false;                    // a daemon before this one has left 1, and not all of `shared` are known
        std::set<core::IpAddress> shared = {};    // whose it is
        std::string trouble = {};             // why it is not written; empty: it is
        bool named = true;                    // else it is to say 0, and then forgotten
    };
    // Whose words a file has: which reasons there can be.
    struct Named {
        bool ways = false;
        std::set<core::IpAddress> shared;
    };
    [[nodiscard]] std::map<std::string, Named> named() const;
    [[nodiscard]] bool is_kept(const Word& word) const;
    void forget_written();
    void write(const std::string& file, Word& word);
    // Writes it if it is another word than before.
    void settle(const std::string& file, Word& word);
    // What was kept is dropped when the file says what is known, or nobody names it any more.
    void drop_kept();

    Run& run_;
    core::Prober& prober_;
    std::map<std::string, Word> words_;       // by file
    std::map<core::IpAddress, bool> kept_;    // of the shared addresses of which it is known
    std::optional<core::TimePoint> due_;
};

} // namespace had
