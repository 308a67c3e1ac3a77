// What is reported: the view, its changes, and that the daemon itself is in trouble.
#pragma once

#include "had/core/view/kept.hpp"
#include "had/run/alarm_book.hpp"
#include "had/run/failover.hpp"
#include "had/run/run.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had {

class Reporter {
public:
    Reporter(Run& run, Failover& failover, AlarmBook& alarms)
        : run_(run), m_(run.model), failover_(failover), alarms_(alarms) {}

    [[nodiscard]] const core::View& view() const { return kept_.view; }
    [[nodiscard]] std::vector<core::ExplainStep> explain(std::string_view object) const;
    // Since when turns have failed; nothing: the last one went well.
    [[nodiscard]] std::optional<core::TimePoint> failing_since() const { return failing_since_; }

    // The first view: what exists is no news, and everything that is wrong is.
    void begin();
    // At the end of a turn: tells what was heard, and the difference of the views.
    void tell();
    // A turn has failed.  A turn has gone well, perhaps after a failed one.
    void turn_failed(const std::string& why);
    void turn_went_well();

private:
    [[nodiscard]] core::KeptView derive() const;

    Run& run_;
    Model& m_;
    Failover& failover_;
    AlarmBook& alarms_;
    core::KeptView kept_;
    Touched::Mark shown_;                     // what was touched after it was derived
    std::optional<core::TimePoint> failing_since_;            // of turns; and why the last one failed
    std::string failure_;
};

} // namespace had
