// A blocking client of the control socket, with a time limit on everything that waits.
#pragma once

#include "had/control/protocol.hpp"
#include "had/core/base/types.hpp"
#include "had/sys/fd.hpp"

#include <csignal>
#include <cstdint>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace had::control {

// No daemon, no permission, no answer in time, or an answer that is not of the protocol: `exit` says which.
struct ClientError : std::runtime_error {
    ClientError(Exit why, const std::string& text) : std::runtime_error(text), exit(why) {}
    Exit exit;
};
// The daemon answered with an error.
struct CallError : ClientError {
    explicit CallError(Error what) : ClientError(exit_of(what.code), what.text), error(std::move(what)) {}
    Error error;
};

// HAD_SOCKET, or the usual place.
std::string socket_path();

class Client {
public:
    static constexpr core::Duration patience = std::chrono::seconds(10);

    // Connects and reads the Hello.  Throws ClientError.
    explicit Client(const std::string& path = socket_path(), core::Duration limit = patience);

    [[nodiscard]] const Hello& hello() const { return hello_; }
    [[nodiscard]] int fd() const { return socket_.get(); }        // readable: wait_event() has something to do
    // The answer as JSON text.  Events that come meanwhile are kept.  Throws CallError, ClientError.
    std::string call(std::string_view verb, Args args = {});

    enum class Waited : std::uint8_t { event, timeout, interrupted };
    // `limit` nothing: waits as long as it takes.  Throws ClientError when the daemon ends.  `interrupted`: a
    // signal came, and its handler may have set something.  Blocked signals are let in only here, and only with a
    // limit above 0.
    Waited wait_event(std::optional<core::Duration> limit);
    // The oldest event that has arrived; nothing: there is none.
    std::optional<Event> take_event();

private:
    using TimeLimit = std::optional<core::TimePoint>;
    Waited receive(TimeLimit limit, const sigset_t* mask = nullptr);      // at least one byte more
    std::optional<std::string> take_line();
    void send(std::string text, TimeLimit limit);
    std::optional<Message> take_message();
    Message next_message(TimeLimit limit);

    sys::UniqueFd socket_;
    core::Duration limit_;
    std::string input_;
    Hello hello_;
    std::uint64_t next_id_ = 1;
    std::deque<Event> events_;
};

} // namespace had::control
