#include "had/sys/vrrp_note.hpp"

#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

using namespace had;
using core::VrrpWord;

namespace {

struct Noted : test::TempDir {
    std::string file = (path() / "vrrp.10.0.1.100").string();
    [[nodiscard]] core::VrrpNote note() const { return sys::read_vrrp_note(file); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(vrrp_note)

BOOST_AUTO_TEST_CASE(what_is_noted_is_read_with_its_time) {
    const Noted noted;
    sys::write_vrrp_note(noted.file, VrrpWord::master);
    const core::VrrpNote note = noted.note();
    BOOST_TEST((note.word == VrrpWord::master));
    BOOST_TEST(!note.gone, "who starts this test is not keepalived, and so nobody knows");
    BOOST_REQUIRE(note.since.has_value());
    BOOST_TEST((*note.since <= sys::steady_now()));
    BOOST_TEST((sys::steady_now() - *note.since < std::chrono::hours(1)));
}

BOOST_AUTO_TEST_CASE(of_two_changes_the_one_that_was_told_of_later_stands_whoever_writes_last) {
    const Noted noted;
    const auto now = sys::uptime().count();
    noted.write("vrrp.10.0.1.100", fmt::format("fault {} 0\n", now));
    sys::write_vrrp_note(noted.file, VrrpWord::master);    // by a process that was started before
    BOOST_TEST((noted.note().word == VrrpWord::fault));
    noted.write("vrrp.10.0.1.100", fmt::format("fault {} 0\n", now + 3'600'000'000));   // of no time that has been
    sys::write_vrrp_note(noted.file, VrrpWord::master);
    BOOST_TEST((noted.note().word == VrrpWord::master));
}

BOOST_AUTO_TEST_CASE(a_keepalived_that_is_not_there_any_more_is_gone_unless_it_has_said_so) {
    const Noted noted;
    const auto write = [&](std::string_view word, long process) {
        noted.write("vrrp.10.0.1.100", fmt::format("{} 1 {}\n", word, process));
    };
    write("master", 0x7ffffff0);
    BOOST_TEST(noted.note().gone);
    write("master", ::getpid());
    BOOST_TEST(noted.note().gone, "another program has its number now");
    write("stopped", 0x7ffffff0);
    BOOST_TEST(!noted.note().gone);
    write("master", 0);
    BOOST_TEST(!noted.note().gone);
}

BOOST_AUTO_TEST_CASE(a_file_that_says_something_else_says_nothing) {
    const Noted noted;
    for (const char* text : {"", "MASTER 1 2\n", "master\n", "master 1\n", "master x 2\n", "master 1 -2\n", "\n"}) {
        noted.write("vrrp.10.0.1.100", text);
        BOOST_TEST((noted.note().word == VrrpWord::unknown), text);
    }
    BOOST_TEST((sys::read_vrrp_note("/nowhere/vrrp").word == VrrpWord::unknown));
}

BOOST_AUTO_TEST_SUITE_END()
