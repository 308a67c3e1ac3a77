#include "had/sys/device_finder.hpp"

#include "had/core/base/limits.hpp"
#include "had/sys/uevent.hpp"

#include <algorithm>
#include <cerrno>
#include <libudev.h>
#include <set>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace had::sys {

namespace {

constexpr int drain_budget = 1024;            // then the loop's other descriptors have their turn

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno != 0 ? errno : ENOMEM, std::generic_category(), what);
}

struct Free {
    void operator()(udev_device* p) const { udev_device_unref(p); }
    void operator()(udev_enumerate* p) const { udev_enumerate_unref(p); }
};

std::string text(const char* from) { return from ? from : ""; }

std::map<std::string, std::string> attributes_of(udev_device* device, const core::MatchConfig& match) {
    std::map<std::string, std::string> there;
    for (const auto* list : {&match.attributes, &match.number})
        for (const core::Attribute& one : *list)
            if (const char* value = udev_device_get_sysattr_value(device, one.name.c_str())) there[one.name] = value;
    return there;
}

core::SysDevice sys_device_of(udev_device* device, const core::MatchConfig& match) {
    core::SysDevice found{text(udev_device_get_subsystem(device)),
                          text(udev_device_get_devtype(device)),
                          text(udev_device_get_property_value(device, "PRODUCT")),
                          text(udev_device_get_syspath(device)),
                          text(udev_device_get_sysname(device)),
                          text(udev_device_get_devnode(device)),
                          0,
                          {}};
    struct stat directory {};
    if (::stat(found.syspath.c_str(), &directory) == 0) found.id = directory.st_ino;
    // A parent is its child's, and goes with it.
    for (udev_device* at = device; at; at = udev_device_get_parent(at)) found.chain.push_back(attributes_of(at, match));
    return found;
}

} // namespace

void DeviceFinder::UdevFree::operator()(udev* p) const { udev_unref(p); }
void DeviceFinder::UdevFree::operator()(udev_monitor* p) const { udev_monitor_unref(p); }

DeviceFinder::DeviceFinder(Loop& loop, std::function<void()> changed)
    : loop_(loop), changed_(std::move(changed)),
      udevd_(choose_event_source(core::EventSource::automatic, "/") == core::EventSource::udev), udev_(udev_new()) {
    if (!udev_) fail("udev");
}

DeviceFinder::~DeviceFinder() = default;

void DeviceFinder::watch(const std::vector<core::MatchConfig>& matches) {
    watch_ = Watch();
    monitor_.reset();
    if (matches.empty()) return;
    errno = 0;
    monitor_.reset(udev_monitor_new_from_netlink(udev_.get(), udevd_ ? "udev" : "kernel"));
    if (!monitor_) fail("udev: a monitor");
    std::set<std::string> subsystems;
    for (const core::MatchConfig& match : matches) subsystems.insert(match.subsystem);
    for (const std::string& subsystem : subsystems)
        if (const int error =
                udev_monitor_filter_add_match_subsystem_devtype(monitor_.get(), subsystem.c_str(), nullptr);
            error < 0)
            throw std::system_error(-error, std::generic_category(), "udev: a filter");
    if (const int error = udev_monitor_enable_receiving(monitor_.get()); error < 0)
        throw std::system_error(-error, std::generic_category(), "udev: listening");
    watch_ = loop_.on_readable(udev_monitor_get_fd(monitor_.get()), [this] { drain(); });
}

// One look for all messages that are there; after an overrun too.
void DeviceFinder::drain() {
    for (int i = 0; i < drain_budget; ++i) {
        errno = 0;
        const std::unique_ptr<udev_device, Free> device(udev_monitor_receive_device(monitor_.get()));
        if (!device && (errno == EAGAIN || errno == 0)) break;
    }
    changed_();
}

std::vector<core::Device> DeviceFinder::find(const core::MatchConfig& match) {
    std::vector<core::Device> found;
    const std::unique_ptr<udev_enumerate, Free> all(udev_enumerate_new(udev_.get()));
    if (!all || udev_enumerate_add_match_subsystem(all.get(), match.subsystem.c_str()) < 0 ||
        (udevd_ && udev_enumerate_add_match_is_initialized(all.get()) < 0) ||
        udev_enumerate_scan_devices(all.get()) < 0)
        return found;
    for (udev_list_entry* entry = udev_enumerate_get_list_entry(all.get()); entry;
         entry = udev_list_entry_get_next(entry)) {
        const std::unique_ptr<udev_device, Free> device(
            udev_device_new_from_syspath(udev_.get(), udev_list_entry_get_name(entry)));
        if (!device) continue;                // it has gone meanwhile
        core::SysDevice one = sys_device_of(device.get(), match);
        if (one.id == 0 || !core::is_meant(match, one)) continue;
        found.push_back({std::move(one.name), std::move(one.devnode), std::move(one.syspath), one.id});
        if (found.size() == core::limits::instances) break;
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace had::sys
