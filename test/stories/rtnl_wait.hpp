// How long anybody waits for the kernel's RTNL while something happens (test/chassis/rtnl_wait).
#pragma once

#include "test/chassis/guest.hpp"

namespace had::test {

class RtnlWait {
public:
    // It looks when this returns: not every machine starts a program at once.
    explicit RtnlWait(Guest& guest) : guest_(guest) {
        guest.expect("rm -f /run/rtnl-wait");
        process_ = guest.spawn("exec chassis-rtnl-wait", "/run/rtnl-wait");
        guest.wait_until("grep -q ready /run/rtnl-wait", 60s);
    }
    // The longest so far, in microseconds.  Only once.
    long long stop() {
        guest_.stop(process_, 60s);
        return std::stoll(guest_.expect("tail -n 1 /run/rtnl-wait"));
    }

private:
    Guest& guest_;
    Background process_;
};

} // namespace had::test
