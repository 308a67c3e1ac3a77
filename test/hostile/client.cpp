#include "test/hostile/client.hpp"

#include <algorithm>
#include <array>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>

#include "test/chassis/unix_socket.hpp"

namespace had::test::hostile {
namespace {

// Of a line only its beginning tells what it is; a reply may have megabytes.
constexpr std::size_t telling = 200;

bool is(std::string_view line, std::string_view word) {
    return line.find(word) != std::string_view::npos;
}

std::string value_of(std::string_view line, std::string_view key) {
    const std::size_t at = line.find(key);
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + key.size();
    return std::string(line.substr(begin, line.find('"', begin) - begin));
}

} // namespace

Counts& Counts::operator+=(const Counts& other) {
    connections += other.connections;
    turned_away += other.turned_away;
    requests += other.requests;
    answers += other.answers;
    refused += other.refused;
    closed += other.closed;
    sent += other.sent;
    received += other.received;
    return *this;
}

bool Client::connect() {
    close();
    input_.clear();
    try {
        fd_ = connect_to(socket_);
    } catch (const std::system_error&) {
        ++counts_.turned_away;
        ::poll(nullptr, 0, 100); // no daemon: there is nobody to be hurt by haste
        return false;
    }
    std::string line;
    if (!read_line(line)) {
        ++counts_.turned_away;
        return false;
    }
    instance_ = value_of(line, R"("instance":")");
    if (instance_.empty()) {
        ++counts_.turned_away;
        close();
        return false;
    }
    ++counts_.connections;
    return true;
}

bool Client::send(std::string_view bytes, int requests) {
    while (!bytes.empty()) {
        const ssize_t size = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size < 0) return lost();
        counts_.sent += static_cast<std::uint64_t>(size);
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    counts_.requests += static_cast<std::uint64_t>(requests);
    return true;
}

bool Client::read_answers(int answers) {
    std::string line;
    while (answers > 0) {
        if (!read_line(line)) return lost();
        if (line.starts_with(R"({"event")")) continue;
        ++counts_.answers;
        if (is(line, R"("error":)")) ++counts_.refused;
        --answers;
    }
    return true;
}

void Client::wait_for_end() {
    while (connected() && read_answers(1)) {
    }
}

// Keeps no more of it than `telling`.
bool Client::read_line(std::string& start) {
    start.clear();
    for (;;) {
        const std::size_t end = input_.find('\n');
        if (start.size() < telling) start.append(input_, 0, std::min(end, telling));
        if (end != std::string::npos) {
            input_.erase(0, end + 1);
            return true;
        }
        std::array<char, 65536> chunk;
        const ssize_t size = ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
        if (size <= 0) return false;
        counts_.received += static_cast<std::uint64_t>(size);
        input_.assign(chunk.data(), static_cast<std::size_t>(size));
    }
}

bool Client::lost() {
    ++counts_.closed;
    close();
    return false;
}

} // namespace had::test::hostile
