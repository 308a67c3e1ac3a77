#include "had/sys/writers.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <sys/stat.h>
#include <unistd.h>

using namespace had;
using sys::other_writers;

namespace {

// TempDir lies below /tmp, where everybody may write, and nobody may take another's file away (sticky).
struct Etc : test::TempDir {
    std::string file = path() / "etc/had.conf";

    Etc() {
        write("etc/had.conf", "");
        mode("etc", 0755);
        mode("etc/had.conf", 0644);
    }
    void mode(const char* name, mode_t bits) const { ::chmod((path() / name).c_str(), bits); }
    [[nodiscard]] std::string first() const {
        const auto found = other_writers(file);
        return found.empty() ? "nobody" : found.front();
    }
    [[nodiscard]] std::string says(const char* name, const char* who) const {
        return (path() / name).string() + " may be written by " + who + ", who can have drivers loaded as root by it";
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(writers)

BOOST_FIXTURE_TEST_CASE(a_file_of_ones_own_is_no_matter, Etc) {
    BOOST_TEST(first() == "nobody");
    BOOST_TEST(other_writers(path() / "etc/none.conf").empty());
}

BOOST_FIXTURE_TEST_CASE(who_may_write_the_file_or_what_is_above_it_is_told, Etc) {
    mode("etc/had.conf", 0666);
    BOOST_TEST(first() == says("etc/had.conf", "everybody"));
    mode("etc/had.conf", 0644);
    mode("etc", 0777);
    BOOST_TEST(first() == says("etc", "everybody"));
    mode("etc", 01777);
    BOOST_TEST(first() == "nobody");
}

BOOST_FIXTURE_TEST_CASE(another_owner_and_another_group_are_told, Etc) {
    if (::geteuid() != 0) return;
    BOOST_REQUIRE(::chown(file.c_str(), 65534, 0) == 0);
    BOOST_TEST(first() == says("etc/had.conf", "user 65534"));
    BOOST_REQUIRE(::chown(file.c_str(), 0, 50) == 0);
    BOOST_TEST(first() == "nobody");          // it may read
    mode("etc/had.conf", 0664);
    BOOST_TEST(first() == says("etc/had.conf", "group 50"));
}

BOOST_FIXTURE_TEST_CASE(a_link_is_followed, Etc) {
    write("open/had.conf", "");
    mode("open", 0777);
    std::filesystem::remove(file);
    std::filesystem::create_symlink(path() / "open/had.conf", file);
    BOOST_TEST(first() == says("open", "everybody"));
}

BOOST_AUTO_TEST_SUITE_END()
