#include "test/fake/whole.hpp"

namespace had::test {

using namespace core;

Plan whole_plan(const Model& model) {
    Situation now = model.situation();
    now.ahead = true;
    return plan(now);
}

namespace {

std::string words_of(const Plan& plan) {
    std::string out;
    for (const Action& action : plan.actions) out += to_string(action.operation) + " (" + action.reason + ")\n";
    for (const auto& [object, note] : plan.notes)
        out += to_string(object) + ": " + note.doing + "; " + note.problem + "\n";
    if (plan.next) out += "again at " + std::to_string(plan.next->time_since_epoch().count()) + "\n";
    return out;
}

} // namespace

std::string unlike_whole_plan(const Model& model) {
    const Plan all = whole_plan(model), some = model.plan_now();
    if (all.actions == some.actions && all.notes == some.notes && all.next == some.next) return "";
    return "planned:\n" + words_of(some) + "of all objects:\n" + words_of(all);
}

bool is_unlike_whole_view(const Model& model, const View& view) {
    View whole = derive_view(model.situation(), whole_plan(model), view.event_source);
    remember(view, whole);
    whole.alarms = view.alarms;                // which know what was before
    whole.started = view.started;
    whole.file_taken = view.file_taken;
    whole.file_refused = view.file_refused;
    return whole != view;
}

} // namespace had::test
