#include "had/run/reconciler.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <new>
#include <system_error>
#include <utility>

namespace had {

using namespace core;

namespace {

// A plan that is never satisfied must not starve the loop; what is left comes in the next turn.
constexpr int passes_a_turn = 16;

// A turn that went wrong is made again after this time.
constexpr Duration turn_retry = std::chrono::seconds(1);

// An edge that throws, for want of memory say, has failed like one that says so.
template <class Call>
ActionResult tried(Call call) try {
    return call();
} catch (const std::system_error& e) {
    return {e.code().value(), e.what()};
} catch (const std::bad_alloc&) {
    return {ENOMEM, std::strerror(ENOMEM)};
} catch (const std::exception& e) {
    return {EIO, e.what()};
}

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

// What half a fold has left behind is put right by the dump that whoever tells us of it makes next.
void Reconciler::hear(Event event) try {
    fold_event(std::move(event));
} catch (...) {
    misplaced_ = rearranged_ = view_is_old_ = true;
    throw;
}

void Reconciler::fold_event(Event event) {
    const bool dumped = std::holds_alternative<LinksDumped>(event);
    const bool scanned = std::holds_alternative<DevicesScanned>(event);
    const auto* seen = std::get_if<LinkSeen>(&event);
    const Ifindex index = seen ? seen->link.index : 0;
    const bool gone = std::holds_alternative<LinkGone>(event);
    if (const auto* told = std::get_if<PeersTold>(&event)) hear_peers_told(told->bond);
    const auto* address = std::get_if<AddressSeen>(&event);
    const Ifindex addressed = address ? address->address.link : 0;
    const auto* left = std::get_if<AddressGone>(&event);
    const std::optional<Address> lost = left ? std::optional(left->address) : std::nullopt;
    const auto* state = std::get_if<SlotStateSeen>(&event);
    const std::string slot = state ? state->slot : "";
    const bool was_open = state && is_handle_open(observed_, slot);
    const Change change = fold(observed_, std::move(event));
    if (change == Change::topology) misplaced_ = rearranged_ = true;
    if (begun_ && (dumped || scanned)) {
        Notice notice;
        notice.text = fmt::format("{} lost messages: all {} read anew", dumped ? "rtnetlink" : "uevents",
                                  dumped ? "links" : "devices");
        say(NoticeKind::resynced, NoticeLevel::warning, std::move(notice));
    }
    if (change == Change::nothing) return;
    view_is_old_ = true;
    attempts_.stir(addressed);
    if (lost)
        for (const Operation& operation : attempts_.lost_with(*lost, observed_)) contests_.showed(operation);
    if (dumped || gone) forget_gone_links();
    if (dumped)
        for (const auto& [each, link] : observed_.links) hear_link(link);
    else if (index != 0) hear_link(*observed_.link(index));
    else if (!slot.empty()) hear_slot(slot, was_open);
    if (begun_ && !reconciling_) post_reconcile();
}

// Also of those whose end was never heard: what is kept by ifindex would be kept for ever.
void Reconciler::forget_gone_links() {
    const auto is_gone = [this](const auto& entry) { return !observed_.link(entry.first); };
    std::erase_if(standings_, is_gone);
    std::erase_if(senses_, is_gone);
    std::erase_if(active_, is_gone);
    std::erase_if(shifts_, is_gone);
    std::erase_if(shaken_, [this](Ifindex bond) { return !observed_.link(bond); });
    contests_.forget_gone(observed_);
}

void Reconciler::post_reconcile() {
    if (posted_) return;
    around_.post([this] {
        posted_ = false;
        reconcile();
    });
    posted_ = true;
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
    misplaced_ = rearranged_ = view_is_old_ = true;
}

// Asked between what was heard and the turn that follows, the last view would speak of what has gone.
std::vector<ExplainStep> Reconciler::explain(std::string_view object) const {
    const Situation now = situation();
    const Plan wanted = plan_now();
    std::optional<View> fresh;
    if (view_is_old_) fresh = derive_view(now, wanted, settled_.event_source);
    return core::explain(now, wanted, fresh ? *fresh : view_, object,
                         [this](const std::string& module) { return kernel_.parameters(module); });
}

Situation Reconciler::situation() const {
    return situation(orders_);
}

Situation Reconciler::situation(const Orders& orders) const {
    return {config_,   settled_.file, table_,    chassis(),   observed_,           owned_,        orders,
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

namespace {

// A flag that is up as long as the scope lasts, however it is left.
class Raised {
public:
    explicit Raised(bool& flag) : flag_(flag) { flag_ = true; }
    Raised(const Raised&) = delete;
    Raised& operator=(const Raised&) = delete;
    ~Raised() { flag_ = false; }

private:
    bool& flag_;
};

} // namespace

// Nothing that goes wrong in a turn may leave the daemon deaf, nor fail whoever's order led to it: an order
// that was kept is carried out by a later turn.
void Reconciler::reconcile() {
    if (reconciling_) return;
    try {
        const Raised busy(reconciling_);
        turn();
    } catch (const std::exception& e) {
        return turn_failed(e.what());
    }
    turn_went_well();
}

void Reconciler::turn() {
    end_pause_in_time();
    int passes = 0;
    while (pass() && ++passes < passes_a_turn) {}
    force_ = false;
    learn_actives();
    save_if(std::exchange(unsaved_, false));
    arrange_senses();
    tell_difference();
    around_.wake_at(next_);
    if (passes == passes_a_turn) post_reconcile();
}

// It is made again soon.  Meanwhile nobody is to believe that all is well.
void Reconciler::turn_failed(const std::string& why) {
    around_.wake_at(around_.now() + turn_retry);
    if (!failing_since_) failing_since_ = around_.now();
    if (std::exchange(failure_, why) == why) return;
    Notice notice;
    notice.text = fmt::format("the daemon could not finish its turn: {}; it tries again each second", why);
    view_.problems.insert(view_.problems.begin(), notice.text);
    if (view_.health == Health::healthy) view_.health = Health::degraded;
    say(NoticeKind::trouble, NoticeLevel::error, std::move(notice));
    around_.changed();
}

void Reconciler::turn_went_well() {
    if (!failing_since_) return;
    failing_since_.reset();
    failure_.clear();
    Notice notice;
    notice.text = "the daemon finishes its turns again";
    say(NoticeKind::trouble_over, NoticeLevel::notice, std::move(notice));
}

// One plan and its actions.  False: nothing was due, or nothing of it could be tried.
bool Reconciler::pass() {
    if (rearranged_) save_if(owned_.prune(observed_, &config_));
    place_again();
    if (orders_.pause) {
        next_ = pause_end();
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

// Placed when it is asked for: between two looks a thousand events may come, and none may be missed.
const Chassis& Reconciler::chassis() const {
    if (misplaced_) placed_ = place(config_, observed_);
    misplaced_ = false;
    return placed_;
}

// What follows from another chassis.
void Reconciler::place_again() {
    if (!rearranged_) return;
    if (begun_) drop_left_out();
    tell_others();
    rearranged_ = false;
}

// Before had takes anything: who has not heard of it may want it too.
void Reconciler::tell_others() {
    ForOthers now = for_others(config_, chassis(), observed_);
    if (telling_ || now == told_) return;
    const auto looked = [this](const ActionResult& result) {
        if (!result.ok())
            around_.log(NoticeLevel::warning,
                        fmt::format("cannot tell other programs what is had's: {}; they may touch it",
                                    result.text));
        if (std::exchange(telling_, false)) tell_others();     // what came while they looked
    };
    const ActionResult result = tried([&] { return kernel_.tell_others(now, looked), ActionResult{}; });
    if (!result.ok()) return looked(result);   // tried again with the next change of the chassis
    telling_ = true;                           // `looked` is never called from within
    told_ = std::move(now);
}

void Reconciler::await_udev() {
    for (const Ifindex index : attempts_.await_udev(observed_, around_.now())) {
        const PlacedPort* port = chassis().port(index);
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
    save_if(owned_.note_mtu(operation, observed_));
    save_if(owned_.note(operation));          // what is made anew was forgotten when it was deleted
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
    if (ok) save_if(owned_.forget(operation));
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
    view_is_old_ = false;
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
