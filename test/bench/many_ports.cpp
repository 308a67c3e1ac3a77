// had in a chassis of 25 cards with 8 ports each.
//
// Start.  The ports are there and down, the drivers are loaded, the bonds are not made: had, from
// exec to the moment when all 200 ports are enslaved, beside `ip -batch`, from exec to its end,
// which makes the same 20 bonds with the same options, addresses and ports.  In turns; between two
// turns the bonds are deleted. Memory.  VmRSS with all that in place.  Its file-backed part is
// program and library text, which every user of those libraries shares. Rest.  64 ports in 8 bonds,
// nothing happens: how often does the kernel run had in a minute, and for how long?  And for how long
// when it reads every port's link from its driver meanwhile, as with cards that report a loss late?
#include "test/bench/figures.hpp"

#include "test/chassis/emulated_chassis.hpp"

#include <fmt/format.h>
#include <sstream>
#include <thread>

namespace had::test {
namespace {

constexpr int cards = 25, functions = 8, first_slot = 2;
constexpr int turns = 5;

Options full_chassis() {
    Options options;
    options.cables = 0;
    options.memory_mb = 1024;
    Card card{"virtio", functions};
    card.extra = {"vectors=0"}; // 200 ports with MSI-X would want more vectors than one CPU has
    for (int n = 0; n < cards; ++n)
        options.cards[first_slot + n] = card;
    return options;
}

// The ports in order, `a_bond` of them in each bond.
std::string conf(int bonds, int a_bond) {
    std::string bond_sections, devices = "[devices]\n";
    for (int bond = 0; bond < bonds; ++bond) {
        bond_sections +=
            fmt::format("[bond bond{0}]\nmode = active-backup\nmiimon = 100\n"
                        "address = 10.0.{0}.1/24\n[config config{0}]\nbond = bond{0}\n",
                        bond);
        for (int n = bond * a_bond; n < (bond + 1) * a_bond; ++n)
            devices +=
                fmt::format("{}.{} = config{}\n", first_slot + n / functions, n % functions, bond);
    }
    return "[had]\n" + bond_sections + devices;
}

std::string batch(Guest& guest, int bonds) {
    std::istringstream names(guest.expect("cd /sys/class/net && echo eth*"));
    std::string made, enslaved, name;
    for (int bond = 0; bond < bonds; ++bond)
        made += fmt::format("link add bond{0} address 02:00:00:00:00:{0:02x} type bond "
                            "mode active-backup miimon 100\nlink set bond{0} up\n"
                            "addr add 10.0.{0}.1/24 brd + dev bond{0}\n",
                            bond);
    for (int n = 0; names >> name; ++n)
        enslaved +=
            fmt::format("link set {} master bond{}\n", name, n * bonds / (cards * functions));
    return made + enslaved;
}

// By now the last port is enslaved, which had does last; the others must be.
void check_slaves(Guest& guest, int ports) {
    guest.expect(fmt::format("test $(echo /sys/class/net/eth*/master | wc -w) -eq {}", ports));
}

void delete_bonds(Guest& guest) {
    guest.expect("cd /sys/class/net; for b in bond[0-9]*; do echo link del $b; done >/run/deleted; "
                 "ip -batch /run/deleted; rm -rf /run/had",
                 60s);
}

void kill(Guest& guest, int pid) {
    guest.expect(fmt::format("kill {}", pid));
    guest.wait_until(fmt::format("! test -e /proc/{}", pid));
}

Figure memory(Guest& guest, int pid) {
    const double mib = status_of(guest, pid, "VmRSS") / 1024,
                 file = status_of(guest, pid, "RssFile") / 1024;
    return {"resident memory with 200 ports",
            fmt::format("{:.1f} MiB", mib),
            "",
            fmt::format("{:.1f} file", file),
            "12 MiB",
            mib < 12};
}

// User and system, in milliseconds; the kernel counts in ticks of 10.
double processor_time(Guest& guest, int pid) {
    return std::stod(guest.expect(
        fmt::format("awk '{{ print ($14 + $15) * 1000 / '$(getconf CLK_TCK)' }}' /proc/{}/stat", pid)));
}

struct Minute {
    double wakeups = 0, ms = 0; // of processor time
};

Minute minute_of(Guest& guest, int pid) {
    const double woken = wakeups(guest, pid), worked = processor_time(guest, pid);
    std::this_thread::sleep_for(60s); // the minute that is measured
    return {wakeups(guest, pid) - woken, processor_time(guest, pid) - worked};
}

// Wake-ups and processor time, in a minute in which nothing happens.
std::vector<Figure> rest(Guest& guest) {
    progress("64 ports at rest, for a minute");
    guest.write_file("/etc/had.conf", conf(8, 8));
    const Timed had = timed(guest, "eth63 had");
    check_slaves(guest, 64);
    wait_rest(guest, had.pid);
    const Minute idle = minute_of(guest, had.pid);
    progress("the same, their links read from the cards");
    guest.expect("sed -i 's/^miimon.*/&\\nlink_poll = 20ms/' /etc/had.conf && hadctl reload");
    const Minute polling = minute_of(guest, had.pid);
    kill(guest, had.pid);
    return {{"wake-ups a minute, 64 ports at rest", fmt::format("{}", idle.wakeups), "", "", "0",
             idle.wakeups == 0},
            {"processor time of that minute", fmt::format("{} ms", idle.ms), "", "", "0 ms",
             idle.ms == 0},
            {"the same, 8 links read every 20 ms, 56 every 200", fmt::format("{} ms", polling.ms), "",
             fmt::format("{:.1f} %", polling.ms / 600), "", true}};
}

} // namespace

std::vector<Figure> many_ports() {
    progress("boots a chassis with 200 ports");
    EmulatedChassis chassis(full_chassis());
    Guest& guest = chassis.guest();
    install(guest);
    guest.expect("modprobe -a virtio_pci virtio_net && modprobe bonding max_bonds=0", 60s);
    guest.wait_until(
        fmt::format("test $(echo /sys/class/net/eth* | wc -w) -eq {}", cards * functions), 60s);
    guest.write_file("/etc/had.conf", conf(20, 10));
    guest.write_file("/run/batch", batch(guest, 20));
    std::vector<double> had, ip;
    std::vector<Figure> figures(1);
    for (int turn = 0; turn < turns; ++turn) {
        progress(fmt::format("starts with 200 ports, {} of {}", turn + 1, turns));
        const Timed started = timed(guest, "eth199 had");
        check_slaves(guest, cards * functions);
        had.push_back(started.ms);
        if (turn + 1 == turns) figures.push_back(memory(guest, started.pid));
        kill(guest, started.pid);
        delete_bonds(guest);
        ip.push_back(timed(guest, "exit ip -batch /run/batch").ms);
        check_slaves(guest, cards * functions);
        delete_bonds(guest);
    }
    figures.front() = compare("200 ports into 20 bonds, from exec", spread(had), spread(ip), "ms");
    for (Figure& figure : rest(guest))
        figures.push_back(std::move(figure));
    return figures;
}

} // namespace had::test
