// The other programs of the machine: network managers, which must leave alone what is the daemon's
// (core/world/others.hpp), and udevd, which is waited for.
#pragma once

#include "had/core/world/others.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <optional>

namespace had {

class Neighbours final : public Part {
public:
    explicit Neighbours(Run& run) : run_(run), m_(run.model) {}

    void rearranged() override { tell_others(); }
    void before_plan() override;

private:
    void tell_others();

    Run& run_;
    Model& m_;
    Touched::Mark awaited_;                   // what was touched after udev's devices were looked at
    std::optional<core::ForOthers> told_;     // what other programs know
    bool telling_ = false;                    // and are still reading
};

} // namespace had
