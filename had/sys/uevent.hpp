// Hot-plug events: libudev's monitor on one side, core events on the other.
//
// There are two sources.  "udev" is udevd's re-broadcast, sent after its rules have run and it has renamed
// the interface.  Only then may an interface be set up, since on 6.1 one that is up cannot be renamed.
// "kernel" is the bare uevent.  libudev offers "udev" even when no udevd runs, and then nothing
// ever comes, so "udev" is used only where /run/udev/control exists.
//
// With "udev" a new interface is told twice.  First from the kernel's event, not settled, so that it is shown
// as waiting and can be taken after a while if udevd hangs.  Then settled, when udevd is done.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/action/kernel.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <vector>

struct udev;
struct udev_monitor;
extern "C" struct udev* udev_unref(struct udev*);
extern "C" struct udev_monitor* udev_monitor_unref(struct udev_monitor*);

namespace had::sys {

// automatic: "udev" where udevd runs.
core::EventSource choose_event_source(core::EventSource wanted, const std::filesystem::path& root);

class Uevents {
public:
    // Listens from here on.  Throws std::system_error.
    Uevents(core::EventSource wanted, std::filesystem::path root = "/");

    [[nodiscard]] core::EventSource source() const { return source_; }
    [[nodiscard]] std::vector<int> fds() const;
    // Hands over what has arrived, until EAGAIN; after an overrun also a DevicesScanned.  Throws
    // std::system_error, and what the sink throws; then it is stale.
    void drain(const core::EventSink& sink);
    // Drains, then reads all of sysfs into one DevicesScanned.  An interface that udevd has not
    // finished yet is in it as not settled.
    void rescan(const core::EventSink& sink);

    // Something was lost, and sysfs was not read anew yet; the next drain reads it.
    [[nodiscard]] bool stale() const { return stale_; }
    [[nodiscard]] std::uint64_t overruns() const { return overruns_; }

private:
    struct UdevFree {
        void operator()(udev* p) const { udev_unref(p); }
        void operator()(udev_monitor* p) const { udev_monitor_unref(p); }
    };
    struct Monitor {
        std::unique_ptr<udev_monitor, UdevFree> handle;
        bool settles = true; // false: tells of new interfaces only, before udevd has them
    };

    void open(const char* name, bool settles);
    void read(const Monitor& monitor, const core::EventSink& sink);
    void tell(core::Event event, bool settles, const core::EventSink& sink);
    core::DevicesScanned scan();
    [[nodiscard]] bool initialized(core::Ifindex index) const;

    std::filesystem::path root_;
    core::EventSource source_;
    std::unique_ptr<udev, UdevFree> udev_;
    std::vector<Monitor> monitors_;   // in the order in which they are read: the kernel's first
    std::set<core::Ifindex> settled_; // by udevd; used with source udev only
    bool stale_ = false;
    std::uint64_t overruns_ = 0;
};

} // namespace had::sys
