#include "had/record/availability.hpp"

#include "had/core/base/duration.hpp"
#include "had/core/base/number.hpp"
#include "had/core/base/utc.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace had::record {
namespace {

constexpr std::int64_t day = 86'400'000'000;
// A recorder that lives says so at least this often (recorder.hpp).
constexpr std::int64_t trusted = 11 * 60 * 1'000'000LL;

std::optional<std::int64_t> duration(std::string_view text) {
    if (text.ends_with('d')) {
        const auto days = core::number<unsigned>(text.substr(0, text.size() - 1));
        return days && *days > 0 && *days <= 36500 ? std::optional(*days * day) : std::nullopt;
    }
    const auto time = core::duration_from(text);
    return time && time->count() > 0 ? std::optional(time->count()) : std::nullopt;
}

std::int64_t overlap(const Span& span, const Period& period) {
    const std::int64_t begin = std::max(span.begin.time, period.from);
    const std::int64_t end = std::min(span.begin.time + span.length, period.to);
    return std::max<std::int64_t>(end - begin, 0);
}

} // namespace

std::optional<Period> last(std::string_view text, std::int64_t now) {
    const auto length = duration(text);
    return length ? std::optional(Period{now - *length, now}) : std::nullopt;
}

std::optional<Period> month(std::string_view text, std::int64_t now) {
    using namespace std::chrono;
    const auto from = core::utc_micros_from(std::string(text) + "-01T00:00:00Z");
    if (!from || text.size() != 7) return std::nullopt;
    const year_month next = year_month(year(*core::number<int>(text.substr(0, 4))),
                                       std::chrono::month(*core::number<unsigned>(text.substr(5, 2)))) + months(1);
    const auto to = duration_cast<microseconds>(sys_days(next / 1).time_since_epoch()).count();
    return Period{*from, std::min(to, std::max(now, *from))};
}

std::optional<std::int64_t> time_from(std::string_view text, std::int64_t now) {
    if (const auto time = core::utc_micros_from(text)) return time;
    if (const auto time = core::utc_micros_from(std::string(text) + "T00:00:00Z")) return time;
    const auto before = duration(text);
    return before ? std::optional(now - *before) : std::nullopt;
}

std::optional<std::int64_t> share(std::int64_t good, std::int64_t known) {
    if (known <= 0) return std::nullopt;
    __extension__ using Wide = __int128;
    return static_cast<std::int64_t>(static_cast<Wide>(good) * 100'000'000 / known);
}

std::optional<unsigned> nines(std::int64_t bad, std::int64_t known) {
    if (bad <= 0 || known <= 0) return std::nullopt;
    unsigned count = 0;
    for (std::int64_t times = known / bad; times >= 10; times /= 10) ++count;
    return count;
}

// Neighbours of one kind are one outage: a clock that is set, or a midnight, parts spans and no outages.
Availability measure(const std::vector<Span>& spans, const Period& period, std::int64_t least) {
    Availability sum;
    State before = State::unknown;
    std::int64_t outage = 0;                  // of the one that is being added up
    const auto end_outage = [&](State state) {
        if (outage == 0) return;
        if (outage < least) sum.up += outage;
        else {
            (state == State::down ? sum.down : sum.planned) += outage;
            ++(state == State::down ? sum.outages : sum.planned_outages);
            if (state == State::down) sum.longest = std::max(sum.longest, outage);
        }
        outage = 0;
    };
    for (const Span& span : spans) {
        const std::int64_t time = overlap(span, period);
        if (time == 0) continue;
        if (span.state != before) end_outage(before);
        before = span.state;
        if (span.state == State::down || span.state == State::planned) outage += time;
        else if (span.state == State::unknown) {
            sum.unknown += time;
            sum.guessed = sum.guessed || span.guessed;
        } else {
            sum.up += time;
            if (span.unprotected) sum.unprotected += time;
        }
    }
    end_outage(before);
    return sum;
}

Moment known_until(const Mark& mark, const Moment& now) {
    const bool alive = mark.connected && mark.known.boot == now.boot && now.uptime - mark.known.uptime < trusted;
    return alive ? now : mark.known;
}

std::vector<Span> with_open(std::vector<Span> ended, const Span& open, const Mark& mark, const Moment& now) {
    const Moment until = known_until(mark, now);
    Span span = open;
    span.length = between(open.begin, until);
    ended.push_back(span);
    if (until != now) {
        Span gap{.kind = open.kind, .object = open.object, .state = State::unknown, .begin = until};
        gap.length = between(until, now);
        gap.guessed = until.boot != now.boot;
        ended.push_back(gap);
    }
    return ended;
}

} // namespace had::record
