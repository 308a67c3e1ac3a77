// How often the log says the same: a port whose link flaps for a night must not fill a disk.
//
// Only the log is limited.  Subscribers get every event, and the history has all of them.
#pragma once

#include "had/core/base/notice.hpp"
#include "had/core/base/rate.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace had::core {

inline constexpr std::size_t log_most = 10;                   // lines of one kind about one object
inline constexpr Duration log_window = std::chrono::minutes(1);

class LogQuota {
public:
    // What to log: its text, with the number of earlier ones that were not logged.  Of an alarm whose sentence was the
    // end of a line a moment ago only its id, severity and repair.  Nothing: it is not logged.
    std::optional<std::string> text_of(const Notice& notice, TimePoint now);

private:
    using Key = std::tuple<NoticeKind, std::string, std::string, std::string>;
    struct Count {
        Rate rate{log_most, log_window};
        unsigned withheld = 0;
        TimePoint last{};
    };
    void forget_quiet_ones(TimePoint now);
    std::string news_of(const Notice& notice, TimePoint now);

    std::map<Key, Count> counts_;
    std::deque<std::pair<TimePoint, std::string>> said_;      // lines that are no alarms
    TimePoint looked_{};                      // when those that are silent again were last forgotten
};

} // namespace had::core
