#include "had/sys/uevent.hpp"

#include "had/sys/pci_scan.hpp"
#include "had/sys/uevent_decode.hpp"

#include <libudev.h>

#include <cerrno>
#include <new>
#include <string>
#include <system_error>

namespace had::sys {

using core::EventSource;

namespace {

constexpr int drain_budget = 4096; // then the loop's other descriptors have their turn
constexpr int most_errors = 64;    // in one go

struct DeviceFree {
    void operator()(udev_device* p) const { udev_device_unref(p); }
};
using Device = std::unique_ptr<udev_device, DeviceFree>;

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), "udev: " + what);
}

Properties properties(udev_device& device) {
    Properties all;
    errno = 0;
    udev_list_entry* entry = udev_device_get_properties_list_entry(&device);
    if (!entry && errno == ENOMEM) throw std::bad_alloc();    // an event has properties: who asks again is told all
    for (; entry; entry = udev_list_entry_get_next(entry)) {
        const char* text = udev_list_entry_get_value(entry);
        all.emplace(udev_list_entry_get_name(entry), text ? text : "");
    }
    return all;
}

} // namespace

EventSource choose_event_source(EventSource wanted, const std::filesystem::path& root) {
    if (wanted != EventSource::automatic) return wanted;
    std::error_code error;
    const bool udevd = std::filesystem::exists(root / "run/udev/control", error);
    return udevd ? EventSource::udev : EventSource::kernel;
}

Uevents::Uevents(EventSource wanted, std::filesystem::path root)
    : root_(std::move(root)), source_(choose_event_source(wanted, root_)), udev_(udev_new()) {
    if (!udev_) fail(errno, "cannot start");
    const bool udevd = source_ == EventSource::udev;
    open("kernel", !udevd);
    if (udevd) open("udev", true);
}

void Uevents::open(const char* name, bool settles) {
    Monitor monitor;
    monitor.settles = settles;
    monitor.handle.reset(udev_monitor_new_from_netlink(udev_.get(), name));
    auto* handle = monitor.handle.get();
    if (!handle) fail(errno, std::string("cannot listen to ") + name);
    for (const char* subsystem : {"pci", "net", "slots"}) {
        // The kernel's own pci and slots events say nothing more than udevd's will.
        if (!settles && subsystem != std::string_view("net")) continue;
        const int r = udev_monitor_filter_add_match_subsystem_devtype(handle, subsystem, nullptr);
        if (r < 0) fail(-r, "cannot filter");
    }
    if (const int r = udev_monitor_enable_receiving(handle); r < 0)
        fail(-r, std::string("cannot listen to ") + name);
    monitors_.push_back(std::move(monitor));
}

std::vector<int> Uevents::fds() const {
    std::vector<int> fds;
    for (const auto& monitor : monitors_)
        fds.push_back(udev_monitor_get_fd(monitor.handle.get()));
    return fds;
}

// After an overrun the sockets are read empty before sysfs is: until then the kernel goes on
// dropping without another word.
void Uevents::drain(const core::EventSink& sink) {
    try {
        for (const auto& monitor : monitors_)
            read(monitor, sink);
        if (stale_) sink(scan());
        stale_ = false;
    } catch (...) {
        stale_ = true;                        // nobody knows what was lost
        throw;
    }
}

void Uevents::rescan(const core::EventSink& sink) {
    stale_ = true;
    drain(sink);
}

void Uevents::read(const Monitor& monitor, const core::EventSink& sink) {
    int errors = 0;
    for (int budget = drain_budget; budget > 0 || stale_; --budget) {
        errno = 0;
        const Device device(udev_monitor_receive_device(monitor.handle.get()));
        if (device) {
            decode_uevent(properties(*device), monitor.settles, root_, [&](core::Event event) {
                tell(std::move(event), monitor.settles, sink);
            });
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || ++errors > most_errors) {
            return;
        } else if (errno != EINVAL && errno != EINTR) { // EINVAL: a single message that is no uevent
            stale_ = true;
            ++overruns_;
        }
    }
}

// Two sockets have no order between them: udevd may have settled an interface before we read the
// kernel's own event, which must not unsettle it.
void Uevents::tell(core::Event event, bool settles, const core::EventSink& sink) {
    if (const auto* seen = std::get_if<core::NetDeviceSeen>(&event)) {
        if (settles)
            settled_.insert(seen->device.link);
        else if (settled_.contains(seen->device.link))
            return;
    } else if (const auto* gone = std::get_if<core::NetDeviceGone>(&event)) {
        settled_.erase(gone->index);
    }
    sink(std::move(event));
}

core::DevicesScanned Uevents::scan() {
    auto all = PciScan(root_).all();
    if (source_ != EventSource::udev) return all;
    std::set<core::Ifindex> settled;
    for (auto& device : all.devices) {
        device.settled = settled_.contains(device.link) || initialized(device.link);
        if (device.settled) settled.insert(device.link);
    }
    settled_ = std::move(settled); // ifindexes that went unheard are forgotten
    return all;
}

bool Uevents::initialized(core::Ifindex index) const {
    const auto id = "n" + std::to_string(index);
    const Device device(udev_device_new_from_device_id(udev_.get(), id.c_str()));
    return device && udev_device_get_is_initialized(device.get()) > 0;
}

} // namespace had::sys
