// The handle of the active card is opened: how long until its blue LED says that it may be pulled?
//
// On CompactPCI (chassis/module/had_cpci.c), where user space owns all that is between.  had, the commands of a
// manual in one script, and bench-bare-extraction let cards go, in turns, a block of extractions for each, so
// that all see the same load.  The clock is the backplane's own, in the kernel: from its core's first sight of
// the opened handle, when the slot's latch turns to 0, to the LED.
//
// The last step has to wait until the core's thread goes to sleep, which it does every 500 ms, counted from
// that first sight (had/sys/hotplug_thread.hpp).  A contestant is early or late for the next of these, so
// that the whole is a multiple of 500 ms and tells little; what is judged is the time without that wait.  The
// script waits for nothing: it may end the thread for ever, and then the chassis is booted anew.
//
// Nothing is asked of the guest from the opened handle on, until all must be over: to start a program costs
// the emulated processor more than some of the steps that are measured.
#include "test/bench/figures.hpp"

#include "test/chassis/emulated_chassis.hpp"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <thread>

namespace had::test {
namespace {

// The first of a block runs through code that the emulator has still to translate, and does not count.
constexpr int blocks = 4, extractions = 5, warming = 1;
// A card that came: what was started for it has ended, and had trusts its port (`rise`).
constexpr Limit settled = 2s;
constexpr Limit undisturbed = 1500ms;

constexpr const char* conf = R"([had]
[bond bond0]
mode = active-backup
miimon = 100
damp = no
[config config1]
bond = bond0
[devices]
2 = config1
12 = config1
)";

// With the bond, the port, the other one and the kernel's slot.
constexpr const char* manual = R"(echo ready
until read -r latch </sys/bus/pci/slots/$4/latch && [ $latch = 0 ]; do sleep 0.05; done
ifenslave -c $1 $3 && ifenslave -d $1 $2 && echo 0 >/sys/bus/pci/slots/$4/power
)";

struct Contestant {
    std::string name;
    std::string command; // for one extraction; empty: had, which is there all the time
};

const Contestant contestants[] = {
    {"had", ""},
    {"a bare program", "exec nice -n -10 bench-bare-extraction"},
    {"the manual", "exec sh /run/manual"},
};

struct Times {
    std::vector<double> whole, own; // ms; one an extraction; `own` without the wait for the thread
    int threads_ended = 0;
};

class Bout {
public:
    void block(const Contestant& who, Times& times) {
        begin(who);
        for (int n = 0; n < warming + extractions; ++n) {
            const std::size_t at = active();
            const LetGo taken = extract(who, at);
            if (n >= warming) {
                times.whole.push_back(static_cast<double>(taken.whole.count()) / 1000);
                times.own.push_back(static_cast<double>((taken.whole - taken.waited).count()) / 1000);
            }
            if (guest().run("pidof cpci_hp_polld").rc == 0) {
                chassis_->tear_out(paired_slots[at]);
                bring(who, at);
            } else {
                ++times.threads_ended;
                chassis_.reset();
                begin(who);
            }
        }
        end();
    }

private:
    Guest& guest() { return chassis_->guest(); }

    void boot() {
        progress("boots a CompactPCI chassis");
        Options options;
        options.backplane = Backplane::cpci;
        options.cables = 0;
        chassis_.emplace(options);
        install(guest());
        guest().expect("modprobe bonding max_bonds=0");
        guest().write_file("/run/manual", manual);
        std::string places = conf;
        for (const int slot : paired_slots)
            places += fmt::format("[slot {}]\nlocation = {}\n", slot, chassis_->location(slot));
        guest().write_file("/etc/had.conf", places);
        ports_ = insert_pair(*chassis_, "virtio", "virtio_net");
    }

    void begin(const Contestant& who) {
        if (!chassis_) boot();
        if (who.command.empty()) {
            had_ = guest().spawn("exec had", "/run/had.log");
        } else {
            guest().expect("ip link add bond0 up type bond mode active-backup miimon 100");
            for (const std::string& port : ports_) enslave(port);
        }
        wait_serving(who);
    }

    void end() {
        if (had_) guest().stop(*had_);
        had_.reset();
        guest().expect("ip link del bond0; rm -rf /run/had /var/lib/had");
    }

    std::size_t active() {
        return guest().expect("cat /sys/class/net/bond0/bonding/active_slave") == ports_[0] ? 0 : 1;
    }

    void enslave(const std::string& port) {
        guest().expect(fmt::format("ip link set {0} down && ip link set {0} master bond0", port));
    }

    void wait_serving(const Contestant& who) {
        if (who.command.empty()) guest().wait_until("hadctl wait bond0 --until healthy --timeout 20", 30s);
        for (const std::string& port : ports_)
            guest().wait_until(fmt::format("grep -q up /sys/class/net/{}/bonding_slave/mii_status", port));
        std::this_thread::sleep_for(settled);
    }

    void bring(const Contestant& who, std::size_t at) {
        chassis_->insert(paired_slots[at], paired_card("virtio"));
        ports_[at] = chassis_->interface(paired_slots[at], 0);
        if (!who.command.empty()) enslave(ports_[at]);
        wait_serving(who);
    }

    LetGo extract(const Contestant& who, std::size_t at) {
        const int slot = paired_slots[at];
        const std::string& other = ports_[1 - at];
        std::optional<Background> one;
        if (!who.command.empty()) {
            one = guest().spawn(fmt::format("{} bond0 {} {} {}", who.command, ports_[at], other,
                                            chassis_->slot_name(slot)),
                                "/run/contestant.log");
            guest().wait_until("grep -q ready /run/contestant.log");
            std::this_thread::sleep_for(settled);
        }
        chassis_->open_handle(slot);
        std::this_thread::sleep_for(undisturbed);
        guest().wait_until([&] { return chassis_->blue_led(slot); }, 10s, "a blue LED");
        if (one && guest().wait_exit(*one) != 0)
            throw std::runtime_error(who.name + ": " + guest().read_file("/run/contestant.log"));
        guest().expect("rm -f /run/contestant.log && grep -qx " + other +
                       " /sys/class/net/bond0/bonding/active_slave");
        const auto taken = chassis_->let_go(slot);
        if (!taken) throw std::runtime_error("the LED lit, and nobody had opened the handle");
        return *taken;
    }

    std::optional<EmulatedChassis> chassis_;
    std::vector<std::string> ports_;
    std::optional<Background> had_;
};

Figure judge(std::string what, const std::vector<double>& ours, const std::vector<double>& peer,
             std::optional<double> goal) {
    const Spread had = spread(ours), other = spread(peer);
    const double more = had.median - other.median;
    return {std::move(what),
            print(had, "ms"),
            print(other, "ms"),
            fmt::format("{:+.1f} ms", more),
            goal ? fmt::format("+{} ms", *goal) : "",
            !goal || more <= *goal};
}

} // namespace

std::vector<Figure> extraction() {
    std::vector<Times> times(std::size(contestants));
    Bout bout;
    for (int block = 0; block < blocks; ++block)
        for (std::size_t n = 0; n < times.size(); ++n) {
            progress(fmt::format("takes {} cards out with {}, {} of {}", extractions, contestants[n].name,
                                 block + 1, blocks));
            bout.block(contestants[n], times[n]);
            progress(fmt::format("{} so far: {} in all, {} without the wait; "
                                 "the kernel's thread ended {} times",
                                 contestants[n].name, print(spread(times[n].whole), "ms"),
                                 print(spread(times[n].own), "ms"), times[n].threads_ended));
        }
    const Times &had = times[0], &bare = times[1], &script = times[2];
    return {judge("handle to blue LED, but for the thread's sleep", had.own, bare.own, 20),
            judge("the same, beside the manual in a script", had.own, script.own, {}),
            judge("handle to blue LED, all of it", had.whole, bare.whole, {}),
            judge("the same, beside the manual in a script", had.whole, script.whole, {})};
}

} // namespace had::test
