#include "had/sys/log_lines.hpp"

#include "had/core/base/text.hpp"
#include "had/sys/child.hpp"
#include "had/sys/fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <set>
#include <system_error>
#include <utility>

namespace had::sys {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t around = 60'000'000;
constexpr std::size_t most_lines = 200, longest_line = 1000, most_bytes = std::size_t{1} << 20;
constexpr std::size_t most_kept = std::size_t{128} << 10;
constexpr std::array<std::string_view, 3> programs = {"had", "had-recorder", "had-notify"};

struct Said {
    std::string text;
    bool late = false;                        // the child was given up
};

// Everything that the child writes, up to the limits.
Said said_by(const std::function<int()>& run, Clock::time_point deadline) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) throw std::system_error(errno, std::generic_category(), "pipe");
    const UniqueFd in(ends[0]);
    UniqueFd out(ends[1]);
    const pid_t pid = start_child("hadctl-log", out.get(), run);
    out = UniqueFd();
    Said said;
    std::array<char, 65536> part;
    while (said.text.size() < most_bytes) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd ready{in.get(), POLLIN, 0};
        const int found = left > 0 ? ::poll(&ready, 1, static_cast<int>(left)) : 0;
        if (found < 0 && errno == EINTR) continue;
        if (found <= 0) {
            said.late = true;
            break;
        }
        const long n = ::read(in.get(), part.data(), part.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        said.text.append(part.data(), static_cast<std::size_t>(n));
    }
    // One that hangs in the kernel is not waited for.
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, said.late ? WNOHANG : 0);
    return said;
}

int become(std::vector<std::string> command) {
    std::vector<char*> words;
    for (std::string& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    return errno;
}

// The end of it, to standard output.
int write_end_of(const std::string& file) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat is{};
    if (!fd || ::fstat(fd.get(), &is) < 0 || !S_ISREG(is.st_mode)) return EINVAL;
    ::lseek(fd.get(), std::max<off_t>(0, is.st_size - static_cast<off_t>(most_bytes)), SEEK_SET);
    std::array<char, 65536> part;
    for (long n = 0; (n = ::read(fd.get(), part.data(), part.size())) > 0;)
        for (long put = 0, done = 0; done < n; done += put)
            if ((put = ::write(STDOUT_FILENO, part.data() + done, static_cast<std::size_t>(n - done))) <= 0) return EIO;
    return 0;
}

std::vector<std::string> journal_command(const std::string& journal) {
    std::vector<std::string> command = {journal, "--no-pager", "--quiet", "--utc", "--no-hostname",
                                        "--output=short-iso-precise", fmt::format("--lines={}", most_lines)};
    for (const std::string_view program : programs) command.push_back(fmt::format("--identifier={}", program));
    command.emplace_back("_UID=0");           // anybody may call himself had
    return command;
}

// What overlaps is one.
std::vector<std::pair<std::int64_t, std::int64_t>> spans_of(std::vector<std::int64_t> moments) {
    std::sort(moments.begin(), moments.end());
    std::vector<std::pair<std::int64_t, std::int64_t>> spans;
    for (const std::int64_t moment : moments) {
        if (spans.empty() || spans.back().second < moment - around) spans.emplace_back(moment - around, 0);
        spans.back().second = moment + around;
    }
    return spans;
}

// "had[12]:" or "had:".
bool is_our_tag(std::string_view tag) {
    return std::any_of(programs.begin(), programs.end(), [&](std::string_view program) {
        if (!tag.starts_with(program) || !tag.ends_with(':')) return false;
        const std::string_view rest = tag.substr(program.size());
        return rest == ":" || (rest.starts_with('[') && rest.ends_with("]:"));
    });
}

// The tag is what follows the time ("Nov 27 01:02:03", or RFC 3339) and the host; BusyBox puts "daemon.info" between.
bool is_ours(std::string_view line) {
    const bool rfc3339 = !line.empty() && line[0] >= '0' && line[0] <= '9';
    for (std::size_t before = rfc3339 ? 2 : 4; before > 0; --before) {
        line = core::trimmed(line);
        core::take_until(line, ' ');
    }
    line = core::trimmed(line);
    const std::string_view tag = core::take_until(line, ' ');
    if (tag.ends_with(':') || tag.find('.') == std::string_view::npos) return is_our_tag(tag);
    line = core::trimmed(line);
    return is_our_tag(core::take_until(line, ' '));
}

class Collector {
public:
    explicit Collector(const LogPlaces& places)
        : places_(places),
          deadline_(Clock::now() + std::chrono::duration_cast<Clock::duration>(places.limit)) {}

    // The last ones first: what is found besides these is older.
    LogLines of(std::vector<std::int64_t> moments) {
        const std::vector<std::string> last = take([&] { return become(journal_command(places_.journal)); }, false);
        for (const auto& [from, to] : spans_of(std::move(moments))) {
            auto command = journal_command(places_.journal);
            command.push_back(fmt::format("--since=@{}", from / 1'000'000));
            command.push_back(fmt::format("--until=@{}", to / 1'000'000));
            add(take([&] { return become(command); }, false));
        }
        add(last);
        for (const std::string& file : places_.files)
            if (found_.lines.empty()) add(take([&] { return write_end_of(file); }, true));
        keep_last();
        if (late_)
            found_.why = fmt::format("it was not read within {} s",
                                     std::chrono::duration_cast<std::chrono::seconds>(places_.limit).count());
        else if (found_.lines.empty())
            found_.why = fmt::format("neither the journal nor {} has a line of had that may be read here",
                                     fmt::join(places_.files, ", "));
        return std::move(found_);
    }

private:
    void keep_last() {
        std::size_t size = 0;
        const auto first = std::find_if(found_.lines.rbegin(), found_.lines.rend(), [&](const std::string& line) {
            return (size += line.size()) > most_kept;
        });
        found_.lines.erase(found_.lines.begin(), first.base());
    }

    void add(const std::vector<std::string>& lines) {
        found_.lines.insert(found_.lines.end(), lines.begin(), lines.end());
    }

    // Those that were not taken before.
    std::vector<std::string> take(const std::function<int()>& run, bool choose) {
        const Said said = said_by(run, deadline_);
        late_ = late_ || said.late;
        std::vector<std::string> lines;
        for (std::string_view rest = said.text; !rest.empty();) {
            const std::string_view line = core::take_until(rest, '\n');
            if (line.empty() || (choose && !is_ours(line))) continue;
            std::string brief = core::shortened(line, longest_line);
            if (seen_.insert(brief).second) lines.push_back(std::move(brief));
        }
        if (lines.size() > most_lines) lines.erase(lines.begin(), lines.end() - most_lines);
        return lines;
    }

    const LogPlaces& places_;
    const Clock::time_point deadline_;
    std::set<std::string> seen_;
    LogLines found_;
    bool late_ = false;
};

} // namespace

LogLines log_lines(std::vector<std::int64_t> moments, const LogPlaces& places) {
    return Collector(places).of(std::move(moments));
}

} // namespace had::sys
