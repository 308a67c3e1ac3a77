// Tells when somebody sets the clock.
//
// A deadline that is a time of day is waited for on the steady clock, which does not follow such a change.
#pragma once

#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"

namespace had::sys {

class ClockWatch {
public:
    // `handler` is called after each change.  Throws std::system_error.
    ClockWatch(Loop& loop, Handler handler);

private:
    void arm();

    UniqueFd timer_;
    Watch watch_;                             // after what it watches
};

} // namespace had::sys
