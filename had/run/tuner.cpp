#include "had/run/tuner.hpp"

#include <utility>

namespace had {

using namespace core;

void Tuner::before_plan() {
    next_.reset();
    const auto wanted = tuned_words(m_.situation());
    std::erase_if(read_, [&](const auto& entry) { return !wanted.contains(entry.first); });
    for (const auto& [index, words] : wanted) {
        const auto at = read_.find(index);
        const bool fresh = at != read_.end() && at->second.words == words && run_.now() < at->second.at + interval;
        if (!fresh) read(index, words);
        earlier(next_, read_[index].at + interval);
    }
}

void Tuner::read(Ifindex index, const std::vector<std::string>& words) {
    read_[index] = {words, run_.now()};
    const Link* link = m_.observed.link(index);
    TunablesSeen seen{index, {}, true};
    const ActionResult result =
        Run::tried([&] { return seen.values = run_.kernel.tunables({index, link->name}, words), ActionResult{}; });
    if (result.ok()) run_.hear(std::move(seen));
    else read_[index].at -= interval - std::chrono::seconds(1);       // nothing is known, and it is tried again soon
}

} // namespace had
