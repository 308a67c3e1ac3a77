#include "had/sys/log.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace had::sys {
namespace {

core::NoticeLevel least_level = core::NoticeLevel::notice;

// syslog(3): LOG_INFO 6, LOG_NOTICE 5, LOG_WARNING 4, LOG_ERR 3.
char priority(core::NoticeLevel level) {
    switch (level) {
    case core::NoticeLevel::info: return '6';
    case core::NoticeLevel::notice: return '5';
    case core::NoticeLevel::warning: return '4';
    case core::NoticeLevel::error: return '3';
    }
    return '3';
}

} // namespace

void set_log_level(core::NoticeLevel least) { least_level = least; }

void log(core::NoticeLevel level, std::string_view text) {
    if (level < least_level) return;
    std::string line;
    if (!::isatty(STDERR_FILENO)) line = {'<', priority(level), '>'};
    line += text;
    // One line an event, whatever a driver or a person has put into a name.
    std::replace(line.begin(), line.end(), '\n', ' ');
    line += '\n';
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace had::sys
