// The cable of the active port is cut: for how long does the far end hear nothing, and how many
// packets are lost?
//
// had, the kernel alone and teamd keep two cards of one model in a bond, in turns, a block of cuts
// for each, so that all see the same load.  Traffic goes from the bond to the far end, a packet every
// four milliseconds: more of it, or answers, would take the emulated processor from those who are
// compared.  What is judged is the far end's longest silence after each cut.  After it the cable is
// mended, and the next one is cut when the port has come back as a standby and has been good for
// `rise`, and at a moment of chance: a driver that looks at its link every two seconds looks in
// step with the last cut otherwise, and the figure would be that step's.
#include "test/bench/figures.hpp"

#include "test/chassis/emulated_chassis.hpp"
#include "test/chassis/traffic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <random>

namespace had::test {
namespace {

constexpr int rate = 250; // packets a second
// A loss is certain when the packet is half a second old; had's rise is a second.
constexpr Limit settled = 600ms, rise = 1100ms;

// Whoever looks after bond0.  The commands find the two interfaces as $1 and $2.
struct Contestant {
    std::string name;
    std::string daemon;  // empty: the kernel alone
    std::string make;    // what is left to do when bond0 is there
    std::string active;  // prints the active port
    std::string standby; // holds when port $1 could take over
    Limit rest;          // how long it is left alone after that
};

struct Contest {
    std::string model, module;
    Limit looks_every; // the slowest that looks at the link regularly: the range of chance
    bool prompt;       // the driver tells a lost link at once, so that miimon = 10 is a peer
    std::string team_address; // teamd's hwaddr_policy: pcnet32 takes no address while it is up
};

const Contest contests[] = {{"virtio", "virtio_net", 100ms, true, "same_all"},
                            {"e1000", "e1000", 2s, false, "same_all"},
                            {"pcnet", "pcnet32", 2s, false, "by_active"}};
// For each contestant, so many blocks of so many cuts.  The first of a block run through code that the
// emulator has still to translate, had's and the kernel's, and do not count.
constexpr int blocks = 5, cuts = 10, warming = 2;

constexpr const char* had_conf = R"([had]
[bond bond0]
mode = active-backup
miimon = 100
damp = no
address = 10.0.1.1/24
[config config1]
bond = bond0
[devices]
2 = config1
12 = config1
)";

constexpr const char* team_conf = R"({
  "device": "bond0",
  "runner": {"name": "activebackup", "hwaddr_policy": "$3"},
  "link_watch": {"name": "ethtool"},
  "ports": {"$1": {}, "$2": {}}
})";

constexpr const char* bond_active = "cat /sys/class/net/bond0/bonding/active_slave";
constexpr const char* bond_standby = "cd /sys/class/net/$1 && grep -q 1 carrier && "
                                     "grep -q up bonding_slave/mii_status";

Contestant had_itself() {
    return {"had", "exec had", ":", bond_active, bond_standby, rise};
}

Contestant kernel_alone(int miimon) {
    return {fmt::format("kernel, miimon {}", miimon),
            "",
            fmt::format("ip link add bond0 type bond mode active-backup miimon {} && "
                        "ip link set $1 down && ip link set $2 down && "
                        "ip link set $1 master bond0 && ip link set $2 master bond0 && "
                        "ip link set bond0 up && ip addr add 10.0.1.1/24 dev bond0",
                        miimon),
            bond_active,
            bond_standby,
            settled};
}

Contestant teamd() {
    return {"teamd",
            "exec teamd -U -f /run/team.conf",
            "ip link set bond0 up && ip addr add 10.0.1.1/24 dev bond0",
            "teamdctl bond0 state item get runner.active_port",
            "teamdctl bond0 state item get ports.$1.link_watches.up | grep -q true",
            settled};
}

struct Losses {
    std::vector<double> silence, lost; // ms, packets; one a cut
};

class Bout {
public:
    Bout(Chassis& chassis, const Contest& contest)
        : chassis_(chassis), guest_(chassis.guest()), contest_(contest),
          ports_(insert_pair(chassis, contest.model, contest.module)) {
        guest_.expect(with_ports(fmt::format("cat >/run/team.conf <<END\n{}\nEND", team_conf)));
    }

    void block(const Contestant& who, Losses& losses) {
        Background daemon;
        if (!who.daemon.empty()) {
            daemon = guest_.spawn(who.daemon, "/run/contestant.log");
            guest_.wait_until("test -e /sys/class/net/bond0", 20s);
        }
        guest_.expect(with_ports(who.make));
        for (const std::string& port : ports_)
            wait_standby(who, port);
        {
            Traffic traffic(guest_, rate, 20s, "10.0.1.2", Ways::out);
            Losses cold;
            for (int n = 0; n < warming + cuts; ++n)
                cut(who, traffic, n < warming ? cold : losses);
            traffic.stop();
        }
        if (!who.daemon.empty()) guest_.stop(daemon);
        guest_.expect("! test -e /sys/class/net/bond0 || ip link del bond0; rm -rf /run/had");
    }

private:
    std::string with_ports(std::string_view command) const {
        return fmt::format("set -- {} {} {}; {}", ports_[0], ports_[1], contest_.team_address, command);
    }

    void wait_standby(const Contestant& who, const std::string& port) {
        guest_.wait_until(fmt::format("set -- {}; {}", port, who.standby), 30s);
    }

    // Until so much more has arrived.
    void watch(Traffic& traffic, Limit time) { wait_arriving(traffic, static_cast<int>(time / 1ms) * rate / 1000); }

    // The port that is cut carries nothing more, so this is the other.  No program is started for it: in an
    // emulated machine that costs more time than what is measured here.
    void wait_arriving(Traffic& traffic, int more) {
        const int enough = traffic.report().arrived + more;
        guest_.wait_until([&] { return traffic.report().arrived >= enough; }, 30s, "packets arrive");
    }

    void cut(const Contestant& who, Traffic& traffic, Losses& losses) {
        const std::string active = guest_.expect(who.active);
        const std::size_t at = active == ports_[0] ? 0 : 1;
        std::uniform_int_distribution<int> moment(0, static_cast<int>(contest_.looks_every / 1ms));
        watch(traffic, Limit(moment(chance_)));
        traffic.reset();
        chassis_.cut_cable(paired_slots[at], 0);
        wait_arriving(traffic, rate / 20);
        const TrafficReport now = traffic.report();
        guest_.expect(fmt::format("test \"$({})\" = {}", who.active, ports_[1 - at]));
        losses.silence.push_back(static_cast<double>(now.gap_out.count()));
        chassis_.mend_cable(paired_slots[at], 0);
        wait_standby(who, ports_[at]);
        watch(traffic, who.rest);
        losses.lost.push_back(traffic.report().lost_out);
    }

    Chassis& chassis_;
    Guest& guest_;
    const Contest& contest_;
    std::vector<std::string> ports_;
    std::minstd_rand chance_{1};
};

std::string three(const std::vector<double>& values) {
    const Spread s = spread(values);
    return fmt::format("{:.0f}/{:.0f}/{:.0f}", s.median, s.p90, s.worst);
}

std::string in_words(const Losses& l) {
    return fmt::format("{} ms, {} lost", three(l.silence), three(l.lost));
}

struct Goal {
    double median, p90;
    double most_ms; // and the median no longer than this; 0: no matter
};

Figure judge(const std::string& what, const Losses& had, const Losses& peer, const Goal& goal) {
    const Spread ours = spread(had.silence), theirs = spread(peer.silence);
    const double median = ours.median / theirs.median, p90 = ours.p90 / theirs.p90;
    const bool quick = goal.most_ms == 0 || ours.median < goal.most_ms;
    std::string wanted = fmt::format("{} {} x", goal.median, goal.p90);
    if (goal.most_ms > 0) wanted += fmt::format(", {} ms", goal.most_ms);
    return {what,           in_words(had),
            in_words(peer), fmt::format("{:.2f} {:.2f} x", median, p90),
            wanted,         median <= goal.median && p90 <= goal.p90 && quick};
}

std::vector<Figure> verdicts(const Contest& contest, const std::vector<Contestant>& all,
                             const std::vector<Losses>& losses) {
    const auto beside = [&](std::size_t n, const Goal& goal) {
        return judge(fmt::format("{}, cable cut, beside {}", contest.model, all[n].name), losses[0],
                     losses[n], goal);
    };
    if (!contest.prompt) return {beside(1, {0.2, 0.2, 100}), beside(2, {1.1, 1.25, 0})};
    return {beside(1, {0.25, 0.25, 0}), beside(2, {1.1, 1.25, 0}), beside(3, {1.1, 1.25, 0})};
}

} // namespace

std::vector<Figure> failover(const std::string& model) {
    const Contest& contest = *std::find_if(std::begin(contests), std::end(contests),
                                           [&](const Contest& c) { return c.model == model; });
    progress("boots an empty chassis");
    EmulatedChassis chassis;
    Guest& guest = chassis.guest();
    install(guest);
    guest.expect("modprobe bonding max_bonds=0 && modprobe -a team team_mode_activebackup");
    guest.write_file("/etc/had.conf", had_conf);
    std::vector<Contestant> all{had_itself(), kernel_alone(100), teamd()};
    if (contest.prompt) all.push_back(kernel_alone(10));
    std::vector<Losses> losses(all.size());
    Bout bout(chassis, contest);
    for (int block = 0; block < blocks; ++block)
        for (std::size_t n = 0; n < all.size(); ++n) {
            progress(fmt::format("{}: cuts {} cables of {}, {} of {}", model, cuts, all[n].name,
                                 block + 1, blocks));
            bout.block(all[n], losses[n]);
        }
    for (std::size_t n = 0; n < all.size(); ++n)
        progress(fmt::format("{}, {}: {}", model, all[n].name, in_words(losses[n])));
    return verdicts(contest, all, losses);
}

} // namespace had::test
