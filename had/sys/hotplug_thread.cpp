#include "had/sys/hotplug_thread.hpp"

#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <thread>

namespace had::sys {

namespace {

namespace fs = std::filesystem;

constexpr core::Duration search_interval = std::chrono::seconds(5);
constexpr core::Duration look_interval = std::chrono::microseconds(500);
constexpr std::string_view names[] = {"cpci_hp_polld\n", "cpci_hp_eventd\n"};

bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Of a file of proc: nothing when its process has ended.
std::string read_now(int fd) {
    std::array<char, 32> text{};
    const ssize_t length = ::pread(fd, text.data(), text.size(), 0);
    return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : "";
}

bool is_its_name(const std::string& comm) {
    return std::find(std::begin(names), std::end(names), comm) != std::end(names);
}

} // namespace

void HotplugThread::find() {
    sought_ = steady_now();
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root_ / "proc", error)) {
        const std::string pid = entry.path().filename().string();
        if (!is_number(pid)) continue;
        UniqueFd comm(::open((entry.path() / "comm").c_str(), O_RDONLY | O_CLOEXEC));
        if (!comm || !is_its_name(read_now(comm.get()))) continue;
        pid_ = pid;
        comm_ = std::move(comm);
        return;
    }
}

bool HotplugThread::runs() {
    if (comm_ && is_its_name(read_now(comm_.get()))) return true;
    comm_ = UniqueFd();
    if (!sought_ || steady_now() - *sought_ >= search_interval) find();
    return static_cast<bool>(comm_);
}

// How often it has gone to sleep by itself, as proc writes it.
std::optional<std::string> HotplugThread::sleeps() const {
    try {
        const std::string status = read_file_if_there(root_ / "proc" / pid_ / "status").value_or("");
        constexpr std::string_view key = "\nvoluntary_ctxt_switches:";
        const auto at = status.find(key);
        if (at == std::string::npos) return std::nullopt;
        return status.substr(at + key.size(), status.find('\n', at + 1) - at - key.size());
    } catch (const std::system_error&) {
        return std::nullopt;                  // it has just ended
    }
}

void HotplugThread::await_sleep(core::Duration limit) {
    if (!runs()) return;
    const core::TimePoint until = steady_now() + limit;
    const auto before = sleeps();
    while (before && sleeps() == before && steady_now() < until) std::this_thread::sleep_for(look_interval);
}

} // namespace had::sys
