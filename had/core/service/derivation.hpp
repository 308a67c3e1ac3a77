// What should run now: of each instance whether its needs hold and whether it is wanted, and of each group which
// member is chosen.  Made for one step.
#pragma once

#include "had/core/service/facts.hpp"
#include "had/core/service/step.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace had::core {

inline constexpr Duration probe_limit = std::chrono::seconds(10);

struct Instance {
    ServiceKey key;
    const ServiceConfig* config = nullptr;    // null: the file does not name it any more
    std::uint64_t device = 0;                 // of its device now; 0: without `for`, or it is gone
    bool there = true;                        // its device is
};

class Derivation {
public:
    // Requires: each instance of the file has a state.
    Derivation(const ServiceFacts& facts, const std::vector<ServiceConfig>& services, const ServiceStates& states,
               std::vector<Instance> instances, TimePoint now);

    // The states have changed: what was derived from them is derived anew.
    void renew() { needs_.clear(), choices_.clear(); }

    [[nodiscard]] const std::vector<Instance>& instances() const { return instances_; }
    [[nodiscard]] const Instance* instance(const ServiceKey& key) const;
    [[nodiscard]] bool needs_hold(const Instance& instance);
    // Also those that a daemon before this one has left are known to be there: what is new can start behind them.
    [[nodiscard]] bool needs_are_up(const Instance& instance);
    [[nodiscard]] bool is_wanted(const Instance& instance);
    [[nodiscard]] bool is_held(const Instance& instance) const;
    // What `after` names has run, if it was needed.
    [[nodiscard]] bool comes_after(const Instance& instance);
    // No other member of its group is there: break before make.
    [[nodiscard]] bool has_room(const Instance& instance) const;
    // Whether one that needs it may still run.
    [[nodiscard]] bool is_needed_yet(const Instance& instance) const;
    // A better member than the chosen one, whose probe tells whether it would serve.
    [[nodiscard]] bool is_asked(const Instance& instance);
    // What is missing, or what is waited for; empty: nothing.
    [[nodiscard]] std::string lack(const Instance& instance);
    // Why one whose needs hold does not start yet: what it needs is not known to run, or another member is there.
    [[nodiscard]] std::string delay(const Instance& instance);
    [[nodiscard]] Duration settle_of(const Instance& instance) const;
    // Why the chosen member of its group is another one than before; empty: it is not.
    [[nodiscard]] std::string why_not_chosen(const Instance& instance) const;
    // When a choice changes by time alone.
    [[nodiscard]] std::optional<TimePoint> next() const { return next_; }

private:
    struct Choice {
        const Instance* chosen = nullptr;
        std::string why;                      // it came by another way than a failure of the one before
        bool by_order = false;
    };
    const Choice& choice_of(const FailoverConfig& group);
    Choice choose(const FailoverConfig& group);
    bool is_proven(const FailoverConfig& group, const Instance& member);
    bool is_eligible(const Instance& member);
    bool will_serve(const std::string& service);
    [[nodiscard]] bool lacks_names(const Instance& instance) const;
    [[nodiscard]] const ServiceState& state(const Instance& instance) const;
    [[nodiscard]] std::vector<const Instance*> members_of(const FailoverConfig& group) const;
    [[nodiscard]] const GroupOrder* order_of(const FailoverConfig& group) const;
    // The member that its group has chosen; null: none, or it is in no group.
    [[nodiscard]] const Instance* chosen_beside(const Instance& instance);
    [[nodiscard]] const Instance* active_beside(const Instance& instance) const;
    [[nodiscard]] bool is_window(const GroupFailback& failback);

    const ServiceFacts& facts_;
    const std::vector<ServiceConfig>& services_;
    const ServiceStates& states_;
    std::vector<Instance> instances_;
    TimePoint now_;
    std::map<ServiceKey, std::size_t> at_;
    std::map<std::string, Membership, std::less<>> memberships_;
    std::map<ServiceKey, bool> needs_;
    std::map<std::string, Choice, std::less<>> choices_;
    std::optional<TimePoint> next_;
};

} // namespace had::core
