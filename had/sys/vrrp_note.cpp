#include "had/sys/vrrp_note.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "had/sys/lock.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

namespace had::sys {

using namespace core;

namespace {

constexpr std::string_view daemon_name = "keepalived";
// Several changes at once are written one after the other.
constexpr auto between_tries = std::chrono::milliseconds(5);
constexpr int most_tries = 400;

struct Note {
    VrrpWord word = VrrpWord::unknown;
    std::uint64_t time = 0;                   // us
    std::uint32_t process = 0;                // 0: it is not known
};

std::optional<Note> read(const std::string& path) {
    const auto line = first_line(path);
    if (!line) return std::nullopt;
    std::istringstream in(*line);
    std::string word, time, process;
    in >> word >> time >> process;
    const auto known = vrrp_word_from(word);
    const auto when = number<std::uint64_t>(time);
    const auto who = number<std::uint32_t>(process);
    if (!known || !when || !who) return std::nullopt;
    return Note{*known, *when, *who};
}

std::optional<std::string> name_of(std::uint32_t process) { return first_line(fmt::format("/proc/{}/comm", process)); }

// Of a process that this one may not see (ProtectProc of systemd.exec) it is only known whether there is one.
bool has_gone(std::uint32_t process) {
    if (const auto name = name_of(process)) return name != daemon_name;
    return ::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH;
}

// proc_pid_stat(5): the 22nd word, in clock ticks since the boot.  The second one is a name in parentheses.
std::uint64_t started() {
    const std::string stat = first_line("/proc/self/stat").value_or("");
    std::istringstream in(stat.substr(std::min(stat.size(), stat.rfind(')') + 2)));
    std::string word;
    for (int i = 3; i <= 22; ++i) in >> word;
    const auto ticks = number<std::uint64_t>(word);
    const auto now = static_cast<std::uint64_t>(uptime().count());
    return ticks ? std::min(now, *ticks * 1'000'000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK))) : now;
}

UniqueFd locked(const std::string& path) {
    for (int i = 0;; ++i) {
        if (auto lock = try_lock(path + ".lock")) return std::move(*lock);
        if (i == most_tries) throw std::system_error(EBUSY, std::generic_category(), path);
        std::this_thread::sleep_for(between_tries);
    }
}

} // namespace

VrrpNote read_vrrp_note(const std::string& path) try {
    const auto read_now = read(path);
    if (!read_now) return {};
    const Duration ago = uptime() - Duration(static_cast<std::int64_t>(read_now->time));
    const bool gone = read_now->process != 0 && read_now->word != VrrpWord::stopped && has_gone(read_now->process);
    return {.word = read_now->word, .gone = gone, .since = steady_now() - std::max(ago, Duration{})};
} catch (const std::exception&) {
    return {};
}

void write_vrrp_note(const std::string& path, VrrpWord word) {
    const UniqueFd lock = locked(path);
    const auto parent = static_cast<std::uint32_t>(::getppid());
    const Note now{word, started(), name_of(parent) == daemon_name ? parent : 0};
    const auto before = read(path);
    if (before && before->time > now.time && before->time <= static_cast<std::uint64_t>(uptime().count())) return;
    replace_file(path, fmt::format("{} {} {}\n", to_string(now.word), now.time, now.process));
}

} // namespace had::sys
