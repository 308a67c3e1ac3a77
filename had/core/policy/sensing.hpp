// Reading the link from the card itself, where its driver reports it late.
//
// Many drivers look at their transceiver from a timer: e1000, pcnet32 and e100 every two seconds, tulip
// up to once a minute.  Until then rtnetlink, the kernel's miimon and all who trust them call a cut cable
// good, while the card's own registers have known it for milliseconds.  So had reads those registers.
//
// Which probe.  Not by a list of drivers but by trying, port by port: the transceiver's status register
// (MII), else the driver's own answer (ethtool).  A probe that answers with an error is dropped, and the
// next is tried; when none is left the carrier is all there is.  Left alone from the start is a
// paravirtual port (virtio, vmbus, xen): it has no transceiver, its link is a message of the host's, and
// the carrier is that message.
//
// Whom to believe.  A link is good when both say so.  A probe is believed when it says "no link" only
// after it has once said "link" beside a carrier that did: the copper side of a fibre card, and had
// itself when it starts in the middle of a loss, cannot know better.  Until then its word only keeps the
// port from being preferred.  What is not believed and contradicts the carrier for a minute, longer than
// any driver's timer, is dropped and said once in the log: "no link" from the start, and just so "link"
// after the carrier has gone.  What is believed may contradict for ever: some drivers never look.
//
// How often.  Each reading takes the kernel's RTNL, for which miimon only tries, and some 50 us of a
// slow serial bus: at 20 ms half a percent of it.  A tenth of the emulator's or a switch's own delay is
// not worth more.  A standby has a tenth of the readings: its word matters when the active port fails.
// A probe that is not believed yet is in no hurry either.  Not read is a port that is down or that its
// driver has let go (a card in removal holds the RTNL), one without carrier (the kernel would refuse it),
// and any port of a mode in which there is no active port that could be moved.
//
// When to stop.  A driver with an interrupt tells the loss before the next reading does.  Three losses in
// a row that the carrier told first, while the port was read as an active one, and it is read no more: a
// timer of two seconds has a chance in a million to look like that.  One loss that the probe told first
// starts the count anew.  What was learnt lasts as long as the interface.
//
// `link_poll` of had.conf: off reads nothing; a duration is the interval of active ports, and reads also
// what would be left alone or was learnt to be prompt.
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
    std::optional<TimePoint> read;            // when that was; nothing: look at once
    std::optional<TimePoint> contradicts;     // since when it contradicts the carrier
    unsigned carrier_first = 0;               // losses in a row that the carrier told first
    std::string given_up;                     // the probes that were dropped, and why
    Duration every{};                         // 0: not read
    bool closely = false;                     // as the active port
    std::string why;                          // for people: why so often, or not

    friend bool operator==(const Sense&, const Sense&) = default;
};

// Sets `every` and `why` of a slave.
void attend(Sense& sense, const Situation& situation, const BondConfig& bond, const Link& port);
// When it is to be read next; nothing: never.
std::optional<TimePoint> due_at(const Sense& sense, TimePoint now);

struct Said {
    NoticeLevel level = NoticeLevel::info;
    std::string text;

    friend bool operator==(const Said&, const Said&) = default;
};
// What was heard of the port.
void hear_port(Sense& sense, const Link& port);
// What was read.  Worth a line in the log: a probe is found, or dropped.
std::optional<Said> hear_reading(Sense& sense, const Reading& reading, TimePoint now);
// What it has against the carrier of a port.
std::optional<Doubt> doubt_of(const Sense& sense, const Link& port);

} // namespace had::core
