#include "had/sys/service_runner.hpp"

#include "had/sys/file.hpp"
#include "had/sys/program.hpp"
#include "had/sys/service_child.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace had::sys {

namespace fs = std::filesystem;
using namespace core;

namespace {

constexpr Duration group_is_looked_at = std::chrono::milliseconds(50);
constexpr std::string_view socket_suffix = ".notify";

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

std::string cannot(const std::string& program, const std::exception& why) {
    return fmt::format("{} cannot be started: {}", program, why.what());
}

} // namespace

ServiceRunner::ServiceRunner(Loop& loop, fs::path directory, Heard heard, Log log)
    : loop_(loop), directory_(std::move(directory)), heard_(std::move(heard)), log_(std::move(log)),
      finder_(loop, [this] { heard_(DevicesChanged{}); }) {
    see_how_children_end();
}

// What runs goes on.
ServiceRunner::~ServiceRunner() = default;

fs::path ServiceRunner::path_of(const ServiceKey& key) const { return directory_ / to_string(key); }

std::vector<Adopted> ServiceRunner::adopt() {
    std::vector<Adopted> all;
    std::error_code error;
    unreadable_.clear();
    fs::directory_iterator at(directory_, error);
    if (error && error != std::errc::no_such_file_or_directory) {
        unreadable_ = fmt::format("{}: {}; so nobody knows what runs already", directory_.native(), error.message());
        log_(unreadable_);
        return all;
    }
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        const std::string name = at->path().filename();
        if (!at->is_regular_file(error) || name.ends_with(".had-new")) continue;
        const auto key = service_key_from(name);
        const auto text = first_line(at->path());
        const auto record = text ? parse_service_record(*text + "\n") : std::nullopt;
        if (!key || !record) {
            log_(fmt::format("{} is no record of a service that can be read: it is not started until the file is "
                             "removed", at->path().native()));
            continue;
        }
        Adopted one{*key, record->pid, record->device, record->ready, record->command};
        if (record->pid != 0) {
            Process process{.pid = record->pid};
            process.process = open_process(record->pid);
            if (!process.process || start_time_of(record->pid) != record->start_time) {
                fs::remove(at->path(), error);
                continue;
            }
            try {
                Process& kept = services_[*key] = std::move(process);
                follow(*key, kept);
                listen(*key, kept);
            } catch (const std::exception& e) {
                log_(fmt::format("{}: {}", to_string(*key), e.what()));
            }
        }
        all.push_back(std::move(one));
    }
    return all;
}

void ServiceRunner::listen(const ServiceKey& key, Process& process) {
    process.notify = notify_socket(path_of(key).native() + std::string(socket_suffix));
    process.told = loop_.on_readable(process.notify.get(), [this, key] { hear_notice(key); });
}

void ServiceRunner::hear_notice(const ServiceKey& key) {
    const auto at = services_.find(key);
    std::array<char, 4096> buffer;
    const ssize_t size = at == services_.end() ? -1 : ::recv(at->second.notify.get(), buffer.data(), buffer.size(), 0);
    if (size > 0 && says_ready({buffer.data(), static_cast<std::size_t>(size)})) heard_(ServiceReady{key});
}

void ServiceRunner::write(const ServiceKey& key, const ServiceRecord& record) const {
    write_file(path_of(key), print(record));
}

void ServiceRunner::change(const ServiceKey& key, const std::function<void(ServiceRecord&)>& how) noexcept try {
    const auto before = parse_service_record(read_file_if_there(path_of(key)).value_or(""));
    ServiceRecord record = before.value_or(ServiceRecord());
    how(record);
    write(key, record);
} catch (const std::exception& e) {
    log_(e.what());
}

void ServiceRunner::note_ready(const ServiceKey& key) {
    change(key, [](ServiceRecord& record) { record.ready = true; });
}

void ServiceRunner::note_done(const ServiceKey& key, std::uint64_t device) {
    change(key, [&](ServiceRecord& record) {
        record.pid = 0;
        record.start_time = 0;
        record.device = device;
        if (record.command.empty()) record.command = "-";
    });
}

void ServiceRunner::forget(const ServiceKey& key) {
    std::error_code error;
    fs::remove(path_of(key), error);
    fs::remove(path_of(key).native() + std::string(socket_suffix), error);
}

// The unit's hardening is for a daemon that opens no PPP socket and writes to few places; a child cannot shed it.
void ServiceRunner::tell_hardening() {
    if (std::exchange(hardening_told_, true)) return;
    const std::string status = read_file("/proc/self/status");
    if (status.find("NoNewPrivs:\t1") == std::string::npos) return;
    log_("services are started with the hardening of had.service, under which pppd, dhcpcd and many others fail: "
         "had.conf(5), [service NAME], says how to lift it");
}

int ServiceRunner::start(const Launch& launch, std::string& trouble) try {
    tell_hardening();
    const fs::path path = path_of(launch.key);
    if (!unreadable_.empty()) adopt();
    if (!unreadable_.empty() || services_.contains(launch.key)) {
        trouble = unreadable_.empty() ? "a process of it is still there" : unreadable_;
        return 0;
    }
    if (const auto before = read_file_if_there(path); before && !parse_service_record(*before)) {
        trouble = fmt::format("{} cannot be read: see that nothing of it runs, and remove the file", path.native());
        return 0;
    }
    make_parent(path);
    Process process;
    listen(launch.key, process);
    ServiceChild child(launch.words, service_environment({"NOTIFY_SOCKET=" + path.native() + std::string(socket_suffix),
                                                          "HAD_SERVICE=" + to_string(launch.key)}));
    process.pid = child.pid();
    write(launch.key, {process.pid, start_time_of(process.pid).value_or(0), launch.device, false, launch.command});
    process.process = child.take_process();
    process.verdict = child.take_verdict();
    Process& kept = services_[launch.key] = std::move(process);
    follow(launch.key, kept);
    child.go();
    return kept.pid;
} catch (const std::exception& e) {
    services_.erase(launch.key);
    trouble = cannot(launch.words.front(), e);
    return 0;
}

void ServiceRunner::follow(const ServiceKey& key, Process& process) {
    process.ended = loop_.on_readable(process.process.get(), [this, key] { over(key); });
}

void ServiceRunner::reap(Process& process) const {
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
    process.ended = Watch();
}

void ServiceRunner::over(const ServiceKey& key) {
    const auto at = services_.find(key);
    if (at == services_.end()) return;
    reap(at->second);
    wait_for_group(key);
}

// A process in the kernel's hands, where no signal reaches it, still counts.
void ServiceRunner::wait_for_group(const ServiceKey& key) {
    const auto at = services_.find(key);
    if (at == services_.end()) return;
    if (::kill(-at->second.pid, 0) == 0 || errno == EPERM) {
        at->second.limit = loop_.after(group_is_looked_at, [this, key] { wait_for_group(key); });
        return;
    }
    const ProcessEnd end = std::move(at->second.end);
    services_.erase(at);
    heard_(ServiceEnded{key, end});
}

// Only while its first process is known to be there is the number of the group surely its own.
void ServiceRunner::stop(const ServiceKey& key, bool kill) {
    const auto at = services_.find(key);
    if (at == services_.end()) return tell_later(ServiceEnded{key, {.known = false}});
    if (at->second.over) return;
    ::kill(-at->second.pid, kill ? SIGKILL : SIGTERM);
    if (!kill) ::kill(-at->second.pid, SIGCONT);
}

void ServiceRunner::tell_later(ServiceEvent event) {
    loop_.post([this, event = std::move(event)] { heard_(event); });
}

std::string ServiceRunner::run(const Helper& helper, const std::vector<std::string>& words, Duration limit) try {
    if (helpers_.contains(helper)) return "the one before still runs";
    ServiceChild child(words, service_environment({"HAD_SERVICE=" + to_string(helper.key)}));
    Process& process = helpers_[helper];
    process.pid = child.pid();
    process.process = child.take_process();
    process.verdict = child.take_verdict();
    process.ended = loop_.on_readable(process.process.get(), [this, helper] { helper_over(helper); });
    process.limit = loop_.after(limit, [this, helper] { end(helper); });
    child.go();
    return {};
} catch (const std::exception& e) {
    helpers_.erase(helper);
    return cannot(words.front(), e);
}

void ServiceRunner::end(const Helper& helper) {
    const auto at = helpers_.find(helper);
    if (at != helpers_.end() && !at->second.over) ::kill(-at->second.pid, SIGKILL);
}

void ServiceRunner::helper_over(const Helper& helper) {
    const auto at = helpers_.find(helper);
    if (at == helpers_.end()) return;
    reap(at->second);
    const ProcessEnd end = std::move(at->second.end);
    helpers_.erase(at);
    heard_(HelperEnded{helper, end});
}

void ServiceRunner::watch(const std::vector<MatchConfig>& matches) try {
    finder_.watch(matches);
} catch (const std::exception& e) {
    log_(fmt::format("devices that come and go are not heard of: {}", e.what()));
}

std::vector<Device> ServiceRunner::devices(const MatchConfig& match) { return finder_.find(match); }

bool ServiceRunner::has_file(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

unsigned ServiceRunner::minute_of_day() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return static_cast<unsigned>(local.tm_hour * 60 + local.tm_min);
}

} // namespace had::sys
