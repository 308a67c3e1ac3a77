// Alarms over time (core/view/alarm.hpp): since when each one is so and how often it was, who has taken note of it,
// and what the programs beside the daemon report.
#pragma once

#include "had/core/policy/command.hpp"
#include "had/core/view/alarm.hpp"
#include "had/run/run.hpp"

#include <map>
#include <optional>
#include <string>

namespace had {

class AlarmBook {
public:
    explicit AlarmBook(Run& run) : run_(run), m_(run.model) {}

    // Fills in the alarms of a view that follows `before`.
    void fill(const core::View& before, core::View& now);
    // Operators' notes of alarms that are over end with them.
    void drop_notes(const core::View& now);

    // Kept, as orders are.  Throws what keeping throws.  Nothing: it is done.
    std::optional<core::Refusal> ack(const core::View& view, const std::string& id, const std::string& user);
    std::optional<core::Refusal> report(const core::command::Report& what);

    // When the next turn is needed, though nothing is heard: an order grows old.
    [[nodiscard]] std::optional<core::TimePoint> next() const { return next_; }

private:
    [[nodiscard]] std::vector<core::Alarm> found(const core::View& now) const;

    Run& run_;
    Model& m_;
    std::map<std::string, core::Alarm> reported_;     // by id
    std::map<std::string, unsigned> counts_;
    std::optional<core::TimePoint> next_;
};

} // namespace had
