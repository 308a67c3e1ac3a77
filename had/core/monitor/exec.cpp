// Kind exec: a program says by its exit status whether the way is well.
//
// One run at a time.  0 is well, 1 to 125 is a failure, and so is a run that does not end within the timeout.  All else
// says nothing, and what was said last holds: that a program is missing, or crashes, is no word on the way.
#include "had/core/monitor/kinds.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace had::core {

namespace {

constexpr Duration answers_within = std::chrono::seconds(1);      // after its limit

class Exec final : public Monitor {
public:
    Exec(const MonitorConfig& config, MonitorPlace place) : Monitor(config), place_(std::move(place)) {}

    void watch(const std::vector<WatchedPort>& ports, TimePoint now, bool) override {
        if (ports_.empty() && state_ == PathState::unproven) since_ = now;
        ports_ = ports;
        note_news(true);
        if (ports.empty()) rounds_.stop();
        else rounds_.start(now);
    }
    [[nodiscard]] std::vector<Ear> ears() const override { return {}; }

    std::vector<Question> step(TimePoint now, Prober&) override {
        if (!rounds_.beat(now).ask) return {};
        if (runs_ && now < began_ + config().waits() + answers_within) return {};
        if (runs_) ++voided_;                 // its answer was lost, for want of memory
        runs_ = true;
        began_ = now;
        ++sent_;
        Question question{.port = ports_.front().index, .transport = Transport::program, .asker = place_.group};
        question.program = {.command = config().command,
                            .environment = {"HAD_MONITOR=" + config().name, "HAD_INTERFACE=" + place_.interface},
                            .limit = config().waits()};
        return {question};
    }

    bool hear(const Answer& answer, TimePoint now) override {
        if (answer.transport != Transport::program || answer.asker != place_.group || !runs_) return false;
        runs_ = false;
        lasted_ = now - began_;
        if (answer.told == Told::unknown) {
            ++voided_;
            note_news(unknown_.empty());
            if (unknown_.empty()) unknown_ = answer.text;
            return true;
        }
        note_news(!unknown_.empty());
        unknown_.clear();
        const bool failed = answer.told == Told::failed;
        ++(failed ? lost_ : answered_);
        if (!failed) heard_ = now;
        const unsigned needed = failed ? config().fall : config().rise;
        if (failed == (state_ == PathState::silent) && state_ != PathState::unproven) in_row_ = 0;
        else if (++in_row_ >= needed || state_ == PathState::unproven) become(failed, answer.text, now);
        return true;
    }

    [[nodiscard]] Judgement judge(TimePoint) override {
        return judge_alike(ports_, state_, since_, state_ == PathState::silent ? failure_ : unknown_);
    }
    [[nodiscard]] std::vector<PathReport> report(TimePoint now) const override {
        PathReport report;
        report.port = ports_.empty() ? "" : ports_.front().name;
        report.who = config().command.front();
        report.state = state_;
        report.lasts = now - since_;
        if (heard_) report.heard = now - *heard_;
        report.sent = sent_;
        report.answered = answered_;
        report.lost = lost_;
        report.voided = voided_;
        report.round_trip = lasted_;
        return {report};
    }

private:
    void become(bool failed, const std::string& text, TimePoint now) {
        failure_ = text;
        state_ = failed ? PathState::silent : PathState::good;
        since_ = now;
        in_row_ = 0;
        note_news(true);
    }

    MonitorPlace place_;
    std::vector<WatchedPort> ports_;
    PathState state_ = PathState::unproven;
    TimePoint since_{}, began_{};
    std::optional<TimePoint> heard_;
    Duration lasted_{};
    unsigned in_row_ = 0;
    bool runs_ = false;
    std::uint64_t sent_ = 0, answered_ = 0, lost_ = 0, voided_ = 0;
    // How the run ended that made it silent; and the first of the last ones that say nothing.  They stay as they are:
    // who prints something else each time is not told of each time.
    std::string failure_, unknown_;
};

} // namespace

std::unique_ptr<Monitor> make_exec(const MonitorConfig& config, const MonitorPlace& place) {
    return std::make_unique<Exec>(config, place);
}

} // namespace had::core
