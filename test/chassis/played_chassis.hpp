// The played chassis: user-mode Linux, a kernel as one process of the machine.
//
// A card's port is one end of a veth pair, whose other end is a port of the far switch; a cable is cut by
// setting that one down.  The agent writes the slots and the card's functions below /run/chassis/sys, where
// guest/with-cards shows them to the daemon as /sys, and has the kernel send the events.  A card comes with its
// driver bound; nothing answers for its registers, its slot's power switch or its LED.
#pragma once
#include "test/chassis/chassis.hpp"
#include "test/chassis/child.hpp"

namespace had::test {

class PlayedChassis : public Chassis {
public:
    explicit PlayedChassis(Options options = {});

    void insert(int slot, const Card& card) override;
    // At once.
    void begin_pull(int slot) override;
    bool finish_pull(int slot, Limit limit) override;
    void cut_cable(int slot, int port) override;
    void mend_cable(int slot, int port) override;
    bool holds_card(int slot) override;
    std::string interface(int slot, int port, Limit limit = 10s) override;
    bool is_interface(int slot, int port, const std::string& name) override;
    void clean() override;
    // The whole machine sleeps for this long, or a little longer: no program runs, and its clocks go on.
    void suspend(Limit asleep);

private:
    PlayedChassis(Options options, std::pair<Fd, Fd> agent);
    std::vector<std::string> command_line(int agent) const;
    void boot();
    void set_far_end(int slot, int port, std::string_view state);

    std::unique_ptr<Child> linux_;
    int sleeps_ = 0;
};

} // namespace had::test
