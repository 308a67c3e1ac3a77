// Kind file: another program says in a file whether the way is well.
#include "had/core/monitor/kinds.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

class File final : public Monitor {
public:
    File(const MonitorConfig& config, const MonitorPlace&)
        : Monitor(config) {}

    void watch(const std::vector<WatchedPort>& ports, TimePoint now, bool) override {
        ports_ = ports;
        note_news(true);
        if (ports.empty()) rounds_.stop();
        else rounds_.start(now);
    }
    [[nodiscard]] std::vector<Ear> ears() const override { return {}; }

    // A file that cannot be read says nothing: what it said last holds.
    std::vector<Question> step(TimePoint now, Prober& prober) override {
        rounds_.beat(now);
        const auto failed = prober.says_failed(config().path);
        const bool readable = failed.has_value();
        note_news(readable != readable_);
        readable_ = readable;
        const unsigned needed = failed.value_or(false) ? config().fall : config().rise;
        if (!failed || *failed == (state_ == PathState::silent)) in_row_ = 0;
        else if (++in_row_ >= needed || state_ == PathState::unproven) become(*failed, now);
        return {};
    }
    void hear(const Answer&, TimePoint) override {}

    [[nodiscard]] Judgement judge(TimePoint) override {
        Judgement judgement;
        judgement.silent = state_ == PathState::silent;
        for (const WatchedPort& port : ports_)
            judgement.ports.push_back({.port = port.index,
                                       .state = state_,
                                       .since = since_,
                                       .doubted = false,
                                       .believed = false,
                                       .text = words()});
        return judgement;
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
        in_row_ = 0;
        note_news(true);
    }
    [[nodiscard]] std::string words() const {
        if (!readable_) return fmt::format("{} cannot be read, or says neither 0 nor 1", config().path);
        return state_ == PathState::silent ? fmt::format("{} says 1", config().path) : "";
    }

    std::vector<WatchedPort> ports_;
    PathState state_ = PathState::unproven;
    TimePoint since_{};
    unsigned in_row_ = 0;
    bool readable_ = true;
};

} // namespace

std::unique_ptr<Monitor> make_file(const MonitorConfig& config, const MonitorPlace& place) {
    return std::make_unique<File>(config, place);
}

} // namespace had::core
