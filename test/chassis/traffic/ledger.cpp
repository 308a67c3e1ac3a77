#include "test/chassis/traffic/ledger.hpp"

#include <algorithm>

namespace had::test::traffic {

void Ledger::came(std::uint64_t number, Clock::time_point now) {
    if (number >= came_.size()) came_.resize(number + 1);
    if (came_[number]) {
        ++duplicates_;
        return;
    }
    came_[number] = true;
    ++count_;
    longest_gap_ = longest_gap(now);
    last_ = now;
}

int Ledger::lost(std::uint64_t end) const {
    auto known = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(end, came_.size()));
    auto arrived = std::count(came_.begin(), came_.begin() + known, true);
    return static_cast<int>(end) - static_cast<int>(arrived);
}

int Ledger::longest_loss(std::uint64_t end) const {
    int longest = 0, current = 0;
    for (std::uint64_t n = 0; n < end; ++n) {
        current = n < came_.size() && came_[n] ? 0 : current + 1;
        longest = std::max(longest, current);
    }
    return longest;
}

Clock::duration Ledger::longest_gap(Clock::time_point now) const {
    return std::max(longest_gap_, now - last_);
}

} // namespace had::test::traffic
