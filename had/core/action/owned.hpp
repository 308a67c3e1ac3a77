// What the daemon has made, so that it can remove what the file no longer names, also after a restart.
//
// Kept in /run/had/owned and written before the kernel is told.  It lives as long as the kernel's state: a record
// whose link is gone is dropped.  Bonds are kept by name, since had.conf names them; ports by ifindex, since their
// names change.
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

// What is left to other programs for a while (contest.hpp).  The time is of a clock that runs since the machine
// started, as the record does: the next daemon has the same clock.
struct LeftAlone {
    unsigned times = 0;                       // how often it was given up; 0: its burst is not over yet
    TimePoint until{};                        // when it is tried again

    friend bool operator==(const LeftAlone&, const LeftAlone&) = default;
};
// How long something is left that was given up so many times: 1, 2, 4 ... minutes, up to an hour.
inline constexpr Duration contest_retry_first = std::chrono::minutes(1);
inline constexpr Duration contest_retry_most = std::chrono::hours(1);
Duration contest_wait(unsigned times);

struct Owned {
    std::set<std::string> bonds;                              // made by the daemon
    std::set<std::string> vlans;                              // made by the daemon
    // Of bonds and VLANs of the file, made by the daemon or not: what was theirs under another name is theirs.
    std::map<std::string, Ifindex> indexes;
    std::map<std::string, Mac> first_macs;                    // `mac = first`: what the first port gave
    std::map<std::string, Mac> bond_macs;                     // the address that the daemon gave the bond
    std::map<Ifindex, std::string> members;                   // port -> bond, enslaved by the daemon
    std::set<Ifindex> raised;                                 // plain ports that the daemon set up
    std::set<std::pair<std::string, IpPrefix>> bond_addresses;    // bond's or VLAN's name
    std::set<std::pair<Ifindex, IpPrefix>> port_addresses;
    // Options that the daemon set and that are not at their default, by bond and the kernel's name.
    std::set<std::pair<std::string, std::string>> bond_options;
    std::set<std::string> modules;                            // drivers that the daemon loaded
    // The MTU before the daemon changed it: of bonds and VLANs by name, of ports by ifindex.
    std::map<std::string, std::uint32_t> named_mtus;
    std::map<Ifindex, std::uint32_t> port_mtus;
    // The same of what interfaces forget: by name, or a port's index, and word.
    std::map<std::pair<std::string, std::string>, std::string> tuned;
    // Not made, but known: the active port that the daemon last knew, by bond; and what another program insists on
    // (contest.hpp).
    std::map<std::string, Ifindex> actives;
    std::map<std::string, LeftAlone> contested;
    // The kernel's slots whose open handle has been seen, whether it became an order or not.
    std::set<std::string> handles;
    // Said 1 for keepalived when an orderly end wrote 0 into them: the next daemon goes on with 1.
    std::set<std::string> fault_files;

    // True when the record changed.
    bool note_indexes(const Observed& observed, const Config& config);
    // The bond or VLAN of that name, also when another hand has renamed it.  Null: there is none.
    [[nodiscard]] const Link* find(const Observed& observed, const std::string& name) const;
    bool note_mac(const std::string& link, const std::optional<Mac>& mac);
    // Drops what the kernel no longer has, except bonds and VLANs of this file, which are made again.  Requires: a
    // full dump was folded.
    bool prune(const Observed& observed, const Config* config = nullptr);

    // The MTU to restore when the file names none.  Nothing: the daemon did not change it.
    [[nodiscard]] std::optional<std::uint32_t> mtu_before(const LinkRef& link) const;
    [[nodiscard]] bool has_address(const LinkRef& link, const IpPrefix& prefix) const;
    // What is left to others now, by name.  Null: nothing.
    [[nodiscard]] const LeftAlone* left_alone(const std::string& what, TimePoint now) const;
    // It has been given up, and has not held for long since.
    [[nodiscard]] bool gave_up(const std::string& what) const;
    // What was tried again and has held is no longer contested.  True when the record changed.
    bool forget_held(TimePoint now);
    friend bool operator==(const Owned&, const Owned&) = default;
};

// One record a line.  A line that cannot be read is left out: the file may be of a newer daemon.
std::string print(const Owned& owned);
Owned parse_owned(std::string_view text);

} // namespace had::core
