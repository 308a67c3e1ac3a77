// One turn: plan, make what is due, and again until nothing is; then the view, and one timer.
#include "had/run/reconciler.hpp"
#include "had/run/tried.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// A plan that is never satisfied must not starve the loop; what is left comes in the next turn.
constexpr int passes_a_turn = 16;

// A turn that went wrong is made again after this time.
constexpr Duration turn_retry = std::chrono::seconds(1);

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
    attempts_.note_drivers(observed_, around_.now());
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

} // namespace had
