#include "had/sys/jobs.hpp"

#include "had/sys/child.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/file.hpp"
#include "had/sys/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <list>
#include <new>
#include <system_error>

namespace had::sys {

using core::ActionResult;
using core::Job;
using core::JobDone;

namespace {

constexpr std::size_t said_max = 4096; // of a child's output the last bytes are kept

using Words = std::vector<const char*>;

// 'D': in the kernel, where no signal reaches it.
char state_of(pid_t pid) {
    const auto stat = first_line(fmt::format("/proc/{}/stat", pid)).value_or("");
    const auto name_end = stat.rfind(')');
    return name_end != std::string::npos && name_end + 2 < stat.size() ? stat[name_end + 2] : '?';
}

// Output is dropped where there is no memory for it; results never are.
template <class F>
std::string words(F make) {
    try {
        return make();
    } catch (const std::bad_alloc&) {
        return {};
    }
}

std::string last_line(std::string_view text) {
    while (!text.empty() && text.back() == '\n')
        text.remove_suffix(1);
    return std::string(text.substr(text.rfind('\n') + 1));
}

} // namespace

struct Jobs::Child {
    Job job;
    JobDone done; // empty once it was called
    pid_t pid = -1;
    UniqueFd process, output; // a pidfd; the read end of its standard output
    Watch ended, speaks;      // after what they watch
    Timer limit;
    std::string said;
    bool abandoned = false;   // nobody watches it: sweep() looks whether it has ended

    void read() {
        char buffer[1024];
        ssize_t n = 0;
        while ((n = ::read(output.get(), buffer, sizeof buffer)) > 0) {
            said.append(buffer, static_cast<std::size_t>(n));
            if (said.size() > said_max) said.erase(0, said.size() - said_max);
        }
        if (n == 0) speaks = Watch(); // its end would be readable for ever
    }
};

struct Jobs::State {
    State(Loop& l, JobOptions o) : loop(l), options(std::move(o)) {}

    struct Waiting {
        Job job;
        JobDone done;
        ActionResult result = {}; // once it is to be told
    };
    using Handle = std::list<Child>::iterator;

    Loop& loop;
    JobOptions options;
    std::list<Child> children;
    std::list<Waiting> queue, untold;
    Timer sweeper;

    [[nodiscard]] std::size_t running() const {
        return static_cast<std::size_t>(std::count_if(children.begin(), children.end(),
                                                      [](const Child& c) { return !!c.done; }));
    }
    [[nodiscard]] const Child* child_of(const std::string& key) const {
        const auto it = std::find_if(children.begin(), children.end(),
                                     [&](const Child& c) { return c.job.key == key; });
        return it == children.end() ? nullptr : &*it;
    }

    void later(JobDone done, ActionResult result) {
        loop.post([done = std::move(done), result = std::move(result)] { done(result); });
    }
    void start_next();
    bool launch(Waiting& waiting);
    void fork_child(Handle child, const std::vector<std::string>& arguments);
    void give_up(Handle child);
    void reap();
    void sweep_after(core::Duration delay);
    void sweep();
    void end(Handle child);
    void overrun(Handle child);
};

// Throws nothing: a job that cannot be started is reported from the loop, and needs no memory until then.
void Jobs::State::start_next() {
    for (auto it = queue.begin(); it != queue.end() && running() < options.at_once;) {
        if (child_of(it->job.key)) {
            ++it;
            continue;
        }
        const auto next = it++;
        if (launch(*next)) queue.erase(next);
        else untold.splice(untold.end(), queue, next);
    }
    if (!untold.empty()) sweep_after({});
}

bool Jobs::State::launch(Waiting& waiting) {
    auto child = children.end();
    const auto failed = [&](int error, const char* what) {
        if (child != children.end()) give_up(child);
        waiting.result = {.error = error,
                          .text = words([&] { return waiting.job.title + ": " + what; }),
                          .unasked = true};
        return false;
    };
    try {
        child = children.emplace(children.end());
        child->job = waiting.job;
        fork_child(child, waiting.job.arguments);
    } catch (const std::system_error& e) {
        return failed(e.code().value(), e.what());
    } catch (const std::exception& e) {
        return failed(ENOMEM, e.what());
    }
    child->done = std::move(waiting.done);
    return true;
}

void Jobs::State::fork_child(Handle child, const std::vector<std::string>& arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) throw std::system_error(errno, std::generic_category(), "pipe");
    child->output.reset(ends[0]);
    const UniqueFd write_end(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK); // the child's end stays blocking
    Words words;
    for (const std::string& word : arguments) words.push_back(word.c_str());
    child->pid = start_child("had-job", ends[1], [&] { return options.run(words); });
    // The number cannot be reused before we wait for it, so this names the right process.
    child->process.reset(static_cast<int>(::syscall(SYS_pidfd_open, child->pid, 0)));
    if (!child->process) throw std::system_error(errno, std::generic_category(), "pidfd_open");
    child->ended = loop.on_readable(child->process.get(), [this, child] { end(child); });
    child->speaks = loop.on_readable(child->output.get(), [child] { child->read(); });
    child->limit = loop.after(options.limit, [this, child] { overrun(child); });
}

// A child that runs and cannot be watched is killed.  When it hangs in the kernel it stays in the list until it ends.
void Jobs::State::give_up(Handle child) {
    if (child->pid <= 0) {
        children.erase(child);
        return;
    }
    ::kill(-child->pid, SIGKILL);
    child->ended = Watch();
    child->speaks = Watch();
    child->limit = Timer();
    child->abandoned = true;
    reap();
}

void Jobs::State::reap() {
    bool left = false;
    for (auto it = children.begin(); it != children.end();) {
        const auto child = it++;
        if (!child->abandoned) continue;
        if (::waitpid(child->pid, nullptr, WNOHANG) != 0) children.erase(child);
        else left = true;
    }
    if (left) sweep_after(std::chrono::seconds(1));
}

// Without memory for a timer the next start() does it.
void Jobs::State::sweep_after(core::Duration delay) {
    if (sweeper.pending() && delay > core::Duration::zero()) return;
    try {
        sweeper = loop.after(delay, [this] { sweep(); });
    } catch (const std::exception&) {
    }
}

void Jobs::State::sweep() {
    reap();
    start_next();
    while (!untold.empty()) {
        const Waiting next = std::move(untold.front());
        untold.pop_front();
        if (!untold.empty()) sweep_after({}); // before `done`, which may throw
        next.done(next.result);
    }
}

void Jobs::State::end(Handle child) {
    child->read(); // all of it is there, since the child has ended
    int status = 0;
    const pid_t waited = ::waitpid(child->pid, &status, WNOHANG);
    if (waited == 0) return;
    ActionResult result{0, words([&] { return last_line(child->said); })};
    if (waited < 0) {
        result = {ECHILD, words([&] { return child->job.title + ": how it ended is not known"; })};
    } else if (WIFEXITED(status)) {
        const int code = WEXITSTATUS(status);
        result.was_so = code == was_so;
        result.error = result.was_so ? 0 : code;
    } else {
        result = {ECANCELED, words([&] {
                      return fmt::format("{}: process {} ended by signal {}", child->job.title, child->pid,
                                         WTERMSIG(status));
                  })};
    }
    const auto done = std::move(child->done);
    children.erase(child);
    start_next(); // before `done`, which may throw
    if (done) done(std::move(result));
}

// A module's probe that hangs in the kernel cannot be killed.  It stays in the list until it ends, so
// that nothing more queues behind it, but its place is free for others.
void Jobs::State::overrun(Handle child) {
    const auto seconds = std::chrono::duration<double>(options.limit).count();
    const bool stuck = state_of(child->pid) == 'D';
    ::kill(-child->pid, SIGKILL);
    auto text = words([&] {
        return fmt::format("{}: no end after {:g} s, process {} {}", child->job.title, seconds, child->pid,
                           stuck ? "hangs in the kernel and cannot be killed" : "was killed");
    });
    const auto done = std::exchange(child->done, nullptr);
    start_next();
    if (done) done({ETIMEDOUT, std::move(text)});
}

Jobs::Jobs(Loop& loop, JobOptions options)
    : state_(std::make_unique<State>(loop, std::move(options))) {
    see_how_children_end();
}
Jobs::~Jobs() = default;

void Jobs::start(Job job, JobDone done) {
    state_->reap();
    if (!state_->untold.empty()) state_->sweep_after({});
    const auto* before = state_->child_of(job.key);
    if (before && !before->done) {
        auto text = fmt::format("{}: {} still hangs (process {})", job.title, before->job.title,
                                before->pid);
        return state_->later(std::move(done), {EBUSY, std::move(text)});
    }
    if (state_->queue.size() >= state_->options.queued)
        return state_->later(std::move(done), {.error = EAGAIN,
                                               .text = job.title + ": too many jobs are waiting",
                                               .unasked = true});
    state_->queue.push_back({std::move(job), std::move(done)});
    state_->start_next();
}

std::size_t Jobs::running() const {
    return state_->running();
}
std::size_t Jobs::hanging() const {
    return state_->children.size() - state_->running();
}

} // namespace had::sys
