// Asks why a port has lost its link, behind the failover: a child process asks the driver, which may take its time.
#pragma once

#include "had/core/world/loss_facts.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <map>

namespace had {

class Causes final : public Part {
public:
    explicit Causes(Run& run) : run_(run), m_(run.model) {}

    void forget_gone_links() override;
    void rearranged() override;
    void after_turn() override;

private:
    void look_at(const core::PlacedPort& placed);
    void ask(const core::Link& link, const core::PlacedPort& placed);
    void answered(const core::PortName& port, const std::string& interface, const std::string& answer);

    Run& run_;
    Model& m_;
    Touched::Mark looked_;                                    // what was touched after they were looked at
    std::map<core::Ifindex, bool> carriers_;                  // at the end of the last turn
    std::map<core::PortName, core::TimePoint> asked_;
    core::KnownErrors known_;                                 // when a function was last asked
};

} // namespace had
