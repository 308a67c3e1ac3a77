// Orders to let cards go, and what becomes of them (core/policy/extraction.hpp).
#pragma once

#include "had/core/policy/command.hpp"
#include "had/run/executor.hpp"
#include "had/run/part.hpp"

#include <map>
#include <optional>
#include <string>

namespace had {

// What keeps the order from being taken: the service that would end.  Empty: nothing, or it is by force, or it waits.
std::string hanging_by(const core::Situation& situation, const core::command::Offline& asked);
core::Refusal not_let_go(const core::SlotName& slot, const std::string& hanging);

class Extractions final : public Part {
public:
    Extractions(Run& run, Executor& executor) : run_(run), m_(run.model), executor_(executor) {}

    // Lets the card in a slot go.  Refused when service depends on it, unless the order is by force or waits for
    // another port.  For an empty slot there is nothing to do, and no order is kept.
    std::optional<core::Refusal> offline(const core::command::Offline& asked, const std::string& user);
    std::optional<core::Refusal> online(const core::SlotName& slot, const std::string& user);
    std::optional<core::Refusal> identify(const core::SlotName& slot, const std::string& user);
    // The handle of the card in the kernel's slot was opened.
    void handle_opened(const std::string& kernel);
    // The order has ended by itself, and not by `slot online`.
    void drop_wait(const core::SlotName& slot) { waits_.erase(slot); }
    void bind_drivers(const core::SlotName& slot, const std::string& reason);
    // The card comes back: what is undone meanwhile is done again.
    void watch_return(const core::SlotName& slot) { coming_back_.insert_or_assign(slot, begun_now(slot)); }

    void before_plan() override;
    [[nodiscard]] std::optional<core::TimePoint> next() const override;

private:
    struct ComingBack {
        core::TimePoint again, until;         // it is looked at
        bool had_card = false;                // when its jobs were begun
    };

    [[nodiscard]] ComingBack begun_now(const core::SlotName& slot) const;
    [[nodiscard]] bool is_undone(const core::SlotName& slot, const std::string& kernel, bool had_card) const;
    void update_return(const core::SlotName& slot, const core::OnlineOrder& order);
    [[nodiscard]] bool is_off(const core::SlotName& slot) const;
    [[nodiscard]] bool can_switch_on(const std::string& kernel) const;
    void bring_back(const core::SlotName& slot, const std::string& kernel);
    void update_online();
    void update_waiting(const core::SlotName& slot);
    void card_is_out(const core::SlotName& slot);
    void end_offline(const core::SlotName& slot, const std::string& why);

    Run& run_;
    Model& m_;
    Executor& executor_;
    std::map<core::SlotName, core::TimePoint, core::SlotLess> waits_;     // to be let go, and until when
    // Of the orders to come online: what this daemon has begun.
    std::map<core::SlotName, ComingBack> coming_back_;
    std::optional<core::TimePoint> back_at_;  // when to look next
};

} // namespace had
