// Path health, in user-mode Linux.
//
// What it costs to ask: the daemon with 64 ports in 8 bonds, each asked by ARP every 100 ms, beside
// bench-bare-prober, which asks the same of the same ports, in turns.  The time is the kernel's of each
// program, what its calls make the network do included.
//
// How long a dead path lasts: the active port leaves the switch, and its link stays.  The figure is the far end's
// longest silence, a packet each 2 ms, beside the kernel's own ARP monitor with the same numbers and
// arp_validate = all, while no daemon runs.
#include "test/bench/figures.hpp"

#include "test/chassis/played_chassis.hpp"
#include "test/chassis/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace had::test {
namespace {

constexpr int cards = 8, functions = 8, bonds = 8, first_slot = 2, turns = 3;
constexpr int cuts = 20;
constexpr auto measured = 20s;
constexpr const char* host = "10.0.1.2";

Options options_for(int cables) {
    Options options;
    options.needs = Needs::ports;
    options.cables = cables;
    return options;
}

std::string many_conf() {
    std::string sections, devices = "[devices]\n";
    for (int n = 0; n < bonds; ++n) {
        sections += fmt::format("[bond bond{0}]\nmode = active-backup\nmiimon = 100\nmonitor = gw\n"
                                "[config config{0}]\nbond = bond{0}\n", n);
        devices += fmt::format("{} = config{}\n", first_slot + n, n);
    }
    return sections + fmt::format("[monitor gw]\nkind = arp\ntargets = {}\ninterval = 100ms\n", host) + devices;
}

// On the processor, in nanoseconds (Documentation/scheduler/sched-stats.rst).
double processor_time(Guest& guest, int pid) {
    return std::stod(guest.expect(fmt::format("cut -d ' ' -f 1 /proc/{}/schedstat", pid)));
}

// Percent of a processor.
double load_of(Guest& guest, int pid) {
    const auto begin = std::chrono::steady_clock::now();
    const double before = processor_time(guest, pid);
    std::this_thread::sleep_for(measured);    // the time that is measured
    const double worked = processor_time(guest, pid) - before;
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    return 100 * worked / took.count();
}

void wait_proven(Guest& guest, Limit limit = 60s) {
    guest.wait_until("hadctl path >/run/path && ! grep -Eq 'silent|unproven' /run/path", limit);
}

std::vector<Figure> cost() {
    progress("boots user-mode Linux with 64 ports");
    PlayedChassis chassis(options_for(cards * functions));
    Guest& guest = chassis.guest();
    install(guest);
    std::string ports;
    for (int slot = first_slot; slot < first_slot + cards; ++slot) {
        chassis.insert(slot, {"virtio", functions});
        for (int port = 0; port < functions; ++port) ports += " " + chassis.interface(slot, port);
    }
    guest.write_file("/etc/had.conf", many_conf());
    std::vector<double> had, bare;
    for (int turn = 0; turn < turns; ++turn) {
        progress(fmt::format("asks through 64 ports, {} of {}", turn + 1, turns));
        const Background daemon = guest.spawn("exec had", "/run/had.log");
        guest.wait_until("hadctl wait --until healthy --timeout 1", 120s);
        wait_proven(guest);
        had.push_back(load_of(guest, daemon.pid));
        guest.stop(daemon);
        const Background peer =
            guest.spawn(fmt::format("exec bench-bare-prober {} 100{}", host, ports), "/run/bare");
        guest.wait_until(fmt::format("test -e /proc/{}/schedstat", peer.pid));
        bare.push_back(load_of(guest, peer.pid));
        guest.stop(peer);
        std::istringstream said(guest.expect("tail -n 1 /run/bare"));
        double asked = 0, answered = 0;
        if (!(said >> asked >> answered) || answered < 0.9 * asked)
            throw std::runtime_error("the peer was not answered: " + said.str());
        progress(fmt::format("{:.1f} % of a processor, and {:.1f} %", had.back(), bare.back()));
    }
    const Spread found = spread(had);
    return {compare("64 ports asked every 100 ms", found, spread(bare), "%"),
            {"the same, of a processor in user-mode Linux", fmt::format("{:.2f} %", found.median), "", "", "", true}};
}

struct Pace {
    int interval, fall;
};
constexpr Pace paces[] = {{100, 3}, {200, 3}, {20, 3}};

class Pair {
public:
    Pair() : chassis_(options_for(6)), guest_(chassis_.guest()) {
        install(guest_);
        for (const int slot : paired_slots) chassis_.insert(slot, {"virtio"});
        // A port that is out of the switch leads to nobody, though it is in the namespace of the switch's host.
        guest_.expect("ip netns exec far sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'");
    }

    // Milliseconds without traffic, of a path that dies so often.
    std::vector<double> had(const Pace& pace) {
        progress(fmt::format("{} dead paths for the daemon, {} ms x {}", cuts, pace.interval, pace.fall));
        const Background daemon =
            begin(fmt::format("miimon = 100\nrise = 100ms\ndamp = no\nmonitor = gw\naddress = 10.0.1.1/24\n"
                              "[monitor gw]\nkind = arp\ntargets = {}\ninterval = {}ms\nfall = {}\n", host,
                              pace.interval, pace.fall));
        std::vector<double> times;
        for (int n = 0; n < cuts; ++n) {
            guest_.wait_until("hadctl wait bond0 --until ready --timeout 1", 60s);
            times.push_back(cut());
        }
        guest_.stop(daemon);
        return times;
    }
    std::vector<double> kernel(const Pace& pace) {
        progress(fmt::format("{} dead paths for the kernel, {} ms x {}", cuts, pace.interval, pace.fall));
        guest_.expect("ip link del bond0");
        guest_.stop(begin(fmt::format("arp_interval = {}\narp_missed_max = {}\narp_ip_target = {}\n"
                                      "arp_validate = all\naddress = 10.0.1.1/24\n", pace.interval, pace.fall, host)));
        std::vector<double> times;
        for (int n = 0; n < cuts; ++n) {
            guest_.wait_until("! grep -q 'MII Status: down' /proc/net/bonding/bond0", 60s);
            times.push_back(cut());
        }
        guest_.expect("ip link del bond0");
        return times;
    }

private:
    Background begin(const std::string& keys) {
        guest_.write_file("/etc/had.conf", "[bond bond0]\nmode = active-backup\n" + keys +
                                               "[config config1]\nbond = bond0\n"
                                               "[devices]\n2 = config1\n12 = config1\n");
        const Background daemon = guest_.spawn("exec had", "/run/had.log");
        guest_.wait_until("hadctl wait bond0 --until healthy --timeout 1", 60s);
        return daemon;
    }
    std::string active() { return guest_.expect("cat /sys/class/net/bond0/bonding/active_slave"); }

    double cut() {
        const std::string was = active();
        const int slot = chassis_.interface(paired_slots[0], 0) == was ? paired_slots[0] : paired_slots[1];
        const std::string far = chassis_.far_interface(slot, 0);
        Traffic traffic(guest_, 500, 30s, host, Ways::out);
        guest_.expect("ip -n far link set " + far + " nomaster");
        guest_.wait_until("! grep -q " + was + " /sys/class/net/bond0/bonding/active_slave", 30s);
        traffic.wait_flowing(30s);
        const TrafficReport report = traffic.stop();
        guest_.expect("ip -n far link set " + far + " master br0");
        return static_cast<double>(report.gap_out.count());
    }

    PlayedChassis chassis_;
    Guest& guest_;
};

std::string three(const Spread& s) { return fmt::format("{:.0f}/{:.0f}/{:.0f} ms", s.median, s.p90, s.worst); }

std::vector<Figure> detection() {
    progress("boots user-mode Linux with two ports");
    Pair pair;
    std::vector<Figure> figures;
    for (const Pace& pace : paces) {
        const Spread had = spread(pair.had(pace)), kernel = spread(pair.kernel(pace));
        const double least = pace.interval * pace.fall, median = had.median / least, p90 = had.p90 / least,
                     ratio = had.median / kernel.median;
        figures.push_back({fmt::format("dead path, {} ms x {}", pace.interval, pace.fall), three(had), three(kernel),
                           fmt::format("{:.2f} {:.2f}", median, p90), "1.0 1.2", median < 1.05 && p90 <= 1.2});
        figures.push_back({"the same, beside the kernel", "", "", fmt::format("{:.2f} x", ratio), "0.75 x",
                           ratio <= 0.75});
    }
    return figures;
}

} // namespace

std::vector<Figure> paths() {
    std::vector<Figure> figures = cost();
    for (Figure& figure : detection()) figures.push_back(std::move(figure));
    return figures;
}

} // namespace had::test
