// Kinds arp, nd and icmp: hosts are asked, each through each port.
#include "had/core/monitor/kinds.hpp"

#include "had/core/monitor/probe_mac.hpp"
#include "had/core/monitor/targets.hpp"

#include <algorithm>

namespace had::core {

namespace {

Transport transport_of(MonitorKind kind) {
    return kind == MonitorKind::arp ? Transport::arp : kind == MonitorKind::nd ? Transport::nd : Transport::echo;
}

class Asking final : public Monitor {
public:
    Asking(const MonitorConfig& config, const MonitorPlace& place)
        : Monitor(config), place_(place), transport_(transport_of(config.kind)) {}

    void watch(const std::vector<WatchedPort>& ports, TimePoint now, bool adopted) override {
        std::vector<Asked> after;
        for (const WatchedPort& port : ports) {
            const auto known = std::find_if(asked_.begin(), asked_.end(),
                                            [&](const Asked& one) { return one.port.index == port.index; });
            Asked one = known == asked_.end() ? Asked{} : *known;
            one.tracks.resize(place_.targets.size());
            one.macs.resize(place_.targets.size());
            if (known == asked_.end() || one.port.carrier != port.carrier)
                for (Track& track : one.tracks) begin_anew(track, now, adopted);
            one.port = port;
            after.push_back(std::move(one));
        }
        asked_ = std::move(after);
        note_news(true);
        const bool any = std::any_of(asked_.begin(), asked_.end(), [](const Asked& one) { return one.port.carrier; });
        if (any) rounds_.start(now);
        else rounds_.stop();
    }

    [[nodiscard]] std::vector<Ear> ears() const override {
        std::vector<Ear> ears;
        for (const Asked& one : asked_)
            ears.push_back({one.port.index, transport_, transport_ == Transport::echo ? Mac{} : one.port.mac,
                            place_.targets});
        return ears;
    }

    std::vector<Question> step(TimePoint now, Prober&) override {
        const Rounds::Beat beat = rounds_.beat(now);
        bool open = false;
        std::vector<Question> questions;
        for (Asked& one : asked_)
            for (std::size_t i = 0; i < one.tracks.size(); ++i) {
                Track& track = one.tracks[i];
                const bool was_lost = is_lost(track, config());
                note_news(note_time(track, config(), now, beat.late));
                note_news(was_lost != is_lost(track, config()));
                if (is_lost(track, config())) one.macs[i].reset();      // perhaps the target has another card
                if (beat.ask && asks(one)) {
                    note_asked(track, now);
                    questions.push_back(question(one, i));
                }
                open = open || track.asked.has_value();
            }
        rounds_.note_open(open);
        return questions;
    }

    void hear(const Answer& answer, TimePoint now) override {
        if (answer.transport != transport_) return;
        for (Asked& one : asked_) {
            if (one.port.index != answer.port) continue;
            if (transport_ != Transport::echo && answer.to != one.port.mac) return;
            for (std::size_t i = 0; i < one.tracks.size(); ++i)
                if (place_.targets[i] == answer.target) {
                    if (transport_ == Transport::echo &&
                        answer.sequence != static_cast<std::uint16_t>(one.tracks[i].sequence))
                        return;
                    if (transport_ != Transport::echo) one.macs[i] = answer.from;
                    note_answer(one.tracks[i], config(), now);
                    note_news(one.tracks[i].state != PathState::good || one.tracks[i].since == now);
                    return;
                }
        }
    }

    void hurry(TimePoint now) override { rounds_.hurry(now); }

    [[nodiscard]] Judgement judge(TimePoint) override {
        std::vector<PortTracks> ports;
        for (const Asked& one : asked_)
            if (asks(one) || config().source_mac != SourceMac::bond)
                ports.push_back({one.port.index, one.port.name, one.port.carrier, one.tracks, place_.targets});
        Judgement judgement = judge_targets(ports, config());
        if (place_.whole) judgement.held.clear();         // there is nothing that could be moved
        return judgement;
    }

    [[nodiscard]] std::vector<PathReport> report(TimePoint now) const override {
        std::vector<PathReport> all;
        for (const Asked& one : asked_)
            for (std::size_t i = 0; i < one.tracks.size(); ++i)
                all.push_back(report_of(one.port.name, to_string(place_.targets[i]), one.tracks[i], now));
        return all;
    }

private:
    struct Asked {
        WatchedPort port;
        std::vector<Track> tracks;            // one a target
        std::vector<std::optional<Mac>> macs; // the same, as last heard
    };

    // With the bond's own address a backup port would draw the bond's traffic to itself.
    [[nodiscard]] bool asks(const Asked& one) const {
        return one.port.carrier && (config().source_mac != SourceMac::bond || one.port.active);
    }

    [[nodiscard]] Question question(const Asked& one, std::size_t i) const {
        const Track& track = one.tracks[i];
        Question question{.port = one.port.index, .transport = transport_, .source = one.port.mac};
        question.target = place_.targets[i];
        const IpAddress nobody{question.target.family, {}};
        question.sender =
            config().source.value_or(transport_ == Transport::nd ? link_local_of(one.port.mac) : nobody);
        question.to = one.macs[i];
        question.vlan = place_.vlan;
        question.sequence = static_cast<std::uint16_t>(track.sequence);
        if (track.is_long && transport_ == Transport::echo) question.size = long_size(config(), one.port);
        return question;
    }

    MonitorPlace place_;
    Transport transport_;
    std::vector<Asked> asked_;
};

} // namespace

std::unique_ptr<Monitor> make_asking(const MonitorConfig& config, const MonitorPlace& place) {
    return std::make_unique<Asking>(config, place);
}

} // namespace had::core
