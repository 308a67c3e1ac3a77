// The fast path from the loss of an active port to another port; and the notices of every change of the active port,
// whoever made it.
//
// The path is short: hear_link() marks the bond, act() sends what lies ready for it (ready_moves.hpp), and all else,
// the record of what was asked, the plan, the view and the log, comes behind it.  What does not lie ready is decided by
// the plan's own function for that bond, also before the turn.
#pragma once

#include "had/run/contest.hpp"
#include "had/run/executor.hpp"
#include "had/run/part.hpp"
#include "had/run/ready_moves.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace had {

class Failover final : public Part {
public:
    Failover(Run& run, Executor& executor, Contest& contest)
        : run_(run), m_(run.model), executor_(executor), contest_(contest), ready_(run) {
        dirty_bonds_.reserve(64);             // else a loss would wait for memory
    }

    // Called when everything that has arrived is folded: where a bond has lost its active port, another takes over
    // at once.
    void act();
    // The next act() looks at the bond.
    void look_at(core::Ifindex bond);
    // Nothing more is to be done: what the next loss leads to is made ready.
    void get_ready() { ready_.get_ready(); }
    // The kernel has answered a request.
    void after_request(const core::Operation& operation, core::TimePoint began, bool ok);
    void hear_peers_told(core::Ifindex bond);
    // Tells the changes that were heard in this turn.
    void tell();

    void hear_link(const core::Link& link) override;
    void forget_gone_links() override;
    void begin() override { adopt_actives(); }
    void after_turn() override;

private:
    struct PendingMove {                      // asked for; its echo has not been heard yet
        core::Ifindex to = 0;
        core::TimePoint sensed, decided, acknowledged;
        std::string cause, user;
    };
    struct PendingNotice {                    // heard in this turn, told at its end
        core::Ifindex bond = 0;
        core::TimePoint sensed;
        core::Notice notice;
    };

    void act_on(core::Ifindex bond);
    bool send_ready(core::Ifindex bond);
    void ask_again(const core::Link& port);
    void note_move(const core::Operation& operation, core::TimePoint decided);
    void note_refusal(const core::Operation& operation);
    void hear_active(const core::Link& bond);
    [[nodiscard]] core::Notice notice_of(const core::Link& bond, const core::Link* from, core::Notice notice) const;
    void learn_actives();
    void learn_active(const core::Link& bond);
    void adopt_actives();
    void note_active(core::Ifindex bond);

    Run& run_;
    Model& m_;
    Executor& executor_;
    Contest& contest_;
    ReadyMoves ready_;
    std::map<core::Ifindex, core::Ifindex> active_;           // as last told, by bond
    std::map<std::string, PendingMove> moves_;               // by bond
    std::vector<PendingNotice> pending_;
    Touched::Mark learned_;                   // what was touched after the active ports were recorded
    std::set<core::Ifindex> undecided_;       // bonds of which it is not known yet whose choice their active port is
    std::vector<core::Ifindex> dirty_bonds_;  // a slave's link went or came, and act() has not looked yet
    bool unsaved_ = false;                    // the record of active ports is to be written at the turn's end
};

} // namespace had
