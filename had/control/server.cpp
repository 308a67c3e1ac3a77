#include "had/control/server.hpp"

#include "had/control/history.hpp"
#include "had/control/listener.hpp"
#include "had/control/methods.hpp"
#include "had/control/peer.hpp"
#include "had/sys/loop_asio.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace had::control {

namespace asio = boost::asio;
using boost::system::error_code;
using Socket = asio::local::stream_protocol::socket;

// Clients hold the Impl weakly: Asio runs the handlers of a cancelled operation later, when the
// server may be gone.
struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
    Impl(sys::Loop& loop, Daemon& daemon, ServerOptions options);

    void watch();
    void accept_all();
    bool accept_one(); // false: nobody waits, or nobody can be let in now
    void pause(int error);
    void drop(const std::shared_ptr<Client>& client);
    void queue(std::shared_ptr<Client> client);
    void next_turn();
    [[nodiscard]] bool permitted(const Peer& peer) const { return may_change(peer, group); }
    [[nodiscard]] std::size_t room_for(const Peer& peer) const;

    sys::Loop& loop;
    Daemon& daemon;
    ServerOptions options;
    std::optional<gid_t> group;
    History history;
    Listener listener;
    std::vector<std::shared_ptr<Client>> clients;
    std::deque<std::shared_ptr<Client>> turns; // each is here once at most
    sys::Timer again;
    bool paused = false;
    sys::Watch watching; // last: it borrows the listener's descriptor
};

class Server::Client : public std::enable_shared_from_this<Client> {
public:
    Client(Socket socket, Peer peer, const std::shared_ptr<Impl>& server)
        : socket_(std::move(socket)), peer_(std::move(peer)), server_(server) {}

    void start(const std::string& first_line);
    void refuse(const std::string& line);      // the line, then the end
    void tell(const std::string& line); // an event, unless too many are unread
    void tell_changed(const std::string& line);
    void take_turn(); // answers one request
    void close();

private:
    void read();
    void serve(); // queues for a turn when a request is here, else reads on
    void answer(std::string_view line);
    Outcome outcome_of(const Request& request, Impl& server);
    Outcome subscribe(const Args& args, Impl& server);
    void put(const std::string& line);
    void flush();
    void end(); // closes, and leaves the server's list

    Socket socket_;
    Peer peer_;
    std::weak_ptr<Impl> server_;
    std::array<char, 16 * 1024> buffer_{};
    std::string input_, output_, leaving_; // leaving_ is with the kernel until it is written
    std::vector<std::string> backlog_;     // of `subscribe`: goes out after its reply
    bool reading_ = false, queued_ = false;
    bool finished_ = false; // no more is read
    bool subscribed_ = false, wants_changes_ = false, told_changed_ = false;
};

// --- A client ------------------------------------------------------------------------------------

void Server::Client::start(const std::string& first_line) {
    put(first_line);
    flush();
}

void Server::Client::refuse(const std::string& line) {
    finished_ = true;
    start(line);
}

void Server::Client::close() {
    error_code ignored;
    socket_.close(ignored);
}

void Server::Client::end() {
    close();
    if (const auto server = server_.lock()) server->drop(shared_from_this());
}

void Server::Client::read() {
    if (reading_ || finished_) return;
    reading_ = true;
    socket_.async_read_some(
        asio::buffer(buffer_), [self = shared_from_this()](error_code error, std::size_t size) {
            self->reading_ = false;
            if (!self->socket_.is_open()) return;
            if (error == asio::error::eof) { // what was asked is answered before we part
                self->finished_ = true;
            } else if (error) {
                return self->end();
            }
            self->input_.append(self->buffer_.data(), size);
            self->serve();
        });
}

void Server::Client::serve() {
    if (queued_ || !socket_.is_open() || !leaving_.empty() || !output_.empty()) return;
    if (input_.find('\n') == std::string::npos && input_.size() <= max_request_bytes) {
        if (finished_) return end();
        return read();
    }
    const auto server = server_.lock();
    if (!server) return;
    queued_ = true;
    server->queue(shared_from_this());
}

void Server::Client::take_turn() {
    queued_ = false;
    if (!socket_.is_open()) return;
    const auto length = input_.find('\n');
    if (std::min(length, input_.size()) > max_request_bytes) {
        input_.clear();
        return refuse(
            encode(Reply{{},
                         Error{ErrorCode::too_long,
                               fmt::format("a request has at most {} bytes", max_request_bytes),
                               {}}}));
    }
    const std::string line = input_.substr(0, length);
    input_.erase(0, length + 1);
    answer(line);
    flush();
    // The client's end is heard of while the answer is on its way.
    if (input_.find('\n') == std::string::npos) read();
}

void Server::Client::answer(std::string_view line) {
    const auto server = server_.lock();
    if (!server) return;
    const auto decoded = decode_request(line);
    if (const auto* reply = std::get_if<Reply>(&decoded)) return put(encode(*reply));
    const auto& request = std::get<Request>(decoded);
    put(encode(Reply{request.id, outcome_of(request, *server)}));
    for (const std::string& event : std::exchange(backlog_, {}))
        put(event);
}

Outcome Server::Client::outcome_of(const Request& request, Impl& server) {
    told_changed_ = false;
    try {
        if (auto error = objection(request, server.permitted(peer_))) return *std::move(error);
        if (request.verb == "subscribe") return subscribe(request.args, server);
        return call(server.daemon, request, user_name(peer_.uid));
    } catch (const std::exception& trouble) {
        server.options.log(fmt::format("control: {}: {}", request.verb, trouble.what()));
        return Error{ErrorCode::failed, trouble.what(), {}};
    }
}

Outcome Server::Client::subscribe(const Args& args, Impl& server) {
    const auto instance = text_of(args, "instance");
    const auto seq = number_of(args, "seq");
    if (instance.has_value() != seq.has_value() || seq.value_or(0) < 0)
        return Error{
            ErrorCode::usage, "subscribe: 'instance' and 'seq' (0 or more) go together", {}};
    if (instance) {
        auto missed = server.history.since(*instance, static_cast<std::uint64_t>(*seq));
        if (!missed)
            return Error{ErrorCode::usage,
                         fmt::format("subscribe: event {} has not been yet; the last was {}", *seq,
                                     server.history.last()),
                         {}};
        backlog_ = *std::move(missed);
    }
    subscribed_ = true;
    wants_changes_ = flag_of(args, "changes");
    return Answer{to_json(Position{server.history.instance(), server.history.last()})};
}

void Server::Client::tell(const std::string& line) {
    if (!subscribed_ || !socket_.is_open()) return;
    const auto server = server_.lock();
    if (server && output_.size() + leaving_.size() > server->options.high_water) {
        server->options.log(
            fmt::format("control: a subscriber (uid {}) does not read; closing it", peer_.uid));
        return end();
    }
    put(line);
    flush();
}

void Server::Client::tell_changed(const std::string& line) {
    if (!wants_changes_ || told_changed_) return;
    told_changed_ = true;
    tell(line);
}

void Server::Client::put(const std::string& line) {
    output_ += line;
    output_ += '\n';
}

void Server::Client::flush() {
    if (!leaving_.empty() || output_.empty() || !socket_.is_open()) return;
    leaving_.swap(output_);
    asio::async_write(socket_, asio::buffer(leaving_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                          self->leaving_.clear();
                          if (!self->socket_.is_open()) return;
                          if (error) return self->end();
                          self->flush();
                          self->serve();
                      });
}

// --- The server ----------------------------------------------------------------------------------

Server::Impl::Impl(sys::Loop& the_loop, Daemon& the_daemon, ServerOptions the_options)
    : loop(the_loop), daemon(the_daemon), options(std::move(the_options)),
      group(group_id(options.group)), history(options.instance, options.history),
      listener(options.path) {}

void Server::Impl::watch() {
    watching = loop.on_readable(listener.fd(), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->accept_all();
    });
}

void Server::Impl::accept_all() {
    constexpr int a_turn = 16; // then the loop's other work, since more may be waiting
    for (int i = 0; i < a_turn && accept_one(); ++i) {
    }
}

bool Server::Impl::accept_one() {
    sys::UniqueFd fd(::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd) {
        if (errno == EINTR || errno == ECONNABORTED) return true;
        if (errno != EAGAIN && errno != EWOULDBLOCK) pause(errno);
        return false;
    }
    if (paused) options.log("control: takes clients again");
    paused = false;
    try {
        Peer peer = peer_of(fd.get());
        const bool room = clients.size() < room_for(peer);
        Socket socket(sys::io_context_of(loop));
        socket.assign(asio::local::stream_protocol(), fd.get());
        [[maybe_unused]] const int now_of_asio = fd.release();
        auto client =
            std::make_shared<Client>(std::move(socket), std::move(peer), shared_from_this());
        if (!room) {
            client->refuse(
                encode(Reply{{}, Error{ErrorCode::too_many, "had has too many clients", {}}}));
            return true;
        }
        clients.push_back(client);
        client->start(encode(Hello{options.version, api_version, options.instance}));
    } catch (const std::exception& trouble) {
        options.log(fmt::format("control: a client could not be taken: {}", trouble.what()));
    }
    return true;
}

// The descriptors are used up (EMFILE): the client waits in the backlog, and the listener would be
// readable for ever.  So it is not watched for a while.
void Server::Impl::pause(int error) {
    if (!paused)
        options.log(
            fmt::format("control: cannot take clients: {}; trying again", std::strerror(error)));
    paused = true;
    again = loop.after(options.pause, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->watch();
    });
    watching = {};
}

std::size_t Server::Impl::room_for(const Peer& peer) const {
    if (permitted(peer)) return options.clients;
    return options.clients - std::min(options.clients, options.reserved);
}

void Server::Impl::drop(const std::shared_ptr<Client>& client) {
    std::erase(clients, client);
}

// One request a turn of the loop, whoever asks: between two of them the loop hears the kernel.
void Server::Impl::queue(std::shared_ptr<Client> client) {
    turns.push_back(std::move(client));
    if (turns.size() == 1) next_turn();
}

void Server::Impl::next_turn() {
    loop.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->turns.empty()) return;
        const auto client = self->turns.front();
        self->turns.pop_front();
        if (!self->turns.empty()) self->next_turn();
        client->take_turn();
    });
}

Server::Server(sys::Loop& loop, Daemon& daemon, ServerOptions options)
    : impl_(std::make_shared<Impl>(loop, daemon, std::move(options))) {
    impl_->watch();
}

Server::~Server() {
    close();
}

void Server::publish(const core::Notice& notice) {
    if (!impl_) return;
    std::string line =
        encode(notice, impl_->history.next(), impl_->history.instance(), impl_->options.now());
    impl_->history.add(line);
    const auto clients = impl_->clients; // a copy: telling may close one
    for (const auto& client : clients)
        client->tell(line);
}

void Server::changed() {
    if (!impl_) return;
    const std::string line = encode_changed(impl_->history.instance());
    const auto clients = impl_->clients;
    for (const auto& client : clients)
        client->tell_changed(line);
}

void Server::set_group(const std::string& name) {
    if (impl_) impl_->group = group_id(name);
}

void Server::close() {
    if (!impl_) return;
    for (const auto& client : impl_->clients)
        client->close();
    impl_.reset();
}

} // namespace had::control
