// Against the real kernel, in a network of the test's own.
#include "ifenslave/linux_machine.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdlib>
#include <thread>

using namespace had;
using namespace had::ifenslave;

namespace {

// A had that answers its first request with these words, whatever it was, and keeps it.
class OneAnswer {
public:
    explicit OneAnswer(const std::string& outcome) {
        const auto path = (directory_.path() / "had.sock").string();
        ::setenv("HAD_SOCKET", path.c_str(), 1);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, path.size());
        BOOST_REQUIRE(
            ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        BOOST_REQUIRE(::listen(listener_.get(), 1) == 0);
        thread_ = std::thread([this, outcome] { answer(outcome); });
    }
    OneAnswer(const OneAnswer&) = delete;
    OneAnswer& operator=(const OneAnswer&) = delete;
    ~OneAnswer() {
        if (thread_.joinable()) thread_.join();
        ::unsetenv("HAD_SOCKET");
    }
    // When the client has got its answer.
    std::string request() {
        thread_.join();
        return request_;
    }

private:
    void answer(const std::string& outcome) {
        const sys::UniqueFd peer(::accept(listener_.get(), nullptr, nullptr));
        const std::string hello = R"({"had":"3.0.0","api":1,"instance":"1"})"
                                  "\n";
        const std::string reply = R"({"id":1,)" + outcome + "}\n";
        if (::send(peer.get(), hello.data(), hello.size(), 0) < 0) return;
        for (char c = 0; ::recv(peer.get(), &c, 1, 0) == 1 && c != '\n';)
            request_ += c;
        if (::send(peer.get(), reply.data(), reply.size(), 0) < 0) return;
    }

    test::TempDir directory_;
    sys::UniqueFd listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::thread thread_;
    std::string request_;
};

std::string error(const std::string& code) {
    return R"("error":{"code":")" + code + R"(","text":"eth1 has no link"})";
}

} // namespace

BOOST_AUTO_TEST_SUITE(linux_machine)

BOOST_AUTO_TEST_CASE(what_the_old_messages_show_is_read_from_the_kernel) {
    HAD_TRY(test::fresh_network() &&
            test::shell("ip link add had0 address 02:00:00:00:00:07 mtu 1400 type veth peer name "
                        "had1 && ip link set had0 up && ip addr add 10.0.1.1/24 dev had0 && "
                        "ip addr add 10.0.2.1/24 dev had0"));
    LinuxMachine machine;
    const Snapshot snapshot = machine.observe();
    const Interface* had0 = snapshot.find("had0");
    BOOST_REQUIRE(had0);
    BOOST_TEST(had0->link.mtu == 1400u);
    BOOST_TEST(had0->type == 1u);
    BOOST_TEST((had0->flags & 0x1043) == 0x1003u); // multicast, broadcast, up; but not running
    BOOST_CHECK((had0->hardware == decltype(had0->hardware){2, 0, 0, 0, 0, 7}));
    BOOST_REQUIRE(had0->addresses.size() >= 2);
    BOOST_TEST(core::to_string(had0->addresses[0]) == "10.0.1.1/24");
    BOOST_TEST(core::to_string(had0->addresses[1]) == "10.0.2.1/24");
    BOOST_CHECK(snapshot.find(had0->link.index) == had0);
    const Interface* lo = snapshot.find("lo");
    BOOST_REQUIRE(lo);
    BOOST_TEST(lo->type == 772u);
    BOOST_CHECK(!snapshot.find("had2"));
}

BOOST_AUTO_TEST_CASE(an_operation_is_made_and_its_effect_observed) {
    HAD_TRY(test::fresh_network() && test::shell("ip link add had0 type veth peer name had1"));
    LinuxMachine machine;
    const auto index = machine.observe().find("had0")->link.index;
    const core::SetLink mtu{{index, "had0"}, std::nullopt, 1300, std::nullopt};
    BOOST_TEST(machine.apply(mtu).ok());
    BOOST_TEST(machine.observe().find("had0")->link.mtu == 1300u);
    BOOST_TEST(!machine.apply(core::Enslave{{index, "had0"}, {index, "had0"}}).ok());
}

BOOST_AUTO_TEST_CASE(without_had_nothing_is_claimed_and_nothing_asked) {
    ::setenv("HAD_SOCKET", "/nonexistent/had.sock", 1);
    LinuxMachine machine;
    BOOST_CHECK(!machine.claim_of_had("eth0"));
    BOOST_CHECK(!machine.had_activates("bond0", "eth0"));
    ::unsetenv("HAD_SOCKET");
}

BOOST_AUTO_TEST_CASE(had_is_asked_with_the_bond_and_the_port) {
    OneAnswer had(R"("ok":{})");
    const auto answer = LinuxMachine().had_activates("bond0", "eth1");
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->ok());
    BOOST_TEST(had.request() ==
               R"({"id":1,"verb":"bond.activate","args":{"bond":"bond0","port":"eth1"}})");
}

BOOST_AUTO_TEST_CASE(had_is_told_which_port_to_leave_out_and_to_take_back) {
    {
        OneAnswer had(R"("ok":{})");
        BOOST_TEST(LinuxMachine().had_leaves_out("eth1"));
        BOOST_TEST(had.request() == R"({"id":1,"verb":"port.release","args":{"port":"eth1"}})");
    }
    {
        OneAnswer had(R"("ok":{})");
        BOOST_TEST(LinuxMachine().had_takes_back("eth1"));
        BOOST_TEST(had.request() == R"({"id":1,"verb":"port.enslave","args":{"port":"eth1"}})");
    }
    OneAnswer older(error("unknown-verb"));
    BOOST_TEST(!LinuxMachine().had_leaves_out("eth1"));
}

BOOST_AUTO_TEST_CASE(what_had_refuses_is_told_in_its_words) {
    for (const auto& [code, number] :
         {std::pair{"refused", EBUSY}, {"failed", EBUSY}, {"no-permission", EPERM}}) {
        OneAnswer had(error(code));
        const auto answer = LinuxMachine().had_activates("bond0", "eth1");
        BOOST_REQUIRE(answer);
        BOOST_TEST(answer->error == number);
        BOOST_TEST(answer->text == "had: eth1 has no link");
    }
}

BOOST_AUTO_TEST_CASE(a_had_that_does_not_know_the_verb_or_the_bond_is_passed_by) {
    for (const auto* code : {"unknown-verb", "no-such-object"}) {
        OneAnswer had(error(code));
        BOOST_CHECK(!LinuxMachine().had_activates("bond0", "eth1"));
    }
}

BOOST_AUTO_TEST_CASE(what_had_wants_of_a_port_is_read_from_its_status) {
    OneAnswer had(R"("ok":{"slots":[{"ports":[)"
                  R"({"name":"2.0","interface":"eth1","config":"config2","bond":"bond0"}]}]})");
    LinuxMachine machine;
    BOOST_CHECK((machine.claim_of_had("eth1") == Claim{"2.0", "config2", "bond0"}));
    BOOST_CHECK(!machine.claim_of_had("eth2")); // asked once for all of them
}

BOOST_AUTO_TEST_SUITE_END()
