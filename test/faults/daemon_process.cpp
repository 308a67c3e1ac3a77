#include "test/faults/daemon_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace had::faults {

namespace fs = std::filesystem;

namespace {

constexpr const char* control_path = "/run/control";
constexpr const char* notice_path = "/run/notice";
constexpr const char* log_path = "/run/had.log";
// Without address randomization, of a position-independent program on x86-64.
constexpr std::uintptr_t load_address = 0x555555554000;

int open_notices() {
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, notice_path);
    if (fd < 0 || ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("no socket for the daemon's notices");
    return fd;
}

} // namespace

std::string program(const std::string& name) { return fs::read_symlink("/proc/self/exe").parent_path() / name; }

DaemonProcess::DaemonProcess() : notices_(open_notices()) {
    const int fd = ::open(control_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ::ftruncate(fd, sizeof(Control)) != 0) throw std::runtime_error("no file for control");
    void* at = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (at == MAP_FAILED) throw std::runtime_error("no memory for control");
    control_ = static_cast<Control*>(at);
}

DaemonProcess::~DaemonProcess() {
    if (pid_ > 0 && !has_ended()) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::munmap(control_, sizeof(Control));
    ::close(notices_);
}

void DaemonProcess::start() {
    status_.reset();
    ready_ = false;
    pid_ = ::fork();
    if (pid_ != 0) return;
    control_->daemon = ::getpid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::personality(ADDR_NO_RANDOMIZE);
    const int log = ::open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::close(log);
    ::setenv(control_variable, control_path, 1);
    ::setenv("PATH", "/run/bin", 1);
    ::setenv("NOTIFY_SOCKET", notice_path, 1);
    ::setenv("LD_PRELOAD", program("../lib/libfault-shim.so").c_str(), 1);
    // libudev would not look at a /sys that is none.
    ::setenv("SYSTEMD_DEVICE_VERIFY_SYSFS", "0", 1);
    ::execl(program("had").c_str(), "had", "-v", "-c", "/run/had.conf", nullptr);
    ::_exit(127);
}

bool DaemonProcess::is_ready() {
    char text[256];
    ssize_t size = 0;
    while ((size = ::recv(notices_, text, sizeof text, 0)) > 0)
        if (std::string_view(text, static_cast<std::size_t>(size)).find("READY=1") != std::string_view::npos)
            ready_ = true;
    return ready_;
}

bool DaemonProcess::has_ended() {
    if (status_ || pid_ <= 0) return true;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    status_ = status;
    return true;
}

std::string DaemonProcess::end() const {
    if (!status_) return "it runs";
    if (WIFEXITED(*status_)) return fmt::format("exit code {}", WEXITSTATUS(*status_));
    return fmt::format("signal {}", WTERMSIG(*status_));
}

bool DaemonProcess::ended_in_order() const { return status_ && WIFEXITED(*status_); }

void DaemonProcess::signal(int number) const {
    if (pid_ > 0 && !status_) ::kill(pid_, number);
}

int DaemonProcess::descriptors() const {
    std::error_code error;
    const fs::directory_iterator all(fmt::format("/proc/{}/fd", pid_), error);
    return error ? -1 : static_cast<int>(std::distance(all, fs::directory_iterator()));
}

std::string DaemonProcess::log() const {
    std::ifstream file(log_path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void DaemonProcess::arm(Mode mode, Role role) const {
    control_->mode = Mode::off;
    control_->role = role;
    for (auto& count : control_->counts) count = 0;
    control_->mode = mode;
}

std::string DaemonProcess::failed_at() const {
    std::string command = "addr2line -Cfspe " + program("had");
    for (int i = 0; i < control_->stack_size; ++i)
        command += fmt::format(" {:#x}", reinterpret_cast<std::uintptr_t>(control_->stack[i]) - load_address - 1);
    std::string text;
    if (FILE* lines = ::popen((command + " 2>/dev/null").c_str(), "r")) {
        char line[4096];
        for (int shown = 0; std::fgets(line, sizeof line, lines);)
            if (std::string_view(line).find("??") == std::string_view::npos &&
                std::string_view(line).find(" at ") != std::string_view::npos && ++shown <= 6)
                text += std::string("      ") + line;
        ::pclose(lines);
    }
    return text;
}

} // namespace had::faults
