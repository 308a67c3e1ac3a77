#include "test/unit/control/wire.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace had::test {

TempDir::TempDir() {
    std::string name = "/tmp/had-test-XXXXXX";
    path = ::mkdtemp(name.data());
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

sys::UniqueFd raw_socket(const std::string& path, bool listening) {
    sys::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (listening) {
        BOOST_REQUIRE(::bind(fd.get(), generic, sizeof address) == 0);
        BOOST_REQUIRE(::listen(fd.get(), 8) == 0);
    } else {
        BOOST_REQUIRE(::connect(fd.get(), generic, sizeof address) == 0);
        ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    }
    return fd;
}

std::size_t Wire::send(std::string_view text) const {
    const auto size = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

void Wire::read() {
    std::array<char, 65536> buffer;
    for (;;) {
        const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (size <= 0) {
            ended = size == 0 || (errno != EAGAIN && errno != EINTR);
            return;
        }
        input_.append(buffer.data(), static_cast<std::size_t>(size));
        for (auto at = input_.find('\n'); at != std::string::npos; at = input_.find('\n')) {
            lines.push_back(input_.substr(0, at));
            input_.erase(0, at + 1);
        }
    }
}

Served::Served(control::ServerOptions more)
    : server(loop, daemon, [&] {
          more.path = path;
          more.instance = "me";
          more.version = "3.0.0";
          more.now = [] { return control::Stamp{"2002-05-01T12:00:00.000000Z", "b007", 3'600'000'000}; };
          if (!more.clock)
              more.clock = [] {
                  return std::chrono::time_point_cast<core::Duration>(std::chrono::steady_clock::now());
              };
          more.log = [this](std::string_view line) { logged.emplace_back(line); };
          return more;
      }()) {}

Served::~Served() = default;

bool Served::until_lines(Wire& wire, std::size_t count) {
    return until([&] {
        wire.read();
        return wire.lines.size() >= count;
    });
}

bool Served::until_ended(Wire& wire) {
    return until([&] {
        wire.read();
        return wire.ended;
    });
}

void Served::happen(int events, std::size_t padding) {
    for (int i = 0; i < events; ++i) {
        core::Notice notice;
        notice.text = std::string(padding, '.');
        server.publish(notice);
    }
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

As::As(uid_t uid, std::vector<gid_t> groups) {
    BOOST_REQUIRE(::setgroups(groups.size(), groups.data()) == 0);
    BOOST_REQUIRE(::setegid(65534) == 0);
    BOOST_REQUIRE(::seteuid(uid) == 0);
}

As::~As() {
    BOOST_REQUIRE(::seteuid(0) == 0);
    BOOST_REQUIRE(::setegid(0) == 0);
    BOOST_REQUIRE(::setgroups(0, nullptr) == 0);
}

} // namespace had::test
