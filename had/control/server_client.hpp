// The inside of the server: its state, and one client's.  server.hpp says what both do.
#pragma once

#include "had/control/history.hpp"
#include "had/control/listener.hpp"
#include "had/control/methods.hpp"
#include "had/control/peer.hpp"
#include "had/control/server.hpp"
#include "had/control/turns.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/view/view.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::control {

// Clients hold the Impl weakly: Asio runs the handlers of a cancelled operation later, when the
// server may be gone.
struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
    using Socket = boost::asio::local::stream_protocol::socket;

    Impl(sys::Loop& loop, Daemon& daemon, ServerOptions options);

    void watch();
    void accept_all();
    bool accept_one(); // false: nobody waits, or nobody can be let in now
    void pause(int error);
    void rest(core::Duration time); // before anybody is accepted again
    void turn_away(int fd, bool limited, const std::string& text);
    void drop(const std::shared_ptr<Client>& client);
    void queue(std::shared_ptr<Client> client);
    void next_turn();
    [[nodiscard]] bool permitted(const Peer& peer) const { return may_change(peer, group); }
    [[nodiscard]] std::size_t request_bytes(const Peer& peer) const {
        return permitted(peer) ? core::limits::request_bytes : core::limits::stranger_request_bytes;
    }
    // Why there is no place for the peer; nothing: there is one.
    [[nodiscard]] std::optional<std::string> no_room_for(const Peer& peer);
    bool take_place(std::optional<uid_t> uid); // of an idle client; of any uid, or of this one
    const std::string& status(); // JSON

    sys::Loop& loop;
    Daemon& daemon;
    ServerOptions options;
    std::optional<gid_t> group;
    History history;
    Listener listener;
    std::vector<std::shared_ptr<Client>> clients;
    Turns<std::shared_ptr<Client>> turns; // each is here once at most
    bool turn_posted = false;
    Bucket refusals{core::limits::refusals_a_second, core::limits::refusals_at_once};
    core::View told_view; // that `told_status` tells: 200 ports are 100 KiB, and asked for again and again
    std::string told_status;
    sys::Timer again, waiting; // to accept; for the next turn
    bool paused = false, resting = false;
    sys::Watch watching; // last: it borrows the listener's descriptor
};

class Server::Client : public std::enable_shared_from_this<Client> {
public:
    using Socket = Impl::Socket;
    Client(Socket socket, Peer peer, const std::shared_ptr<Impl>& server)
        : socket_(std::move(socket)), peer_(std::move(peer)), server_(server) {}

    // Its connection, which is the client's as soon as nothing can be thrown any more.
    void take(sys::UniqueFd& fd);
    // Takes no memory.  Of one that just ended it would be taken for the daemon's end.
    static void give_up(int fd);
    void start(); // in its turn it is greeted
    void tell(const std::string& line); // an event, unless too many are unread
    void tell_changed(const std::string& line);
    void take_turn(); // greets, answers one request, or reads on
    void close();
    void end(); // closes, and leaves the server's list
    void give_up(); // says so where that can be read, and ends
    [[nodiscard]] const Peer& peer() const { return peer_; }
    // Since when it has asked nothing and read nothing of its answer.  Nothing: it is not idle, since it waits
    // for an answer or for events.
    [[nodiscard]] std::optional<core::TimePoint> idle_since() const;

private:
    template <class Work>
    void or_end(Work work); // what throws, for want of memory, ends the client
    void read();
    void has_read(boost::system::error_code error, std::size_t size);
    void has_written(boost::system::error_code error);
    void serve_one();
    void serve(); // queues for a turn when a request is here, else reads on
    void refuse(const std::string& line);      // the line, then the end
    void answer(std::string_view line);
    Outcome outcome_of(const Request& request, Impl& server);
    Outcome subscribe(const Args& args, Impl& server);
    Outcome bounded(Outcome outcome, bool permitted) const;
    void queue(Impl& server);
    void put(const std::string& line);
    void flush();
    [[nodiscard]] bool has_request(const Impl& server); // or more than one may have
    [[nodiscard]] std::size_t newline(); // where the first request ends, or npos

    Socket socket_;
    Peer peer_;
    std::weak_ptr<Impl> server_;
    std::array<char, 16 * 1024> buffer_{};
    std::string input_, output_, leaving_; // leaving_ is with the kernel until it is written
    std::size_t searched_ = 0;             // of input_: no newline so far
    std::vector<std::string> backlog_;     // of `subscribe`: goes out after its reply
    core::TimePoint active_{};
    bool greeted_ = false, reading_ = false, queued_ = false;
    bool finished_ = false; // no more is read
    bool subscribed_ = false, wants_changes_ = false, told_changed_ = false;
};

} // namespace had::control
