#include "had/sys/service_record.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/sys/file.hpp"

#include <fmt/format.h>

namespace had::sys {

namespace {

constexpr std::string_view words[] = {"starting", "ready", "done"};

} // namespace

std::string print(const ServiceRecord& record) {
    const std::string_view word = record.pid == 0 ? words[2] : words[record.ready ? 1 : 0];
    return fmt::format("{} {} {} {} {}\n", record.pid, record.start_time, record.device, word, record.command);
}

std::optional<ServiceRecord> parse_service_record(std::string_view text) {
    std::string_view line = core::take_until(text, '\n');
    const auto pid = core::number<int>(core::take_until(line, ' '));
    const auto start = core::number<std::uint64_t>(core::take_until(line, ' '));
    const auto device = core::number<std::uint64_t>(core::take_until(line, ' '));
    const std::string_view word = core::take_until(line, ' ');
    if (!pid || *pid < 0 || !start || !device || line.empty() || !text.empty()) return std::nullopt;
    ServiceRecord record{*pid, *start, *device, word == words[1], std::string(line)};
    if (word != (record.pid == 0 ? words[2] : words[record.ready ? 1 : 0])) return std::nullopt;
    return record;
}

// The name of a program may have blanks and parentheses in it: the fields are counted behind the last one.
std::optional<std::uint64_t> start_time_of(int pid) {
    const auto stat = first_line(fmt::format("/proc/{}/stat", pid));
    const auto end = stat ? stat->rfind(')') : std::string::npos;
    if (end == std::string::npos || end + 2 > stat->size()) return std::nullopt;
    std::string_view rest = std::string_view(*stat).substr(end + 2);
    if (rest.starts_with('Z') || rest.starts_with('X')) return std::nullopt;
    for (int field = 3; field < 22; ++field) core::take_until(rest, ' ');
    return core::number<std::uint64_t>(core::take_until(rest, ' '));
}

} // namespace had::sys
