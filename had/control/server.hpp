// The control surface on its socket: frames lines, asks who is calling, answers, tells what happens.
//
// Nothing that a client does can hold up the daemon or another client.  One request is served in a turn of the
// loop, and each uid has its turn (turns.hpp).  A client's next request is looked at when the answer to the last
// one has left.  So a client that floods, or asks and does not read, delays only itself.  Events do not wait
// for a reader: a subscriber with more than `high_water` bytes unread is closed, and may come back and resume.
//
// A uid that may not change things has a limited number of places and of turns a second.  No timer runs
// for that while nobody waits: the place of an idle client is taken when another needs it.
#pragma once

#include "had/control/daemon.hpp"
#include "had/control/protocol.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/base/notice.hpp"
#include "had/core/base/types.hpp"
#include "had/sys/loop.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace had::control {

struct ServerOptions {
    std::string path{default_socket};
    std::string group;                        // [had] socket_group; empty: only uid 0 may change things
    std::string instance;                     // random, another at each start of the daemon
    std::string version;
    std::function<Stamp()> now;               // for events
    std::function<core::TimePoint()> clock;   // steady
    std::function<void(std::string_view)> log = [](std::string_view) {};     // trouble; a line, no '\n'

    std::size_t clients = core::limits::clients;           // the last `reserved` for those who may change
    std::size_t reserved = core::limits::reserved_clients;
    std::size_t of_uid = core::limits::clients_of_uid;     // of one who may not
    core::Duration idle = std::chrono::seconds(core::limits::idle_seconds);
    std::size_t turns_a_second = core::limits::turns_a_second;
    std::size_t turns_at_once = core::limits::turns_at_once;
    std::size_t high_water = core::limits::unread_bytes;
    std::size_t history = core::limits::history;           // events
    core::Duration pause = std::chrono::seconds(1);   // before accepting again without descriptors
};

class Server {
public:
    // Listens when it returns.  Throws std::runtime_error with the path and the reason.  The loop and
    // the daemon must outlive it.
    Server(sys::Loop& loop, Daemon& daemon, ServerOptions options);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    [[nodiscard]] Position next() const;      // what the next event will be
    void publish(const core::Notice& notice); // numbers it, keeps it, sends it to every subscriber
    void changed();                           // the view has changed: tells the subscribers that asked for it
    void set_group(const std::string& name);  // after a reload
    void go_on();                             // there is memory again: serves who waits, if nobody is about to
    void close();                             // ends every client and removes the socket

private:
    struct Impl;
    class Client;
    std::shared_ptr<Impl> impl_;
};

} // namespace had::control
