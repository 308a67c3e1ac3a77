// Makes what is due: one action at a time, and between any two of them the kernel is heard.
#include "had/run/reconciler.hpp"
#include "had/run/tried.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// Fills in the index of what was named before it existed.  False: it is not there (any more).
bool resolve(Operation& operation, const Observed& observed) {
    bool all = true;
    for_each_link(operation, [&](LinkRef& ref) {
        const Link* link = ref.index != 0 ? observed.link(ref.index) : observed.link(ref.name);
        if (link) ref.index = link->index;
        all = all && link;
    });
    return all;
}

} // namespace

void Reconciler::note_ownership(const std::vector<Action>& actions) {
    bool changed = false;
    for (const Action& action : actions) {
        if (!note(owned_, action.operation, observed_)) continue;
        changed = true;
        if (const auto* load = std::get_if<LoadModule>(&action.operation)) claimed_.insert(load->module);
    }
    save_if(changed);
}

void Reconciler::save_if(bool changed) {
    if (changed) around_.save(owned_);
}

bool Reconciler::execute(const std::vector<Action>& actions) {
    bool any = false;
    Blocked blocked;
    for (const Action& action : actions) {
        Operation operation = action.operation;
        // What went while the list ran is planned anew.
        if (blocked.blocks(action) || !resolve(operation, observed_)) continue;
        any = true;
        if (is_job(operation)) start_job(action);
        else if (!make(operation, action.reason)) blocked.add(action);
        drain();
        fail_over();
    }
    return any;
}

// What was lost is asked for anew by the socket's owner; the list that is being made goes on.
void Reconciler::drain() {
    const ActionResult result = tried([this] { return kernel_.drain(), ActionResult{}; });
    if (!result.ok()) around_.log(NoticeLevel::warning, "cannot hear the kernel: " + result.text);
}

// The attempt is kept with the index that was found: so the next plan, which knows it, finds it.
bool Reconciler::make(const Operation& operation, const std::string& reason) {
    const TimePoint began = around_.now();
    attempts_.began(operation, began);
    save_if(note(owned_, operation, observed_));              // what is made anew was forgotten when it was deleted
    ActionResult result = tried([&] { return kernel_.apply(operation); });
    const bool ok = result.ok();
    if (ok) note_shift(operation, began);
    else note_refusal(operation);
    const Attempt* attempt = attempts_.find(operation);
    const std::string words = to_string(operation);
    if (ok) around_.log(NoticeLevel::info, fmt::format("{} ({})", words, reason));
    else if (attempt->failures == 0)
        // A port that is pulled is set down and gone, in one go: its end is on its way to us.
        around_.log(result.error == ENODEV ? NoticeLevel::info : NoticeLevel::warning,
                    fmt::format("cannot {}: {} ({})", words, result.text, reason));
    attempts_.ended(operation, std::move(result), around_.now());
    if (ok) save_if(forget(owned_, operation));
    return ok;
}

void Reconciler::start_job(const Action& action) {
    attempts_.began(action.operation, around_.now());
    around_.log(NoticeLevel::info, fmt::format("{} ({})", to_string(action.operation), action.reason));
    const ActionResult started = tried([&] {
        kernel_.start(action.operation, [this, job = action.operation](ActionResult result) {
            job_ended(job, std::move(result));
        });
        return ActionResult{};
    });
    if (!started.ok()) job_ended(action.operation, started);
}

void Reconciler::job_ended(const Operation& job, ActionResult result) {
    const bool ok = result.ok();
    const auto* load = std::get_if<LoadModule>(&job);
    const bool was_there = load && result.was_so;
    // What udevd had loaded first is not had's to unload; what had loaded for another card still is.
    if (load && claimed_.erase(load->module) > 0 && (was_there || !ok))
        save_if(owned_.modules.erase(load->module) > 0);
    save_if(forget(owned_, job));             // also what others use: it is not asked for again
    Notice notice;
    notice.slot = slot_of(job);
    notice.text = fmt::format("{} {}{}", ok ? "done:" : "cannot", to_string(job),
                              result.text.empty() ? "" : ": " + result.text);
    const bool current = attempts_.ended(job, std::move(result), around_.now());
    if (!current) notice.text += " (the card has changed since)";
    const bool unload = std::holds_alternative<UnloadModule>(job);
    if (ok && !was_there && (load || unload))
        say(load ? NoticeKind::driver_loaded : NoticeKind::driver_unloaded, NoticeLevel::info, notice);
    else
        around_.log(ok ? NoticeLevel::info : NoticeLevel::warning, notice.text);
    reconcile();
}

} // namespace had
