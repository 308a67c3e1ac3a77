// What had made, so that it can take back what the file no longer names, also after a restart.
//
// Kept in /run/had/owned, written before the kernel is told, and living as long as the kernel's state:
// a record whose link is gone is dropped.  Bonds are known by name, since had.conf names them; ports by
// ifindex, since names move.
#pragma once

#include "had/core/action/operation.hpp"
#include "had/core/config/config.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/world/observed.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace had::core {

// What is left to others for a while (contest.hpp).  The time is that of a clock that runs since the machine
// started, as does what is recorded here: another daemon has the same.
struct Left {
    unsigned times = 0;                       // how often it was given up; 0: its burst is not over yet
    TimePoint until{};                        // then it is tried again

    friend bool operator==(const Left&, const Left&) = default;
};
// What was given up so many times is left for 1, 2, 4 ... minutes, up to an hour.
inline constexpr Duration contest_retry_first = std::chrono::minutes(1);
inline constexpr Duration contest_retry_most = std::chrono::hours(1);
Duration contest_wait(unsigned times);

struct Owned {
    std::set<std::string> bonds;                              // created by had
    std::set<std::string> vlans;                              // created by had
    std::map<std::string, Mac> first_macs;                    // `mac = first`: what the first port gave
    std::map<std::string, Mac> bond_macs;                     // the address that had gave the bond
    std::map<Ifindex, std::string> members;                   // port -> bond, enslaved by had
    std::set<Ifindex> raised;                                 // plain ports that had set up
    std::set<std::pair<std::string, IpPrefix>> bond_addresses;    // bond's or VLAN's name
    std::set<std::pair<Ifindex, IpPrefix>> port_addresses;
    // Options that had set, by bond and the kernel's name, and that are not at their default.
    std::set<std::pair<std::string, std::string>> bond_options;
    std::set<std::string> modules;                            // drivers that had loaded
    // What the MTU was before had changed it: of bonds and VLANs by name, of ports by ifindex.
    std::map<std::string, std::uint32_t> named_mtus;
    std::map<Ifindex, std::uint32_t> port_mtus;
    // Not made, but decided: the active port that had last knew, by bond; and what somebody else insists on
    // (contest.hpp).
    std::map<std::string, Ifindex> actives;
    std::map<std::string, Left> contested;
    // Slots of the kernel whose open handle has become an order, or was none.
    std::set<std::string> handles;

    // True when the record changed.
    bool note_mac(const std::string& link, const std::optional<Mac>& mac);
    // Drops what the kernel no longer has, but for bonds and VLANs of this file: they are made again.  Only
    // after a full dump was folded.
    bool prune(const Observed& observed, const Config* config = nullptr);

    // What to give it back when the file names no MTU.  Nothing: had did not change it.
    [[nodiscard]] std::optional<std::uint32_t> mtu_before(const LinkRef& link) const;
    [[nodiscard]] bool has_address(const LinkRef& link, const IpPrefix& prefix) const;
    // What is left to others now.  Null: nothing of that name.
    [[nodiscard]] const Left* left(const std::string& what, TimePoint now) const;
    // It has been given up, and has not held for long since.
    [[nodiscard]] bool gave_up(const std::string& what) const;
    // What was tried again and has held is contested no more.  True when the record changed.
    bool forget_held(TimePoint now);
    friend bool operator==(const Owned&, const Owned&) = default;
};

// One record a line; a line that cannot be read is left out (the file is had's own, and may be newer).
std::string print(const Owned& owned);
Owned parse_owned(std::string_view text);

} // namespace had::core
