// Kinds arp, nd, icmp and udp: hosts are asked, each through each port.
//
// One that answers through no port is asked once a second at most: it may be starting, and then take a probe without a
// sender for another host with its address (RFC 5227 2.1.1).  All ports ask it at the same pace, so that none is judged
// by fewer questions than another; with the first answer through any of them it is the interval again.
#include "had/core/monitor/kinds.hpp"

#include "had/core/monitor/probe_mac.hpp"
#include "had/core/monitor/targets.hpp"

#include <algorithm>

namespace had::core {

namespace {

constexpr Duration slow_pace = std::chrono::seconds(1);

class Asking final : public Monitor {
public:
    Asking(const MonitorConfig& config, const MonitorPlace& place)
        : Monitor(config), place_(place), transport_(*transport_of(config.kind)) {}

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
        asked_at_.resize(place_.targets.size());
        note_news(true);
        const bool any = std::any_of(asked_.begin(), asked_.end(), [](const Asked& one) { return one.port.carrier; });
        if (any) rounds_.start(now);
        else rounds_.stop();
    }

    [[nodiscard]] std::vector<Ear> ears() const override {
        std::vector<Ear> ears;
        std::vector<WatchedPort> ports;
        for (const Asked& one : asked_) ports.push_back(one.port);
        for (const WatchedPort& port : ports) {
            Ear ear{port.index, transport_, is_packet(transport_) ? Mac{} : port.mac, place_.targets, config().port};
            if (is_frame(transport_)) ear.beside = addresses_beside(ports, port);
            ears.push_back(std::move(ear));
        }
        return ears;
    }

    std::vector<Question> step(TimePoint now, Prober&) override {
        const Rounds::Beat beat = rounds_.beat(now);
        bool open = false;
        std::vector<Question> questions;
        const std::vector<bool> turn = beat.ask ? targets_to_ask(now) : std::vector<bool>(place_.targets.size());
        for (Asked& one : asked_)
            for (std::size_t i = 0; i < one.tracks.size(); ++i) {
                Track& track = one.tracks[i];
                const bool was_lost = is_lost(track, config());
                note_news(note_time(track, config(), now, beat.late));
                note_news(was_lost != is_lost(track, config()));
                if (is_lost(track, config())) one.macs[i].reset();      // perhaps the target has another card
                if (turn[i] && asks(one)) {
                    note_asked(track, now);
                    questions.push_back(question(one, i));
                }
                open = open || track.asked.has_value();
            }
        rounds_.note_open(open);
        return questions;
    }

    bool hear(const Answer& answer, TimePoint now) override {
        if (answer.transport != transport_) return false;
        for (Asked& one : asked_) {
            if (one.port.index != answer.port) continue;
            if (!is_packet(transport_) && answer.to != one.port.mac) return false;
            for (std::size_t i = 0; i < one.tracks.size(); ++i)
                if (place_.targets[i] == answer.target) {
                    if (!is_ours(answer, one.tracks[i])) return false;
                    if (!is_packet(transport_)) one.macs[i] = answer.from;
                    note_answer(one.tracks[i], config(), now);
                    note_news(one.tracks[i].state != PathState::good || one.tracks[i].since == now);
                    note_news(is_silent_somewhere(i));        // then this is a witness
                    return true;
                }
        }
        return false;
    }

    void not_asked(const Question& question) override {
        for (Asked& one : asked_)
            for (std::size_t i = 0; i < one.tracks.size(); ++i)
                if (one.port.index == question.port && place_.targets[i] == question.target)
                    give_up_open_question(one.tracks[i]);
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

    // Other monitors may ask the same hosts.
    [[nodiscard]] bool is_ours(const Answer& answer, const Track& track) const {
        if (transport_ == Transport::echo)
            return answer.asker == place_.group && answer.sequence == static_cast<std::uint16_t>(track.sequence);
        return transport_ != Transport::udp || answer.service == config().port;
    }

    [[nodiscard]] bool is_silent_somewhere(std::size_t target) const {
        return std::any_of(asked_.begin(), asked_.end(), [&](const Asked& one) {
            return one.tracks[target].state == PathState::silent;
        });
    }
    // Lost through every port that asks, with no answer since.
    [[nodiscard]] bool is_silent_everywhere(std::size_t target) const {
        return std::all_of(asked_.begin(), asked_.end(), [&](const Asked& one) {
            const Track& track = one.tracks[target];
            return !asks(one) || (is_lost(track, config()) && track.answered_in_row == 0);
        });
    }
    // Whose turn it is in this round; rounds are not exact.
    std::vector<bool> targets_to_ask(TimePoint now) {
        std::vector<bool> turn(place_.targets.size());
        for (std::size_t i = 0; i < turn.size(); ++i) {
            turn[i] = !is_silent_everywhere(i) || now >= asked_at_[i] + slow_pace - config().interval / 2;
            if (turn[i]) asked_at_[i] = now;
        }
        return turn;
    }

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
        if (transport_ == Transport::echo) question.asker = place_.group;
        question.service = config().port;
        if (transport_ == Transport::udp) question.datagram = config().datagram.empty() ? "had\n" : config().datagram;
        if (track.is_long && transport_ == Transport::echo) question.size = long_size(config(), one.port);
        return question;
    }

    MonitorPlace place_;
    Transport transport_;
    std::vector<Asked> asked_;
    std::vector<TimePoint> asked_at_;         // one a target: the last round that asked it
};

} // namespace

std::unique_ptr<Monitor> make_asking(const MonitorConfig& config, const MonitorPlace& place) {
    return std::make_unique<Asking>(config, place);
}

} // namespace had::core
