#include "had/run/executor.hpp"

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
        if (is_none(ref)) return;
        const Link* link = ref.index != 0 ? observed.link(ref.index) : observed.link(ref.name);
        if (link) ref.index = link->index;
        all = all && link;
    });
    return all;
}

} // namespace

bool Executor::execute(const std::vector<Action>& actions) {
    note_ownership(actions);
    bool any = false;
    Blocked blocked;
    for (const Action& action : actions) {
        Operation operation = action.operation;
        // A link that went while the list ran: the next plan does without it.
        if (blocked.blocks(action) || !resolve(operation, m_.observed)) continue;
        any = true;
        if (is_job(operation)) start_job(action);
        else if (!make(operation, action.reason)) blocked.add(action);
        drain();
        between();
    }
    return any;
}

void Executor::note_ownership(const std::vector<Action>& actions) {
    bool changed = false;
    for (const Action& action : actions) {
        if (!note(m_.owned, action.operation, m_.observed)) continue;
        changed = true;
        m_.note_asked(action.operation);
        if (const auto* load = std::get_if<LoadModule>(&action.operation)) claimed_.insert(load->module);
    }
    if (changed) run_.save_noted();
}

// The owner of the socket asks anew for what was lost; the list of actions goes on.
void Executor::drain() {
    const ActionResult result = Run::tried([this] { return run_.kernel.drain(), ActionResult{}; });
    if (!result.ok()) run_.log(NoticeLevel::warning, "cannot hear the kernel: " + result.text);
}

bool Executor::make(const Operation& operation, const std::string& reason) {
    const TimePoint began = run_.now();
    m_.note_asked(operation);
    const bool first = begin(operation, began);
    return end(operation, reason, began, Run::tried([&] { return run_.kernel.apply(operation); }), first);
}

bool Executor::send(Prepared& prepared, const Operation& operation, const std::string& reason) {
    const TimePoint began = run_.now();
    ActionResult result = Run::tried([&] { return prepared.send(); });
    m_.note_asked(operation);
    const bool first = begin(operation, began);
    return end(operation, reason, began, std::move(result), first);
}

// The attempt is kept with the index that was found, so the next plan, which knows the index, finds the attempt.  Once
// it has begun it ends, whatever there is no memory for: what stays as one that runs is never made again.  True: it
// has not failed before.
bool Executor::begin(const Operation& operation, TimePoint began) {
    const bool forgotten = note(m_.owned, operation, m_.observed);       // meanwhile, by a deletion
    run_.save_if(forgotten, operation);
    return m_.attempts.began(operation, began).failures == 0;
}

bool Executor::end(const Operation& operation, const std::string& reason, TimePoint began, ActionResult result,
                   bool first) {
    const int error = result.error;
    m_.attempts.ended(operation, std::move(result), run_.now());
    after_request(operation, began, error == 0);
    if (error == 0) {
        run_.log(NoticeLevel::info, fmt::format("{} ({})", to_string(operation), reason));
        run_.save_if(forget(m_.owned, operation), operation);
    } else if (first) {
        // A port that is pulled is set down and deleted at once: its DELLINK is on its way to us.
        run_.log(error == ENODEV ? NoticeLevel::info : NoticeLevel::warning,
                 fmt::format("cannot {}: {} ({})", to_string(operation),
                             why_failed(operation, m_.attempts.find(operation)->result), reason));
    }
    return error == 0;
}

void Executor::start_job(const Action& action) {
    const std::string words = fmt::format("{} ({})", to_string(action.operation), action.reason);
    m_.note_change();
    m_.attempts.began(action.operation, run_.now());
    const ActionResult started = Run::tried([&] {
        run_.log(NoticeLevel::info, words);
        run_.kernel.start(action.operation, [this, job = action.operation](ActionResult result) {
            end_job(job, std::move(result));
        });
        return ActionResult{};
    });
    if (!started.ok()) end_job(action.operation, started);
}

bool Executor::runs(const Operation& job) const {
    auto at = m_.attempts.by_key.find(key_of(job));
    return at != m_.attempts.by_key.end() && at->second.state == Attempt::State::running;
}

void Executor::end_job(const Operation& job, ActionResult result) {
    // First, since the rest may fail for want of memory.
    ActionResult told{.error = result.error, .text = "", .was_so = result.was_so};
    told.text = Run::tried([&] { return result; }).text;
    m_.note_change();
    const bool current = m_.attempts.ended(job, std::move(result), run_.now());
    const auto* load = std::get_if<LoadModule>(&job);
    // What udevd had loaded first is not the daemon's to unload; what it loaded for another card still is.
    if (load && claimed_.erase(load->module) > 0 && (told.was_so || !told.ok()))
        run_.save_if(m_.owned.modules.erase(load->module) > 0);
    run_.save_if(forget(m_.owned, job));      // also what others use: it is not asked for again
    tell_end(job, told, current);
    run_.turn();
}

void Executor::tell_end(const Operation& job, const ActionResult& result, bool current) {
    Notice notice;
    notice.slot = slot_of(job);
    notice.text = fmt::format("{} {}{}{}", result.ok() ? "done:" : "cannot", to_string(job),
                              result.text.empty() ? "" : ": " + result.text,
                              current ? "" : " (the card has changed since)");
    const bool load = std::holds_alternative<LoadModule>(job), unload = std::holds_alternative<UnloadModule>(job);
    if (result.ok() && !result.was_so && (load || unload))
        run_.say(load ? NoticeKind::driver_loaded : NoticeKind::driver_unloaded, NoticeLevel::info, notice);
    else run_.log(result.ok() ? NoticeLevel::info : NoticeLevel::warning, notice.text);
}

} // namespace had
