#include "had/control/server_client.hpp"

#include "had/control/view_json.hpp"
#include "had/core/base/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <sys/socket.h>

#include <exception>
#include <tuple>
#include <utility>

namespace had::control {

namespace asio = boost::asio;
using boost::system::error_code;

void Server::Client::take(sys::UniqueFd& fd) {
    socket_.assign(asio::local::stream_protocol(), fd.get());
    [[maybe_unused]] const int now_of_asio = fd.release();
}

void Server::Client::start() {
    if (const auto server = server_.lock()) queue(*server);
}

void Server::Client::refuse(const std::string& line) {
    finished_ = true;
    put(line);
    flush();
}

void Server::Client::queue(Impl& server) {
    queued_ = true;
    active_ = server.options.clock();
    server.queue(shared_from_this());
}

// Nobody else would serve a client whose turn was cut off, or that has no place in a line: it is ended, and may
// come again.
template <class Work>
void Server::Client::or_end(Work work) try {
    work();
} catch (...) {
    give_up();
    throw;
}

std::optional<core::TimePoint> Server::Client::idle_since() const {
    if (queued_ || subscribed_) return std::nullopt;
    return active_;
}

std::size_t Server::Client::newline() {
    const auto at = input_.find('\n', searched_);
    if (at == std::string::npos) searched_ = input_.size();
    return at;
}

void Server::Client::close() {
    error_code ignored;
    socket_.close(ignored);
}

void Server::Client::give_up(int fd) {
    constexpr std::string_view line =
        R"({"id":null,"error":{"code":"too-many","text":"the daemon cannot serve one more client now"}})" "\n";
    std::ignore = ::send(fd, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

// Not into half a line.
void Server::Client::give_up() {
    if (socket_.is_open() && leaving_.empty()) give_up(socket_.native_handle());
    end();
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
            self->or_end([&] { self->has_read(error, size); });
        });
}

void Server::Client::has_read(error_code error, std::size_t size) {
    reading_ = false;
    if (!socket_.is_open()) return;
    if (error && error != asio::error::eof) return end();
    if (error) finished_ = true; // what was asked is answered before we part
    input_.append(buffer_.data(), size);
    serve();
}

void Server::Client::serve() {
    if (queued_ || !socket_.is_open() || !leaving_.empty() || !output_.empty()) return;
    const auto server = server_.lock();
    if (!server) return;
    if (has_request(*server)) return queue(*server);
    if (finished_) return end();
    // A request that comes in pieces takes a turn for each: a piece costs about as much as a request.
    if (!input_.empty() && !reading_ && !server->permitted(peer_)) return queue(*server);
    read();
}

bool Server::Client::has_request(const Impl& server) {
    return newline() != std::string::npos || input_.size() > server.request_bytes(peer_);
}

// A client whose turn was cut off would never be served again: it is closed, and may come back.
void Server::Client::take_turn() {
    or_end([this] { serve_one(); });
}

void Server::Client::serve_one() {
    queued_ = false;
    const auto server = server_.lock();
    if (!server || !socket_.is_open()) return;
    if (!std::exchange(greeted_, true)) {
        put(encode(Hello{server->options.version, api_version, server->options.instance}));
        return flush();
    }
    if (!has_request(*server)) return finished_ ? end() : read();
    const auto length = newline();
    if (const auto most = server->request_bytes(peer_); std::min(length, input_.size()) > most) {
        input_.clear();
        return refuse(encode(Reply{
            {}, Error{ErrorCode::too_long, fmt::format("a request has at most {} bytes{}", most,
                                                       server->permitted(peer_) ? "" : " of who may not change things"),
                      {}}}));
    }
    const std::string line = input_.substr(0, length);
    input_.erase(0, length + 1);
    searched_ = 0;
    answer(line);
    flush();
    // The client's end is heard of while the answer is on its way.
    if (newline() == std::string::npos) read();
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
        const bool permitted = server.permitted(peer_);
        if (auto error = objection(request, permitted)) return *std::move(error);
        if (request.verb == "subscribe") return subscribe(request.args, server);
        if (request.verb == "status") return bounded(Answer{server.status()}, permitted);
        const bool changes = find_verb(request.verb)->changes;
        return bounded(call(server.daemon, request, {permitted, changes ? user_name(peer_.uid) : ""}), permitted);
    } catch (const std::exception& trouble) {
        server.options.log(fmt::format("control: {}: {}", request.verb, trouble.what()));
        return Error{ErrorCode::failed, trouble.what(), {}};
    }
}

// Limits what clients that do not read can hold.
Outcome Server::Client::bounded(Outcome outcome, bool permitted) const {
    const auto* answer = std::get_if<Answer>(&outcome);
    if (permitted || answer == nullptr || answer->json.size() <= core::limits::unread_bytes) return outcome;
    return Error{ErrorCode::failed,
                 fmt::format("the answer has more than {} bytes, which only callers who may change things get",
                             core::limits::unread_bytes),
                 {}};
}

Outcome Server::Client::subscribe(const Args& args, Impl& server) {
    const auto instance = text_of(args, "instance");
    const auto seq = number_of(args, "seq");
    if (instance.has_value() != seq.has_value() || seq.value_or(0) < 0)
        return Error{
            ErrorCode::usage, "subscribe: 'instance' and 'seq' (0 or more) go together", {}};
    if (instance) {
        auto missed = server.history.since(core::shortened(*instance, core::limits::echo_bytes),
                                           static_cast<std::uint64_t>(*seq));
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
    try {
        put(line);
        flush();
    } catch (const std::exception&) {
        end(); // of half a line nothing can be made; it may come again, and the others are told
    }
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
    try {
        asio::async_write(socket_, asio::buffer(leaving_),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              self->or_end([&] { self->has_written(error); });
                          });
    } catch (...) {                           // nothing of it has left
        leaving_.clear();
        throw;
    }
}

void Server::Client::has_written(error_code error) {
    leaving_.clear();
    if (!socket_.is_open()) return;
    if (error) return end();
    if (const auto server = server_.lock()) active_ = server->options.clock();
    flush();
    serve();
}

} // namespace had::control
