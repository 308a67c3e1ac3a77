// The verbs of hadctl.  Each prints its answer to standard output and returns the exit code.  Errors are
// thrown (control::ClientError, control::CallError), and main prints them.
#pragma once

#include "had/control/protocol.hpp"
#include "had/core/view/view.hpp"
#include "had/files.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::hadctl {

struct Options {
    std::string socket;
    bool json = false, watch = false, force = false, follow = false, wait = false;
    std::string object, file;
    std::string bond, port, slot, domain;
    std::string since;                        // "INSTANCE:SEQ"
    std::string alarm;                        // "bond0/redundancy"
    std::string event, last, month, at_least; // of history and availability
    bool prometheus = false;
    bool panel = false, scrub = false;        // of status; of report
    bool foresee = false;                     // of an order: only what it would lead to
    core::Health until = core::Health::healthy;
    bool until_ready = false;                 // instead: a backup port of the bond would serve, and that is proven
    std::optional<double> timeout;            // seconds
    std::string group, order, member;         // of failover
    std::string duration;                     // "10min"; empty: the usual
    std::vector<std::string> objects, from;   // of draft
    std::string format;
};

using control::Exit;

Exit status(const Options& options);          // commands.cpp
Exit explain(const Options& options);
Exit link(const Options& options);
Exit path(const Options& options);            // path.cpp
Exit peer(const Options& options);            // peer.cpp
Exit scan(const Options& options);            // `peer scan`
Exit pair(const Options& options);
Exit pair_setup(const Options& options);      // pair.cpp
Exit pair_notify(const Options& options);
Exit plan(const Options& options);
Exit reload(const Options& options);
// What the daemon would do if an order were given, which is not.
Exit foresee(const Options& options, std::string_view order, control::Args args);
Exit alarms(const Options& options);          // alarms.cpp
Exit ack(const Options& options);
Exit history(const Options& options);         // history.cpp: what had-recorder has written
Exit availability(const Options& options);
Exit metrics(const Options& options);
Exit timeline(const Options& options);        // timeline.cpp
Exit report(const Options& options);          // report.cpp
Exit hooks(const Options& options);           // notify.cpp: `notify`, `notify test`
Exit try_hooks(const Options& options);
Exit offline(const Options& options);         // slot.cpp: `slot offline`, and its counterparts
Exit online(const Options& options);
Exit release(const Options& options);         // `domain release`, `domain take`
Exit take(const Options& options);
Exit pause(const Options& options);
Exit order_group(const Options& options);     // `failover NAME use MEMBER` and so on
Exit check(const Options& options);           // check.cpp
Exit show_config(const Options& options);     // config.cpp
Exit draft_config(const Options& options);    // draft.cpp
Exit watch(const Options& options);           // follow.cpp: those that stay
Exit monitor(const Options& options);
Exit wait(const Options& options);

// For a verb that only gives an order: tells what the daemon answers; and of an order about a slot, that it is done.
Exit give_order(const Options& options, std::string_view verb, control::Args args);
Exit order_slot(const Options& options, std::string_view verb, std::string_view done);       // slot.cpp

// `status` as an exit code: 0 or 3.
Exit exit_of(core::Health health);
// The health of "" (the chassis), "2", "2.1", "bond0" or an interface.  Nothing: no such object.
std::optional<core::Health> health_of(const core::View& view, const std::string& object);
// "ab12:7".  Nothing: not such a thing.
std::optional<control::Position> position_from(const std::string& text);
// Reads had.conf and the files beside it, as the daemon does; "-" is standard input, alone.  Throws
// control::ClientError, with the exit code, for one that is missing or may not be read.
sys::ConfigFiles files_of(const std::string& file);
// Judges them, and the table that they name.
Files judged(const std::string& file, sys::ConfigFiles read);
std::string text_of(const std::string& file);
std::string shown_name(const std::string& file);

} // namespace had::hadctl
