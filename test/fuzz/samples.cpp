// What the world is to be like: three files, each with other kinds of objects, and a driver table.
#include "test/fuzz/rig.hpp"
#include "test/fuzz/target.hpp"

#include <array>

namespace had::test {

using namespace core;

namespace {

constexpr std::array<std::string_view, 3> files{R"([had]
domains = A
[domain A]
slots = 1-3
[domain B]
slots = 4-5
[slot 1]
location = path 0000:00:05
accept = same-model
[slot 2]
location = path 0000:00:06
[slot 3]
location = pci 0000:01:00
[bond bond0]
mode = active-backup
miimon = 100
address = 10.0.1.1/24
primary = 1.0
rise = 2s
[bond bond1]
mode = 802.3ad
miimon = 100
[vlan v5]
on = bond0
id = 5
address = 10.5.0.1/24
[config a]
bond = bond0
prio = 5
[config b]
bond = bond1
[config c]
address = 10.9.0.1/24
gateway = 10.9.0.254
mtu = 1400
[devices]
1 = a
2.0 = a
2.1 = b
3 = c
4 = a
5.0 = b
)",
                                                R"([slot 1]
location = path 0000:00:05
[slot 2]
location = path 0000:00:06
[bond bond0]
mode = active-backup
miimon = 100
mac = first
failback = never
link_poll = 50ms
address = 10.0.1.1/24
monitor = gw mates flow
fault_file = /run/fault
[monitor gw]
kind = arp
targets = 10.0.1.254
action = fault
[monitor mates]
kind = peer
[monitor flow]
kind = traffic
[monitor word]
kind = file
file = /run/word
[config a]
bond = bond0
[config c]
address = 10.9.0.1/24
monitor = word
[devices]
1.0 = a
1.1 = c
2 = a
)",
                                                R"([bond bond1]
mode = balance-alb
miimon = 100
[slot 3]
location = pci 0000:01:00
[config b]
bond = bond1
speed = 100
duplex = full
autoneg = off
[vlan v5]
on = 3.1
id = 7
[devices]
3.0 = b
2 = b
)"};

constexpr std::string_view table =
    "[e1000]\nid = 8086:100e\n[8139cp]\nid = 10ec:8139\n[8139too]\nid = 10ec:8139\nalso = mii\n[foo]\nclass = 0200\n";

} // namespace

const std::vector<Config>& sample_configs() {
    static const std::vector<Config> configs = [] {
        std::vector<Config> all;
        for (const std::string_view file : files) {
            ParsedConfig parsed = parse_config(file);
            must(!has_errors(parsed.diagnostics), "the samples have no errors");
            all.push_back(std::move(parsed.config));
        }
        return all;
    }();
    return configs;
}

const DriverTable& sample_table() {
    static const DriverTable parsed = parse_driver_table(table).table;
    return parsed;
}

} // namespace had::test
