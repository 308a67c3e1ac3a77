#include "had/sys/program.hpp"

#include "had/sys/fd.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace had::sys {

namespace {

constexpr std::size_t said_max = 4096;        // the last are kept

struct Files {
    posix_spawn_file_actions_t actions{};

    explicit Files(int output) {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions, output, 1);
        ::posix_spawn_file_actions_adddup2(&actions, output, 2);
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    ~Files() { ::posix_spawn_file_actions_destroy(&actions); }
};

std::string last_line_from(int fd) {
    std::string said;
    char buffer[1024];
    for (;;) {
        const ssize_t size = ::read(fd, buffer, sizeof buffer);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        said.append(buffer, static_cast<std::size_t>(size));
        if (said.size() > said_max) said.erase(0, said.size() - said_max);
    }
    while (!said.empty() && said.back() == '\n') said.pop_back();
    return said.substr(said.rfind('\n') + 1);
}

} // namespace

std::optional<ProgramEnd> run_program(std::initializer_list<const char*> command) {
    std::vector<char*> arguments;
    for (const char* word : command) arguments.push_back(const_cast<char*>(word));
    arguments.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) throw std::system_error(errno, std::generic_category(), "pipe");
    const UniqueFd output(ends[0]);
    UniqueFd input(ends[1]);
    const Files files(input.get());
    pid_t pid = -1;
    const int error = ::posix_spawnp(&pid, arguments[0], &files.actions, nullptr, arguments.data(), environ);
    if (error == ENOENT) return std::nullopt;
    if (error != 0) throw std::system_error(error, std::generic_category(), arguments[0]);
    input.reset();
    ProgramEnd end{0, last_line_from(output.get())};
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    end.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return end;
}

void see_how_children_end() {
    struct sigaction action {};
    if (::sigaction(SIGCHLD, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) ::signal(SIGCHLD, SIG_DFL);
}

} // namespace had::sys
