// The law of foreign changes: whatever another hand changes of what the daemon has set, either it is back, or the
// status says that it is not, and why.  Tried at the end of a scenario, with every attribute, one by one: of every
// fourth scenario, and of all where time is no matter (HAD_SOAK).
#include "test/boost_test.hpp"
#include "test/scenario/another_hand.hpp"
#include "test/scenario/scenarios.hpp"
#include "test/scenario/script.hpp"
#include "test/scenario/stage.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <set>

namespace had::test {
namespace {

using namespace std::chrono_literals;

// All that is told to be not as it should, whatever it is of.
std::set<std::string> complaints(const core::View& view) {
    std::set<std::string> all;
    core::for_each_object(view, [&](const core::ObjectId& id, const core::Status& status) {
        const std::string object = core::to_string(id) + ": ";
        if (!status.problem.empty()) all.insert(object + status.problem);
        for (const std::string& waiting : status.waiting) all.insert(object + waiting);
    });
    return all;
}

bool says_more(const std::set<std::string>& now, const std::set<std::string>& before) {
    return !std::includes(before.begin(), before.end(), now.begin(), now.end());
}

// A burst is over, a link is awaited, a failed step is tried again, and what is told by nobody is looked at.
constexpr core::Duration long_enough = 11s;
// Then nobody calls it a fight.
constexpr core::Duration out_of_mind = 5min;

class Trial {
public:
    Trial(Stage& stage, const std::string& scenario) : stage_(stage), scenario_(scenario) {}

    void make(const ForeignChange& change) {
        const auto before = set_now(change.of_ranks);
        const auto told = complaints(stage_.view());
        const bool made = change.make(stage_.kernel().net()).ok();
        made_ += made ? 1 : 0;
        stage_.settle();
        stage_.write("! " + change.text);
        pass(long_enough);
        const auto after = set_now(change.of_ranks);
        const bool back = std::includes(after.begin(), after.end(), before.begin(), before.end());
        BOOST_TEST((back || !made || says_more(complaints(stage_.view()), told)),
                   scenario_ << ": " << change.text << ": neither back nor told.  It was\n"
                             << fmt::format("{}\nand is\n{}\n", fmt::join(before, "\n"), fmt::join(after, "\n"))
                             << stage_.status());
        if (back) return pass(out_of_mind);
        stage_.reload("", true);              // an operator's word brings back what had waited for it
        pass(out_of_mind);
    }

    // The others the kernel refused to whoever tried.
    [[nodiscard]] std::size_t made() const { return made_; }

private:
    std::set<std::string> set_now(bool ranks) const {
        const Model& m = stage_.model();
        core::Observed now = m.observed;
        // Of which the kernel tells nobody.
        for (const auto& [index, words] : core::tuned_words(m.situation()))
            core::fold(now, core::TunablesSeen{index, stage_.kernel().net().tunables({index, ""}, words), true});
        return what_is_set(m.config, m.owned, now, ranks);
    }
    void pass(core::Duration time) {
        stage_.settle();
        stage_.wait(time);
        stage_.kernel().net().end_dad();
        stage_.settle();
    }

    Stage& stage_;
    const std::string& scenario_;
    std::size_t made_ = 0;
};

std::vector<std::string> some_scenarios() {
    std::vector<std::string> some;
    const std::size_t every = std::getenv("HAD_SOAK") ? 1 : 4;
    const auto names = scenarios();
    for (std::size_t n = 0; n < names.size(); n += every) some.push_back(names[n]);
    return some;
}

} // namespace

BOOST_AUTO_TEST_SUITE(another_hand)

BOOST_DATA_TEST_CASE(what_it_changes_is_back_or_told, some_scenarios(), name) {
    Stage stage(all / name, usual);
    Script script(stage);
    script.prepare(text_of(all / "chassis"));
    script.play(text_of(all / name / "events"));
    if (!stage.runs() || stage.view().pause()) return;
    stage.wait(out_of_mind);
    stage.settle();
    Trial trial(stage, name);
    // What is there is told anew each time: an interface that was made again has another index.
    std::size_t tried = 0;
    for (;; ++tried) {
        const auto changes = foreign_changes(stage.model().config, stage.model().owned, stage.model().observed);
        if (tried >= changes.size()) break;
        trial.make(changes[tried]);
    }
    BOOST_TEST(2 * trial.made() >= tried);    // most of it has been done, so that the law was tried
    if (std::getenv("HAD_SHOW")) BOOST_TEST_MESSAGE(stage.transcript());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace had::test
