#include "had/sys/service_record.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/sys/file.hpp"

#include <fmt/format.h>

#include <exception>
#include <system_error>

namespace had::sys {

namespace {

constexpr std::string_view words[] = {"starting", "ready", "done"};

std::string_view word_of(const ServiceRecord& record) {
    return record.done() ? words[2] : words[record.ready ? 1 : 0];
}

// Of a process in /proc, which may end between the opening and the reading.  Nothing: it has.
std::optional<std::string> read_process_file(const std::filesystem::path& path) try {
    return read_file_if_there(path);
} catch (const std::system_error& e) {
    if (e.code() == std::errc::no_such_process) return std::nullopt;
    throw;
}

// Of stat in proc(5), counted from 1.  The name of a program may have blanks, line ends and parentheses in it: they are
// counted behind the last one.  Nothing: there is no such process, or it is a zombie.
std::optional<std::uint64_t> stat_field(const std::string& pid, int wanted) {
    const auto stat = read_process_file("/proc/" + pid + "/stat");
    const auto end = stat ? stat->rfind(')') : std::string::npos;
    if (end == std::string::npos || end + 2 > stat->size()) return std::nullopt;
    std::string_view rest = std::string_view(*stat).substr(end + 2);
    if (rest.starts_with('Z') || rest.starts_with('X')) return std::nullopt;
    for (int field = 3; field < wanted; ++field) core::take_until(rest, ' ');
    return core::number<std::uint64_t>(core::take_until(rest, ' '));
}

// Asks for each process of a group, in /proc, that is no zombie.
template <class F>
bool any_of_group(int group, F&& is) {
    std::error_code error;
    for (std::filesystem::directory_iterator at("/proc", error); !error && at != std::filesystem::directory_iterator();
         at.increment(error)) {
        const std::string pid = at->path().filename();
        if (!core::number<int>(pid) || stat_field(pid, 5) != static_cast<std::uint64_t>(group)) continue;
        if (is(at->path())) return true;
    }
    if (error) throw std::system_error(error, "/proc");
    return false;
}

} // namespace

std::string print(const ServiceRecord& record) {
    return fmt::format("{} {} {} {} {}\n", record.unit.empty() ? std::to_string(record.pid) : record.unit,
                       record.start_time, record.device, word_of(record), record.command);
}

std::optional<ServiceRecord> parse_service_record(std::string_view text) {
    std::string_view line = core::take_until(text, '\n');
    const std::string_view first = core::take_until(line, ' ');
    const bool is_unit = first.ends_with(".service");
    const auto pid = is_unit ? 0 : core::number<int>(first);
    const auto start = core::number<std::uint64_t>(core::take_until(line, ' '));
    const auto device = core::number<std::uint64_t>(core::take_until(line, ' '));
    const std::string_view word = core::take_until(line, ' ');
    if (!pid || *pid < 0 || !start || !device || line.empty() || !text.empty()) return std::nullopt;
    ServiceRecord record{*pid, *start, *device, word == words[1], std::string(line), std::string(is_unit ? first : "")};
    if (word != word_of(record)) return std::nullopt;
    return record;
}

std::optional<std::uint64_t> start_time_of(int pid) { return stat_field(std::to_string(pid), 22); }

bool is_group_of(int group, const std::string& service) {
    const std::string mark = "HAD_SERVICE=" + service;
    std::exception_ptr unread;                // of one; another may say it all the same
    const bool is = any_of_group(group, [&](const std::filesystem::path& process) {
        try {
            const std::string text = read_process_file(process / "environ").value_or("");
            for (std::string_view rest = text; !rest.empty();)
                if (core::take_until(rest, '\0') == mark) return true;
        } catch (const std::system_error&) {
            unread = std::current_exception();
        }
        return false;
    });
    if (!is && unread) std::rethrow_exception(unread);
    return is;
}

bool group_lives(int group) {
    return any_of_group(group, [](const std::filesystem::path&) { return true; });
}

} // namespace had::sys
