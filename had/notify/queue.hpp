// What one hook has yet to be told, in order.  Bounded: of too many the oldest below warning goes first, and what went
// is told as one `lost` event.
#pragma once

#include "had/core/base/types.hpp"
#include "had/notify/message.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace had::notify {

class Queue {
public:
    static constexpr std::size_t most = 1024;

    struct Waiting {
        Message message;
        core::TimePoint since;
    };
    // False: something had to go.
    bool add(Message message, core::TimePoint now);
    // Requires: not empty.  The next one is a `lost` event where something went before it.
    Waiting next();
    void put_back(Waiting first) { waiting_.push_front(std::move(first)); }
    // Requires: not empty.
    [[nodiscard]] core::TimePoint since() const { return waiting_.front().since; }
    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    [[nodiscard]] std::size_t size() const { return waiting_.size(); }
    // The first event that was not handed out yet.
    [[nodiscard]] const Message* first() const { return waiting_.empty() ? nullptr : &waiting_.front().message; }

private:
    struct Gap {
        std::string instance;
        std::uint64_t from = 0, to = 0;
    };
    std::deque<Waiting> waiting_;
    std::optional<Gap> gap_;
};

} // namespace had::notify
