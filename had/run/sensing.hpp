// The daemon's own readings: of cards whose carrier comes late (core/policy/sensing.hpp), and of slots that announce
// nothing (core/policy/slot_watch.hpp).
#pragma once

#include "had/core/policy/sensing.hpp"
#include "had/core/policy/slot_watch.hpp"
#include "had/core/world/link_report.hpp"
#include "had/run/executor.hpp"
#include "had/run/extraction.hpp"
#include "had/run/failover.hpp"
#include "had/run/part.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace had {

class Sensing final : public Part {
public:
    Sensing(Run& run, Executor& executor, Failover& failover, Extractions& extraction)
        : run_(run), m_(run.model), executor_(executor), failover_(failover), extraction_(extraction) {}

    // Called at the time that sense_at asked for: looks at the slots, and reads the cards that are due.
    void sense();
    // A slot's state was heard; `was_open`: its handle was open before.
    void hear_slot(const std::string& slot, bool was_open);
    // Of an interface or a port "2.1", without what only the card can tell.  Nothing: no such interface.
    [[nodiscard]] std::optional<core::LinkReport> link(std::string_view object) const;

    void hear_link(const core::Link& link) override;
    void forget_gone_links() override;
    void after_turn() override;

private:
    void arm_senses();
    void follow_all();
    void follow(core::Ifindex index);
    void follow_port(core::Ifindex index);
    void follow(core::Sense& sense, const core::Link& port, const core::BondConfig& bond);
    [[nodiscard]] const core::BondConfig* bond_of(const core::Link& port) const;
    void look_at_slots();
    void seek_cards();
    void look(core::Ifindex index, core::Sense& sense);
    void doubt(const core::Link& port, const core::Sense& sense);

    Run& run_;
    Model& m_;
    Executor& executor_;
    Failover& failover_;
    Extractions& extraction_;
    std::map<core::Ifindex, core::Sense> senses_;             // of the ports of the file's bonds
    Touched::Mark followed_;                  // what was touched after they were looked at
    std::set<core::Ifindex> said_;            // whose cards have said something else since
    bool silent_slots_ = false;               // there are some that announce nothing
    std::vector<core::SlotLook> looks_;       // at slots that announce nothing
    core::TimePoint looked_{};
    core::TimePoint sought_{};                // the last search for cards where the kernel does not look any more
    std::set<std::string> seeking_;           // buses that are being searched
    std::map<std::string, std::string> seek_trouble_;         // as last told, by bus
};

} // namespace had
