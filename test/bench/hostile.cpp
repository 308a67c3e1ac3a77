// The active port loses its carrier while 60 clients without rights do whatever the protocol
// allows: how long until the kernel has another port, beside the same when nobody asks for
// anything?
//
// As the figure `acknowledge`, in one guest, in blocks in turn.  Each client is a process, at the
// lowest priority: they take all that is left of the processor, and the daemon's time, but do not
// keep the kernel's workers and the bench itself from running, which anybody may do without a word
// to the daemon.  What the processes alone cost is told by a third block, beside as many that only
// compute.
#include "test/bench/cuts.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <stdexcept>

namespace had::test {
namespace {

constexpr int blocks = 5, clients = 60;
constexpr double goal = 1.3;

// MODES="status drip": only these, to find what costs.
std::string modes() {
    const char* chosen = std::getenv("MODES");
    return chosen && *chosen ? chosen : "all";
}

class Beside {
public:
    Beside(Guest& guest, const std::string& what) : guest_(guest) {
        guest_.expect("rm -f /run/hostile");
        process_ = guest_.spawn(
            fmt::format("exec chassis-hostile --clients {} --nice 19 {}", clients, what),
            "/run/hostile");
        guest_.wait_until("grep -q ready /run/hostile", patience);
    }
    // What they did.
    std::string end() {
        guest_.stop(process_, patience);
        return guest_.expect("grep -v ready /run/hostile", patience);
    }

private:
    static constexpr Limit patience = 120s;
    Guest& guest_;
    Background process_;
};

std::string in_words(const Spread& s) {
    return fmt::format("{:.1f}/{:.1f}/{:.1f} ms", s.median / 1000, s.p90 / 1000, s.worst / 1000);
}

Figure judge(std::string what, const Spread& beside, const Spread& alone) {
    Figure figure = compare(std::move(what), beside, alone, "us", goal);
    figure.had = in_words(beside);
    figure.peer = "alone: " + in_words(alone);
    return figure;
}

} // namespace

std::vector<Figure> hostile() {
    Cuts cables;
    Guest& guest = cables.guest();
    std::vector<double> alone, attacked, crowded;
    for (int block = 0; block < blocks; ++block) {
        progress(fmt::format("cuts {} cables beside nobody, {} hostile clients and as many that "
                             "compute, {} of {}",
                             Cuts::in_block, clients, block + 1, blocks));
        const Background had = cables.start_had();
        append(alone, cables.block());
        Beside hostile(guest, modes());
        append(attacked, cables.block());
        progress("they did:\n" + hostile.end());
        if (guest.run("hadctl status").rc != 0) throw std::runtime_error("had answers no more");
        Beside computing(guest, "burn");
        append(crowded, cables.block());
        computing.end();
        guest.stop(had);
        progress(fmt::format("so far: beside nobody {}, hostile clients {}, computing ones {}",
                             in_words(spread(alone)), in_words(spread(attacked)),
                             in_words(spread(crowded))));
    }
    Figure control = judge("the same, beside 60 that only compute", spread(crowded), spread(alone));
    control.goal = "";
    control.met = true;
    return {judge("carrier lost, beside 60 hostile clients", spread(attacked), spread(alone)),
            control};
}

} // namespace had::test
