// The daemon under test: the program itself, with the library preloaded that makes its calls fail.
#pragma once

#include "test/faults/control.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>

namespace had::faults {

using namespace std::chrono_literals;
using Limit = std::chrono::milliseconds;

class DaemonProcess {
public:
    DaemonProcess();
    ~DaemonProcess();
    DaemonProcess(const DaemonProcess&) = delete;
    DaemonProcess& operator=(const DaemonProcess&) = delete;

    void start();
    [[nodiscard]] bool is_ready();            // it has said so to its service manager
    [[nodiscard]] bool has_ended();
    // Of one that has: "exit code 1", "signal 11".
    [[nodiscard]] std::string end() const;
    [[nodiscard]] bool ended_in_order() const;// by an exit code, with words
    void signal(int number) const;
    [[nodiscard]] int descriptors() const;
    [[nodiscard]] std::string log() const;
    // The functions of the daemon that the failed call was made from, innermost first.
    [[nodiscard]] std::string failed_at() const;

    [[nodiscard]] Control& control() const { return *control_; }
    void arm(Mode mode, Role role = Role::daemon) const;

private:
    Control* control_;
    int notices_;
    pid_t pid_ = -1;
    std::optional<int> status_;
    bool ready_ = false;
};

// The programs stand beside this one.
std::string program(const std::string& name);

} // namespace had::faults
