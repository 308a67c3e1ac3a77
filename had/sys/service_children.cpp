#include "had/sys/service_children.hpp"

#include "had/sys/file.hpp"
#include "had/sys/program.hpp"
#include "had/sys/service_child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace had::sys {

namespace fs = std::filesystem;
using namespace core;

namespace {

// All of /proc is read for it: the longer it takes, the more seldom.
constexpr Duration group_is_looked_at_least = std::chrono::seconds(5);

// Or only zombies of it.
bool has_group(int group) { return ::kill(-group, 0) == 0 || errno == EPERM; }

UniqueFd notify_socket(const fs::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path)
        throw std::system_error(ENAMETOOLONG, std::generic_category(), path.native());
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::unlink(path.c_str());
    if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::system_error(errno, std::generic_category(), path.native());
    return fd;
}

// sd_notify(3): lines, of which one may say so.
bool says_ready(std::string_view message) {
    for (std::size_t at = 0; at != std::string_view::npos && at < message.size();) {
        const auto end = message.find('\n', at);
        if (message.substr(at, end - at) == "READY=1") return true;
        at = end == std::string_view::npos ? end : end + 1;
    }
    return false;
}

} // namespace

ServiceChildren::ServiceChildren(Loop& loop, fs::path directory, Heard heard, Log log)
    : loop_(loop), directory_(std::move(directory)), heard_(std::move(heard)), log_(std::move(log)) {
    see_how_children_end();
}

fs::path ServiceChildren::socket_of(const ServiceKey& key) const {
    return directory_ / (to_string(key) + std::string(notify_suffix));
}

Adoption ServiceChildren::adopt(const ServiceKey& key, const ServiceRecord& record) {
    Process process{.pid = record.pid};
    process.process = open_process(record.pid);
    // The last two: a thread of another process has its number now.
    if (!process.process && errno != ESRCH && errno != EINVAL && errno != ENOENT)
        throw std::system_error(errno, std::generic_category(), "pidfd_open");
    if (!process.process || start_time_of(record.pid) != record.start_time) {
        // A number is given to nobody while a group has it.
        const bool zombie = process.process && !start_time_of(record.pid);
        if ((process.process && !zombie) || !is_group_of(record.pid, to_string(key))) return Adoption::gone;
        process.end.known = false;
        process.over = true;
        ::kill(-record.pid, SIGKILL);
        // Behind the adoption: an end of what nobody knows yet would be lost.
        process.limit = loop_.after(process.wait, [this, key] { wait_for_group(key); });
        services_[key] = std::move(process);
        return Adoption::ending;
    }
    Process& kept = services_[key] = std::move(process);
    try {
        follow(key, kept);
    } catch (...) {
        services_.erase(key);
        throw;
    }
    try {
        listen(key, kept);
    } catch (const std::exception& e) {
        log_(fmt::format("{}: it cannot say READY=1: {}", to_string(key), e.what()));
    }
    return Adoption::runs;
}

void ServiceChildren::listen(const ServiceKey& key, Process& process) {
    process.notify = notify_socket(socket_of(key));
    process.told = loop_.on_readable(process.notify.get(), [this, key] { hear_notice(key); });
}

void ServiceChildren::hear_notice(const ServiceKey& key) {
    const auto at = services_.find(key);
    std::array<char, 4096> buffer;
    const ssize_t size = at == services_.end() ? -1 : ::recv(at->second.notify.get(), buffer.data(), buffer.size(), 0);
    if (size > 0 && says_ready({buffer.data(), static_cast<std::size_t>(size)})) heard_(ServiceReady{key});
}

// The unit's hardening is for a daemon that opens no PPP socket and writes to few places; a child cannot shed it.
void ServiceChildren::tell_hardening() {
    if (std::exchange(hardening_told_, true)) return;
    const std::string status = read_file("/proc/self/status");
    if (status.find("NoNewPrivs:\t1") == std::string::npos) return;
    log_("services are started with the hardening of had.service, under which pppd, dhcpcd and many others fail: "
         "a drop-in for it has to lift that, or systemd has to be reachable");
}

int ServiceChildren::start(const Launch& launch, const Keep& keep) try {
    tell_hardening();
    if (!launch.unit.empty()) throw std::runtime_error("there is no systemd here that would run it");
    Process process;
    listen(launch.key, process);
    ServiceChild child(launch.words, service_environment({"NOTIFY_SOCKET=" + socket_of(launch.key).native(),
                                                          "HAD_SERVICE=" + to_string(launch.key)}));
    process.pid = child.pid();
    const auto start_time = start_time_of(process.pid);
    if (!start_time) throw std::runtime_error("it ended before it was executed");
    keep({.pid = process.pid, .start_time = *start_time, .device = launch.device, .command = launch.command});
    process.process = child.take_process();
    process.verdict = child.take_verdict();
    Process& kept = services_[launch.key] = std::move(process);
    follow(launch.key, kept);
    child.go();
    return kept.pid;
} catch (const std::exception&) {
    services_.erase(launch.key);
    throw;
}

void ServiceChildren::follow(const ServiceKey& key, Process& process) {
    process.ended = loop_.on_readable(process.process.get(), [this, key] { over(key); });
}

void ServiceChildren::reap(Process& process) {
    int status = 0;
    // What is left of its group goes with it; its number is not given away before it has been waited for.
    ::kill(-process.pid, SIGKILL);
    if (::waitpid(process.pid, &status, WNOHANG) == process.pid)
        process.end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    else process.end.known = false;           // it was adopted
    int error = 0;
    if (process.verdict && ::read(process.verdict.get(), &error, sizeof error) == sizeof error)
        process.end.trouble = fmt::format("it cannot be executed: {}", std::generic_category().message(error));
    process.over = true;
}

// The timer is there before the watch has gone: whatever throws here, the end is told.
void ServiceChildren::over(const ServiceKey& key) {
    const auto at = services_.find(key);
    if (at == services_.end()) return;
    at->second.limit = loop_.after(at->second.wait, [this, key] { wait_for_group(key); });
    reap(at->second);
    at->second.ended = Watch();
    if (!has_group(at->second.pid)) tell_end(at);
}

// A process in the kernel's hands, where no signal reaches it, still counts; so does what cannot be read.
void ServiceChildren::wait_for_group(const ServiceKey& key) {
    const auto at = services_.find(key);
    if (at == services_.end()) return;
    Process& process = at->second;
    process.wait = std::min(2 * process.wait, group_is_looked_at_least);
    process.limit = loop_.after(process.wait, [this, key] { wait_for_group(key); });
    try {
        if (has_group(process.pid) && group_lives(process.pid)) return;
    } catch (const std::system_error& e) {
        return log_(fmt::format("{}: nobody knows whether something of it still runs: {}", to_string(key), e.what()));
    }
    tell_end(at);
}

void ServiceChildren::tell_end(Services::iterator at) {
    heard_(ServiceEnded{at->first, at->second.end});
    services_.erase(at);
}

// Only while its first process is known to be there is the number of the group surely its own.
void ServiceChildren::stop(const ServiceKey& key, bool kill) {
    const auto at = services_.find(key);
    if (at == services_.end() || at->second.over) return;
    ::kill(-at->second.pid, kill ? SIGKILL : SIGTERM);
    if (!kill) ::kill(-at->second.pid, SIGCONT);
}

void ServiceChildren::run(const Helper& helper, const std::vector<std::string>& words, Duration limit) {
    if (helpers_.contains(helper)) throw std::runtime_error("the one before still runs");
    try {
        ServiceChild child(words, service_environment({"HAD_SERVICE=" + to_string(helper.key)}));
        Process& process = helpers_[helper];
        process.pid = child.pid();
        process.process = child.take_process();
        process.verdict = child.take_verdict();
        process.ended = loop_.on_readable(process.process.get(), [this, helper] { helper_over(helper); });
        process.limit = loop_.after(limit, [this, helper] { end(helper); });
        child.go();
    } catch (const std::exception&) {
        helpers_.erase(helper);
        throw;
    }
}

void ServiceChildren::end(const Helper& helper) {
    const auto at = helpers_.find(helper);
    if (at != helpers_.end() && !at->second.over) ::kill(-at->second.pid, SIGKILL);
}

// A second time, when telling of it has thrown.
void ServiceChildren::helper_over(const Helper& helper) {
    const auto at = helpers_.find(helper);
    if (at == helpers_.end()) return;
    if (!at->second.over) reap(at->second);
    heard_(HelperEnded{helper, at->second.end});
    helpers_.erase(helper);
}

} // namespace had::sys
