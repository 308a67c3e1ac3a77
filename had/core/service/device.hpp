// Devices that are no network cards in slots: which of them a [match] means.
#pragma once

#include "had/core/config/service.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// One that a match may mean, as sysfs has it.
struct SysDevice {
    std::string subsystem, devtype, product;
    std::string syspath, name, devnode;       // "/sys/devices/...", "ttyACM0", "/dev/ttyACM0" or empty
    // Of the inode of its directory in sysfs.  Another number means another device, even under the same name: sysfs
    // gives each directory a new one (fs/kernfs/dir.c kernfs_new_node), and a restart of the daemon changes none.
    std::uint64_t id = 0;
    // The attributes that the match asks for: of the device itself, then of each ancestor, the nearest first.
    std::vector<std::map<std::string, std::string>> chain;
};

// What a match has found.
struct Device {
    std::string name, devnode, syspath;
    std::uint64_t id = 0;

    friend bool operator==(const Device&, const Device&) = default;
    friend auto operator<=>(const Device&, const Device&) = default;
};

// `*` is any number of characters and `?` one.  Never slower than both lengths multiplied.
bool fits(std::string_view pattern, std::string_view text);
bool is_meant(const MatchConfig& match, const SysDevice& device);

} // namespace had::core
