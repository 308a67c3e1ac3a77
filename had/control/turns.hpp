// Whose request is served next: one of each uid in turn.  A uid that may not change things has no more turns
// than its bucket holds.  Who has none waits; nothing is dropped.  Pure: time is an argument.
#pragma once

#include "had/core/base/types.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <utility>

namespace had::control {

// So many turns a second, and so many at once after a rest.  The state is one moment: when the bucket is full again.
class Bucket {
public:
    Bucket(std::size_t a_second, std::size_t at_once)
        : interval_(core::Duration(std::chrono::seconds(1)) / static_cast<core::Duration::rep>(a_second)),
          reserve_(interval_ * static_cast<core::Duration::rep>(at_once - 1)) {}

    // When one may be taken; it may be in the past.
    [[nodiscard]] core::TimePoint ready() const { return full_ - reserve_; }
    [[nodiscard]] bool is_full(core::TimePoint now) const { return full_ <= now; }
    void take(core::TimePoint now) { full_ = std::max(full_, now) + interval_; }

private:
    core::Duration interval_, reserve_;
    core::TimePoint full_ = core::TimePoint::min() + std::chrono::hours(1);    // reserve_ is less
};

template <class T>
class Turns {
public:
    using Uid = unsigned;
    Turns(std::size_t a_second, std::size_t at_once) : fresh_(a_second, at_once) {}

    void wait(Uid uid, bool limited, T who) {
        const auto line = std::find_if(round_.begin(), round_.end(), [&](const Line& one) {
            return one.uid == uid && one.limited == limited;
        });
        if (line != round_.end()) return line->waiting.push_back(std::move(who));
        Line fresh{uid, limited, {}};
        fresh.waiting.push_back(std::move(who));
        round_.push_back(std::move(fresh));
    }

    // Nothing: it is nobody's turn now.  When memory is short it throws before anybody has left his queue.
    std::optional<T> next(core::TimePoint now) {
        for (auto lines = round_.size(); lines > 0; --lines) {
            const auto line = round_.begin();
            if (ready(*line, now) > now) {
                round_.splice(round_.end(), round_, line);
                continue;
            }
            if (line->limited) bucket(line->uid, now).take(now);
            std::optional<T> who = std::move(line->waiting.front());
            line->waiting.pop_front();
            if (line->waiting.empty()) round_.erase(line);
            else round_.splice(round_.end(), round_, line);
            return who;
        }
        return std::nullopt;
    }

    // The time of the next turn.  Nothing: nobody waits.
    [[nodiscard]] std::optional<core::TimePoint> due(core::TimePoint now) const {
        std::optional<core::TimePoint> first;
        for (const Line& line : round_)
            first = std::min(first.value_or(core::TimePoint::max()), ready(line, now));
        return first;
    }

private:
    struct Line {
        Uid uid;
        bool limited;
        std::deque<T> waiting;                // never empty between two calls
    };

    [[nodiscard]] core::TimePoint ready(const Line& line, core::TimePoint now) const {
        const auto found = buckets_.find(line.uid);
        return line.limited && found != buckets_.end() ? found->second.ready() : now;
    }

    // A full bucket is the same as none, and is dropped.
    Bucket& bucket(Uid uid, core::TimePoint now) {
        constexpr std::size_t many = 256;
        if (buckets_.size() >= many) std::erase_if(buckets_, [&](const auto& one) { return one.second.is_full(now); });
        return buckets_.try_emplace(uid, fresh_).first->second;
    }

    Bucket fresh_;
    std::list<Line> round_;
    std::map<Uid, Bucket> buckets_;
};

} // namespace had::control
