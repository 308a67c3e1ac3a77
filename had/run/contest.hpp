// What other programs undo again and again (core/action/contest.hpp).
#pragma once

#include "had/core/action/contest.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <string>
#include <vector>

namespace had {

class Contest final : public Part {
public:
    explicit Contest(Run& run) : run_(run), m_(run.model) {}

    // The effects of these operations have been seen.
    void showed(const std::vector<core::Operation>& operations);
    // True: something of it is left to others for now, so that the plan is another.
    bool hear(const std::vector<core::Action>& wanted);
    // Another program moved the bond off a port that was good.  It is moved back (core/policy/failover.cpp), but
    // not for ever.
    void note_interference(const std::string& bond);
    // Another machine on the network has the address: the kernel has just asked, and is not made to ask again at
    // once.
    void leave_taken(const core::Address& address);
    // An order settles what is contested of the bond's active port.
    void settle(const std::string& bond);
    // What this file has brought back was nobody else's doing.
    void settle_all() { contests_.settle_all(); }

    void forget_gone_links() override { contests_.forget_gone(m_.observed); }
    void reload() override;

private:
    Run& run_;
    Model& m_;
    core::Contests contests_;
};

} // namespace had
