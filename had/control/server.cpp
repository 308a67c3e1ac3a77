#include "had/control/server.hpp"

#include "had/control/server_client.hpp"
#include "had/control/view_json.hpp"
#include "had/sys/loop_asio.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <system_error>
#include <tuple>

namespace had::control {

namespace asio = boost::asio;

Server::Impl::Impl(sys::Loop& the_loop, Daemon& the_daemon, ServerOptions the_options)
    : loop(the_loop), daemon(the_daemon), options(std::move(the_options)),
      group(group_id(options.group)), history(options.instance, options.history),
      listener(options.path), turns(options.turns_a_second, options.turns_at_once) {}

void Server::Impl::watch() {
    resting = false;
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
    std::shared_ptr<Client> client;
    try {
        Peer peer = peer_of(fd.get());
        const bool limited = !permitted(peer);
        if (const auto trouble = no_room_for(peer)) {
            turn_away(fd.get(), limited, *trouble);
            return !resting;
        }
        client = std::make_shared<Client>(Socket(sys::io_context_of(loop)), std::move(peer), shared_from_this());
        clients.push_back(client);
        client->take(fd);
        client->start();
    } catch (const std::exception& trouble) {
        if (fd) Client::give_up(fd.get());
        if (client) fd ? client->end() : client->give_up();
        options.log(fmt::format("control: a client could not be taken: {}", trouble.what()));
    }
    return !resting;
}

// He never becomes a client: he gets a line, which fits into any socket, and is closed.  That costs little, but
// may be asked for without end; so when there are too many, nobody is accepted for a moment.
void Server::Impl::turn_away(int fd, bool limited, const std::string& text) {
    const std::string line = encode(Reply{{}, Error{ErrorCode::too_many, text, {}}}) + '\n';
    std::ignore = ::send(fd, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (!limited) return;
    const core::TimePoint now = options.clock();
    refusals.take(now);
    if (refusals.ready() > now) rest(std::max<core::Duration>(refusals.ready() - now, std::chrono::milliseconds(10)));
}

void Server::Impl::rest(core::Duration time) {
    resting = true;
    again = loop.after(time, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->watch();
    });
    watching = {};
}

// The descriptors are used up (EMFILE): the client waits in the backlog, and the listener would be
// readable for ever.  So it is not watched for a while.
void Server::Impl::pause(int error) {
    if (!paused)
        options.log(
            fmt::format("control: cannot take clients: {}; trying again", std::strerror(error)));
    paused = true;
    rest(options.pause);
}

std::optional<std::string> Server::Impl::no_room_for(const Peer& peer) {
    const bool limited = !permitted(peer);
    const auto same = [&](const auto& client) { return client->peer().uid == peer.uid; };
    const auto of_uid = static_cast<std::size_t>(std::count_if(clients.begin(), clients.end(), same));
    if (limited && of_uid >= options.of_uid && !take_place(peer.uid))
        return fmt::format("uid {} has {} connections, and may have no more", peer.uid, of_uid);
    const std::size_t places =
        limited ? options.clients - std::min(options.clients, options.reserved) : options.clients;
    if (clients.size() >= places && !take_place(std::nullopt)) return "the daemon has too many clients";
    return std::nullopt;
}

bool Server::Impl::take_place(std::optional<uid_t> uid) {
    const core::TimePoint late = options.clock() - options.idle;
    std::shared_ptr<Client> idlest;
    for (const auto& client : clients) {
        const auto since = client->idle_since();
        if (!since || *since > late || permitted(client->peer()) || (uid && client->peer().uid != *uid)) continue;
        if (!idlest || *since < *idlest->idle_since()) idlest = client;
    }
    if (idlest) idlest->end();
    return idlest != nullptr;
}

// Compares the view itself, so it does not matter what changed it, nor whether that was told.
const std::string& Server::Impl::status() {
    const core::View& view = daemon.view();
    if (told_status.empty() || view != told_view) {
        told_status = to_json(view);
        told_view = view;
    }
    return told_status;
}

void Server::Impl::drop(const std::shared_ptr<Client>& client) {
    std::erase(clients, client);
}

// One request a turn of the loop, whoever asks: between two of them the loop hears the kernel.
void Server::Impl::queue(std::shared_ptr<Client> client) {
    const uid_t uid = client->peer().uid;
    const bool limited = !permitted(client->peer());
    turns.wait(uid, limited, std::move(client));
    next_turn();
}

void Server::Impl::next_turn() {
    const core::TimePoint now = options.clock();
    const auto due = turns.due(now);
    if (!due || turn_posted) return;
    if (*due > now) {
        waiting = loop.after(*due - now, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->next_turn();
        });
        return;
    }
    loop.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->turn_posted = false;
        const auto client = self->turns.next(self->options.clock());
        try {
            self->next_turn(); // first: what is thrown below ends this turn alone
        } catch (...) {        // who waits is served with whoever comes next, or by go_on()
            if (client) (*client)->end(); // whose turn was this one
            throw;
        }
        if (client) (*client)->take_turn();
    });
    turn_posted = true; // not before: what is not posted must be posted by the next
}

Server::Server(sys::Loop& loop, Daemon& daemon, ServerOptions options)
    : impl_(std::make_shared<Impl>(loop, daemon, std::move(options))) {
    impl_->watch();
}

Server::~Server() {
    close();
}

Position Server::next() const {
    return impl_ ? Position{impl_->history.instance(), impl_->history.next()} : Position{};
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

void Server::go_on() {
    if (impl_) impl_->next_turn();
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
