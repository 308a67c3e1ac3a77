// The last events, from which a subscriber that was away goes on, or is told how many it has lost.
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

    // Everything after `seq` of `instance`, with a `lost` event where something is missing.  When that is
    // an earlier instance: a `lost` event for the rest of it, then everything that is known of this one.
    // Nothing: there was no event `seq` yet.
    [[nodiscard]] std::optional<std::vector<std::string>> since(std::string_view instance,
                                                                std::uint64_t seq) const;

private:
    std::string instance_;
    std::size_t limit_;
    std::uint64_t last_ = 0;
    std::deque<std::string> lines_;           // the newest is last_
};

} // namespace had::control
