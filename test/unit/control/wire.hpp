// A server on a real socket in a directory of its own, and raw clients to poke at it.
#pragma once

#include "had/control/server.hpp"
#include "had/sys/fd.hpp"
#include "test/boost_test.hpp"
#include "test/unit/control/fake_daemon.hpp"

#include <sys/socket.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace had::test {

struct TempDir {
    TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir();
    std::filesystem::path path;
};

sys::UniqueFd raw_socket(const std::string& path, bool listening);

// A connection that sends what it is told and reads only when it is told.
class Wire {
public:
    explicit Wire(const std::string& path) : fd_(raw_socket(path, false)) {}

    [[nodiscard]] int fd() const { return fd_.get(); }
    std::size_t send(std::string_view text) const;
    void finish() const { ::shutdown(fd_.get(), SHUT_WR); }
    void read();

    std::vector<std::string> lines;
    bool ended = false;

private:
    sys::UniqueFd fd_;
    std::string input_;
};

struct Served {
    explicit Served(control::ServerOptions more = {});
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;
    ~Served();

    // Turns the loop until it is so; false when it is not within ten seconds.
    template <class Condition>
    bool until(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!condition()) {
            loop.poll();
            if (std::chrono::steady_clock::now() > limit) return false;
        }
        return true;
    }
    bool until_lines(Wire& wire, std::size_t count);
    bool until_ended(Wire& wire);
    void happen(int events = 1, std::size_t padding = 0);

    TempDir dir;
    std::string path = dir.path / "had.sock";
    std::vector<std::string> logged;
    sys::Loop loop;
    FakeDaemon daemon;
    control::Server server;
};

inline const std::string hello = R"({"had":"3.0.0","api":1,"instance":"me"})";

bool has(const std::string& text, std::string_view part);

// The process is somebody else while it connects, as SO_PEERCRED will tell.
struct As {
    As(uid_t uid, std::vector<gid_t> groups);
    As(const As&) = delete;
    As& operator=(const As&) = delete;
    ~As();
};

} // namespace had::test
