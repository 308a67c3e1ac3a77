// Services in user-mode Linux, as children of the daemon: how soon a hundred of them are taken over by the next daemon;
// and how soon the line whose address has gone is told to end, and the next one runs.
//
// The kernel's message is timed where `ip monitor` hears it.  Both programs are shells that say when TERM has come and
// when they begin; so what a shell and `date` take is in these times.
#include "test/bench/figures.hpp"

#include "test/chassis/played_chassis.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace had::test {
namespace {

constexpr int many = 100, restarts = 5, losses = 20;

const char* const line = R"(#!/bin/sh
trap 'date +%s%N >/run/ended; ip link delete $1; exit 0' TERM
date +%s%N >/run/begun
ip link add $1 type veth peer name p$1 && ip address add $2 dev $1 && ip link set $1 up
while :; do sleep 1000 & wait; done
)";

const char* const two_lines = R"([service dsl]
command = /run/line dsl0 10.67.0.10/32
alive = address dsl0
[service lte]
command = /run/line lte0 10.67.0.11/32
alive = address lte0
[failover wan]
members = dsl lte
failback = never
)";

// Milliseconds from the daemon's execution until all are up.
const char* const adoption = R"sh(begun=$(date +%s%N)
had >/run/had.log 2>&1 &
echo $! >/run/had.pid
until test "$(hadctl status --json 2>/dev/null | grep -o '"phase":"up"' | wc -l)" = 100; do :; done
echo $(( ($(date +%s%N) - begun) / 1000 ))
)sh";

const char* const loss = R"sh(rm -f /run/ended /run/begun
ip -ts monitor address >/run/heard & monitor=$!
sleep 0.2
ip address flush dev dsl0
until test -s /run/ended -a -s /run/begun; do sleep 0.05; done
kill $monitor
heard=$(date -d "$(sed -n 's/^\[\(.*\)\] *Deleted.*dsl0.*/\1/p' /run/heard | head -n 1)" +%s%N)
echo $(( ($(cat /run/ended) - heard) / 1000 )) $(( ($(cat /run/begun) - heard) / 1000 ))
)sh";

std::unique_ptr<PlayedChassis> boot() {
    progress("boots user-mode Linux with services");
    Options options;
    options.needs = Needs::ports;
    auto chassis = std::make_unique<PlayedChassis>(options);
    install(chassis->guest());
    return chassis;
}

Figure adopted(Guest& guest) {
    std::string conf;
    for (int i = 0; i < many; ++i) conf += fmt::format("[service s{}]\ncommand = sleep 100000\n", i);
    guest.write_file("/etc/had.conf", conf);
    guest.write_file("/run/adopt", adoption);
    std::vector<double> times;
    guest.expect("sh /run/adopt", 120s);
    for (int i = 0; i < restarts; ++i) {
        guest.expect("kill -9 $(cat /run/had.pid)");
        times.push_back(std::stod(guest.expect("sh /run/adopt", 120s)) / 1000);
    }
    guest.expect("kill $(cat /run/had.pid); pkill -x sleep; rm -rf /run/had");
    const Spread found = spread(times);
    return {fmt::format("{} services taken over, from exec", many), print(found, "ms"), "", "", "1000 ms",
            found.median < 1000};
}

std::vector<Figure> decided(Guest& guest) {
    guest.write_file("/run/line", line);
    guest.write_file("/run/lose", loss);
    guest.write_file("/etc/had.conf", two_lines);
    guest.expect("chmod +x /run/line");
    guest.spawn("exec had", "/run/had.log");
    std::vector<double> stops, starts;
    const auto serves = [&](const std::string& member) {
        guest.wait_until("hadctl status --json | grep -q '\"active\":\"" + member + "\"'", 60s);
    };
    for (int i = 0; i < losses; ++i) {
        serves("dsl");
        const std::string times = guest.expect("sh /run/lose", 60s);
        stops.push_back(std::stod(times) / 1000);
        starts.push_back(std::stod(times.substr(times.find(' '))) / 1000);
        serves("lte");
        guest.expect("hadctl failover wan use dsl");
        serves("dsl");
        guest.expect("hadctl failover wan release");
    }
    const Spread stopped = spread(stops), started = spread(starts);
    return {{"address gone, to TERM at the dead member", print(stopped, "ms"), "", "", "20 ms", stopped.median < 20},
            {"address gone, to the next member's program", print(started, "ms"), "", "", "", true}};
}

} // namespace

std::vector<Figure> services() {
    const auto chassis = boot();
    std::vector<Figure> figures{adopted(chassis->guest())};
    for (Figure& figure : decided(chassis->guest())) figures.push_back(std::move(figure));
    return figures;
}

} // namespace had::test
