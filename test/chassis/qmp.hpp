// QEMU's own control protocol: cards and cables are devices and links of the emulator.
#pragma once
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>

#include "test/chassis/json_line.hpp"

namespace had::test {

// What QEMU refused, in its own words.
struct QmpError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Qmp {
public:
    // The greeting is read and answered at the first command, so that QEMU may still be starting.
    explicit Qmp(Fd fd) : line_(std::move(fd)) {}

    Json execute(std::string_view command, Json arguments = Json::object());

    // Waits until a device has left the machine: the guest must have let go of it.  Device names
    // must not be used twice, or an old farewell is taken for a new one.  False when the limit
    // passed.
    bool wait_deleted(const std::string& device, Limit limit);

private:
    void greet();
    Json reply_to(std::string_view command, const Deadline& deadline);

    JsonLine line_;
    bool greeted_ = false;
    std::deque<Json> events_;
};

} // namespace had::test
