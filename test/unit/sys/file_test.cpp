#include "had/sys/file.hpp"

#include "had/sys/clock.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/notify.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <iterator>
#include <system_error>
#include <utility>

using namespace had;
using namespace had::sys;

BOOST_AUTO_TEST_SUITE(file)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back_whole) {
    const test::TempDir dir;
    const std::string text(100'000, 'x');
    write_file(dir.path() / "owned", "old", 0600);
    write_file(dir.path() / "owned", text);
    BOOST_CHECK(read_file(dir.path() / "owned") == text);
    struct stat status {};
    BOOST_REQUIRE(::stat((dir.path() / "owned").c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0600);
    // No temporary file stays behind.
    BOOST_TEST(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_an_error_that_names_it_or_nothing) {
    const test::TempDir dir;
    BOOST_CHECK_EXCEPTION(read_file(dir.path() / "had.conf"), std::system_error, [](const auto& e) {
        return e.code().value() == ENOENT &&
               std::string(e.what()).find("had.conf") != std::string::npos;
    });
    BOOST_CHECK(!read_file_if_there(dir.path() / "had.conf"));
    BOOST_CHECK_THROW(write_file(dir.path() / "no" / "where", ""), std::system_error);
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_refused_in_words_and_never_waited_for) {
    const test::TempDir dir;
    const std::string fifo = dir.path() / "fifo", socket = dir.path() / "socket";
    BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0666) == 0);
    const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.copy(address.sun_path, sizeof address.sun_path - 1);
    BOOST_REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    std::filesystem::create_symlink(fifo, dir.path() / "link");
    const std::pair<std::string, const char*> odd[] = {
        {fifo, "a FIFO"}, {dir.path() / "link", "a FIFO"}, {socket, "a socket"}, {dir.path(), "a directory"},
        {"/dev/zero", "a device"}, {"/dev/tty", "a device"}};
    ::alarm(20);
    for (const auto& [path, kind] : odd) {
        const std::string words = path + ": cannot read: it is " + kind + ", not a file";
        const auto says_so = [&words = words](const auto& e) { return std::string(e.what()).starts_with(words); };
        BOOST_CHECK_EXCEPTION(read_file(path), std::system_error, says_so);
        BOOST_CHECK_EXCEPTION(read_file_if_there(path), std::system_error, says_so);
        BOOST_CHECK(!first_line(path));
    }
    ::alarm(0);
}

BOOST_AUTO_TEST_CASE(a_file_is_read_up_to_four_mebibytes) {
    const test::TempDir dir;
    dir.write("most", "");
    std::filesystem::resize_file(dir.path() / "most", file_max);
    BOOST_TEST(read_file(dir.path() / "most").size() == file_max);
    std::filesystem::resize_file(dir.path() / "most", file_max + 1);
    BOOST_CHECK_EXCEPTION(read_file(dir.path() / "most"), std::system_error,
                          [](const auto& e) { return e.code() == std::errc::file_too_large; });
    BOOST_TEST(read_file("/proc/self/status").starts_with("Name:"));       // their size is 0
}

BOOST_AUTO_TEST_CASE(what_a_killed_writer_left_is_replaced_by_the_next) {
    const test::TempDir dir;
    dir.write("orders.had-new", "half of a li");
    dir.write("secret", "kept");
    write_file(dir.path() / "orders", "whole");
    BOOST_TEST(read_file(dir.path() / "orders") == "whole");
    BOOST_TEST(!std::filesystem::exists(dir.path() / "orders.had-new"));
    // A link in its place is not followed.
    std::filesystem::create_symlink(dir.path() / "secret", dir.path() / "orders.had-new");
    write_file(dir.path() / "orders", "again");
    BOOST_TEST(read_file(dir.path() / "secret") == "kept");
    BOOST_TEST(!std::filesystem::is_symlink(dir.path() / "orders"));
}

BOOST_AUTO_TEST_CASE(whatever_has_the_name_of_a_file_that_is_replaced_gives_way_and_is_not_followed) {
    const test::TempDir dir;
    const std::string name = dir.path() / "had.prom";
    dir.write("secret", "kept");
    std::filesystem::create_symlink(dir.path() / "secret", name);
    ::alarm(20);
    replace_file(name, "one");
    BOOST_TEST(!std::filesystem::is_symlink(name));
    BOOST_REQUIRE(::mkfifo((name + ".had-new").c_str(), 0666) == 0);       // another's, to hold the writer
    std::filesystem::remove(name);
    BOOST_REQUIRE(::mkfifo(name.c_str(), 0600) == 0);
    replace_file(name, "two");
    ::alarm(0);
    BOOST_TEST(read_file(name) == "two");
    BOOST_TEST(read_file(dir.path() / "secret") == "kept");
    struct stat status {};
    BOOST_REQUIRE(::stat(name.c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0644);
    std::filesystem::remove(name);
    std::filesystem::create_directory(name);
    BOOST_CHECK_THROW(replace_file(name, "three"), std::system_error);
    BOOST_TEST(!std::filesystem::exists(name + ".had-new"));
}

BOOST_AUTO_TEST_CASE(a_device_is_not_replaced) {
    const test::TempDir dir;
    const std::string name = dir.path() / "null";
    HAD_TRY(::mknod(name.c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0);
    BOOST_CHECK_EXCEPTION(replace_file(name, "0"), std::system_error, [](const auto& e) {
        return std::string(e.what()).find("cannot replace: it is a device, not a file") != std::string::npos;
    });
    BOOST_TEST(std::filesystem::is_character_file(name));
    BOOST_TEST(!std::filesystem::exists(name + ".had-new"));
}

// Another file in its place would be none of these any more.
BOOST_AUTO_TEST_CASE(a_file_that_is_written_anew_keeps_its_links_its_mode_and_its_owner) {
    const test::TempDir dir;
    const auto file = dir.path() / "real" / "file", link = dir.path() / "link", other = dir.path() / "other";
    dir.write("real/file", "old, and longer than what follows");
    std::filesystem::create_symlink("real/file", link);
    const auto mode_of = [](const auto& path) {
        return static_cast<unsigned>(std::filesystem::status(path).permissions());
    };
    ::chmod(file.c_str(), 0640);
    if (::geteuid() == 0) BOOST_REQUIRE(::chown(file.c_str(), 12345, 54321) == 0);
    using Write = void (*)(const std::filesystem::path&, std::string_view);
    const Write daemons = [](const std::filesystem::path& p, std::string_view t) { write_file(p, t); };
    for (const Write write : {daemons, Write(write_output)}) {
        write(link, "new");
        BOOST_TEST(read_file(file) == "new");
        BOOST_TEST(std::filesystem::is_symlink(link));
        BOOST_TEST(mode_of(file) == 0640u);
        struct stat status {};
        BOOST_REQUIRE(::stat(file.c_str(), &status) == 0);
        if (::geteuid() == 0) BOOST_TEST((status.st_uid == 12345 && status.st_gid == 54321));
        // Two names of one file stay two, unless a power cut could leave half a text.
        std::filesystem::create_hard_link(file, other);
        write(link, "for both");
        const bool both = write != daemons;
        BOOST_TEST((read_file(other) == "for both") == both);
        std::filesystem::remove(other);
        // A link that leads nowhere yet makes its file there.
        std::filesystem::remove(other);
        std::filesystem::create_symlink("real/none", other);
        write(other, "made");
        BOOST_TEST(read_file(dir.path() / "real" / "none") == "made");
        BOOST_TEST(mode_of(other) == 0644u);
        std::filesystem::remove(other);
        std::filesystem::remove(dir.path() / "real" / "none");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_never_replaced_by_one) {
    const test::TempDir dir;
    const auto fifo = dir.path() / "fifo";
    BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0666) == 0);
    for (const auto& path : {std::filesystem::path("/dev/null"), fifo, dir.path()}) {
        BOOST_CHECK_EXCEPTION(write_file(path, "x"), std::system_error, [](const auto& e) {
            return std::string(e.what()).find("not a file") != std::string::npos;
        });
    }
    write_output("/dev/null", "x");
    BOOST_TEST(std::filesystem::is_character_file("/dev/null"));
    BOOST_CHECK_THROW(write_output(dir.path(), "x"), std::system_error);
    BOOST_CHECK_THROW(write_output("/dev/full", "x"), std::system_error);
    const UniqueFd reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    write_output(fifo, "through");
    char text[16]{};
    BOOST_TEST(::read(reader.get(), text, sizeof text) == 7);
    BOOST_TEST(std::filesystem::is_fifo(fifo));
}

BOOST_AUTO_TEST_CASE(directories_and_files_are_for_all_to_read_whatever_the_umask) {
    const test::TempDir dir;
    const mode_t before = ::umask(0077);
    make_parent(dir.path() / "had" / "owned");
    write_file(dir.path() / "had" / "owned", "");
    ::umask(before);
    BOOST_CHECK(std::filesystem::status(dir.path() / "had").permissions() == std::filesystem::perms(0755));
    BOOST_CHECK(std::filesystem::status(dir.path() / "had" / "owned").permissions() == std::filesystem::perms(0644));
}

BOOST_AUTO_TEST_CASE(wall_time_is_rfc_3339_with_microseconds) {
    using namespace std::chrono;
    const auto time = system_clock::time_point(seconds(1'020'254'400) + microseconds(42));
    BOOST_TEST(to_rfc3339(time) == "2002-05-01T12:00:00.000042Z");
    BOOST_TEST(wall_now().size() == 27);
}

BOOST_AUTO_TEST_CASE(readiness_is_one_datagram_to_whoever_asked) {
    const test::TempDir dir;
    const auto path = (dir.path() / "notify").string();
    const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    BOOST_REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);

    ::unsetenv("NOTIFY_SOCKET");
    BOOST_TEST(notify("READY=1")); // nobody asked
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    BOOST_TEST(notify("READY=1"));
    char text[32]{};
    BOOST_TEST(::recv(fd.get(), text, sizeof text, MSG_DONTWAIT) == 7);
    BOOST_TEST(text == "READY=1");
    ::setenv("NOTIFY_SOCKET", (path + "-gone").c_str(), 1);
    BOOST_TEST(!notify("READY=1"));
    ::unsetenv("NOTIFY_SOCKET");
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_fed_twice_in_its_time) {
    ::unsetenv("WATCHDOG_USEC");
    BOOST_CHECK(!watchdog_interval());
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    BOOST_CHECK(watchdog_interval() == std::chrono::seconds(15));
    ::setenv("WATCHDOG_PID", "1", 1); // somebody else's
    BOOST_CHECK(!watchdog_interval());
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
}

BOOST_AUTO_TEST_SUITE_END()
