#include "had/run/reporter.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

// Of a plan at rest it is no question whether it looks ahead.
View Reporter::derive() const {
    View view = derive_view(m_.situation(), m_.rest() ? *m_.rest() : m_.plan_now(), run_.identity.event_source);
    view.started = m_.started;
    view.file_taken = m_.file_taken;
    view.file_refused = m_.file_refused;
    return view;
}

void Reporter::begin() { view_ = as_if_well(derive()); }

void Reporter::tell() {
    failover_.tell();
    View now = derive();
    remember(view_, now);
    alarms_.fill(view_, now);
    alarms_.drop_notes(now);
    m_.view_is_old = false;
    if (now == view_) return;
    const std::vector<Notice> notices = notices_between(view_, now);
    view_ = std::move(now);
    for (const Notice& notice : notices) run_.around.publish(notice);
    run_.around.changed();
}

// Asked after something was heard and before the turn that follows, the last view would show what has gone.
std::vector<ExplainStep> Reporter::explain(std::string_view object) const {
    std::optional<View> fresh;
    if (m_.view_is_old) fresh = derive();
    return core::explain(m_.situation(), m_.plan_now(), fresh ? *fresh : view_, object,
                         [this](const std::string& module) { return run_.kernel.parameters(module); });
}

// While turns fail, nobody is to believe that all is well.
void Reporter::turn_failed(const std::string& why) {
    if (!failing_since_) failing_since_ = run_.now();
    if (std::exchange(failure_, why) == why) return;
    Notice notice;
    notice.text = fmt::format("the daemon could not finish its turn: {}; it tries again each second", why);
    view_.problems.insert(view_.problems.begin(), notice.text);
    if (view_.health == Health::healthy) view_.health = Health::degraded;
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
