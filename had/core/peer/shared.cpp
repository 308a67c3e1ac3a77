#include "had/core/peer/shared.hpp"

#include "had/core/base/hash.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace had::core {

namespace {

using namespace std::chrono_literals;

// A master that hears a better one gives the address up in less.
constexpr Duration both_settles = 500ms;
// Two who disagree about who is the older one do no more.
constexpr Duration age_decides = 2500ms;
// A start, and a takeover, take less.
constexpr Duration nobody_settles = 5s;

std::int64_t millis(Duration time) { return time / std::chrono::milliseconds(1); }

} // namespace

std::optional<VrrpWord> vrrp_word_from(std::string_view word) {
    const auto at = std::find(vrrp_word_names.begin(), vrrp_word_names.end(), word);
    if (at == vrrp_word_names.end()) return std::nullopt;
    return static_cast<VrrpWord>(at - vrrp_word_names.begin());
}

std::string vrrp_file(const IpAddress& address) { return "/run/had/vrrp." + to_string(address); }

std::uint32_t shared_id(const IpAddress& address) {
    return static_cast<std::uint32_t>(hash_of({"shared", to_string(address)}));
}

std::uint32_t shared_lasts(TimePoint since, TimePoint now) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(millis(now - since), 0, most));
}

void SharedWatch::see(bool has, TimePoint now, std::optional<TimePoint> known) {
    if (seen_ && has == has_) return;
    // One that was there before is older than any that is taken from now on.
    since_ = seen_ ? now : std::min(now, known.value_or(TimePoint{}));
    seen_ = true;
    has_ = has;
}

bool SharedWatch::keeps(const Facts& facts, TimePoint now) {
    const bool was = kept_.value_or(false);
    if (!facts.other || !facts.other->word.has) return false;
    if (!has_) {
        by_lan_ = (by_lan_ && was) || facts.lan_lost;
        return by_lan_ ? facts.lan_lost : was;
    }
    if (facts.other->word.kept && !was) return false;         // it is about to give it up
    if (!facts.lan_lost && now - *both_ < both_settles) return was;
    const auto here = millis(now - since_);
    const auto there = std::int64_t{facts.other->word.lasts} + millis(now - facts.other->heard);
    const bool by_age = here != there && now - *both_ < age_decides;
    if (by_age ? here > there : !facts.gives_way) return false;
    by_lan_ = facts.lan_lost;
    return true;
}

void SharedWatch::judge(const Facts& facts, TimePoint now) {
    judged_ = now;
    if (!facts.known) {
        none_.reset();
        nobody_ = false;
        return;
    }
    const bool theirs = facts.other && facts.other->word.has;
    if (!has_ || !theirs) both_.reset();
    else if (!both_) both_ = now;
    if (has_ || !facts.other || theirs) none_.reset();
    else if (!none_) none_ = now;
    kept_ = keeps(facts, now);
    if (!*kept_) by_lan_ = false;
    split_ = *kept_ || (facts.other && facts.other->word.kept) || (both_ && now - *both_ >= both_settles);
    nobody_ = none_ && now - *none_ >= nobody_settles;
}

std::optional<TimePoint> SharedWatch::next() const {
    std::optional<TimePoint> at;
    const auto look = [&](const std::optional<TimePoint>& since, Duration lasts) {
        if (since && *since + lasts > judged_) earlier(at, *since + lasts);
    };
    look(both_, both_settles);
    look(both_, age_decides);
    look(none_, nobody_settles);
    return at;
}

} // namespace had::core
