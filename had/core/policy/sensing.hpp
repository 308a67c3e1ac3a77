// Reading the link from the card itself, where its driver reports it late.
//
// Many drivers look at their transceiver from a timer: e1000, pcnet32 and e100 every two seconds, tulip
// up to once a minute.  Until then rtnetlink, the kernel's miimon and all who trust them call a cut cable
// good, while the card's own registers have known it for milliseconds.  So the daemon reads those registers.
//
// Which probe.  It is found by trying, port by port, and not by a list of drivers: first the transceiver's status
// register (MII), then the driver's own answer (ethtool).  A probe that answers with an error is dropped, and the
// next is tried; when none is left only the carrier counts.  A paravirtual port (virtio, vmbus, xen) is never read:
// it has no transceiver, its link is a message of the host's, and the carrier is that message.
//
// Whom to believe.  A link is good when probe and carrier both say so.  A probe that says "no link" is believed only
// after it has once said "link" beside a carrier that did: the copper side of a fibre card never does, and a daemon
// that starts in the middle of a loss cannot tell.  Until then its word only keeps the port from being preferred.
// A probe that is not believed and contradicts the carrier for a minute, longer than any driver's timer, is dropped
// and logged once.  That holds for "no link" from the start, and for "link" after the carrier has gone.  A probe that
// is believed may contradict for ever: some drivers never look.
//
// How often.  Each reading takes the kernel's RTNL, for which miimon only tries, and some 50 us of a slow serial bus:
// at 20 ms half a percent of it.  Reading more often would gain less than a tenth of the delay that an emulator or a
// switch has anyway.  A backup port is read a tenth as often, since its link matters only when the active port fails.
// A probe that is not believed yet is read as rarely.  A port is not read while it is down, while its driver has let
// it go (a card in removal holds the RTNL), or while it has no carrier (the kernel would refuse it).  No port is read
// in a mode without an active port that could be moved.
//
// When to stop.  A driver with an interrupt reports the loss before the next reading does.  After three losses in a
// row that the carrier reported first, while the port was read as an active one, the port is read no more: a timer of
// two seconds has a chance in a million to look like that.  A loss that the probe reported first starts the count
// anew.  What was learnt lasts as long as the interface.
//
// `link_poll` of had.conf: off reads nothing.  A duration is the interval of active ports, and also reads ports that
// would not be read, or no more.
#pragma once

#include "had/core/base/notice.hpp"
#include "had/core/policy/situation.hpp"
#include "had/core/world/probe.hpp"

#include <optional>
#include <string>

namespace had::core {

inline constexpr Duration sense_interval = std::chrono::milliseconds(20);
inline constexpr int standby_share = 10;      // a standby is read a tenth as often
inline constexpr Duration contradiction_limit = std::chrono::minutes(1);
inline constexpr unsigned prompt_losses = 3;

// What is known of one port's probes.
struct Sense {
    std::optional<Probe> probe = Probe::mii;  // in use, or being tried; nothing: none is of use
    bool proven = false;                      // it has said "link" beside the carrier
    std::optional<bool> carrier;              // as last heard; nothing: the port was down
    std::optional<bool> link;                 // the probe's last word since the carrier last came
    std::optional<TimePoint> read;            // when it was read; nothing: read at once
    std::optional<TimePoint> contradicts;     // since when it contradicts the carrier
    unsigned carrier_first = 0;               // losses in a row that the carrier told first
    std::string given_up;                     // the probes that were dropped, and why
    Duration every{};                         // 0: not read
    bool closely = false;                     // as the active port
    std::string why;                          // for people: why that often, or why never

    friend bool operator==(const Sense&, const Sense&) = default;
};

// Sets `every` and `why` of a slave.
void schedule(Sense& sense, const Situation& situation, const BondConfig& bond, const Link& port);
// When it is to be read next; nothing: never.
std::optional<TimePoint> due_at(const Sense& sense, TimePoint now);

struct Said {
    NoticeLevel level = NoticeLevel::info;
    std::string text;

    friend bool operator==(const Said&, const Said&) = default;
};
// What was heard of the port.
void hear_port(Sense& sense, const Link& port);
// What was read.  The answer is a line for the log: a probe was found, or dropped.
std::optional<Said> hear_reading(Sense& sense, const Reading& reading, TimePoint now);
// How the probe contradicts the carrier of a port.
std::optional<Doubt> doubt_of(const Sense& sense, const Link& port);

} // namespace had::core
