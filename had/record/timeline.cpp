#include "had/record/timeline.hpp"

#include <algorithm>

namespace had::record {
namespace {

char letter_of(const Span& span) {
    switch (span.state) {
    case State::up: return span.unprotected ? 's' : 'u';
    case State::down: return 'd';
    case State::planned: return 'p';
    case State::unknown: return '?';
    }
    return '?';
}

bool is_worse(char letter, char than) { return cell_letters.find(letter) > cell_letters.find(than); }

// Requires: a time within the period.
std::size_t cell_at(std::int64_t time, const Period& period, std::size_t cells) {
    const double part = static_cast<double>(time - period.from) / static_cast<double>(period.to - period.from);
    return std::min(static_cast<std::size_t>(part * static_cast<double>(cells)), cells - 1);
}

template <class T>
void keep_last(std::vector<T>& all) {
    if (all.size() > last_kept) all.erase(all.begin(), all.end() - last_kept);
}

} // namespace

// Neighbours of one state are one outage, as availability counts them.
Row row_of(const Availability& object, const std::vector<Span>& spans, const std::vector<Move>& failovers,
           const Period& period, std::size_t cells) {
    Row row{.object = object.object, .kind = object.kind, .cells = std::string(cells, ' '),
            .moves = std::string(cells, ' '), .outages = object.outages, .failovers = 0, .last_outages = {},
            .last_failovers = {}};
    if (period.to <= period.from || cells == 0) return row;
    State before = State::up;
    for (const Span& span : spans) {
        const std::int64_t begin = std::max(span.begin.time, period.from);
        const std::int64_t end = std::min(span.begin.time + span.length, period.to);
        if (begin >= end) continue;
        const char letter = letter_of(span);
        for (std::size_t at = cell_at(begin, period, cells); at <= cell_at(end - 1, period, cells); ++at)
            if (is_worse(letter, row.cells[at])) row.cells[at] = letter;
        if (span.state != State::up) {
            if (span.state != before) row.last_outages.push_back({span.state, begin, 0, false});
            row.last_outages.back().length += end - begin;
            row.last_outages.back().guessed |= span.guessed;
        }
        before = span.state;
    }
    for (const Move& move : failovers) {
        if (move.time < period.from || move.time >= period.to) continue;
        row.moves[cell_at(move.time, period, cells)] = 'v';
        ++row.failovers;
        row.last_failovers.push_back(move);
    }
    keep_last(row.last_outages);
    keep_last(row.last_failovers);
    return row;
}

} // namespace had::record
