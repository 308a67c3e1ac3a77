#include "had/run/tuner.hpp"

#include "had/core/config/told_word.hpp"
#include "had/core/plan/restored.hpp"
#include "had/run/tunables.hpp"

#include <algorithm>
#include <utility>

namespace had {

using namespace core;

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
        if (at != read_.end() && is_timed(at->second)) earlier(next_, at->second.at + interval);
    }
    run_.save_if(forget_restored(m_.situation(), m_.owned));
    if (heard) run_.post_turn();              // the parts before this one have planned without what came meanwhile
}

// Of the others the kernel tells.
bool Tuner::is_timed(const Read& read) {
    return read.failed || !std::all_of(read.words.begin(), read.words.end(), is_told);
}

bool Tuner::is_fresh(Ifindex index, const std::vector<std::string>& words) const {
    const auto at = read_.find(index);
    if (at == read_.end() || at->second.words != words) return false;
    const Read& last = at->second;
    return (last.failed || m_.observed.tunables.contains(index)) &&
           (!is_timed(last) || run_.now() < last.at + interval);
}

void Tuner::read(Ifindex index, const std::vector<std::string>& words) {
    if (!m_.observed.link(index)) return;     // it has gone meanwhile
    Read& last = read_[index];
    const bool others = last.words != words;
    last = {words, run_.now()};
    if (auto seen = tunables_of_link(run_.kernel, m_.observed, index, words)) return run_.hear(*std::move(seen));
    // It is tried again soon.  Of the words of another file nothing is known, so that none counts as one that is not
    // there.
    last.failed = true;
    last.at -= interval - std::chrono::seconds(1);
    if (others) m_.observed.tunables.erase(index);
}

} // namespace had
