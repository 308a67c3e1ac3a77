// The control surface on its socket: frames lines, asks who is calling, answers, tells what happens.
//
// Nothing a client does can hold up the daemon or another client.  A client's next request is looked at
// when the answer to the last one has left, one request a turn of the loop; so one that floods, or that
// asks and does not read, delays itself alone.  Events do not wait for a reader: a subscriber with more
// than `high_water` bytes unread is closed, and may come back and resume.
#pragma once

#include "had/control/daemon.hpp"
#include "had/control/protocol.hpp"
#include "had/core/notice.hpp"
#include "had/core/types.hpp"
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
    std::string instance;                     // random, another each time had starts
    std::string version;
    std::function<std::string()> now;         // RFC 3339 UTC, for events
    std::function<void(std::string_view)> log = [](std::string_view) {};     // trouble; a line, no '\n'

    std::size_t clients = 64;                 // of which the last `reserved` are for those who may change
    std::size_t reserved = 8;
    std::size_t high_water = 1024 * 1024;     // bytes
    std::size_t history = 1024;               // events
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

    void publish(const core::Notice& notice); // numbers it, keeps it, sends it to every subscriber
    void changed();                           // the view differs: for those who asked to be told
    void set_group(const std::string& name);  // after a reload; throws as the constructor does
    void close();                             // ends every client and removes the socket

private:
    struct Impl;
    class Client;
    std::shared_ptr<Impl> impl_;
};

} // namespace had::control
