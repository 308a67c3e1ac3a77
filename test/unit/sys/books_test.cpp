#include "had/sys/books.hpp"

#include "had/sys/lock.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <stdexcept>

using namespace had;
using namespace had::sys;

namespace {

// A proc in which process 1 is in this network or another, and has these directories or others.
struct Proc : test::TempDir {
    std::string owned = path() / "run/had/owned";

    Proc() { std::filesystem::create_directories(path() / "run/had"); }
    void network(const char* ours, const char* process_1 = nullptr) const {
        std::filesystem::remove_all(path() / "proc/self");
        write("proc/self/ns/x", "");
        write("proc/1/ns/x", "");
        std::filesystem::create_symlink(ours, path() / "proc/self/ns/net");
        if (process_1) std::filesystem::create_symlink(process_1, path() / "proc/1/ns/net");
    }
    void root(const std::filesystem::path& target) const {
        std::filesystem::create_directories(path() / "proc/1");
        std::filesystem::create_symlink(target, path() / "proc/1/root");
    }
    [[nodiscard]] std::string trouble() const {
        try {
            const UniqueFd held = take_books(owned, path() / "proc");
            return held ? "none" : "no lock";
        } catch (const std::runtime_error& e) {
            return e.what();
        }
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(books)

BOOST_FIXTURE_TEST_CASE(one_daemon_keeps_them_and_the_next_may_when_it_has_ended, Proc) {
    {
        const UniqueFd first = take_books(owned, path() / "proc");
        BOOST_TEST(trouble() == "another daemon is running (it holds " + (path() / "run/had/lock").string() + ")");
    }
    BOOST_TEST(trouble() == "none");
}

BOOST_FIXTURE_TEST_CASE(those_of_the_machine_are_not_kept_from_another_network_namespace, Proc) {
    network("net:[7]", "net:[1]");
    root("/");
    BOOST_TEST(trouble().find("tells of the network of process 1") != std::string::npos, trouble());
    BOOST_TEST(!std::filesystem::exists(path() / "run/had/lock"));
}

BOOST_FIXTURE_TEST_CASE(in_the_network_of_process_1_they_are, Proc) {
    network("net:[1]", "net:[1]");
    root("/");
    BOOST_TEST(trouble() == "none");
}

BOOST_FIXTURE_TEST_CASE(whoever_has_a_run_of_his_own_keeps_his_own, Proc) {
    network("net:[7]", "net:[1]");
    root(path() / "elsewhere");               // where no such directory is
    BOOST_TEST(trouble() == "none");
}

BOOST_FIXTURE_TEST_CASE(who_may_not_look_at_process_1_goes_by_who_kept_them_last, Proc) {
    network("net:[1]");
    BOOST_TEST(trouble() == "none");
    BOOST_TEST(trouble() == "none");
    network("net:[7]");
    BOOST_TEST(trouble() == (path() / "run/had").string() +
                                " tells of the network of net:[1], and this is another network namespace: if that is "
                                "gone, remove " + (path() / "run/had/lock").string());
    network("net:[7]", "net:[7]");            // a container that was started again
    BOOST_TEST(trouble() == "none");
}

BOOST_FIXTURE_TEST_CASE(a_link_in_the_locks_place_is_not_followed, Proc) {
    std::filesystem::create_symlink("/etc/passwd", path() / "run/had/lock");
    BOOST_TEST(trouble().find("lock: cannot open") != std::string::npos, trouble());
}

BOOST_AUTO_TEST_SUITE_END()
