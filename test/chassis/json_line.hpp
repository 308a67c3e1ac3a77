// One JSON object a line over a byte stream: what QEMU's monitor, the agent in the guest and the
// operator's port all speak.  Used at both ends.
#pragma once
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "test/chassis/clock.hpp"
#include "test/chassis/fd.hpp"

namespace had::test {

using Json = nlohmann::json;

class JsonLine {
public:
    explicit JsonLine(Fd fd) : fd_(std::move(fd)) {}

    // Bytes that are no UTF-8 (a command may print anything) are replaced, not refused.
    void send(const Json& object);

    // Nothing when the limit passed.  Throws std::runtime_error when the other side is gone, and
    // on a line that is not JSON.
    std::optional<Json> receive(const Deadline& deadline);

    // Takes in what has arrived; nothing when that is not yet a whole line.
    std::optional<Json> receive_ready();

    int fd() const { return fd_.get(); }
    bool has_line() const { return buffer_.find('\n') != std::string::npos; }

private:
    std::optional<Json> take_line();
    void fill();

    Fd fd_;
    std::string buffer_;
};

} // namespace had::test
