#include "had/sys/peer_socket.hpp"

#include "had/core/base/wire.hpp"
#include "had/sys/key_file.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/far_host.hpp"
#include "test/unit/short_memory.hpp"
#include "test/unit/sys/support.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

using namespace had::core;
using namespace had::test;
using had::sys::PeerSockets;

namespace {

IpAddress ip(std::string_view text) { return ip_address_from(text).value(); }
std::string text(std::string_view words, int lan) {
    std::string out(words);
    std::replace(out.begin(), out.end(), '*', static_cast<char>('0' + lan));
    return out;
}

struct Heard {
    PeerSocketId socket;
    IpAddress from;
    Bytes bytes;
};

// Two hosts and two LANs; each end of a cable has an address of both families, and an index that is its LAN's.
struct Lans {
    FarHost far;
    had::sys::Loop loop;
    std::vector<Heard> here, there;
    PeerSockets near_sockets{loop, [this](const PeerDatagram& d) { take(here, d); }};
    PeerSockets far_sockets{loop, [this](const PeerDatagram& d) { take(there, d); }};

    static void take(std::vector<Heard>& into, const PeerDatagram& d) {
        into.push_back({d.socket, d.from, {d.bytes.begin(), d.bytes.end()}});
    }
    bool start() {
        bool made = far && shell("ip link set lo up") && far.shell("ip link set lo up");
        for (const int lan : {0, 1})
            made = made &&
                   shell(text("ip link add had* index 1* type veth peer name p* index 2* netns ", lan) + far.pid()) &&
                   shell(text("ip addr add 10.0.*.1/24 dev had*; ip addr add fd00:*::1/64 dev had* nodad; "
                              "ip link set had* up", lan)) &&
                   far.shell(text("ip addr add 10.0.*.2/24 dev p*; ip addr add fd00:*::2/64 dev p* nodad; "
                                  "ip link set p* up", lan));
        return made;
    }
    static PeerSocketId near(int lan, IpFamily family = IpFamily::v4) { return {10 + lan, family, 3720}; }
    static PeerSocketId over(int lan, IpFamily family = IpFamily::v4) { return {20 + lan, family, 3720}; }
    void listen_everywhere() {
        using enum IpFamily;
        near_sockets.listen({near(0), near(0, v6), near(1), near(1, v6)});
        listen_far({over(0), over(0, v6), over(1), over(1, v6)});
    }
    void listen_far(const std::vector<PeerSocketId>& sockets) {
        far.within([&] { return far_sockets.listen(sockets), 0; });
    }
};

const Bytes hello{'h', 'e', 'l', 'l', 'o'};

} // namespace

BOOST_AUTO_TEST_SUITE(peer_socket)

BOOST_AUTO_TEST_CASE(what_is_sent_on_a_lan_comes_in_there_whatever_the_routes_say) {
    HAD_TRY(fresh_network());
    Lans lans;
    HAD_TRY(lans.start());
    using enum IpFamily;
    lans.listen_everywhere();
    // The first LAN's network is routed by the second.
    BOOST_TEST(shell("ip route add 10.0.0.2/32 via 10.0.1.2 dev had1"));
    for (const int lan : {0, 1})
        for (const IpFamily family : {v4, v6}) {
            const std::string net = family == v4 ? text("10.0.*.", lan) : text("fd00:*::", lan);
            lans.there.clear();
            BOOST_TEST(lans.near_sockets.send(Lans::near(lan, family), ip(net + "2"), hello) == 0);
            BOOST_REQUIRE(wait_for(lans.loop, [&] { return !lans.there.empty(); }));
            BOOST_TEST((lans.there.front().socket == Lans::over(lan, family)));
            BOOST_TEST((lans.there.front().from == ip(net + "1")));
            BOOST_TEST(lans.there.front().bytes == hello);
            lans.here.clear();
            BOOST_TEST(lans.far_sockets.send(Lans::over(lan, family), ip(net + "1"), hello) == 0);
            BOOST_REQUIRE(wait_for(lans.loop, [&] { return !lans.here.empty(); }));
            BOOST_TEST((lans.here.front().socket == Lans::near(lan, family)));
        }
}

BOOST_AUTO_TEST_CASE(everybody_on_one_lan_hears_a_shout_by_either_version_and_nobody_on_the_other) {
    HAD_TRY(fresh_network());
    Lans lans;
    HAD_TRY(lans.start());
    using enum IpFamily;
    lans.listen_everywhere();
    for (const IpFamily family : {v4, v6}) {
        lans.there.clear();
        BOOST_TEST(lans.near_sockets.shout(Lans::near(1, family), hello) == 0);
        BOOST_REQUIRE(wait_for(lans.loop, [&] { return !lans.there.empty(); }));
        BOOST_TEST(lans.there.size() == 1U);
        BOOST_TEST((lans.there.front().socket == Lans::over(1, family)));
        BOOST_TEST((lans.there.front().from.family == family));
        BOOST_TEST(lans.there.front().bytes == hello);
    }
}

BOOST_AUTO_TEST_CASE(nobody_listens_there_is_no_error_of_the_next_packet) {
    HAD_TRY(fresh_network());
    Lans lans;
    HAD_TRY(lans.start());
    lans.near_sockets.listen({Lans::near(0)});
    for (int n = 0; n < 5; ++n) BOOST_TEST(lans.near_sockets.send(Lans::near(0), ip("10.0.0.2"), hello) == 0);
}

BOOST_AUTO_TEST_CASE(a_flood_is_read_in_parts_and_a_long_packet_is_handed_on_cut) {
    HAD_TRY(fresh_network());
    Lans lans;
    HAD_TRY(lans.start());
    lans.near_sockets.listen({Lans::near(0)});
    lans.listen_far({Lans::over(0)});
    BOOST_TEST(lans.far_sockets.send(Lans::over(0), ip("10.0.0.1"), Bytes(9000, 'x')) == 0);
    for (int n = 0; n < 100; ++n) BOOST_TEST(lans.far_sockets.send(Lans::over(0), ip("10.0.0.1"), hello) == 0);
    BOOST_REQUIRE(wait_for(lans.loop, [&] { return !lans.here.empty(); }));
    lans.loop.poll();
    BOOST_REQUIRE(wait_for(lans.loop, [&] { return lans.here.size() == 101; }));
    BOOST_TEST(lans.here.front().bytes.size() == 2048U);      // longer than any packet of peers
}

BOOST_AUTO_TEST_CASE(a_socket_that_cannot_be_opened_says_why_and_is_there_when_it_can) {
    HAD_TRY(fresh_network());
    Lans lans;
    BOOST_TEST(lans.near_sockets.send({10, IpFamily::v4, 3720}, ip("10.0.0.2"), hello) == ENOTCONN);
    lans.near_sockets.listen({{77, IpFamily::v4, 3720}});
    BOOST_TEST(lans.near_sockets.send({77, IpFamily::v4, 3720}, ip("10.0.0.2"), hello) == ENODEV);
    HAD_TRY(lans.start());
    lans.near_sockets.listen({Lans::near(0)});
    BOOST_TEST(lans.near_sockets.send(Lans::near(0), ip("10.0.0.2"), hello) == 0);
    BOOST_TEST(shell("ip link set had0 down"));
    BOOST_TEST(lans.near_sockets.send(Lans::near(0), ip("10.0.0.2"), hello) == ENETUNREACH);
}

// Who only answers sends nothing: the interface comes after its socket was asked for, or the first try had no memory.
BOOST_AUTO_TEST_CASE(a_socket_that_could_not_be_opened_hears_when_it_can_be) {
    HAD_TRY(fresh_network());
    Lans lans;
    lans.near_sockets.listen({Lans::near(0)});
    HAD_TRY(lans.start());
    lans.listen_far({Lans::over(0)});
    BOOST_TEST(wait_for(lans.loop, [&] {
        lans.far_sockets.send(Lans::over(0), ip("10.0.0.1"), hello);
        return !lans.here.empty();
    }));
}

BOOST_AUTO_TEST_CASE(a_socket_is_heard_wherever_an_allocation_has_failed_when_it_was_opened) {
    HAD_TRY(fresh_network());
    Lans lans;
    HAD_TRY(lans.start());
    lans.listen_far({Lans::over(0)});
    const std::vector<PeerSocketId> one{Lans::near(0)};
    std::size_t first = 0;
    for (bool failed = true; failed; ++first) {
        lans.near_sockets.listen({});
        {
            const ShortMemory short_memory(first, 1);
            lans.near_sockets.listen(one);
            failed = short_memory.failures() == 0;
        }
        lans.near_sockets.listen(one);
        lans.here.clear();
        BOOST_TEST_REQUIRE(wait_for(lans.loop, [&] {
            lans.far_sockets.send(Lans::over(0), ip("10.0.0.1"), hello);
            return !lans.here.empty();
        }), "allocation no. " << first << " has failed");
    }
    BOOST_TEST(first > 1U);
}

BOOST_AUTO_TEST_CASE(nobody_else_on_the_host_can_take_the_port) {
    HAD_TRY(fresh_network());
    Lans lans;
    HAD_TRY(lans.start());
    lans.near_sockets.listen({Lans::near(0), Lans::near(1)});
    const had::sys::UniqueFd other(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    BOOST_TEST(::setsockopt(other.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(3720);
    BOOST_REQUIRE(::inet_pton(AF_INET, "10.0.0.1", &here.sin_addr) == 1);
    BOOST_TEST(::bind(other.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0);
    BOOST_TEST(errno == EADDRINUSE);
}

BOOST_AUTO_TEST_CASE(settings_are_those_in_force) {
    const TempDir conf;
    for (const char* of : {"all", "had0"}) conf.write(std::string(of) + "/arp_ignore", "1\n");
    conf.write("all/rp_filter", "2\n");
    conf.write("had0/rp_filter", "1\n");
    conf.write("had0/ignore_routes_with_linkdown", "0\n");
    had::sys::Loop loop;
    PeerSockets sockets(loop, [](const PeerDatagram&) {}, conf.path());
    BOOST_TEST((sockets.settings("had0") == LanSettings{2, 1, 0}));
    BOOST_TEST((sockets.settings("had1") == LanSettings{}));
    BOOST_TEST(sockets.random() != sockets.random());
}

BOOST_AUTO_TEST_CASE(a_key_file_is_taken_only_when_nobody_but_its_owner_can_have_read_it) {
    const TempDir files;
    const auto path = files.path() / "key";
    const auto says = [&](uid_t owner) -> std::string {
        try {
            return had::sys::read_key_file(path, owner);
        } catch (const std::system_error& e) {
            const std::string words = e.what();
            return words.substr(words.find(": ") + 2);
        }
    };
    const uid_t me = ::geteuid();
    BOOST_TEST(says(me) == "No such file or directory");
    files.write("key", "0011\n");
    for (const mode_t mode : {0644, 0640, 0604, 0620, 0601}) {
        ::chmod(path.c_str(), mode);
        BOOST_TEST(says(me).starts_with("others than its owner may open it (mode 0"));
    }
    ::chmod(path.c_str(), 0600);
    BOOST_TEST(says(me) == "0011\n");
    BOOST_TEST(says(me + 1).starts_with("user " + std::to_string(me) + " owns it"));
    std::filesystem::remove(path);
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);         // nobody waits for a writer
    BOOST_TEST(says(me).starts_with("it is no regular file"));
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    BOOST_TEST(says(me).starts_with("it is no regular file"));
}

BOOST_AUTO_TEST_SUITE_END()
