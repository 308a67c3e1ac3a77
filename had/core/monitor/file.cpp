// Kind file: another program says in a file whether the way is well.
//
// It is read when it may have changed, and where nobody can hear that, each interval.  A word that contradicts the one
// before it counts when it has stood for as long as `fall` or `rise` readings would take.
#include "had/core/monitor/kinds.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {

namespace {

// Whoever writes without end has it read this often.
constexpr Duration least_pause = std::chrono::milliseconds(20);

class File final : public Monitor {
public:
    File(const MonitorConfig& config, const MonitorPlace&) : Monitor(config) {}

    void watch(const std::vector<WatchedPort>& ports, TimePoint now, bool) override {
        if (ports_.empty() && !ports.empty()) next_ = now;
        if (ports_.empty() && state_ == PathState::unproven) since_ = now;
        ports_ = ports;
        note_news(true);
        if (ports.empty()) next_.reset();
    }
    [[nodiscard]] std::vector<Ear> ears() const override {
        if (ports_.empty()) return {};
        return {{.transport = Transport::file, .path = config().path}};
    }
    [[nodiscard]] std::optional<TimePoint> due() const override { return next_; }

    // A file that cannot be read says nothing: what it said last holds.
    std::vector<Question> step(TimePoint now, Prober& prober) override {
        const bool heard = prober.hears_file(config().path);      // first, so that no change falls in between
        const auto failed = prober.says_failed(config().path);
        read_ = now;
        next_ = heard ? std::nullopt : std::optional(now + config().interval);
        const bool readable = failed.has_value();
        note_news(readable != readable_);
        readable_ = readable;
        if (!failed || (state_ != PathState::unproven && *failed == (state_ == PathState::silent))) {
            new_word_.reset();
            return {};
        }
        if (!new_word_) new_word_ = now;
        const unsigned readings = *failed ? config().fall : config().rise;
        const TimePoint counts = *new_word_ + config().interval * (readings - 1);
        if (state_ == PathState::unproven || now >= counts) become(*failed, now);
        else next_ = std::min(next_.value_or(counts), counts);
        return {};
    }
    bool hear(const Answer& answer, TimePoint now) override {
        if (answer.transport != Transport::file || answer.path != config().path || ports_.empty()) return false;
        const TimePoint soonest = std::max(now, read_ + least_pause);
        next_ = std::min(next_.value_or(soonest), soonest);
        return true;
    }

    [[nodiscard]] Judgement judge(TimePoint) override {
        return judge_alike(ports_, state_, since_, words());
    }
    [[nodiscard]] std::vector<PathReport> report(TimePoint now) const override {
        PathReport report;
        report.port = ports_.empty() ? "" : ports_.front().name;
        report.who = config().path;
        report.state = state_;
        report.lasts = now - since_;
        return {report};
    }

private:
    void become(bool failed, TimePoint now) {
        state_ = failed ? PathState::silent : PathState::good;
        since_ = now;
        new_word_.reset();
        note_news(true);
    }
    [[nodiscard]] std::string words() const {
        if (!readable_) return fmt::format("{} cannot be read, or says neither 0 nor 1", config().path);
        return state_ == PathState::silent ? fmt::format("{} says 1", config().path) : "";
    }

    std::vector<WatchedPort> ports_;
    PathState state_ = PathState::unproven;
    TimePoint since_{}, read_{};
    std::optional<TimePoint> next_, new_word_;
    bool readable_ = true;
};

} // namespace

std::unique_ptr<Monitor> make_file(const MonitorConfig& config, const MonitorPlace& place) {
    return std::make_unique<File>(config, place);
}

} // namespace had::core
