// A limit: so many within such a time.
#pragma once

#include "had/core/base/types.hpp"

#include <cstddef>
#include <deque>

namespace had::core {

class Rate {
public:
    Rate(std::size_t most, Duration window) : most_(most), window_(window) {}

    // Counts one more.  False: there were `most` within the window already.
    bool admit(TimePoint now) {
        while (!times_.empty() && now - times_.front() >= window_) times_.pop_front();
        if (times_.size() >= most_) return false;
        times_.push_back(now);
        return true;
    }

private:
    std::size_t most_;
    Duration window_;
    std::deque<TimePoint> times_;
};

} // namespace had::core
