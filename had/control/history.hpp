// The last events, so that a subscriber that was away goes on where it was, or is told what it missed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::control {

class History {
public:
    History(std::string instance, std::size_t limit) : instance_(std::move(instance)), limit_(limit) {}

    [[nodiscard]] const std::string& instance() const { return instance_; }
    [[nodiscard]] std::uint64_t last() const { return last_; }    // 0: nothing happened yet
    [[nodiscard]] std::uint64_t next() const { return last_ + 1; }
    void add(std::string line);                                   // the event with number next()

    // Everything after `seq` of `instance`, with a `lost` event wherever something is missing.  Of
    // another instance, which has ended: that its end is lost, then all that is known of this one.
    // Nothing: `seq` has not been yet.
    [[nodiscard]] std::optional<std::vector<std::string>> since(std::string_view instance,
                                                                std::uint64_t seq) const;

private:
    std::string instance_;
    std::size_t limit_;
    std::uint64_t last_ = 0;
    std::deque<std::string> lines_;           // the newest is last_
};

} // namespace had::control
