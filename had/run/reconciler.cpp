#include "had/run/reconciler.hpp"

#include "had/run/hearing.hpp"
#include "had/run/restored.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// A plan that is never satisfied must not starve the loop; the rest is done in the next turn.
constexpr int passes_a_turn = 16;

// A turn that failed is made again after this time.
constexpr Duration turn_retry = std::chrono::seconds(1);

// Whether all that is wanted is acknowledged, and only has to show, as after a failover.  Of bonds' options alone: for
// drivers and sizes it matters whether a plan looks ahead.
bool only_awaits(const std::vector<Action>& wanted, const Attempts& attempts) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const Action& action) {
        if (!std::holds_alternative<SetBondOptions>(action.operation)) return false;
        const Attempt* attempt = attempts.find(action.operation);
        return attempt && attempt->state == Attempt::State::acknowledged;
    });
}

} // namespace

Reconciler::Reconciler(Kernel& kernel, Prober& prober, Runner& runner, PeerNetwork& network, Surroundings surroundings,
                       Identity identity)
    : run_(kernel, std::move(surroundings), std::move(identity)), faults_(run_, prober),
      services_(run_, runner, faults_), paths_(run_, prober, failover_, faults_),
      peers_(run_, executor_, faults_, network) {
    run_.hear = [this](Event event) { hear(std::move(event)); };
    run_.turn = [this] { reconcile(); };
    executor_.between = [this] { failover_.act(); };
    executor_.after_request = [this](const Operation& operation, TimePoint began, bool ok) {
        failover_.after_request(operation, began, ok);
    };
}

void Reconciler::hear(Event event) {
    const Listeners listeners{.contest = contest_, .failover = failover_, .sensing = sensing_, .parts = parts_};
    const bool news = had::hear(run_, listeners, std::move(event));
    if (news && run_.model.begun && !reconciling_) run_.post_turn();
}

void Reconciler::begin(Config config, DriverTable table, Owned owned, Orders orders, Models models) {
    Model& m = run_.model;
    m.take_file(std::move(config), orders);
    m.table = std::move(table);
    m.owned = std::move(owned);
    m.orders = std::move(orders);
    m.models = std::move(models);
    m.started = m.file_taken = run_.around.date();
    m.begun = true;
    place_again();
    for (Part* part : parts_) part->begin();
    run_.save_if(m.owned.prune(m.observed));
    reporter_.begin();
    reconcile();
}

void Reconciler::reload(Config config, DriverTable table, bool force) {
    Model& m = run_.model;
    m.take_file(std::move(config), m.orders);
    m.table = std::move(table);
    m.force = force;
    m.file_taken = run_.around.date();
    m.file_refused.clear();
    Notice notice;
    notice.text = fmt::format("{} taken{}", run_.identity.file, force ? ", by force" : "");
    run_.say(NoticeKind::reloaded, NoticeLevel::notice, std::move(notice));
    for (Part* part : parts_) part->reload();
    m.attempts.retry_refused();
    reconcile();
    contest_.settle_all();
}

void Reconciler::refuse_file() {
    run_.model.file_refused = run_.around.date();
    run_.model.note_change();
    reconcile();
}

// An error in a turn must neither leave the daemon deaf nor fail the order that led to the turn: an order that was
// kept is carried out by a later turn.
void Reconciler::reconcile() {
    if (reconciling_) return;
    try {
        const Restored busy(reconciling_);
        reconciling_ = true;
        turn();
    } catch (const std::exception& e) {
        run_.model.rearrange();               // who had read what was touched may not have seen to it
        run_.around.wake_at(run_.now() + turn_retry);
        return reporter_.turn_failed(e.what());
    }
    reporter_.turn_went_well();
}

void Reconciler::turn() {
    Model& m = run_.model;
    for (Part* part : parts_) part->before_turn();
    int passes = 0;
    // Force is for one plan: a step of it that fails must not have the ports taken out again and again.
    while (pass() && ++passes < passes_a_turn) m.force = false;
    m.force = false;
    for (Part* part : parts_) part->after_turn();
    reporter_.tell();
    if (const auto at = alarms_.next()) earlier(next_, *at);
    run_.around.wake_at(next_);
    if (passes == passes_a_turn) run_.post_turn();
    failover_.get_ready();
}

// One plan and its actions.  False: nothing was due, or nothing of it could be tried.
bool Reconciler::pass() {
    Model& m = run_.model;
    if (m.is_rearranged()) run_.save_if(m.owned.prune(m.observed, &m.config));
    place_again();
    m.unrest();
    // Neither changes with how a link is.
    const bool all = m.touched.is_everything(noted_);
    if (all) run_.save_if(m.owned.note_indexes(m.observed, m.config));
    next_ = {};
    if (m.orders.pause) {
        next_ = orders_.next();
        return false;
    }
    if (all) m.attempts.note_drivers(m.observed, run_.now());
    noted_ = m.touched.now();
    for (Part* part : parts_) part->before_plan();
    Plan wanted = m.plan_pass();
    if (contest_.hear(wanted.actions)) wanted = m.plan_pass();
    const std::size_t tried = m.attempts.by_key.size();
    const bool may_rest = only_awaits(wanted.actions, m.attempts);
    const Due due =
        core::due(may_rest ? wanted.actions : std::move(wanted.actions), m.attempts, run_.now());
    contest_.showed(due.shown);
    for (const auto at : {due.next, wanted.next})
        if (at) earlier(next_, *at);
    const bool rests = may_rest && due.actions.empty() && m.attempts.by_key.size() == tried;
    if (rests && only_awaits(wanted.actions, m.attempts)) m.rest(std::move(wanted));
    for (const Part* part : parts_)
        if (const auto at = part->next()) earlier(next_, *at);
    return !due.actions.empty() && executor_.execute(due.actions);
}

// What follows from another chassis or file.
void Reconciler::place_again() {
    if (!run_.model.take_rearranged()) return;
    for (Part* part : parts_) part->rearranged();
}

std::optional<std::string> Reconciler::bonds_trouble() const {
    const Model& m = run_.model;
    const Attempt* load = m.attempts.find(LoadModule{.module = "bonding"});
    if (load && load->state == Attempt::State::running) return std::nullopt;
    if (m.orders.pause) return "";            // by an operator's will
    if (!load || load->state != Attempt::State::failed || load->result.may_pass()) return "";
    return fmt::format("the kernel's bonding driver cannot be loaded: {}", load->result.text);
}

} // namespace had
