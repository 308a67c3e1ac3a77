#include "had/run/tuner.hpp"

#include "had/core/config/told_word.hpp"
#include "had/core/config/unread_word.hpp"
#include "had/core/plan/restored.hpp"
#include "had/run/tunables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace had {

using namespace core;

namespace {

Duration pause_after(unsigned failures) {
    constexpr unsigned most = 4;              // doublings: then it is the interval
    if (failures == 0 || failures > most) return Tuner::interval;
    return std::min<Duration>(Tuner::interval, std::chrono::seconds(1) * (1 << (failures - 1)));
}

// Of those that were never read the plan says it.
std::string kept_words(const Observed& observed, const TunablesSeen& seen) {
    std::string text;
    for (const auto& [word, value] : seen.values) {
        if (!is_unread(value)) continue;
        const auto before = observed.tunable(seen.link, word);
        if (before && !is_unread(*before))
            text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", word, why_unread(value));
    }
    return text;
}

} // namespace

// Each is a few system calls, and there may be hundreds: between two of them a bond may lose its port.
void Tuner::before_plan() {
    next_.reset();
    const auto wanted = tuned_words(m_.situation());
    std::erase_if(read_, [&](const auto& entry) { return !wanted.contains(entry.first); });
    bool any = false, heard = false;
    for (const auto& [index, words] : wanted) {
        if (!is_fresh(index, words)) {
            if (any) {
                executor_.drain();
                executor_.between();
            }
            heard = std::exchange(any, true) || heard;
            read(index, words);
        }
        const auto at = read_.find(index);
        if (at != read_.end() && is_timed(index, at->second))
            earlier(next_, at->second.at + pause_after(at->second.failures));
    }
    run_.save_if(forget_restored(m_.situation(), m_.owned));
    if (heard) run_.post_turn();              // the parts before this one have planned without what came meanwhile
}

// Of the others the kernel tells, but for those that were not there: IPv6 may begin later at an interface.
bool Tuner::is_timed(Ifindex index, const Read& read) const {
    return read.failures > 0 || !std::all_of(read.words.begin(), read.words.end(), [&](const std::string& word) {
               return is_told(word) && m_.observed.tunable(index, word);
           });
}

bool Tuner::is_fresh(Ifindex index, const std::vector<std::string>& words) const {
    const auto at = read_.find(index);
    if (at == read_.end() || at->second.words != words) return false;
    const Read& last = at->second;
    return (last.failed || m_.observed.tunables.contains(index)) &&
           (!is_timed(index, last) || run_.now() < last.at + pause_after(last.failures));
}

void Tuner::read(Ifindex index, const std::vector<std::string>& words) {
    const Link* link = m_.observed.link(index);
    if (!link) return;                        // it has gone meanwhile
    Read& last = read_[index];
    const bool others = last.words != words;
    if (others) last = {words};
    last.at = run_.now();
    std::string why;
    auto seen = tunables_of_link(run_.kernel, m_.observed, index, words, why);
    last.failed = !seen;
    if (!seen) {
        ++last.failures;
        // Of the words of another file nothing is known, so that none counts as one that is not there.
        if (others) m_.observed.tunables.erase(index);
        return tell(last, link->name, "its settings cannot be read: " + why);
    }
    const bool any = std::any_of(seen->values.begin(), seen->values.end(),
                                 [](const auto& entry) { return is_unread(entry.second); });
    last.failures = any ? last.failures + 1 : 0;
    if (const std::string kept = kept_words(m_.observed, *seen); !kept.empty())
        tell(last, link->name, "cannot be read, and counts as it was read last: " + kept);
    run_.hear(*std::move(seen));
}

// Once, as long as it is the same.
void Tuner::tell(Read& read, const std::string& link, const std::string& text) const {
    if (std::exchange(read.told, text) != text) run_.log(NoticeLevel::warning, fmt::format("{}: {}", link, text));
}

} // namespace had
