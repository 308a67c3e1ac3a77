#include "had/sys/journal.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace had;
using core::NoticeLevel;

namespace {

// What journald listens on.
struct Receiver {
    Receiver() : path(dir.path() / "socket"), fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, path.size());
        BOOST_REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    [[nodiscard]] std::string take() const {
        std::string data(65536, '\0');
        const ssize_t size = ::recv(fd.get(), data.data(), data.size(), 0);
        data.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return data;
    }
    test::TempDir dir;
    std::string path;
    sys::UniqueFd fd;
};

} // namespace

BOOST_AUTO_TEST_SUITE(journal)

BOOST_AUTO_TEST_CASE(an_event_arrives_as_one_datagram_of_fields) {
    const Receiver receiver;
    sys::Journal journal(receiver.path);
    BOOST_TEST(journal.send(NoticeLevel::warning, "eth0 lost", {{"HAD_BOND", "bond0"}, {"HAD_PORT", "2.0"}}));
    BOOST_TEST(receiver.take() ==
               "MESSAGE=eth0 lost\nPRIORITY=4\nSYSLOG_IDENTIFIER=had\nHAD_BOND=bond0\nHAD_PORT=2.0\n");
}

BOOST_AUTO_TEST_CASE(a_value_with_a_line_end_carries_its_length) {
    const Receiver receiver;
    sys::Journal journal(receiver.path);
    BOOST_TEST(journal.send(NoticeLevel::error, "a\nb", {}));
    BOOST_TEST(receiver.take() ==
               std::string("MESSAGE\n\3\0\0\0\0\0\0\0a\nb\nPRIORITY=3\nSYSLOG_IDENTIFIER=had\n", 53));
}

BOOST_AUTO_TEST_CASE(a_journal_that_is_full_or_gone_costs_no_time) {
    Receiver receiver;
    sys::Journal journal(receiver.path);
    int taken = 0;
    while (taken < 100000 && journal.send(NoticeLevel::info, "x", {})) ++taken;
    BOOST_TEST(taken > 0);
    BOOST_TEST(taken < 100000);
    receiver.fd.reset();
    BOOST_TEST(!journal.send(NoticeLevel::info, "x", {}));
}

BOOST_AUTO_TEST_CASE(only_the_stream_that_the_service_manager_names_is_the_journal) {
    struct stat status {};
    BOOST_REQUIRE(::fstat(STDERR_FILENO, &status) == 0);
    const std::string named = fmt::format("{}:{}", status.st_dev, status.st_ino);
    BOOST_TEST(sys::is_journal(STDERR_FILENO, named.c_str()));
    BOOST_TEST(!sys::is_journal(STDERR_FILENO, (named + "0").c_str()));
    BOOST_TEST(!sys::is_journal(STDERR_FILENO, nullptr));
    BOOST_TEST(!sys::is_journal(-1, named.c_str()));
}

BOOST_AUTO_TEST_SUITE_END()
