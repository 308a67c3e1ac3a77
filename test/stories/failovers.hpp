// How long the kernel took for the daemon's failovers, as the daemon tells it: figures, and no test of a time.
#pragma once

#include "test/boost_test.hpp"
#include "test/chassis/guest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

namespace had::test {

// All that the daemon makes, from the first one on.
class Failovers {
public:
    explicit Failovers(Guest& guest) : guest_(guest) {
        guest.expect("rm -f /run/failovers");
        listener_ = guest.spawn("exec hadctl monitor --json --follow --since nobody:0", "/run/failovers");
        guest.wait_until("grep -q . /run/failovers", 30s);
    }
    // Of the last ones, in microseconds, the shortest first.  All before them have been asked for.  On a busy machine
    // the kernel may be there first, now and then: of such a one nothing was asked.
    std::vector<long> acknowledged(int last) {
        told_ += last;
        guest_.wait_until(fmt::format("test $(grep -c '\"event\":\"failover\"' /run/failovers) -ge {}", told_), 60s);
        std::istringstream all(guest_.expect(
            fmt::format("grep '\"event\":\"failover\"' /run/failovers | tail -n {} | "
                        "sed -n 's/.*acknowledged_us\":\\([0-9]*\\).*/\\1/p'", last)));
        std::vector<long> times;
        for (long time = 0; all >> time;) times.push_back(time);
        std::sort(times.begin(), times.end());
        BOOST_REQUIRE(times.size() * 2 >= static_cast<std::size_t>(last));
        return times;
    }

private:
    Guest& guest_;
    Background listener_;
    int told_ = 0;
};

// Requires: there are some.
inline std::string in_words(std::vector<long> times) {
    std::sort(times.begin(), times.end());
    const auto at = [&](std::size_t quarter) { return times[(times.size() - 1) * quarter / 4]; };
    return fmt::format("{} us ({}-{}), worst {}", at(2), at(1), at(3), at(4));
}

} // namespace had::test
