// Tells the neighbours of an interface who has an address now (core/plan/announcing.hpp).
#pragma once

#include "had/core/plan/announcing.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <optional>
#include <string>

namespace had {

class Announcer final : public Part {
public:
    explicit Announcer(Run& run) : run_(run), m_(run.model) {}

    void begin() override { announcing_.adopt(m_.situation()); }
    // The last plan of a turn is made when all that the turn has made was heard of.
    void before_plan() override;
    [[nodiscard]] std::optional<core::TimePoint> next() const override { return next_; }

private:
    Run& run_;
    Model& m_;
    core::Announcing announcing_;
    Touched::Mark read_;                      // what was touched after the places of addresses were looked at
    std::optional<core::TimePoint> next_;
    std::string trouble_;                     // as last told
};

} // namespace had
