#include "test/bench/figures.hpp"

#include "test/chassis/chassis.hpp"
#include "test/chassis/place.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <sstream>
#include <stdexcept>

namespace had::test {

namespace {

double at(const std::vector<double>& sorted, double part) {
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1) + 0.5)];
}

} // namespace

void install(Guest& guest) {
    guest.expect(fmt::format("cp {}/etc/pcidrivers.conf /etc", place().tree));
}

void progress(std::string_view text) {
    fmt::print(stderr, "  {:<7} {}\n", "BENCH", text);
}

Timed timed(Guest& guest, const std::string& arguments) {
    guest.expect("rm -f /run/observed"); // a log is appended to
    const auto observer =
        guest.spawn("exec bench-observer " + arguments + " 2>/run/said", "/run/observed");
    const int rc = guest.wait_exit(observer, 120s);
    const std::string said = guest.read_file("/run/observed");
    Timed result;
    if (rc != 0 || !(std::istringstream(said) >> result.pid >> result.ms))
        throw std::runtime_error("bench-observer " + arguments + ": " +
                                 guest.read_file("/run/said"));
    return result;
}

// A virtio card's filter is set by commands, a dozen at each change of the active port, and for each
// the kernel waits until QEMU has its turn; a card of copper has registers for it.  Without the filter
// the bond's work is measured, and not that queue.
Card paired_card(const std::string& model) {
    Card card{model};
    if (model == "virtio") card.extra = {"ctrl_rx=off"};
    return card;
}

std::vector<std::string> insert_pair(Chassis& chassis, const std::string& model,
                                     const std::string& module) {
    std::vector<std::string> interfaces;
    for (const int slot : paired_slots)
        chassis.insert(slot, paired_card(model));
    chassis.guest().expect("modprobe " + module);
    for (const int slot : paired_slots)
        interfaces.push_back(chassis.interface(slot, 0));
    return interfaces;
}

Spread spread(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {at(values, 0.5), at(values, 0.25), at(values, 0.75), at(values, 0.9), at(values, 1)};
}

std::string print(const Spread& s, std::string_view unit) {
    const int digits = s.median < 100 ? 1 : 0;
    return fmt::format("{0:.{4}f} {3} ({1:.{4}f}-{2:.{4}f})", s.median, s.low, s.high, unit,
                       digits);
}

Figure compare(std::string what, const Spread& had, const Spread& peer, std::string_view unit,
               double goal) {
    const double ratio = had.median / peer.median;
    return {std::move(what),
            print(had, unit),
            print(peer, unit),
            fmt::format("{:.2f} x", ratio),
            fmt::format("{} x", goal),
            ratio <= goal};
}

double status_of(Guest& guest, int pid, const std::string& name) {
    return std::stod(guest.expect(fmt::format("awk '/^{}:/ {{ print $2 }}' /proc/{}/status", name, pid)));
}

double wakeups(Guest& guest, int pid) {
    return status_of(guest, pid, "voluntary_ctxt_switches") + status_of(guest, pid, "nonvoluntary_ctxt_switches");
}

void wait_rest(Guest& guest, int pid) {
    const std::string switches = fmt::format("$(grep ctxt /proc/{}/status)", pid);
    guest.wait_until(fmt::format("a=\"{0}\"; sleep 2; test \"$a\" = \"{0}\"", switches), 60s);
}

} // namespace had::test
