// Joins what is heard, what is wanted and what acts.
//
// One turn: events fold into Observed, and the first that changes something posts one reconcile behind
// the handlers that are ready now.  The reconcile plans, makes the actions that are due one by one, and
// between any two of them hears what the link socket has brought, so that a long list never makes it
// deaf.  It ends when a plan has nothing due; then it derives the view, tells the difference, and arms
// one timer for the next thing that only time can bring.  An empty plan is the steady state.
//
// It knows both halves only through values and core::Kernel, so scenarios run the whole of it on a fake
// kernel and a fake clock.
#pragma once

#include "had/core/action/contest.hpp"
#include "had/core/action/kernel.hpp"
#include "had/core/world/link_report.hpp"
#include "had/core/plan/plan.hpp"
#include "had/core/policy/sensing.hpp"
#include "had/core/policy/slot_watch.hpp"
#include "had/core/view/view.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace had {

// What the reconciler needs besides the kernel; main.cpp fills it from the loop, tests from a clock.
struct Surroundings {
    std::function<core::TimePoint()> now;
    std::function<std::int64_t()> wall;                       // seconds since 1970, UTC: for what outlives had
    std::function<void(std::function<void()>)> post;          // after the handlers now ready
    std::function<void(std::optional<core::TimePoint>)> wake_at;  // then call Reconciler::wake; nothing: never
    std::function<void(std::optional<core::TimePoint>)> sense_at; // the same, for Reconciler::sense
    std::function<void(const core::Notice&)> publish;
    std::function<void(core::NoticeLevel, const std::string&)> log;
    std::function<void(const core::Owned&)> save;             // before the kernel is told
    std::function<void(const core::Orders&)> keep;            // throws when they cannot be kept
    std::function<void(const core::Models&)> remember;
    std::function<void()> changed;                            // the view differs
    std::function<std::string()> date;                        // and the time, for what is kept of orders
};

struct Settled {                              // what a host is told apart by, and where the files are
    std::string machine_id;
    std::string file = "had.conf";            // for reasons
    std::string event_source;
};

class Reconciler {
public:
    Reconciler(core::Kernel& kernel, Surroundings surroundings, Settled settled);

    // Folds, and posts a reconcile when something changed.  Before begin() it only folds.
    void hear(core::Event event);
    // What had arrived has been heard: when it cost a bond its active port, another takes over here and
    // now, before anything else is done.
    void fail_over();

    // Takes the configuration and adopts what runs: call it when the first dumps have been heard.
    void begin(core::Config config, core::DriverTable table, core::Owned owned, core::Orders orders,
               core::Models models);
    // Takes another configuration, whole; `force` also makes what cuts service.
    void reload(core::Config config, core::DriverTable table, bool force);
    // An operator's orders (run/orders.cpp).  Each is kept before the kernel is told, and throws what
    // `keep` throws: then nothing has changed.  Nothing is returned when it is taken.
    std::optional<core::Refusal> activate(const std::string& bond, const std::string& port,
                                          core::ActivateOrder order);
    std::optional<core::Refusal> end_activation(const std::string& bond, const std::string& user);
    // Lets the card in a slot go (run/extraction.cpp).  What hangs by it refuses the order, unless it is
    // by force or `wait`s for another port.  Of an empty slot there is nothing to let go, and no order holds.
    std::optional<core::Refusal> offline(const core::SlotName& slot, core::OfflineOrder order, bool wait);
    std::optional<core::Refusal> online(const core::SlotName& slot, const std::string& user);
    std::optional<core::Refusal> identify(const core::SlotName& slot, const std::string& user);
    // Lets the card in that its slot does not accept (core/policy/acceptance.hpp).
    std::optional<core::Refusal> accept(const core::SlotName& slot, const std::string& user);
    // Gives a domain to another host, and takes one (run/domains.cpp).
    std::optional<core::Refusal> release(const std::string& domain, core::DomainOrder order);
    std::optional<core::Refusal> take(const std::string& domain, core::DomainOrder order);
    // Of a port of a bond: it is not put back.  Whoever orders it releases it, and enslaves it again.
    std::optional<core::Refusal> leave_out(const std::string& port, core::LeaveOutOrder order);
    std::optional<core::Refusal> end_leave_out(const std::string& port, const std::string& user);
    // Until it is over or ended, nothing is made: it is kept first, as the others are.
    void pause(core::PauseOrder order);
    void resume(const std::string& user);
    // Until when a turn has gone wrong again and again; nothing: the last one went well.  Whoever feeds a
    // watchdog stops when it lasts.
    [[nodiscard]] std::optional<core::TimePoint> failing_since() const { return failing_since_; }
    // The time asked for by wake_at has come.
    void wake() { reconcile(); }
    // The time asked for by sense_at has come: looks at slots that announce nothing, and asks the cards that
    // are due whether they have a link.
    void sense();

    [[nodiscard]] const core::View& view() const { return view_; }
    [[nodiscard]] const core::Config& config() const { return config_; }
    [[nodiscard]] const core::Observed& observed() const { return observed_; }
    [[nodiscard]] const std::map<core::Ifindex, core::Standing>& standings() const { return standings_; }
    [[nodiscard]] std::vector<core::ExplainStep> explain(std::string_view object) const;
    // What would be done now, by this configuration or by another.
    [[nodiscard]] core::Plan plan_now() const;
    [[nodiscard]] core::Plan plan_for(const core::Config& config, const core::DriverTable& table) const;
    // Of an interface or a port "2.1", without what only the card can tell.  Nothing: there is none.
    [[nodiscard]] std::optional<core::LinkReport> link(std::string_view object) const;
    // The port that "2.1", "2.1/0" or an interface means.  Nothing: none.
    [[nodiscard]] std::optional<core::PortName> port_name(const std::string& reference) const;
    // Nothing while the bonding driver is still being loaded; empty: every bond exists; else why not.
    [[nodiscard]] std::optional<std::string> bonds_trouble() const;

private:
    void fold_event(core::Event event);
    void forget_gone_links();
    void take_file(core::Config config, const core::Orders& orders);
    void post_reconcile();
    void reconcile();
    void turn();
    void turn_failed(const std::string& why);
    void turn_went_well();
    bool pass();
    const core::Chassis& chassis() const;
    void place_again();
    void tell_others();
    core::Situation situation() const;
    core::Situation situation(const core::Orders& orders) const;      // as if these were given
    void await_udev();
    void learn_first_macs();
    void note_ownership(const std::vector<core::Action>& actions);
    void save_if(bool changed);
    bool execute(const std::vector<core::Action>& actions);
    bool make(const core::Operation& operation, const std::string& reason);
    void drain();
    void start_job(const core::Action& action);
    void job_ended(const core::Operation& job, core::ActionResult result);
    void hear_link(const core::Link& link);
    void arrange_senses();
    void look(core::Ifindex index, core::Sense& sense);
    void doubt(const core::Link& port, const core::Sense& sense);
    void arm_senses();
    void look_at_slots();
    void hear_slot(const std::string& slot, bool was_open);
    void heed_handle(const std::string& kernel);
    void seek_cards();
    void fail_over(const std::set<core::Ifindex>& shaken);
    void note_shift(const core::Operation& operation, core::TimePoint decided);
    void note_refusal(const core::Operation& operation);
    void ask_again(const core::Link& port);
    void note_interference(const std::string& bond);
    void tell_failover(const core::Link& bond);
    core::Notice failover_notice(const core::Link& bond, const core::Link* from, core::Notice notice) const;
    void hear_peers_told(core::Ifindex bond);
    void tell_failovers();
    void learn_actives();
    void adopt_actives();
    void drop_orders();
    void mind_extractions();
    void mind_models();
    void mind_release(const std::string& domain);
    void mind_kept(const std::string& domain, const core::DomainOrder& order);
    [[nodiscard]] bool is_released(const std::string& domain) const;
    std::optional<core::Refusal> objection_to_domain(const std::string& domain) const;
    [[nodiscard]] bool runs(const core::Operation& operation) const;          // a job of its key
    void bind_drivers(const core::SlotName& slot, const std::string& reason);
    void mind_waiting(const core::SlotName& slot);
    [[nodiscard]] bool is_off(const core::SlotName& slot) const;
    void card_is_out(const core::SlotName& slot);
    void end_offline(const core::SlotName& slot, const std::string& why);
    void see_to_those_that_come_back();
    void bring_back(const core::SlotName& slot, const std::string& kernel);
    [[nodiscard]] bool can_switch_on(const std::string& kernel) const;
    void keep(core::Orders orders);
    void keep_or_log();
    void drop_left_out();
    std::optional<core::TimePoint> pause_end() const;
    void end_pause_in_time();
    void settle_contest(const std::string& bond);
    void settle_contests();
    bool hear_contests(const std::vector<core::Action>& wanted);
    void tell_difference();
    void say(core::NoticeKind kind, core::NoticeLevel level, core::Notice notice);

    core::Kernel& kernel_;
    Surroundings around_;
    Settled settled_;

    core::Config file_, config_;              // as read; with what orders outrank
    core::DriverTable table_;
    core::Owned owned_;
    core::Orders orders_;
    core::Models models_;
    core::Observed observed_;
    core::Attempts attempts_;
    mutable core::Chassis placed_;                            // as of the last look; see chassis()
    mutable bool misplaced_ = true;                           // what it was placed by has changed since
    std::optional<core::ForOthers> told_;                     // what other programs know
    bool telling_ = false;                                    // and have not looked at yet
    core::View view_;
    std::map<core::Ifindex, core::Ifindex> active_;           // as last told, by bond
    std::map<core::Ifindex, core::Standing> standings_;       // of slaves
    std::map<core::Ifindex, core::Sense> senses_;             // of the ports of our bonds
    std::vector<core::SlotLook> looks_;                       // at slots that announce nothing
    core::TimePoint looked_{};
    core::TimePoint sought_{};                                // cards, where the kernel does not any more
    std::set<std::string> seeking_;                           // buses
    std::map<std::string, std::string> seek_trouble_;         // as last told, by bus
    struct Shift {                                            // asked for, its echo not yet heard
        core::Ifindex to = 0;
        core::TimePoint sensed, decided, acknowledged;
        std::string cause, user;
    };
    std::map<std::string, Shift> shifts_;                     // by bond
    struct Untold {                                           // heard in this turn, said at its end
        core::Ifindex bond = 0;
        core::TimePoint sensed;
        core::Notice notice;
    };
    std::vector<Untold> untold_;
    std::map<core::SlotName, core::TimePoint, core::SlotLess> waits_;     // to be let go, and until when
    std::set<core::SlotName> coming_back_;    // of orders_.online: what this daemon has begun
    std::map<std::string, bool> releasing_;   // domains not yet told to be released; whether told what keeps it
    core::Contests contests_;
    std::set<core::Ifindex> shaken_;          // bonds of which a slave's link went or came, not looked at since
    bool unsaved_ = false;                    // owned_, which can wait for the end of the turn
    std::set<std::string> claimed_;                           // modules owned only if their loading succeeds
    std::optional<core::TimePoint> next_;
    std::optional<core::TimePoint> failing_since_;            // turns, and why the last of them did
    std::string failure_;
    bool begun_ = false, posted_ = false, force_ = false, reconciling_ = false;
    bool rearranged_ = true;                  // the chassis may be another one, and what follows is not done yet
    bool view_is_old_ = true;                 // something has been heard or ordered since it was derived
};

} // namespace had
