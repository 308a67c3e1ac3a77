// The fast path from the loss of an active port to another port, in the same turn; and the notices of every change
// of the active port, whoever made it.
#pragma once

#include "had/run/contest.hpp"
#include "had/run/executor.hpp"
#include "had/run/part.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace had {

class Failover final : public Part {
public:
    Failover(Run& run, Executor& executor, Contest& contest)
        : run_(run), m_(run.model), executor_(executor), contest_(contest) {}

    // Called when everything that has arrived is folded: where a bond has lost its active port, another takes over
    // at once.
    void act();
    // The next act() looks at the bond.
    void look_at(core::Ifindex bond) { dirty_bonds_.insert(bond); }
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

    void act_on(const std::set<core::Ifindex>& dirty);
    void ask_again(const core::Link& port);
    void note_move(const core::Operation& operation, core::TimePoint decided);
    void note_refusal(const core::Operation& operation);
    void hear_active(const core::Link& bond);
    [[nodiscard]] core::Notice notice_of(const core::Link& bond, const core::Link* from, core::Notice notice) const;
    void learn_actives();
    void adopt_actives();

    Run& run_;
    Model& m_;
    Executor& executor_;
    Contest& contest_;
    std::map<core::Ifindex, core::Ifindex> active_;           // as last told, by bond
    std::map<std::string, PendingMove> moves_;               // by bond
    std::vector<PendingNotice> pending_;
    std::set<core::Ifindex> dirty_bonds_;     // a slave's link went or came, and act() has not looked yet
    bool unsaved_ = false;                    // the record of active ports is to be written at the turn's end
};

} // namespace had
