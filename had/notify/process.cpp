#include "had/notify/process.hpp"

#include "had/sys/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

namespace had::notify {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration grace = 5s;
constexpr std::size_t most_output = 8 * 1024;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// The event as a file that is read from its beginning.
sys::UniqueFd input_of(const Message& message) {
    sys::UniqueFd fd(::memfd_create("event", MFD_CLOEXEC));
    const std::string line = message.json + '\n';
    if (!fd || ::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
        ::lseek(fd.get(), 0, SEEK_SET) < 0)
        fail("cannot keep the event");
    return fd;
}

bool is_a_lack(const std::error_code& error) {
    for (const int lack : {EMFILE, ENFILE, ENOMEM, EAGAIN})
        if (error.value() == lack) return true;
    return false;
}

// Attributes and files of posix_spawn, freed in the end.
struct Spawn {
    Spawn(int input, int output) {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawnattr_init(&attributes);
        ::posix_spawn_file_actions_adddup2(&files, input, 0);
        ::posix_spawn_file_actions_adddup2(&files, output, 1);
        ::posix_spawn_file_actions_adddup2(&files, output, 2);
        ::posix_spawn_file_actions_addchdir_np(&files, "/");
        sigset_t all, none;
        sigfillset(&all);
        sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&attributes, &all);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setflags(&attributes,
                                   POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    Spawn(const Spawn&) = delete;
    Spawn& operator=(const Spawn&) = delete;
    ~Spawn() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
};

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

} // namespace

std::string RunEnd::words() const {
    if (!trouble.empty()) return trouble;
    if (timed_out) return "it took too long, and was ended";
    if (code >= 128) return fmt::format("signal {} ended it", code - 128);
    return fmt::format("it ended with {}{}", code, left_behind ? ", and left processes behind, which were ended" : "");
}

Process::Process(sys::Loop& loop, const Hook& hook, const Message& message, core::Duration queued, core::Duration limit,
                 Done done)
    : loop_(loop), done_(std::move(done)) {
    try {
        sys::see_how_children_end();
        sys::UniqueFd input = input_of(message);
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) fail("no pipe");
        output_.reset(ends[0]);
        sys::UniqueFd write_end(ends[1]);
        ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
        std::vector<std::string> arguments{hook.path, message.event, message.object}, environment = message.environment;
        environment.push_back(fmt::format("HAD_QUEUED_MS={}", queued / 1ms));
        environment.push_back(sys::path_variable());
        const Spawn spawn(input.get(), write_end.get());
        const int error = ::posix_spawn(&pid_, hook.path.c_str(), &spawn.files, &spawn.attributes,
                                        pointers(arguments).data(), pointers(environment).data());
        if (error != 0) throw std::system_error(error, std::generic_category(), hook.path);
        input.reset();
        write_end.reset();                    // so a descriptor is free for this
        exit_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
        if (!exit_) fail("cannot watch it");
        watch_exit_ = loop_.on_readable(exit_.get(), [this] { ended(); });
        watch_output_ = loop_.on_readable(output_.get(), [this] { read(); });
        limit_ = loop_.after(limit, [this] {
            end_.timed_out = true;
            terminate(SIGTERM);
        });
    } catch (const std::system_error& e) {
        if (pid_ > 0) give_up();
        end_.trouble = e.what();
        end_.try_again = pid_ == 0 && is_a_lack(e.code());
        loop_.post([this] { finish(end_); });
    }
}

Process::~Process() = default;

// It runs, and nobody would see its end or its limit.
void Process::give_up() {
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    watch_exit_ = {};
    watch_output_ = {};
}

// A part at a time, so that one who prints without end holds up nobody.
void Process::read() {
    std::array<char, 16 * 1024> buffer;
    const ssize_t size = ::read(output_.get(), buffer.data(), buffer.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
        watch_output_ = {};
        return;
    }
    const std::size_t room = most_output - end_.output.size();
    end_.output.append(buffer.data(), std::min(room, static_cast<std::size_t>(size)));
}

void Process::terminate(int signal) {
    ::kill(-pid_, signal);
    if (signal == SIGTERM) limit_ = loop_.after(grace, [this] { terminate(SIGKILL); });
}

void Process::ended() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return;
    end_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    while (end_.output.size() < most_output) {
        const std::size_t before = end_.output.size();
        read();
        if (end_.output.size() == before) break;
    }
    // What it has left in its group would run on without a limit.
    if (::kill(-pid_, 0) == 0) {
        end_.left_behind = true;
        ::kill(-pid_, SIGKILL);
    }
    finish(end_);
}

// The handler may end this object.
void Process::finish(RunEnd end) {
    watch_exit_ = {};
    watch_output_ = {};
    limit_ = {};
    const Done done = std::move(done_);
    done(std::move(end));
}

} // namespace had::notify
