#include "had/sys/program_runs.hpp"

#include "had/core/base/printable.hpp"
#include "had/core/base/text.hpp"
#include "had/sys/child.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/program.hpp"
#include "had/sys/trust.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

namespace had::sys {

using namespace core;

namespace {

constexpr std::size_t most_runs = 16, most_output = 1024, most_words = 200;
// As a shell has it: it cannot be executed, it is not there.
constexpr int cannot_run = 126, not_found = 127;

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

int say(const std::string& text, int status) {
    return ::write(STDOUT_FILENO, text.data(), text.size()) < 0 ? EIO : status;
}

// In the child.
int be_program(const Program& program) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);       // nobody would keep its limit
    std::vector<std::string> command = program.command, environment = program.environment;
    environment.push_back(path_variable());
    if (::access(command.front().c_str(), F_OK) != 0)
        return say(fmt::format("{}: {}", command.front(), std::strerror(errno)), not_found);
    if (const auto wrong = objection_to(command.front())) return say(*wrong, cannot_run);
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    if (::chdir("/") != 0) return say(std::strerror(errno), cannot_run);
    ::execve(command.front().c_str(), pointers(command).data(), pointers(environment).data());
    return say(fmt::format("{}: {}", command.front(), std::strerror(errno)), cannot_run);
}

std::string first_line_of(const std::string& output) {
    return printable(shortened(output.substr(0, output.find('\n')), most_words));
}

Answer answer_of(int status, bool too_long, const std::string& output) {
    Answer answer;
    answer.transport = Transport::program;
    const std::string line = first_line_of(output);
    const std::string said = line.empty() ? "" : ": " + line;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (too_long) {
        answer.told = Told::failed;
        answer.text = "it took too long, and was ended" + said;
    } else if (code < 0) {
        answer.told = Told::unknown;
        answer.text = fmt::format("signal {} ended it{}", WTERMSIG(status), said);
    } else if (code >= cannot_run) {
        answer.told = Told::unknown;
        answer.text = "it could not be run" + said;
    } else if (code != 0) {
        answer.told = Told::failed;
        answer.text = fmt::format("it ended with {}{}", code, said);
    }
    return answer;
}

} // namespace

struct ProgramRuns::Run {
    Question question;
    pid_t pid = 0;
    UniqueFd exit, output;
    Watch watch_exit, watch_output;           // after what they watch
    Timer limit;
    bool too_long = false;
    std::string text;

    ~Run() {
        if (pid > 0) ::kill(-pid, SIGKILL);
    }
};

ProgramRuns::ProgramRuns(Loop& loop, Hears hears) : loop_(loop), hears_(std::move(hears)) { see_how_children_end(); }
ProgramRuns::~ProgramRuns() = default;

int ProgramRuns::start(const Question& question) try {
    if (runs_.contains(question.asker)) {
        tell(question, Told::failed, "the run before it was killed, and hangs in the kernel");
        return 0;
    }
    try {
        if (runs_.size() >= most_runs) throw std::system_error(EAGAIN, std::generic_category(), "too many run");
        launch(question);
    } catch (const std::system_error& e) {
        tell(question, Told::unknown, fmt::format("it could not be started: {}", e.what()));
    }
    return 0;
} catch (const std::exception&) {
    return ENOMEM;
}

void ProgramRuns::tell(const Question& question, Told told, std::string text) {
    Answer answer;
    answer.port = question.port;
    answer.transport = Transport::program;
    answer.asker = question.asker;
    answer.told = told;
    answer.text = std::move(text);
    loop_.post([this, answer] { hears_(answer); });
}

// A child that nobody could watch is killed and reaped at once: it has just begun.
void ProgramRuns::launch(const Question& question) {
    auto made = std::make_unique<Run>();
    Run& run = *made;
    run.question = question;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    run.output.reset(ends[0]);
    const UniqueFd write_end(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    run.pid = start_child("had-exec", ends[1], [&] { return be_program(question.program); });
    try {
        run.exit.reset(static_cast<int>(::syscall(SYS_pidfd_open, run.pid, 0)));
        if (!run.exit) throw std::system_error(errno, std::generic_category(), "pidfd_open");
        run.watch_exit = loop_.on_readable(run.exit.get(), [this, asker = question.asker] { ended(asker); });
        run.watch_output = loop_.on_readable(run.output.get(), [this, &run] { read(run); });
        run.limit = loop_.after(question.program.limit, [this, &run] { time_over(run); });
        runs_.emplace(question.asker, std::move(made));
    } catch (...) {
        ::kill(-run.pid, SIGKILL);
        ::waitpid(run.pid, nullptr, 0);
        run.pid = 0;
        throw;
    }
}

// A part at a time, so that one who prints without end holds up nobody.
void ProgramRuns::read(Run& run) {
    std::array<char, 16 * 1024> buffer;
    const ssize_t size = ::read(run.output.get(), buffer.data(), buffer.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
        run.watch_output = {};
        return;
    }
    run.text.append(buffer.data(), std::min(most_output - run.text.size(), static_cast<std::size_t>(size)));
}

// In the kernel no signal reaches it: then it is heard of when it comes out, and until then nothing else is run for the
// same asker.
void ProgramRuns::time_over(Run& run) {
    run.too_long = true;
    ::kill(-run.pid, SIGKILL);
    Answer answer = answer_of(0, true, run.text);
    answer.port = run.question.port;
    answer.asker = run.question.asker;
    hears_(answer);
}

void ProgramRuns::ended(std::uint64_t asker) {
    const auto at = runs_.find(asker);
    if (at == runs_.end()) return;
    Run& run = *at->second;
    // Before it is reaped its number is nobody else's.
    siginfo_t info{};
    const int looked = ::waitid(P_PID, static_cast<id_t>(run.pid), &info, WEXITED | WNOHANG | WNOWAIT);
    if (looked == 0 && info.si_pid == 0) return;
    ::kill(-run.pid, SIGKILL);                // what it has left behind in its group
    int status = 0;
    const bool known = ::waitpid(run.pid, &status, WNOHANG) == run.pid;
    run.pid = 0;
    read(run);
    Answer answer = answer_of(known ? status : SIGKILL, false, run.text);
    answer.port = run.question.port;
    answer.asker = asker;
    const bool told = run.too_long;
    runs_.erase(at);
    if (!told) hears_(answer);
}

} // namespace had::sys
