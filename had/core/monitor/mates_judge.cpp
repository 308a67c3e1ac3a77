#include "had/core/monitor/mates_groups.hpp"
#include "had/core/monitor/mates_words.hpp"

#include <algorithm>

namespace had::core {
namespace {

class Court {
public:
    Court(const Mates& mates, const MonitorConfig& monitor, TimePoint now, std::optional<TimePoint>& next)
        : mates_(mates), monitor_(monitor), now_(now), next_(next), groups_(groups_of(mates)),
          largest_(largest_of(groups_)) {}

    Judgement judge() {
        for (const Mate& mate : mates_.ports) {
            Finding finding;
            finding.port = mate.port;
            judgement_.ports.push_back(finding);
        }
        if (carriers() < 2) return judgement_;
        for (const Places& group : groups_)
            for (const std::size_t place : group) judgement_.ports[place] = finding_of(place, group, mates_);
        judge_small_groups();
        if (largest_.size() > 1) judge_equal_groups();
        for (const Places& group : groups_)
            for (const std::size_t place : group)
                judgement_.ports[place].text = words_for(place, mates_, judgement_, monitor_);
        return judgement_;
    }

private:
    const Mates& mates_;
    const MonitorConfig& monitor_;
    TimePoint now_;
    std::optional<TimePoint>& next_;
    Judgement judgement_;
    std::vector<Places> groups_, largest_;

    [[nodiscard]] const Track& track(std::size_t from, std::size_t to) const { return way(mates_, from, to); }
    [[nodiscard]] bool lost(std::size_t from, std::size_t to) const { return is_lost(track(from, to), monitor_); }
    [[nodiscard]] bool were_proven(std::size_t a, std::size_t b) const {
        return track(a, b).state != PathState::unproven && track(b, a).state != PathState::unproven;
    }
    // What was silent together comes back one after the other.
    [[nodiscard]] bool are_returning(std::size_t a, std::size_t b) const {
        const auto returns = [](const Track& one) { return one.state == PathState::silent && one.answered_in_row > 0; };
        return returns(track(a, b)) || returns(track(b, a));
    }
    [[nodiscard]] std::size_t carriers() const {
        std::size_t count = 0;
        for (const Places& group : groups_) count += group.size();
        return count;
    }

    void doubt(std::size_t place, bool believed) {
        judgement_.ports[place].doubted = true;
        judgement_.ports[place].believed = believed;
    }

    // Those that hear fewer mates than others do.
    void judge_small_groups() {
        const std::size_t most = largest_.front().size();
        for (const Places& group : groups_)
            for (const std::size_t place : group)
                if (group.size() < most) judge_beside_the_largest(place);
    }
    void judge_beside_the_largest(std::size_t place) {
        bool proven = false, returning = false;
        TimePoint told{};
        for (const Places& group : largest_)
            for (const std::size_t other : group) {
                proven = proven || were_proven(place, other);
                returning = returning || are_returning(place, other);
                for (const Track* each : {&track(place, other), &track(other, place)})
                    if (each->state == PathState::silent) told = std::max(told, each->since);
            }
        if (has_witnesses(told)) doubt(place, proven && !returning);
        else judgement_.held = "it is not known yet who else is lost";
    }
    [[nodiscard]] bool has_witnesses(TimePoint told) const {
        const auto heard = [&](std::size_t a, std::size_t b) {
            return track(a, b).state == PathState::good && track(a, b).heard >= told;
        };
        for (const Places& group : largest_)
            for (const std::size_t a : group)
                for (const std::size_t b : group)
                    if (a < b && heard(a, b) && heard(b, a)) return true;
        return false;
    }

    struct Cut {
        bool whole = true;                    // in all directions
        bool fresh = false;                   // too early to say
        bool proven = false;
        TimePoint began{};                    // the last of its losses
    };
    [[nodiscard]] Cut cut_between_the_largest() const {
        Cut cut;
        for (const Places& group : largest_)
            for (const Places& other : largest_) {
                if (&group == &other) continue;
                for (const std::size_t from : group)
                    for (const std::size_t to : other) {
                        const Track& each = track(from, to);
                        const bool is_lost = lost(from, to);
                        cut.whole = cut.whole && is_lost;
                        cut.fresh = cut.fresh || (each.state == PathState::unproven && !is_lost);
                        cut.proven = cut.proven || each.state == PathState::silent;
                        if (is_lost && each.losing) cut.began = std::max(cut.began, *each.losing);
                    }
            }
        return cut;
    }

    [[nodiscard]] bool is_acquitted(std::size_t place, TimePoint began) const {
        return mates_.ports[place].foreign.heard >= began;
    }
    // Whether it has heard nobody for so long that this means something.
    bool is_still(std::size_t place, TimePoint began) {
        if (is_acquitted(place, began) || mates_.ports[place].foreign.unread) return false;
        const TimePoint at = began + patience(mates_.ports[place].foreign);
        if (now_ < at) earlier(next_, at);
        return now_ >= at;
    }
    // Its stillness is believed only of a port that used to hear others.
    bool is_convicted(std::size_t place, const Cut& cut) {
        return is_still(place, cut.began) && (!cut.proven || mates_.ports[place].foreign.heard);
    }

    void judge_equal_groups() {
        const Cut cut = cut_between_the_largest();
        if (cut.fresh) return;
        if (cut.whole) judge_cut(cut);
        else if (carriers() == 2) judge_one_way(cut);
        else judgement_.held = "the ports hear each other one way only";
    }

    void judge_cut(const Cut& cut) {
        Places acquitted, convicted;
        bool used_to_hear = false, still = largest_.front().size() == 1, split = true;
        for (const Places& group : largest_) {
            const bool heard = std::any_of(group.begin(), group.end(),
                                           [&](std::size_t place) { return is_acquitted(place, cut.began); });
            bool guilty = true;
            for (const std::size_t place : group) {
                guilty = is_convicted(place, cut) && guilty;
                still = is_still(place, cut.began) && still;
                used_to_hear = used_to_hear || mates_.ports[place].foreign.heard;
            }
            split = split && heard;
            if (heard) acquitted.insert(acquitted.end(), group.begin(), group.end());
            else if (guilty) convicted.insert(convicted.end(), group.begin(), group.end());
        }
        if (!acquitted.empty() && !convicted.empty()) return convict(convicted, acquitted);
        if (!cut.proven) return;
        judgement_.silent = still && used_to_hear;
        judgement_.held = judgement_.silent ? "no port hears anybody: the switch or this host is deaf"
                          : split ? "the ports hear others, but not each other: the switches are split"
                                  : "the ports do not hear each other, and who is cut off is not known";
    }

    // Two ports, of which one hears the other.
    void judge_one_way(const Cut& cut) {
        std::size_t from = largest_[0].front(), to = largest_[1].front();
        if (!lost(from, to)) std::swap(from, to);
        const Track& gone = track(from, to);
        const Track& left = track(to, from);
        const TimePoint told = gone.state == PathState::silent ? gone.since : cut.began;
        if (left.heard >= told) {
            if (is_acquitted(to, cut.began)) return convict({from}, {to});
            if (is_convicted(to, cut) && is_acquitted(from, cut.began)) return convict({to}, {from});
        }
        if (cut.proven) judgement_.held = "one port does not hear the other, and whose side is dead is not known";
    }

    void convict(const Places& guilty, const Places& others) {
        for (const std::size_t place : guilty)
            doubt(place, std::any_of(others.begin(), others.end(), [&](std::size_t other) {
                      return were_proven(place, other) && !are_returning(place, other);
                  }));
        for (const std::size_t place : others)
            if (Finding& finding = judgement_.ports[place]; finding.state == PathState::silent)
                finding.state = PathState::good;
    }
};

} // namespace

Judgement judge_mates(const Mates& mates, const MonitorConfig& monitor, TimePoint now,
                      std::optional<TimePoint>& next) {
    return Court(mates, monitor, now, next).judge();
}

} // namespace had::core
