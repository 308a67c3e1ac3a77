#include "had/core/base/log_quota.hpp"

#include <fmt/format.h>
#include <utility>

namespace had::core {

// Interfaces come and go, so none is kept for ever.
void LogQuota::forget_quiet_ones(TimePoint now) {
    looked_ = now;
    std::erase_if(counts_, [now](const auto& entry) {
        return entry.second.withheld == 0 && now - entry.second.last >= log_window;
    });
}

std::optional<std::string> LogQuota::text_of(const Notice& notice, TimePoint now) {
    if (now - looked_ >= log_window) forget_quiet_ones(now);
    const std::string& where = !notice.alarm.empty() ? notice.alarm : notice.port.empty() ? notice.slot : notice.port;
    Count& count = counts_[Key{notice.kind, where, notice.interface, notice.bond}];
    count.last = now;
    if (!count.rate.admit(now)) {
        ++count.withheld;
        return std::nullopt;
    }
    const unsigned withheld = std::exchange(count.withheld, 0);
    if (withheld == 0) return notice.text;
    return fmt::format("{} ({} more of its kind were not logged)", notice.text, withheld);
}

} // namespace had::core
