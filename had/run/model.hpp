// What is wanted, what is, and what was tried: the values that every part of a turn reads, and what follows from
// them, which is never stale.
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/run/surroundings.hpp"

#include <functional>
#include <map>

namespace had {

class Model {
public:
    Model(const Settled& settled, std::function<core::TimePoint()> now)
        : settled_(settled), now_(std::move(now)) {}

    core::Config file, config;                // as read; with what orders outrank
    core::DriverTable table;
    core::Owned owned;
    core::Orders orders;
    core::Models models;
    core::Observed observed;
    core::Attempts attempts;
    std::map<core::Ifindex, core::Standing> standings;        // of slaves
    bool begun = false;                       // the file is taken, and the first dumps have been heard
    bool force = false;                       // reload --force, for one turn
    bool view_is_old = true;                  // something has been heard or ordered since it was derived

    // What the file says, and what outranks it.
    void take_file(core::Config config, const core::Orders& orders);
    // What cards and slots are where may be another now; and whether what follows from that is still to be done.
    void rearrange() { misplaced_ = rearranged_ = view_is_old = true; }
    bool take_rearranged() { return std::exchange(rearranged_, false); }
    [[nodiscard]] bool is_rearranged() const { return rearranged_; }
    // Placed when it is asked for: between two looks a thousand events may come, and none may be missed.
    [[nodiscard]] const core::Chassis& chassis() const;

    [[nodiscard]] core::Situation situation() const { return situation(orders); }
    [[nodiscard]] core::Situation situation(const core::Orders& orders) const;    // as if these were given
    // What would be done now, by this configuration or by another.
    [[nodiscard]] core::Plan plan_now() const;
    [[nodiscard]] core::Plan plan_for(const core::Config& file, const core::DriverTable& table) const;

private:
    struct Wanted {                           // and what follows from it
        const core::Config& config;
        const core::DriverTable& table;
        const core::Chassis& chassis;
        const core::Orders& orders;
    };
    [[nodiscard]] core::Situation situation(const Wanted& wanted) const;

    const Settled& settled_;
    std::function<core::TimePoint()> now_;
    mutable core::Chassis placed_;            // as of the last look
    mutable bool misplaced_ = true;           // what it was placed by has changed since
    bool rearranged_ = true;
};

} // namespace had
