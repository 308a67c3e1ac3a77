// What is wanted, what is, and what was tried: the values that every part of a turn reads.  What is derived from
// them is never stale.
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/core/plan/plan.hpp"
#include "had/run/surroundings.hpp"
#include "had/run/touched.hpp"

#include <functional>
#include <map>
#include <optional>

namespace had {

class Model {
public:
    Model(const Identity& identity, std::function<core::TimePoint()> now)
        : identity_(identity), now_(std::move(now)) {}

    core::Config file, config;                // as read; with what orders outrank
    core::DriverTable table;
    core::Owned owned;
    core::Orders orders;
    core::Models models;
    core::Observed observed;
    core::Attempts attempts;
    std::map<core::Ifindex, core::Standing> standings;        // of slaves
    core::PathStates paths;
    core::Neighbourhood neighbours;
    core::Losses losses;
    core::ServiceStates services;
    std::map<std::string, std::vector<core::Device>> devices; // by match
    core::PeerStates peers;
    std::string started, file_taken, file_refused;            // when; as in the view
    bool begun = false;                       // the file is taken, and the first dumps have been heard
    bool force = false;                       // reload --force, for one turn
    bool view_is_old = true;                  // something has been heard or ordered since it was derived
    // The plan of the turn's last pass, when it left nothing to be asked for.  Null: something has happened since.
    [[nodiscard]] const core::Plan* rest() const { return rests_ ? &rest_ : nullptr; }
    void rest(core::Plan plan) { rest_ = std::move(plan), rests_ = true; }
    // Something has happened that may concern everything; or how a link is, which was heard and concerns it alone; or
    // something else of a link alone.  And what is asked of a link alone.
    void note_change() { unrest(), touched.everything(); }
    void note_heard(core::Ifindex link) { unrest(), touched.link({link, true}); }
    void note_of(core::Ifindex link) { unrest(), touched.link({link, false}); }
    void note_asked(const core::Operation& operation);
    // The same of the record of what was made.
    void note_owned() { touched.everything(); }
    void note_owned(core::Ifindex link) { touched.link({link, false}); }
    // Another plan is to be made: the time may be another, and what was tried.
    void unrest() { rests_ = false, view_is_old = true; }
    // What that was, for each who derives something of it.
    Touched touched;

    // Sets `file`, and `config` with the orders that outrank it; both, or throws and neither.
    void take_file(core::Config config, const core::Orders& orders);
    // `file` with orders that are not in force yet; and takes what was made so.
    [[nodiscard]] core::Config config_with(const core::Orders& orders) const;
    void take_config(core::Config ordered);
    // The places of cards and slots may have changed.  take_rearranged() is true once after that: the parts must be
    // told.
    void rearrange() { note_change(), stale_ = rearranged_ = true; }
    bool take_rearranged() { return std::exchange(rearranged_, false); }
    [[nodiscard]] bool is_rearranged() const { return rearranged_; }
    // Computed when it is asked for, so that it is never stale, however many events come between two calls.
    [[nodiscard]] const core::Chassis& chassis() const;

    [[nodiscard]] core::Situation situation() const { return situation(orders); }
    [[nodiscard]] core::Situation situation(const core::Orders& orders) const;    // with these orders instead
    // Whom it may concern what was touched after that.
    [[nodiscard]] core::Worklist touched_after(const Touched::Mark& mark) const;
    // What is to be done, of all who may have something to say.  It is noted who had.
    [[nodiscard]] core::Plan plan_pass();
    // What would be done now, with this configuration or with another.
    [[nodiscard]] core::Plan plan_now() const;
    // What that depends on, and the kernel does not tell, is read of it.
    [[nodiscard]] core::Plan plan_for(const core::Config& file, const core::DriverTable& table,
                                      const core::Kernel& kernel) const;

private:
    struct Wanted {                           // and what follows from it
        const core::Config& config;
        const core::DriverTable& table;
        const core::Chassis& chassis;
        const core::Orders& orders;
        const core::Observed& observed;
    };
    [[nodiscard]] core::Situation situation(const Wanted& wanted) const;
    const Identity& identity_;
    std::function<core::TimePoint()> now_;
    mutable core::Chassis placed_;            // as last computed
    mutable bool stale_ = true;               // what is placed is
    bool rearranged_ = true;
    core::Plan rest_;                         // kept when it is old: who loses a port has no time to free it
    bool rests_ = false;
    core::Worklist said_;                     // who had something to say in the last plan
    Touched::Mark planned_;                   // what was touched after that
};

} // namespace had
