// Kind traffic: what the ports receive without being asked.
#include "had/core/monitor/kinds.hpp"
#include "had/core/monitor/traffic.hpp"

#include <algorithm>

namespace had::core {

namespace {

class Silence final : public Monitor {
public:
    Silence(const MonitorConfig& config, const MonitorPlace& place)
        : Monitor(config), whole_(place.whole) {}

    void watch(const std::vector<WatchedPort>& ports, TimePoint now, bool) override {
        const std::vector<Flow>& before = traffic_.ports;
        std::vector<Flow> after;
        for (const WatchedPort& port : ports) {
            const auto known = std::find_if(before.begin(), before.end(),
                                            [&](const Flow& flow) { return flow.port == port.index; });
            Flow flow = known == before.end() ? Flow() : *known;
            flow.port = port.index;
            const bool moved = known == before.end() || flow.carrier != port.carrier || flow.active != port.active;
            flow.carrier = port.carrier;
            flow.active = port.active;
            if (moved) begin_anew(flow, now);
            after.push_back(flow);
        }
        std::vector<WatchedPort> watched = ports;
        traffic_.ports = std::move(after);
        ports_ = std::move(watched);
        note_news(true);
        if (ports.empty()) rounds_.stop();
        else rounds_.start(now);
    }
    [[nodiscard]] std::vector<Ear> ears() const override { return {}; }

    std::vector<Question> step(TimePoint now, Prober& prober) override {
        const Rounds::Beat beat = rounds_.beat(now);
        for (Flow& flow : traffic_.ports) {
            if (const auto count = prober.received(flow.port)) flow.count = *count;
            else flow.began_at.reset();
        }
        suspicious_ = note_look(traffic_, config(), now, beat.late) || suspicious_;
        note_news(true);
        return {};
    }
    bool hear(const Answer&, TimePoint) override { return false; }
    [[nodiscard]] bool take_suspicion() override { return std::exchange(suspicious_, false); }

    [[nodiscard]] Judgement judge(TimePoint) override {
        Judgement judgement = judge_traffic(traffic_, config());
        if (whole_) judgement.held.clear();   // there is nothing that could be moved
        return judgement;
    }
    [[nodiscard]] std::vector<PathReport> report(TimePoint now) const override {
        const Judgement judgement = judge_traffic(traffic_, config());
        std::vector<PathReport> all;
        for (std::size_t i = 0; i < ports_.size(); ++i) {
            PathReport report;
            report.port = ports_[i].name;
            report.state = judgement.ports[i].state;
            report.lasts = now - judgement.ports[i].since;
            report.answered = traffic_.ports[i].count;
            all.push_back(report);
        }
        return all;
    }

private:
    bool whole_;
    std::vector<WatchedPort> ports_;
    Traffic traffic_;
    bool suspicious_ = false;
};

} // namespace

std::unique_ptr<Monitor> make_traffic(const MonitorConfig& config, const MonitorPlace& place) {
    return std::make_unique<Silence>(config, place);
}

} // namespace had::core
