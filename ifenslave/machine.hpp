// What ifenslave needs of the machine: to look, to act, and to tell the daemon.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/world/link.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::ifenslave {

// A link, and what the old messages show of it besides.
struct Interface {
    core::Link link;
    unsigned flags = 0;                     // IFF_*: the 16 bits that SIOCGIFFLAGS had room for
    unsigned type = 0;                      // ARPHRD_*
    std::array<std::uint8_t, 6> hardware{}; // the first bytes of its address, however long that is
    std::vector<core::IpPrefix> addresses;  // in the kernel's order

    friend bool operator==(const Interface&, const Interface&) = default;
};

struct Snapshot {
    std::vector<Interface> interfaces; // in the kernel's order

    // Null: there is none.
    [[nodiscard]] const Interface* find(std::string_view name) const;
    [[nodiscard]] const Interface* find(core::Ifindex index) const;
    [[nodiscard]] std::string name_of(core::Ifindex index) const; // or "none"
};

// Which port of the chassis an interface is, and what had.conf wants of it.
struct Claim {
    std::string port;   // "2.0"
    std::string config; // the role: "config2"
    std::string bond;   // empty: it serves alone

    friend bool operator==(const Claim&, const Claim&) = default;
};

class Machine {
public:
    virtual ~Machine() = default;

    // Throws std::system_error.
    virtual Snapshot observe() = 0;
    // Throws nothing.
    virtual core::ActionResult apply(const core::Operation& operation) = 0;

    // The daemon makes the slave active, or says why not.  Nothing: the daemon does not run, cannot be
    // reached, or does not know the bond; the caller goes on without it.
    virtual std::optional<core::ActionResult> had_activates(const std::string& master,
                                                            const std::string& slave) = 0;
    // The daemon leaves the slave out of its bond from now on, or ends that order.  False: it could not be told,
    // or refused.
    virtual bool had_leaves_out(const std::string& slave) = 0;
    virtual bool had_takes_back(const std::string& slave) = 0;
    // Nothing: the daemon does not run, or its had.conf does not name the interface.
    virtual std::optional<Claim> claim_of_had(const std::string& interface) = 0;
};

} // namespace had::ifenslave
