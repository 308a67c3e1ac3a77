#include "had/reconciler.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// A plan that is never satisfied must not starve the loop; what is left comes in the next turn.
constexpr int passes_a_turn = 16;

// Fills in the index of what was named before it existed.  False: it is not there (any more).
bool resolve(LinkRef& ref, const Observed& observed) {
    if (ref.index != 0) return observed.link(ref.index) != nullptr;
    const Link* link = observed.link(ref.name);
    if (link) ref.index = link->index;
    return link != nullptr;
}

bool resolve(Operation& operation, const Observed& observed) {
    return std::visit(
        overloaded{
            [&](CreateVlan& o) { return resolve(o.on, observed); },
            [&](SetBondOptions& o) { return resolve(o.bond, observed); },
            [&](SetLink& o) { return resolve(o.link, observed); },
            [&](SetLinkMode& o) { return resolve(o.port, observed); },
            [&](Enslave& o) { return resolve(o.port, observed) && resolve(o.bond, observed); },
            [&](Release& o) { return resolve(o.port, observed); },
            [&](SetPortOptions& o) { return resolve(o.port, observed) && resolve(o.bond, observed); },
            [&](AddAddress& o) { return resolve(o.link, observed); },
            [&](RemoveAddress& o) { return resolve(o.link, observed); },
            [&](AddRoute& o) { return resolve(o.link, observed); },
            [&](RemoveRoute& o) { return resolve(o.link, observed); },
            [&](DeleteLink& o) { return resolve(o.link, observed); },
            [](const auto&) { return true; },
        },
        operation);
}

} // namespace

Reconciler::Reconciler(Kernel& kernel, Surroundings surroundings, Settled settled)
    : kernel_(kernel), around_(std::move(surroundings)), settled_(std::move(settled)) {}

void Reconciler::hear(Event event) {
    const bool dumped = std::holds_alternative<LinksDumped>(event);
    const bool scanned = std::holds_alternative<DevicesScanned>(event);
    const auto* seen = std::get_if<LinkSeen>(&event);
    const Ifindex index = seen ? seen->link.index : 0;
    if (const auto* gone = std::get_if<LinkGone>(&event)) {
        standings_.erase(gone->index);
        senses_.erase(gone->index);
    }
    if (const auto* told = std::get_if<PeersTold>(&event)) hear_peers_told(told->bond);
    const auto* address = std::get_if<AddressSeen>(&event);
    const Ifindex addressed = address ? address->address.link : 0;
    const auto* state = std::get_if<SlotStateSeen>(&event);
    const std::string slot = state ? state->slot : "";
    const bool was_open = state && is_handle_open(observed_, slot);
    const Change change = fold(observed_, std::move(event));
    if (begun_ && (dumped || scanned)) {
        Notice notice;
        notice.text = fmt::format("{} lost messages: all {} read anew", dumped ? "rtnetlink" : "uevents",
                                  dumped ? "links" : "devices");
        say(NoticeKind::resynced, NoticeLevel::warning, std::move(notice));
    }
    if (change == Change::nothing) return;
    attempts_.stir(addressed);
    if (change == Change::topology) misplaced_ = true;
    if (dumped)
        for (const auto& [each, link] : observed_.links) hear_link(link);
    else if (index != 0) hear_link(*observed_.link(index));
    else if (!slot.empty()) hear_slot(slot, was_open);
    if (begun_ && !reconciling_) post_reconcile();
}

void Reconciler::post_reconcile() {
    if (posted_) return;
    posted_ = true;
    around_.post([this] {
        posted_ = false;
        reconcile();
    });
}

void Reconciler::begin(Config config, DriverTable table, Owned owned, Orders orders, Models models) {
    take_file(std::move(config), orders);
    table_ = std::move(table);
    owned_ = std::move(owned);
    orders_ = std::move(orders);
    models_ = std::move(models);
    begun_ = true;
    place_again();
    adopt_actives();
    save_if(owned_.prune(observed_));
    drop_orders();
    for (const auto& [domain, order] : orders_.domains)
        if (!order.take && !is_released(domain)) releasing_[domain] = false;
    view_ = as_if_well(derive_view(situation(), plan_now(), settled_.event_source));
    reconcile();
}

void Reconciler::reload(Config config, DriverTable table, bool force) {
    take_file(std::move(config), orders_);
    table_ = std::move(table);
    force_ = force;
    Notice notice;
    notice.text = fmt::format("{} taken{}", settled_.file, force ? ", by force" : "");
    say(NoticeKind::reloaded, NoticeLevel::notice, std::move(notice));
    drop_orders();
    settle_contests();
    attempts_.forgive();
    reconcile();
    contests_.settle_all();                   // what this file has brought back was nobody else's doing
}

// What the file says, and what outranks it.
void Reconciler::take_file(Config config, const Orders& orders) {
    file_ = config;
    orders.obey(config);
    config_ = std::move(config);
    misplaced_ = true;
}

std::vector<ExplainStep> Reconciler::explain(std::string_view object) const {
    return core::explain(situation(), plan_now(), view_, object,
                         [this](const std::string& module) { return kernel_.parameters(module); });
}

Situation Reconciler::situation() const {
    return situation(orders_);
}

Situation Reconciler::situation(const Orders& orders) const {
    return {config_,   settled_.file, table_,    chassis_,   observed_,           owned_,        orders,
            models_,   attempts_,     standings_, settled_.machine_id, around_.now(), false, force_};
}

Plan Reconciler::plan_now() const {
    Situation now = situation();
    now.ahead = true;
    return plan(now);
}

Plan Reconciler::plan_for(const Config& file, const DriverTable& table) const {
    Config config = file;
    orders_.obey(config);
    const Chassis chassis = place(config, observed_);
    return plan({config, settled_.file, table, chassis, observed_, owned_, orders_, models_, attempts_,
                 standings_, settled_.machine_id, around_.now(), true, false});
}

std::optional<std::string> Reconciler::bonds_trouble() const {
    const Attempt* load = attempts_.find(LoadModule{"bonding", "", "", 0});
    if (load && load->state == Attempt::State::running) return std::nullopt;
    if (orders_.pause) return "";             // by an operator's will
    for (const BondView& bond : view_.bonds)
        if (!observed_.link(bond.name)) return bond.name + ": " + bond.problem;
    return "";
}

void Reconciler::reconcile() {
    if (reconciling_) return;
    reconciling_ = true;
    end_pause_in_time();
    int passes = 0;
    while (pass() && ++passes < passes_a_turn) {}
    reconciling_ = false;
    force_ = false;
    learn_actives();
    save_if(std::exchange(unsaved_, false));
    arrange_senses();
    tell_difference();
    around_.wake_at(next_);
    if (passes == passes_a_turn) post_reconcile();
}

// One plan and its actions.  False: nothing was due, or nothing of it could be tried.
bool Reconciler::pass() {
    if (misplaced_) save_if(owned_.prune(observed_, &config_));
    place_again();
    if (const auto left = pause_left()) {
        next_ = around_.now() + *left;
        return false;
    }
    attempts_.heed(observed_, around_.now());
    await_udev();
    mind_extractions();
    mind_models();
    learn_first_macs();
    Plan wanted = plan(situation());
    if (hear_contests(wanted.actions)) wanted = plan(situation());
    Due due = core::due(std::move(wanted.actions), attempts_, around_.now());
    for (const Operation& operation : due.shown) contests_.showed(operation);
    next_ = due.next;
    if (wanted.next) earlier(next_, *wanted.next);
    for (const auto& [slot, until] : waits_) earlier(next_, until);
    if (due.actions.empty()) return false;
    note_ownership(due.actions);
    return execute(due.actions);
}

void Reconciler::place_again() {
    if (!misplaced_) return;
    misplaced_ = false;
    chassis_ = place(config_, observed_);
    if (begun_) drop_left_out();
    tell_others();
}

// Before had takes anything: who has not heard of it may want it too.
void Reconciler::tell_others() {
    ForOthers now = for_others(config_, chassis_, observed_);
    if (telling_ || now == told_) return;
    telling_ = true;
    told_ = std::move(now);
    kernel_.tell_others(*told_, [this](const ActionResult& result) {
        telling_ = false;
        if (!result.ok())
            around_.log(NoticeLevel::warning,
                        fmt::format("cannot tell other programs what is had's: {}; they may touch it",
                                    result.text));
        tell_others();                         // what came while they looked
    });
}

void Reconciler::await_udev() {
    for (const Ifindex index : attempts_.await_udev(observed_, around_.now())) {
        const PlacedPort* port = chassis_.port(index);
        const Link* link = observed_.link(index);
        if (!port || !link || !role_of(config_, port->name)) continue;
        Notice notice;
        notice.slot = port->name.slot;
        notice.port = to_string(port->name);
        notice.interface = link->name;
        notice.text = fmt::format("{}: udev has not settled {} in {} s, it is used as it is", notice.port,
                                  link->name, settle_limit / std::chrono::seconds(1));
        say(NoticeKind::trouble, NoticeLevel::warning, std::move(notice));
    }
}

// `mac = first`: the kernel gives the bond its first port's address, and would give it a random one
// when the last port leaves (bond_main.c __bond_release_one).  What it was is kept, and set again.
void Reconciler::learn_first_macs() {
    bool changed = false;
    for (const BondConfig& bond : config_.bonds) {
        if (!std::holds_alternative<MacFirst>(bond.mac) || owned_.first_macs.contains(bond.name)) continue;
        const Link* link = observed_.link(bond.name);
        if (!link) continue;
        if (!observed_.has_slaves(link->index)) continue;
        owned_.first_macs[bond.name] = link->address;
        changed = true;
    }
    save_if(changed);
}

void Reconciler::note_ownership(const std::vector<Action>& actions) {
    bool changed = false;
    for (const Action& action : actions) {
        if (!owned_.note(action.operation)) continue;
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
    Held held;
    for (const Action& action : actions) {
        Operation operation = action.operation;
        // What went while the list ran is planned anew.
        if (held.holds(action) || !resolve(operation, observed_)) continue;
        any = true;
        if (is_job(operation)) start_job(action);
        else if (!make(operation, action.reason)) held.by(action);
        kernel_.drain();
        fail_over();
    }
    return any;
}

// The attempt is kept with the index that was found: so the next plan, which knows it, finds it.
bool Reconciler::make(const Operation& operation, const std::string& reason) {
    const TimePoint began = around_.now();
    attempts_.began(operation, began);
    save_if(owned_.note_mtu(operation, observed_));
    save_if(owned_.note(operation));          // what is made anew was forgotten when it was deleted
    ActionResult result = kernel_.apply(operation);
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
    if (ok) save_if(owned_.forget(operation));
    return ok;
}

void Reconciler::start_job(const Action& action) {
    attempts_.began(action.operation, around_.now());
    around_.log(NoticeLevel::info, fmt::format("{} ({})", to_string(action.operation), action.reason));
    kernel_.start(action.operation, [this, job = action.operation](ActionResult result) {
        job_ended(job, std::move(result));
    });
}

void Reconciler::job_ended(const Operation& job, ActionResult result) {
    const bool ok = result.ok();
    const auto* load = std::get_if<LoadModule>(&job);
    const bool was_there = load && ok && result.text == already_loaded;
    // What udevd had loaded first is not had's to unload; what had loaded for another card still is.
    if (load && claimed_.erase(load->module) > 0 && (was_there || !ok))
        save_if(owned_.modules.erase(load->module) > 0);
    if (!load) save_if(owned_.forget(job));                   // used by others: not asked for again
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

void Reconciler::tell_difference() {
    tell_failovers();
    View now = derive_view(situation(), plan_now(), settled_.event_source);
    remember(view_, now);
    if (now == view_) return;
    const std::vector<Notice> notices = notices_between(view_, now);
    view_ = std::move(now);
    for (const Notice& notice : notices) around_.publish(notice);
    around_.changed();
}

void Reconciler::say(NoticeKind kind, NoticeLevel level, Notice notice) {
    notice.kind = kind;
    notice.level = level;
    around_.publish(notice);
}

} // namespace had
