#include "had/core/base/log_quota.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace had::core {
namespace {

constexpr Duration moment = std::chrono::seconds(1);
constexpr std::size_t most_said = 64;

} // namespace

// Interfaces come and go, so none is kept for ever.
void LogQuota::forget_quiet_ones(TimePoint now) {
    looked_ = now;
    std::erase_if(counts_, [now](const auto& entry) {
        return entry.second.withheld == 0 && now - entry.second.last >= log_window;
    });
}

// What of it was not said a moment ago: of an alarm the sentence that raises it often was, as a trouble or a loss.
std::string LogQuota::news_of(const Notice& notice, TimePoint now) {
    std::erase_if(said_, [now](const auto& line) { return now - line.first >= moment; });
    if (notice.level == NoticeLevel::info) return notice.text;        // which the log usually leaves out
    if (notice.alarm.empty()) {
        if (said_.size() == most_said) said_.pop_front();
        said_.emplace_back(now, notice.text);
        return notice.text;
    }
    const std::string head = fmt::format("alarm {} ({}) ", notice.alarm, notice.severity);
    const std::string tail = "; repair: " + notice.repair;
    std::string_view sentence = notice.text;
    if (!sentence.starts_with(head) || !sentence.ends_with(tail)) return notice.text;
    sentence = sentence.substr(head.size(), sentence.size() - head.size() - tail.size());
    const bool said = std::any_of(said_.begin(), said_.end(), [&](const auto& line) {
        return std::string_view(line.second).ends_with(sentence);
    });
    return said ? head.substr(0, head.size() - 1) + tail : notice.text;
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
    std::string text = news_of(notice, now);
    if (withheld == 0) return text;
    return fmt::format("{} ({} more of its kind were not logged)", text, withheld);
}

} // namespace had::core
