// The single steps, each with what is said when it is done and when it fails.
#pragma once

#include "ifenslave/machine.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace had::ifenslave {

constexpr int exit_failed = 1, exit_misuse = 2, exit_call_failed = 255;

struct Undo {
    std::vector<core::Operation> operations;
    std::string call, done; // as in Step

    friend bool operator==(const Undo&, const Undo&) = default;
};

struct Step {
    std::vector<core::Operation> operations; // empty: nothing needs to change
    std::string call;   // "Slave 'eth0': Error: SIOCSIFMTU failed": the kernel's reason follows it
    std::string failed; // the line after that; may be empty
    int exit = 0;       // of a failure; 0: it is printed, and the next step follows
    std::string done;   // printed with -v after success
    std::optional<Undo> undo = {}; // made when a later step fails, or this one in the middle

    friend bool operator==(const Step&, const Step&) = default;
};

// Before a slave is enslaved: down, without IPv4 addresses, with the bond's MTU.
Step bring_down(const Interface& slave);
Step clear_addresses(const Interface& slave);
Step match_mtu(const Interface& master, const Interface& slave);
// For a bond without a MAC address.  Today's kernels give every new bond one.
Step lend_address(const Interface& master, const Interface& slave);
// After the release.
Step reset_mtu(const Interface& slave);
// A request to the bonding driver itself, under the name of its old ioctl.
Step ask_bond(const Interface& master, core::Operation operation, const char* call);

core::LinkRef ref(const Interface& interface);
std::string print(const std::array<std::uint8_t, 6>& hardware); // "52:54:00:12:34:56"

} // namespace had::ifenslave
