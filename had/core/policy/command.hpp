// What an operator may tell the daemon to do by hand, as values.
//
// A command is a struct here and a member of the variant, a row of the protocol's table (had/control/methods.cpp),
// and a function of the part of the turn that it is about (had/run/commands.cpp).  Most commands give or end an
// order, which is kept first (orders.hpp), and then done like everything else that is wanted.
#pragma once

#include "had/core/base/types.hpp"

#include <string>
#include <variant>

namespace had::core::command {

struct Activate {                             // the port carries the bond, until `Auto`
    std::string bond, port;
};
struct Auto {
    std::string bond;
};
struct Offline {                              // the card is let go, until `Online`
    SlotName slot;
    bool force = false;                       // also what cuts service
    bool wait = false;                        // for another port to serve instead
};
struct Online {
    SlotName slot;
};
struct Identify {                             // the slot's LED blinks for a while
    SlotName slot;
};
struct Accept {                               // a card is let in that the slot does not accept (acceptance.hpp)
    SlotName slot;
};
struct Release {                              // the domain is another host's, until `Take`
    std::string domain;
    bool force = false;                       // also what cuts service
};
struct Take {
    std::string domain;
};
struct LeaveOut {                             // a port is left out of its bond, until `PutBack`; the caller itself
    std::string port;                         // releases it, and enslaves it again
};
struct PutBack {
    std::string port;
};
struct Use {                                  // the member serves rather than any other, until `ReleaseGroup`
    std::string group, member;
};
struct Hold {                                 // the member does not run, until `ReleaseGroup`
    std::string group, member;
};
struct ReleaseGroup {
    std::string group;
};
struct Pause {                                // nothing is changed, until `Resume` or for that long
    Duration duration = std::chrono::minutes(30);
};
struct Resume {};
struct Ack {                                  // an alarm is taken note of, as long as it lasts
    std::string id;
};
struct Report {                               // a program beside the daemon has a trouble of its own, or no more
    std::string type, object;
    std::string text;                         // empty: it is over
};

} // namespace had::core::command

namespace had::core {

using Command = std::variant<command::Activate, command::Auto, command::Offline, command::Online, command::Identify,
                             command::Accept, command::Release, command::Take, command::LeaveOut, command::PutBack,
                             command::Use, command::Hold, command::ReleaseGroup, command::Pause, command::Resume,
                             command::Ack, command::Report>;

} // namespace had::core
