// What /sys/class/net shows is of the network in which sysfs was mounted.
#pragma once

#include <sys/mount.h>

#include <sched.h>

namespace had::test {

// Of this process' network, for the rest of it.  False: the system does not allow it.
inline bool own_sysfs() {
    return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("sysfs", "/sys", "sysfs", 0, nullptr) == 0;
}

} // namespace had::test
