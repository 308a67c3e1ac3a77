// A client of the control socket that stays: it hears every event once, over restarts of the daemon.
//
// It works on the loop.  When the daemon is not there it tries again, ever more seldom, and goes on where it was:
// what was missed comes first, and a `lost` event where something is missing.  had-recorder and had-notify are made
// of one.
#pragma once

#include "had/control/client.hpp"
#include "had/sys/loop.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace had::control {

// Subscribes, to go on after `from`; nothing: from now on.  The answer is the last event so far.
Position subscribe(Client& client, const std::optional<Position>& from, bool changes);

class Subscription {
public:
    struct Handlers {
        // Connected.  Events that were missed follow; the last of them has the number `last`.
        std::function<void(Client& client, const Position& last)> connected;
        std::function<void(Client& client, const Event& event)> event;      // `lost` and `changed`, too
        // Also when there was none to begin with; one and the same reason once.
        std::function<void(const std::string& why)> disconnected;
    };
    Subscription(sys::Loop& loop, std::string path, std::optional<Position> from, bool changes, Handlers handlers);
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    // Null: there is no daemon now.  A call on it may throw ClientError; then say so by lose().
    [[nodiscard]] Client* client() { return client_ ? &*client_ : nullptr; }
    void lose(const std::string& why);
    // Handles what came between the answers to calls.  For who calls outside of a handler.
    void pump();

private:
    void connect();

    sys::Loop& loop_;
    std::string path_;
    std::optional<Position> position_;
    bool changes_;
    Handlers handlers_;
    core::Duration delay_;
    std::string why_not_;                     // there is no daemon; empty: there is
    std::optional<Client> client_;
    sys::Watch watch_;                        // after the client, whose descriptor it borrows
    sys::Timer again_;
};

} // namespace had::control
