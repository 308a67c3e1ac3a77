#include "had/control/client.hpp"

#include "had/core/base/limits.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace had::control {

namespace {

core::TimePoint now() {
    return std::chrono::time_point_cast<core::Duration>(std::chrono::steady_clock::now());
}

[[noreturn]] void not_running(std::string_view text) {
    throw ClientError(Exit::not_running, std::string(text));
}

// SO_SNDTIMEO also limits connect(), which waits while the backlog of a hung daemon is full.
void limit_connect(int fd, core::Duration limit) {
    const timeval time{limit.count() / 1'000'000, limit.count() % 1'000'000};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

sys::UniqueFd connect_to(const std::string& path, core::Duration limit) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw ClientError(Exit::usage, fmt::format("{}: too long for a socket", path));
    path.copy(address.sun_path, path.size());
    sys::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw ClientError(Exit::failed, fmt::format("no socket: {}", std::strerror(errno)));
    limit_connect(fd.get(), limit);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(fd.get(), generic, sizeof address) == 0) return fd;
    const int error = errno;
    if (error == EACCES || error == EPERM)
        throw ClientError(Exit::no_permission, fmt::format("{}: {}", path, std::strerror(error)));
    if (error == EAGAIN)
        throw ClientError(Exit::timed_out, fmt::format("{}: the daemon does not take clients", path));
    not_running(fmt::format("had is not running ({}: {})", path, std::strerror(error)));
}

// Waits for `events` or the limit.  `mask`, unless it is null, says which signals may come meanwhile.  Returns what
// poll() returns.
int wait_for(int fd, short events, std::optional<core::TimePoint> limit, const sigset_t* mask = nullptr) {
    pollfd waited{fd, events, 0};
    if (!limit) return ::ppoll(&waited, 1, nullptr, mask);
    const auto left = std::max(*limit - now(), core::Duration(0)).count();
    const timespec time{left / 1'000'000, left % 1'000'000 * 1000};
    return ::ppoll(&waited, 1, &time, mask);
}

} // namespace

std::string socket_path() {
    const char* path = std::getenv("HAD_SOCKET");
    return path != nullptr && *path != '\0' ? path : std::string(default_socket);
}

Client::Client(const std::string& path, core::Duration limit)
    : socket_(connect_to(path, limit)), limit_(limit) {
    const Message first = next_message(now() + limit_);
    if (const auto* reply = std::get_if<Reply>(&first))
        if (const auto* error = std::get_if<Error>(&reply->outcome)) throw CallError(*error);
    const auto* hello = std::get_if<Hello>(&first);
    if (hello == nullptr) throw ClientError(Exit::failed, path + ": this is not the daemon's socket");
    hello_ = *hello;
    if (hello_.api != api_version)
        throw ClientError(Exit::failed,
                          fmt::format("had {} speaks version {} of the protocol, this program version {}: "
                                      "take the one that was installed with it",
                                      hello_.had, hello_.api, api_version));
}

std::string Client::call(std::string_view verb, Args args) {
    const std::uint64_t id = next_id_++;
    std::string line = encode(Request{id, std::string(verb), std::move(args)});
    if (line.size() > core::limits::request_bytes)
        throw ClientError(Exit::failed, fmt::format("{}: more than the {} bytes that the daemon takes",
                                                    verb, core::limits::request_bytes));
    const auto deadline = now() + limit_;
    send(std::move(line) + '\n', deadline);
    for (;;) {
        Message message = next_message(deadline);
        if (auto* event = std::get_if<Event>(&message)) events_.push_back(std::move(*event));
        auto* reply = std::get_if<Reply>(&message);
        if (reply == nullptr || (reply->id && reply->id != id)) continue;
        if (auto* error = std::get_if<Error>(&reply->outcome)) throw CallError(std::move(*error));
        return std::get<Answer>(std::move(reply->outcome)).json;
    }
}

Client::Waited Client::wait_event(std::optional<core::Duration> limit) {
    const TimeLimit deadline = limit ? TimeLimit(now() + *limit) : std::nullopt;
    sigset_t none;
    sigemptyset(&none);
    // Who only looks has a loop of its own, which a signal that is blocked for it must reach.
    const sigset_t* mask = limit && *limit <= core::Duration(0) ? nullptr : &none;
    for (;;) {
        while (auto message = take_message())
            if (auto* event = std::get_if<Event>(&*message)) events_.push_back(std::move(*event));
        if (!events_.empty()) return Waited::event;
        if (const Waited waited = receive(deadline, mask); waited != Waited::event) return waited;
    }
}

std::optional<Event> Client::take_event() {
    if (events_.empty()) return std::nullopt;
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

Client::Waited Client::receive(TimeLimit limit, const sigset_t* mask) {
    const int ready = wait_for(socket_.get(), POLLIN, limit, mask);
    if (ready < 0 && errno == EINTR) return Waited::interrupted;
    if (ready == 0) return Waited::timeout;
    std::array<char, 16 * 1024> buffer;
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Waited::event;
    if (size <= 0) not_running("the daemon has ended");
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    if (input_.size() > max_reply_bytes)
        throw ClientError(Exit::failed, "the daemon's answer is too long to be one");
    return Waited::event;
}

std::optional<std::string> Client::take_line() {
    const auto length = input_.find('\n');
    if (length == std::string::npos) return std::nullopt;
    std::string line = input_.substr(0, length);
    input_.erase(0, length + 1);
    return line;
}

std::optional<Message> Client::take_message() {
    const auto line = take_line();
    if (!line) return std::nullopt;
    auto message = decode_message(*line);
    if (!message)
        throw ClientError(Exit::failed, "the answer is not the daemon's: " + line->substr(0, 60));
    return message;
}

Message Client::next_message(TimeLimit limit) {
    for (;;) {
        if (auto message = take_message()) return *std::move(message);
        if (receive(limit) == Waited::timeout)
            throw ClientError(Exit::timed_out,
                              fmt::format("the daemon does not answer within {} s",
                                          std::chrono::ceil<std::chrono::seconds>(limit_).count()));
    }
}

void Client::send(std::string text, TimeLimit limit) {
    while (!text.empty()) {
        const ssize_t size =
            ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size > 0) {
            text.erase(0, static_cast<std::size_t>(size));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) not_running("the daemon has ended");
        if (wait_for(socket_.get(), POLLOUT, limit) == 0)
            throw ClientError(Exit::timed_out, "the daemon does not take the request");
    }
}

} // namespace had::control
