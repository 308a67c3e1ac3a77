#include "had/core/policy/standing.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace had::core {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// True: the value has changed.
bool judge(Standing& standing, const Link& link, TimePoint now) {
    const bool by_carrier = link.up && link.carrier;
    const bool good = by_carrier && !(standing.doubt() && standing.doubt()->believed);
    if (standing.link == good) return false;
    const double penalty = penalty_at(standing, now);
    standing.damped = standing.damped && penalty >= penalty_frees;
    standing.penalty = good ? penalty : std::min(penalty + penalty_of_a_loss, penalty_most);
    standing.damped = standing.damped || standing.penalty >= penalty_damps;
    standing.link = good;
    standing.since = now;
    standing.earned = false;
    if (!good) standing.lost_by = by_carrier ? std::optional(standing.doubt()->by) : std::nullopt;
    return true;
}

} // namespace

double penalty_at(const Standing& standing, TimePoint now) {
    return standing.penalty *
           std::exp2(-seconds(now - standing.since) / seconds(penalty_half_life));
}

bool hear_link(std::map<Ifindex, Standing>& standings, const Link& link, TimePoint now) {
    const bool good = link.up && link.carrier;
    auto [at, fresh] = standings.try_emplace(link.index);
    Standing& standing = at->second;
    if (fresh) {
        standing.link = good;
        standing.since = now;
        standing.active = link.slave && link.slave->active;
        standing.earned = good && standing.active;
        return true;
    }
    const bool active = link.slave && link.slave->active;
    if (std::exchange(standing.active, active) && !active) standing.retired = now;
    if (!good) standing.by_card.reset(), standing.by_path.reset();        // there is nothing left to doubt
    return judge(standing, link, now);
}

bool hear_doubt(std::map<Ifindex, Standing>& standings, const Link& link, DoubtSource source,
                std::optional<Doubt> doubt, TimePoint now) {
    auto at = standings.find(link.index);
    if (at == standings.end() || at->second.*source == doubt) return false;
    at->second.*source = doubt;
    judge(at->second, link, now);
    return true;
}

bool is_refused(const Standing& standing, TimePoint now, std::optional<TimePoint>& next) {
    if (!standing.refused || now >= *standing.refused + refusal_lasts) return false;
    earlier(next, *standing.refused + refusal_lasts);
    return true;
}

bool counts_as_good(const Standing& standing, const Link& link, const Trust& trust, TimePoint now,
                    std::optional<TimePoint>& next) {
    if (standing.link) return true;
    const TimePoint until = standing.since + trust.downdelay;
    if (!link.up || now >= until) return false;
    earlier(next, until);
    return true;
}

namespace {

TimePoint damped_until(const Standing& standing, const Trust& trust) {
    if (!trust.damp || !standing.damped || standing.penalty <= penalty_frees) return standing.since;
    const double decay = std::log2(standing.penalty / penalty_frees) * seconds(penalty_half_life);
    return standing.since + std::chrono::ceil<Duration>(std::chrono::duration<double>(decay));
}

} // namespace

bool has_earned(const Standing& standing, const Trust& trust, TimePoint now,
                std::optional<TimePoint>& next) {
    if (!standing.link) return false;
    if (standing.earned) return true;
    const TimePoint freed = damped_until(standing, trust),
                    until = std::max({standing.since + trust.rise, freed, standing.judged});
    if (now >= until) return true;
    earlier(next, now < freed ? freed : until);
    return false;
}

bool is_damped(const Standing& standing, const Trust& trust, TimePoint now) {
    return standing.link && !standing.earned && now < damped_until(standing, trust);
}

} // namespace had::core
