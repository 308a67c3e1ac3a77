// Hears what switches say of themselves, and tells where a cable ends elsewhere than before.
#pragma once

#include "had/core/monitor/prober.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <map>
#include <optional>

namespace had {

class Lldp final : public Part {
public:
    explicit Lldp(Run& run) : run_(run), m_(run.model) {}

    void hear(const core::Answer& answer);

    void hear_link(const core::Link& link) override;
    void forget_gone_links() override;
    void rearranged() override;
    void before_turn() override;
    [[nodiscard]] std::optional<core::TimePoint> next() const override;

private:
    Run& run_;
    Model& m_;
    std::map<core::Ifindex, core::PortName> ports_;           // at which something was heard
};

} // namespace had
