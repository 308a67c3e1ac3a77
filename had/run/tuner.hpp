// Reads what interfaces keep by themselves (core/config/tuning.hpp): once where the kernel tells of each change, and by
// the clock where it does not, or where there was nothing to tell of.  What cannot be read is read again after 1, 2, 4
// ... seconds.
#pragma once

#include "had/run/executor.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace had {

class Tuner final : public Part {
public:
    // What another program has changed, and the kernel has not told, is found that late at most.
    static constexpr core::Duration interval = std::chrono::seconds(10);

    Tuner(Run& run, Executor& executor) : run_(run), executor_(executor), m_(run.model) {}

    void before_plan() override;
    [[nodiscard]] std::optional<core::TimePoint> next() const override { return next_; }

private:
    struct Read {
        std::vector<std::string> words = {};
        core::TimePoint at{};
        bool failed = false;                  // nothing of it could be read
        unsigned failures = 0;                // in a row, of all or of a word
        std::string told = {};                // what of this was told, once
    };
    [[nodiscard]] bool is_timed(core::Ifindex index, const Read& read) const;
    [[nodiscard]] bool is_fresh(core::Ifindex index, const std::vector<std::string>& words) const;
    void read(core::Ifindex index, const std::vector<std::string>& words);
    void tell(Read& read, const std::string& link, const std::string& text) const;

    Run& run_;
    Executor& executor_;
    Model& m_;
    std::map<core::Ifindex, Read> read_;      // when each was, and what
    std::optional<core::TimePoint> next_;
};

} // namespace had
