// Devices of any subsystem, for the [match] sections: libudev's monitor says that something has changed, and its
// enumeration says what is there now.
//
// So a lost message costs nothing but a look: every message leads to one.  Where udevd runs, a device counts when
// udevd is done with it, for then it has its name.
#pragma once

#include "had/core/service/device.hpp"
#include "had/sys/loop.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

struct udev;
struct udev_monitor;

namespace had::sys {

class DeviceFinder {
public:
    // `changed` is called from the loop.
    DeviceFinder(Loop& loop, std::function<void()> changed);
    DeviceFinder(const DeviceFinder&) = delete;
    DeviceFinder& operator=(const DeviceFinder&) = delete;
    ~DeviceFinder();

    // Of these subsystems; none at all: nothing is listened to.  Throws std::system_error.
    void watch(const std::vector<core::MatchConfig>& matches);
    // By name.  What cannot be read is not there.
    [[nodiscard]] std::vector<core::Device> find(const core::MatchConfig& match);

private:
    struct UdevFree {
        void operator()(udev* p) const;
        void operator()(udev_monitor* p) const;
    };
    void drain();

    Loop& loop_;
    std::function<void()> changed_;
    const bool udevd_;
    std::unique_ptr<udev, UdevFree> udev_;
    std::unique_ptr<udev_monitor, UdevFree> monitor_;
    Watch watch_;
};

} // namespace had::sys
