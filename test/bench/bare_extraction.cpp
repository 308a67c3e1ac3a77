// had's peer for a card that is let go: the least a program can do, on libnl and sysfs.
//
//     bench-bare-extraction BOND PORT OTHER SLOT
//
// When the handle of the kernel's slot SLOT ("01:02") is opened, the bond moves from PORT to OTHER, PORT leaves
// it, and the card goes: once, and no plan, no record, no word to anybody.  It makes the calls that had makes
// (core/policy/extraction.hpp), in had's order and with had's pauses, and knows beforehand all that can be known.
#include "test/bench/link_request.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto look_interval = 50ms, drain_time = 200ms;
constexpr auto thread_interval = 500us;

int open_or_throw(const fs::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) throw std::runtime_error("no " + file.string());
    return fd;
}

// In one write; what is not there is done.
void write_once(const fs::path& file, std::string_view text) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    if (::write(fd, text.data(), text.size()) < 0) std::perror(file.c_str());
    ::close(fd);
}

class Slot {
public:
    explicit Slot(const std::string& name)
        : directory_("/sys/bus/pci/slots/" + name), adapter_(open_or_throw(directory_ / "adapter")),
          latch_(open_or_throw(directory_ / "latch")) {
        std::ifstream(directory_ / "address") >> card_;
        config_ = open_or_throw(function('0') / "config");
    }

    // Looks whether the card answers, too.
    [[nodiscard]] bool is_asked_for() const {
        const bool present = digit(adapter_) == '1', open = digit(latch_) == '0';
        std::array<char, 4> vendor{};
        return ::pread(config_, vendor.data(), vendor.size(), 0) > 0 && present && open;
    }
    void unbind() const { write_once(function('0') / "driver/unbind", function('0').filename().string()); }
    void remove() const {
        for (char number = '0'; number < '8'; ++number) write_once(function(number) / "remove", "1");
    }
    void switch_off() const { write_once(directory_ / "power", "0"); }

private:
    static char digit(int fd) {
        char digit = 0;
        return ::pread(fd, &digit, 1, 0) == 1 ? digit : '\0';
    }
    [[nodiscard]] fs::path function(char number) const {
        return "/sys/bus/pci/devices/" + card_ + '.' + number;
    }

    fs::path directory_;
    int adapter_, latch_, config_ = -1;
    std::string card_;
};

fs::path status_of_thread() {
    for (const auto& process : fs::directory_iterator("/proc")) {
        std::string name;
        std::ifstream(process.path() / "comm") >> name;
        if (name == "cpci_hp_polld") return process.path() / "status";
    }
    throw std::runtime_error("no cpci_hp_polld");
}

std::string sleeps(const fs::path& status) {
    std::array<char, 4096> text{};
    const int fd = open_or_throw(status);
    const ssize_t length = ::read(fd, text.data(), text.size());
    ::close(fd);
    const std::string_view all(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::size_t at = all.find("\nvoluntary_ctxt_switches:");
    return std::string(all.substr(at, all.find('\n', at + 1) - at));
}

void await_sleep(const fs::path& status) {
    sched_param first{};
    first.sched_priority = ::sched_get_priority_max(SCHED_FIFO) / 2;
    ::sched_setscheduler(0, SCHED_FIFO, &first);
    const std::string before = sleeps(status);
    while (sleeps(status) == before) std::this_thread::sleep_for(thread_interval);
}

int index_of(const char* name) {
    const unsigned index = ::if_nametoindex(name);
    if (index == 0) throw std::runtime_error(std::string("no interface ") + name);
    return static_cast<int>(index);
}

} // namespace

int main(int argc, char** argv) try {
    if (argc != 5) throw std::runtime_error("usage: bench-bare-extraction BOND PORT OTHER SLOT");
    const int bond = index_of(argv[1]), port = index_of(argv[2]), other = index_of(argv[3]);
    const Slot slot(argv[4]);
    const fs::path thread = status_of_thread();
    had::test::LinkRequests requests;
    std::puts("ready");
    std::fflush(stdout);
    while (!slot.is_asked_for()) std::this_thread::sleep_for(look_interval);
    bool done = requests.set_all_slaves_active(bond, true) && requests.set_active(bond, other);
    std::this_thread::sleep_for(drain_time);
    done = done && requests.set_master(port, 0) && requests.set_all_slaves_active(bond, false);
    slot.unbind();
    slot.remove();
    await_sleep(thread);
    slot.switch_off();
    return done ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench-bare-extraction: %s\n", e.what());
    return 1;
}
