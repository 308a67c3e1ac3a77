// A small world made by hand, and what the core makes of it.
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/core/view/view.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace had::test {

using namespace core;

inline constexpr std::string_view one_bond = "[bond bond0]\n"
                                             "mode    = active-backup\n"
                                             "miimon  = 100\n"
                                             "address = 10.0.1.1/24\n"
                                             "[config member]\n"
                                             "bond = bond0\n"
                                             "[devices]\n"
                                             "2.0 = member\n"
                                             "2.1 = member\n";

struct World {
    Config config;
    DriverTable table;
    Observed observed;
    Owned owned;
    Orders orders;
    Models models;
    Attempts attempts;
    std::map<Ifindex, Standing> standings;
    Chassis chassis;
    Parameters parameters;                    // of every module
    bool ahead = false, force = false;
    PeerStates peers = {};
    ServiceStates services = {};
    std::map<std::string, std::vector<Device>> devices = {};

    explicit World(std::string_view text = one_bond);
    // In the source, as all that has many parts: compiled once, not for each test.
    World(World&& other) noexcept;
    World& operator=(World&& other) noexcept;
    ~World();

    Change hear(Event event);
    Situation situation();
    Plan plan();
    View view();
    // What is planned, a line each.
    std::vector<std::string> wanted();
};

PciAddress at(std::string_view text);
PciFunction function(const std::vector<std::string_view>& chain, std::uint16_t device = 0x100e,
                     std::string driver = "");
Link nic(Ifindex index, std::string name);
Link bond(Ifindex index, std::string name);
Link slave(Ifindex index, std::string name, Ifindex master, bool active = false);
// As the daemon sets it.
Address address(Ifindex link, std::string_view text);
Connected connected(Ifindex link, std::string_view network);
KernelSlot slot(std::string name, std::string_view device);
// Slot 2 with a card of two functions and their interfaces eth0 (2) and eth1 (3).
void insert_card(World& world);
// The same, serving: both are in bond0 (9), which had made, and eth0 is active.
void let_serve(World& world);

} // namespace had::test
