#include "had/sys/service_record.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/sys/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <system_error>

namespace had::sys {

namespace {

constexpr std::string_view words[] = {"starting", "ready", "done", "failed", "bare"};     // as RecordWord has them

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

bool read_failures(std::string_view line, core::Failures& into) {
    const auto count = core::number<unsigned>(core::take_until(line, ' '));
    const auto until = core::number<std::int64_t>(core::take_until(line, ' '));
    if (!count || *count == 0 || !until) return false;
    into = {*count, core::TimePoint(core::Duration(*until)), std::string(line)};
    return true;
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
    std::string text = fmt::format("{} {} {} {} {}\n", record.unit.empty() ? std::to_string(record.pid) : record.unit,
                                   record.start_time, record.device, words[static_cast<std::size_t>(record.word)],
                                   record.command);
    const core::Failures& failures = record.failures;
    if (failures.count > 0)
        text += fmt::format("{} {} {}\n", failures.count, failures.until.time_since_epoch().count(),
                            one_line(failures.why));
    return text;
}

std::optional<ServiceRecord> parse_service_record(std::string_view text) {
    std::string_view line = core::take_until(text, '\n');
    const std::string_view first = core::take_until(line, ' ');
    const bool is_unit = first.ends_with(".service");
    const auto pid = is_unit ? 0 : core::number<int>(first);
    const auto start = core::number<std::uint64_t>(core::take_until(line, ' '));
    const auto device = core::number<std::uint64_t>(core::take_until(line, ' '));
    const auto word = std::find(std::begin(words), std::end(words), core::take_until(line, ' '));
    if (!pid || *pid < 0 || !start || !device || line.empty() || word == std::end(words)) return std::nullopt;
    ServiceRecord record{.word = static_cast<RecordWord>(word - std::begin(words)),
                         .pid = *pid,
                         .start_time = *start,
                         .device = *device,
                         .command = std::string(line),
                         .unit = std::string(is_unit ? first : "")};
    const bool has_one = *pid != 0 || is_unit;
    if (has_one != record.runs()) return std::nullopt;
    if (!text.empty() && !read_failures(core::take_until(text, '\n'), record.failures)) return std::nullopt;
    if (!text.empty() || (record.word == RecordWord::failed && record.failures.count == 0)) return std::nullopt;
    return record;
}

std::optional<ServiceRecord> read_service_record(const std::filesystem::path& path) try {
    return parse_service_record(read_file_if_there(path).value_or(""));
} catch (const std::system_error&) {
    return std::nullopt;
}

core::Adopted adopted_from(const core::ServiceKey& key, const ServiceRecord& record) {
    using core::Fate;
    const Fate fate = record.runs()                     ? Fate::runs
                      : record.word == RecordWord::done ? Fate::done
                      : record.word == RecordWord::bare ? Fate::bare
                                                        : Fate::failed;
    return {.key = key,
            .fate = fate,
            .pid = record.pid,
            .device = record.device,
            .ready = record.word == RecordWord::ready,
            .command = fate == Fate::bare ? "" : record.command,
            .failures = record.failures};
}

std::vector<core::Adopted> kept_services(const std::filesystem::path& directory) {
    std::vector<core::Adopted> all;
    std::error_code error;
    for (std::filesystem::directory_iterator at(directory, error);
         !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
        const auto key = core::service_key_from(at->path().filename().native());
        const auto record = read_service_record(at->path());
        if (key && record) all.push_back(adopted_from(*key, *record));
    }
    return all;
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
