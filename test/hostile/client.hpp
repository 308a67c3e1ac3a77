// One connection of somebody without rights, who comes back whenever the daemon has closed it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "test/chassis/fd.hpp"

namespace had::test::hostile {

// What was done; the parent of all clients reads it when they have ended.
struct Counts {
    std::uint64_t connections, turned_away; // told "too-many", or nobody listened
    std::uint64_t requests, answers, refused;
    std::uint64_t closed;         // by the daemon
    std::uint64_t sent, received; // bytes

    Counts& operator+=(const Counts& other);
};

class Client {
public:
    Client(std::string socket, Counts& counts) : socket_(std::move(socket)), counts_(counts) {}

    // A new connection, and the daemon's first line; false when it lets nobody in.
    bool connect();
    [[nodiscard]] bool connected() const { return static_cast<bool>(fd_); }
    void close() { fd_.reset(); }
    [[nodiscard]] const std::string& instance() const { return instance_; }

    // All of it, however long that takes; false: the daemon has closed the connection.
    bool send(std::string_view bytes, int requests);
    // Reads until there are so many answers, and as many events as come in between.
    bool read_answers(int answers);
    // Until the daemon closes.
    void wait_for_end();
    bool ask(std::string_view line) { return send(line, 1) && read_answers(1); }

private:
    bool read_line(std::string& start);
    bool lost();

    std::string socket_, instance_, input_;
    Counts& counts_;
    Fd fd_;
};

} // namespace had::test::hostile
