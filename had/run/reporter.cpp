#include "had/run/reporter.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

// Of a plan at rest it is no question whether it looks ahead.
KeptView Reporter::derive() const {
    KeptView now = derive_view(m_.situation(), m_.rest() ? *m_.rest() : m_.plan_now(), run_.identity.event_source,
                               kept_, m_.touched_after(shown_));
    now.view.started = m_.started;
    now.view.file_taken = m_.file_taken;
    now.view.file_refused = m_.file_refused;
    return now;
}

void Reporter::begin() { kept_ = {.view = as_if_well(derive().view), .again = {}, .mac_conflicts = {}}; }

void Reporter::tell() {
    failover_.tell();
    const Touched::Mark shown = m_.touched.now();
    KeptView now = derive();
    remember(kept_.view, now.view);
    alarms_.fill(kept_.view, now.view);
    alarms_.drop_notes(now.view);
    m_.view_is_old = false;
    const bool same = now.view == kept_.view;
    const std::vector<Notice> notices = same ? std::vector<Notice>() : notices_between(kept_.view, now.view);
    kept_ = std::move(now);
    shown_ = shown;
    if (same) return;
    for (const Notice& notice : notices) run_.around.publish(notice);
    run_.around.changed();
}

// Asked after something was heard and before the turn that follows, the last view would show what has gone.
std::vector<ExplainStep> Reporter::explain(std::string_view object) const {
    std::optional<View> fresh;
    if (m_.view_is_old) fresh = derive().view;
    return core::explain(m_.situation(), m_.plan_now(), fresh ? *fresh : kept_.view, object,
                         [this](const std::string& module) { return run_.kernel.parameters(module); });
}

// While turns fail, nobody is to believe that all is well.
void Reporter::turn_failed(const std::string& why) {
    if (!failing_since_) failing_since_ = run_.now();
    if (std::exchange(failure_, why) == why) return;
    Notice notice;
    notice.text = fmt::format("the daemon could not finish its turn: {}; it tries again each second", why);
    View& view = kept_.view;
    view.problems.insert(view.problems.begin(), notice.text);
    if (view.health == Health::healthy) view.health = Health::degraded;
    run_.say(NoticeKind::trouble, NoticeLevel::error, std::move(notice));
    run_.around.changed();
}

void Reporter::turn_went_well() {
    if (!failing_since_) return;
    failing_since_.reset();
    failure_.clear();
    Notice notice;
    notice.text = "the daemon finishes its turns again";
    run_.say(NoticeKind::trouble_over, NoticeLevel::notice, std::move(notice));
}

} // namespace had
