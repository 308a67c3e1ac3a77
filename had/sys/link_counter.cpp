#include "had/sys/link_counter.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <system_error>

namespace had::sys {

using namespace core;

namespace {

// Less than any monitor's interval: each of its looks finds new counts, and all ports of one look the same ones.
constexpr Duration moment = std::chrono::milliseconds(10);
constexpr std::size_t step = 16384;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// A number behind spaces.  False: there is none.
bool take_number(std::string_view& line, std::uint64_t& number) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    return error == std::errc();
}

} // namespace

std::map<std::string, std::uint64_t, std::less<>> frames_received(std::string_view text) {
    std::map<std::string, std::uint64_t, std::less<>> counts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.size(), text.find('\n'));
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), end + 1));
        line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
        const std::size_t colon = line.find(':');      // a name has none, behind it are bytes and packets
        if (colon == std::string_view::npos) continue;
        const std::string_view name = line.substr(0, colon);
        line.remove_prefix(colon + 1);
        std::uint64_t bytes = 0, frames = 0;
        if (take_number(line, bytes) && take_number(line, frames)) counts.emplace(name, frames);
    }
    return counts;
}

bool LinkCounter::look(TimePoint now) {
    if (looked_ && now < *looked_ + moment) return false;
    if (!file_) file_ = UniqueFd(::open("/proc/net/dev", O_RDONLY | O_CLOEXEC));
    if (!file_) fail("cannot open /proc/net/dev");
    text_.clear();
    while (true) {
        const std::size_t size = text_.size();
        text_.resize(size + step);
        const long more = ::pread(file_.get(), text_.data() + size, step, static_cast<off_t>(size));
        text_.resize(size + static_cast<std::size_t>(std::max(more, 0L)));
        if (more < 0) fail("cannot read /proc/net/dev");
        if (more == 0) break;
    }
    counts_ = frames_received(text_);
    if (!names_) names_ = UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!names_) fail("cannot open a socket");
    looked_ = now;
    return true;
}

std::optional<std::uint64_t> LinkCounter::received(Ifindex port) const {
    ifreq request{};
    request.ifr_ifindex = static_cast<int>(port);
    if (!names_ || ::ioctl(names_.get(), SIOCGIFNAME, &request) != 0) return std::nullopt;
    const auto count = counts_.find(std::string_view(request.ifr_name));
    if (count == counts_.end()) return std::nullopt;
    return count->second;
}

} // namespace had::sys
