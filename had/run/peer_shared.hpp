// The addresses that this host shares with one other: what the kernel, keepalived and the other host say of them, and
// whether this host is kept from taking one (core/peer/shared.hpp).
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/peer/network.hpp"
#include "had/core/peer/session.hpp"
#include "had/core/peer/state.hpp"
#include "had/run/fault_files.hpp"
#include "had/run/run.hpp"

#include <string>
#include <vector>

namespace had {

class PeerShared {
public:
    // As the file has them now, and what stands in it of their interfaces.  What is known of one that stays is kept.
    void follow(const core::Config& config, const core::PeerConfig& peer);
    [[nodiscard]] bool empty() const { return all_.empty(); }
    // Asks the kernel's echo who has them, and keepalived now and then.
    void look(const Run& run, core::PeerNetwork& network);
    // What follows from that and from what the other host says.
    void judge(const Run& run, const core::PeerSession& session, FaultFiles& faults);
    // When that is to be looked at again, though nothing has happened.
    [[nodiscard]] std::optional<core::TimePoint> next() const;
    // For the other host.
    [[nodiscard]] std::vector<core::PeerSession::Own> words() const;
    [[nodiscard]] std::vector<core::SharedFinding> findings(const core::PeerConfig& peer) const;

private:
    struct Shared {
        core::IpPrefix address;
        std::string interface;
        std::size_t lan = 0;                  // on which VRRP runs
        core::SharedWatch watch = {};
        core::VrrpNote note = {};
        core::SharedHost here = {};
        std::optional<core::SharedHost> there = {};
        bool lan_lost = false, heard = false;
        bool kept = false;                    // by this address, or by another of the same file
    };
    static void see_other(const Run& run, Shared& one, const std::optional<core::SharedWatch::Other>& other);

    std::vector<Shared> all_;
    core::TimePoint ask_{};                   // when keepalived's files are read again
};

} // namespace had
