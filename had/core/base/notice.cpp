#include "had/core/base/notice.hpp"

#include <cstddef>

namespace had::core {
namespace {

constexpr std::string_view kind_words[] = {
    "card_in",   "card_out",  "card_unknown", "driver_loaded", "driver_unloaded", "port_found",
    "port_serves", "port_lost", "port_back",  "failover",      "degraded",        "down",
    "healed",    "trouble",   "trouble_over", "reloaded",      "resynced",
    "order_given", "order_ended", "extraction_refused", "extraction_begun", "safe_to_pull",
    "alarm", "card_changed", "quarantined", "domain_released"};
constexpr std::string_view level_words[] = {"info", "notice", "warning", "error"};

} // namespace

std::string_view to_string(NoticeKind kind) { return kind_words[static_cast<std::size_t>(kind)]; }
std::string_view to_string(NoticeLevel level) { return level_words[static_cast<std::size_t>(level)]; }

} // namespace had::core
