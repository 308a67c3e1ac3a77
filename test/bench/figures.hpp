// What `make bench` measures: had against a peer that does the same in the same guest, in turns, or
// against a goal.  Ratios carry over to other machines; times do not, and no test asserts any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace had::test {

class Chassis;
class Guest;
struct Card;

struct Figure {
    std::string what;
    std::string had, peer; // with units; an empty peer: there is none
    std::string found;     // what the goal is about
    std::string goal;
    bool met = false;
};

// A port is plugged in: from the kernel's announcement to its enslavement, beside bare libnl.
std::vector<Figure> plug_in();
// had starts with 200 ports and 20 bonds to make, beside `ip -batch`; its memory then.
// With 64 ports and nothing to do: how often it wakes up, and the processor's time.
std::vector<Figure> many_ports();
// The active port's cable is cut: the far end's silence and the packets lost, beside teamd and the
// kernel alone; with cards of the model virtio, e1000 or pcnet.  Median, 90th percentile and worst.
std::vector<Figure> failover(const std::string& model);
// In the guest: from the message of a lost carrier to the bond's new active port, beside bare libnl.
std::vector<Figure> acknowledge();
// The same while 60 clients without rights do their worst, and while nobody asks for anything.
std::vector<Figure> hostile();
// The handle of a CompactPCI card is opened: until its LED is blue, beside a bare program and a script.
std::vector<Figure> extraction();
// ifenslave with three ports, beside three times `ip link set`.
std::vector<Figure> ifenslave();

// 64 ports asked every 100 ms, beside a bare program; and how long a path lasts that is dead while its link is up,
// beside the kernel's ARP monitor.  In user-mode Linux.
std::vector<Figure> paths();

// `hadctl check` of files of 1 MiB, of every shape, beside files of half the size.  Without a chassis.
std::vector<Figure> check();

// What the recorder writes: rows a second, bytes an event.  Without a chassis.
// The programs beside the daemon, in user-mode Linux: their memory, and their wake-ups when nothing happens.
std::vector<Figure> recorder();

// 100 services are taken over by the next daemon; the member whose address has gone is left for the next.
std::vector<Figure> services();

// --- What they share ----------------------------------------------------------------------------
// The driver table; the programs of this build are found by name in the guest anyway.
void install(Guest& guest);
// A line on standard error: a figure takes minutes.
void progress(std::string_view text);

// A program of had's or a peer's, timed by bench-observer in the guest, from exec on.
struct Timed {
    int pid = 0;
    double ms = 0;
};

// `arguments`: what bench-observer waits for ("eth199", "exit"), and the command.
Timed timed(Guest& guest, const std::string& arguments);

// A number of /proc/PID/status; and how often the kernel has run the program.
double status_of(Guest& guest, int pid, const std::string& name);
double wakeups(Guest& guest, int pid);
// IPv6 tests its addresses, ports earn their place: until the program has not run for two seconds.
void wait_rest(Guest& guest, int pid);

// A card in slot 2 and one in slot 12, whose cables are cut in turn; their interfaces.
constexpr int paired_slots[] = {2, 12};
Card paired_card(const std::string& model);
std::vector<std::string> insert_pair(Chassis& chassis, const std::string& model,
                                     const std::string& module);

// The middle one, the quarter below and above it, in which other load shows, and the slow end.
struct Spread {
    double median = 0, low = 0, high = 0;
    double p90 = 0, worst = 0;
};
Spread spread(std::vector<double> values);
std::string print(const Spread& spread, std::string_view unit);
// Of the medians.
Figure compare(std::string what, const Spread& had, const Spread& peer, std::string_view unit,
               double goal = 1.5);

} // namespace had::test
