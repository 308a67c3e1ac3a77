// Reads what interfaces keep by themselves (core/config/tuning.hpp): once where the kernel tells of each change, and by
// the clock where it does not.
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
        std::vector<std::string> words;
        core::TimePoint at{};
        bool failed = false;
    };
    [[nodiscard]] static bool is_timed(const Read& read);
    [[nodiscard]] bool is_fresh(core::Ifindex index, const std::vector<std::string>& words) const;
    void read(core::Ifindex index, const std::vector<std::string>& words);

    Run& run_;
    Executor& executor_;
    Model& m_;
    std::map<core::Ifindex, Read> read_;      // when each was, and what
    std::optional<core::TimePoint> next_;
};

} // namespace had
