#include "had/record/span.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace had::record {
namespace {

constexpr std::string_view words[] = {"up", "down", "planned", "unknown"};

// What the clock that is set differs by from the one that is not.
constexpr std::int64_t step = 1'000'000;

bool clock_was_set(const Moment& from, const Moment& to) {
    if (from.boot != to.boot) return false;
    const std::int64_t moved = (to.time - from.time) - (to.uptime - from.uptime);
    return moved > step || moved < -step;
}

} // namespace

std::string_view to_string(State state) { return words[static_cast<std::size_t>(state)]; }

std::optional<State> state_from(std::string_view word) {
    const auto at = std::find(std::begin(words), std::end(words), word);
    return at == std::end(words) ? std::nullopt : std::optional(static_cast<State>(at - std::begin(words)));
}

std::int64_t between(const Moment& from, const Moment& to) {
    const std::int64_t passed = from.boot == to.boot ? to.uptime - from.uptime : to.time - from.time;
    return std::max<std::int64_t>(passed, 0);
}

const Span* Spans::open(const std::string& object) const {
    const auto at = open_.find(object);
    return at == open_.end() ? nullptr : &at->second;
}

void Spans::close(const Span& span, const Moment& at) {
    Span ended = span;
    ended.length = between(span.begin, at);
    ended.guessed = span.begin.boot != at.boot;
    if (ended.length > 0) ended_.push_back(std::move(ended));
}

void Spans::set(std::string_view kind, const std::string& object, State state, bool unprotected, const Moment& at) {
    unprotected = unprotected && state == State::up;
    auto there = open_.find(object);
    if (there != open_.end()) {
        const Span& span = there->second;
        const bool same = span.state == state && span.unprotected == unprotected && span.begin.boot == at.boot;
        if (same && !clock_was_set(span.begin, at)) return;
        close(span, at);
    }
    open_[object] = {.kind = std::string(kind),
                     .object = object,
                     .state = state,
                     .unprotected = unprotected,
                     .begin = at};
}

void Spans::end(const std::string& object, const Moment& at) {
    const auto there = open_.find(object);
    if (there == open_.end()) return;
    close(there->second, at);
    open_.erase(there);
}

std::vector<Span> Spans::take_ended() { return std::exchange(ended_, {}); }

} // namespace had::record
