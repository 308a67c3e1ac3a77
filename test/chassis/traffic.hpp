// Whether the network carries, and for how long it did not: numbered packets from the near side to
// the far end and back, while a story does its worst.
//
//     Traffic traffic(guest);              // flows when this returns
//     chassis.cut_cable(2, 0);
//     guest.wait_until("bond0 has changed over ...");
//     auto report = traffic.stop();
//     BOOST_TEST(report.longest_loss < 300);
#pragma once
#include <string>

#include "test/chassis/guest.hpp"

namespace had::test {

struct TrafficReport {
    int sent = 0;
    int refused = 0;      // of these, by the guest's own kernel: no route, no carrier
    int arrived = 0;      // at the far end
    int returned = 0;     // to where they came from
    int lost_out = 0;     // never came to the far end
    int lost = 0;         // never came back, for whatever reason
    int longest_loss = 0; // packets in a row that did not come back; at 200/s 5 ms each
    int duplicates = 0;
    Limit gap_out{}, gap{}; // the longest silence, at the far end and back here
    bool flowing = false;   // one came back a moment ago
};

// Every figure at once: for the message of a failing check.
std::ostream& operator<<(std::ostream& out, const TrafficReport& report);

// One way costs the emulated processor half as much; nothing is then `returned`, and all that is
// said of coming back is to be left alone.
enum class Ways { both, out };

class Traffic {
public:
    // 1000 packets a second, there and back, leave the emulated processor nothing for anybody else.
    // Counting starts, from zero, with the first packet that came back (one way: arrived); throws
    // when none does within the limit.  A limit of 0 starts at once, working network or not.
    explicit Traffic(Guest& guest, int rate = 200, Limit limit = 10s,
                     std::string far_address = "10.0.1.2", Ways ways = Ways::both);

    // Packets of the last half second may still be under way, and are not counted as lost.
    TrafficReport report() { return ask("report"); }
    // After this, nothing is under way.  Only once.
    TrafficReport stop() { return ask("stop"); }
    void reset() { ask("reset"); }
    // Throws when the packets do not flow within the limit.
    void wait_flowing(Limit limit = 10s);

private:
    TrafficReport ask(const std::string& verb);

    Guest& guest_;
    std::string name_;
};

} // namespace had::test
