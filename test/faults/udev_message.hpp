// A message as udevd sends it to those who listen to udev (systemd sd-device/device-monitor.c).
#pragma once

#include <string>
#include <string_view>

namespace had::faults {

// `properties` are lines.
std::string udev_message(std::string_view subsystem, std::string properties);

} // namespace had::faults
