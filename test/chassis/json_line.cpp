#include "test/chassis/json_line.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <stdexcept>
#include <system_error>

namespace had::test {
namespace {

// A story prints kilobytes; whoever sends this much without a newline is broken.
constexpr std::size_t longest_line = 16 << 20;

bool readable(int fd, int timeout_ms) {
    pollfd p{fd, POLLIN, 0};
    return ::poll(&p, 1, timeout_ms) > 0;
}

} // namespace

void JsonLine::send(const Json& object) {
    std::string text = object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    for (std::size_t at = 0; at < text.size();) {
        ssize_t n = ::write(fd_.get(), text.data() + at, text.size() - at);
        if (n < 0 && errno == EAGAIN) {
            pollfd p{fd_.get(), POLLOUT, 0};
            ::poll(&p, 1, 1000);
        } else if (n < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "sending to the other side");
        } else if (n > 0) {
            at += static_cast<std::size_t>(n);
        }
    }
}

std::optional<Json> JsonLine::receive(const Deadline& deadline) {
    for (;;) {
        if (auto line = take_line()) return line;
        int left = deadline.left_ms();
        if (readable(fd_.get(), left))
            fill();
        else if (deadline.passed())
            return std::nullopt;
    }
}

std::optional<Json> JsonLine::receive_ready() {
    if (!has_line() && readable(fd_.get(), 0)) fill();
    return take_line();
}

std::optional<Json> JsonLine::take_line() {
    auto end = buffer_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return Json::parse(line);
}

void JsonLine::fill() {
    std::array<char, 65536> chunk;
    ssize_t n = ::read(fd_.get(), chunk.data(), chunk.size());
    if (n > 0)
        buffer_.append(chunk.data(), static_cast<std::size_t>(n));
    else if (n == 0)
        throw std::runtime_error("the other side hung up");
    else if (errno != EAGAIN && errno != EINTR)
        throw std::system_error(errno, std::generic_category(), "reading from the other side");
    if (buffer_.size() > longest_line)
        throw std::runtime_error("the other side sends a line without end");
}

} // namespace had::test
