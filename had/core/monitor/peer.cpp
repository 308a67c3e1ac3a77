// Kind peer: the ports of a bond ask each other through the switch.
#include "had/core/monitor/kinds.hpp"
#include "had/core/monitor/mates.hpp"

#include <algorithm>

namespace had::core {

namespace {

// One that has been under way for longer was never sent.
constexpr std::uint32_t most_late = 64;

class Peer final : public Monitor {
public:
    Peer(const MonitorConfig& config, const MonitorPlace& place) : Monitor(config), place_(place) {}

    // Tracks are kept by place, so ports that come or go begin a table anew; carriers only their own rows.
    void watch(const std::vector<WatchedPort>& ports, TimePoint now, bool adopted) override {
        const bool same = std::equal(ports.begin(), ports.end(), ports_.begin(), ports_.end(),
                                     [](const WatchedPort& a, const WatchedPort& b) { return a.index == b.index; });
        Mates mates = same ? mates_ : Mates{};
        if (!same)
            for (const WatchedPort& port : ports)
                mates.ports.push_back({.port = port.index,
                                       .name = port.name,
                                       .carrier = port.carrier,
                                       .hears = std::vector<Track>(ports.size()),
                                       .foreign = {}});
        for (std::size_t i = 0; i < ports.size(); ++i) {
            const bool moved = !same || ports_[i].carrier != ports[i].carrier;
            mates.ports[i].carrier = ports[i].carrier;
            mates.ports[i].name = ports[i].name;
            if (moved) core::begin_anew(mates, i, now, adopted);
        }
        std::vector<WatchedPort> watched = ports;
        mates_ = std::move(mates);
        ports_ = std::move(watched);
        note_news(true);
        const auto linked = std::count_if(ports.begin(), ports.end(), [](const WatchedPort& p) { return p.carrier; });
        if (linked > 1) rounds_.start(now);
        else rounds_.stop();
    }

    [[nodiscard]] std::vector<Ear> ears() const override {
        std::vector<Ear> ears;
        for (const WatchedPort& port : ports_) {
            ears.push_back({port.index, Transport::peer, port.mac, {}});
            ears.back().beside = addresses_beside(ports_, port);
        }
        return ears;
    }

    [[nodiscard]] std::optional<TimePoint> due() const override {
        auto next = rounds_.due();
        if (judge_again_ && next) earlier(next, *judge_again_);
        return next;
    }

    std::vector<Question> step(TimePoint now, Prober& prober) override {
        if (judge_again_ && now >= *judge_again_) {
            judge_again_.reset();
            note_news(true);
        }
        if (!rounds_.due() || now < *rounds_.due()) return {};
        const Rounds::Beat beat = rounds_.beat(now);
        bool open = false;
        std::vector<Question> questions;
        for (std::size_t to = 0; to < ports_.size(); ++to) {
            if (beat.ask) look(to, prober, now);
            for (std::size_t from = 0; from < ports_.size(); ++from) {
                if (from == to) continue;
                Track& track = mates_.ports[to].hears[from];
                const bool was_lost = is_lost(track, config());
                note_news(note_time(track, config(), now, beat.late) || was_lost != is_lost(track, config()));
                if (beat.ask && ports_[from].carrier && ports_[to].carrier) {
                    note_asked(track, now);
                    questions.push_back(question(from, to, track));
                }
                open = open || track.asked.has_value();
            }
        }
        if (any_lost()) note_news(true);          // who else was heard meanwhile may tell which end it is
        rounds_.note_open(open);
        return questions;
    }

    bool hear(const Answer& answer, TimePoint now) override {
        const PeerMark& mark = answer.mark;
        if (answer.transport != Transport::peer || mark.group != place_.group) return false;
        if (mark.to >= ports_.size() || mark.from >= ports_.size() || mark.from == mark.to) return false;
        if (ports_[mark.to].index != answer.port || ports_[mark.to].mac != answer.to ||
            ports_[mark.from].mac != answer.from)
            return false;
        Track& track = mates_.ports[mark.to].hears[mark.from];
        if (mark.sequence != track.sequence) return track.sequence - mark.sequence <= most_late;
        const bool was_lost = is_lost(track, config());
        note_news(note_answer(track, config(), now) || was_lost);
        return true;
    }

    void not_asked(const Question& question) override {
        give_up_open_question(mates_.ports[question.mark.to].hears[question.mark.from]);
    }

    void hurry(TimePoint now) override { rounds_.hurry(now); }

    [[nodiscard]] Judgement judge(TimePoint now) override {
        judge_again_.reset();
        return judge_mates(mates_, config(), now, judge_again_);
    }

    [[nodiscard]] std::vector<PathReport> report(TimePoint now) const override {
        std::vector<PathReport> all;
        for (std::size_t to = 0; to < ports_.size(); ++to)
            for (std::size_t from = 0; from < ports_.size(); ++from)
                if (from != to) all.push_back(report_of(ports_[to].name, "from " + ports_[from].name,
                                                        mates_.ports[to].hears[from], now));
        return all;
    }

private:
    void look(std::size_t place, Prober& prober, TimePoint now) {
        if (!ports_[place].carrier) return;
        Foreign& foreign = mates_.ports[place].foreign;
        if (const auto count = prober.received(ports_[place].index)) note_foreign(foreign, *count, now);
        else foreign.unread = true;
    }
    [[nodiscard]] bool any_lost() const {
        return std::any_of(mates_.ports.begin(), mates_.ports.end(), [&](const Mate& mate) {
            return std::any_of(mate.hears.begin(), mate.hears.end(),
                               [&](const Track& track) { return is_lost(track, config()); });
        });
    }
    [[nodiscard]] Question question(std::size_t from, std::size_t to, const Track& track) const {
        Question question{.port = ports_[from].index, .transport = Transport::peer, .source = ports_[from].mac};
        question.to = ports_[to].mac;
        question.vlan = place_.vlan;
        if (track.is_long) question.size = long_size(config(), ports_[from]);
        std::uint64_t heard = 0;
        for (std::size_t i = 0; i < ports_.size(); ++i)
            if (mates_.ports[from].hears[i].state == PathState::good) heard |= std::uint64_t{1} << i;
        question.mark = {.group = place_.group,
                         .from = static_cast<std::uint8_t>(from),
                         .to = static_cast<std::uint8_t>(to),
                         .sequence = track.sequence,
                         .sent = static_cast<std::uint64_t>(track.asked->time_since_epoch().count()) * 1000,
                         .heard = heard};
        return question;
    }

    MonitorPlace place_;
    std::vector<WatchedPort> ports_;
    Mates mates_;
    std::optional<TimePoint> judge_again_;
};

} // namespace

std::unique_ptr<Monitor> make_peer(const MonitorConfig& config, const MonitorPlace& place) {
    return std::make_unique<Peer>(config, place);
}

} // namespace had::core
