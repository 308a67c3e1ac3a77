// Files that others write, as they are heard.
#include "had/sys/file_watches.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace had;
using namespace had::test;

namespace {

namespace fs = std::filesystem;

struct Watches {
    TempDir dir;
    sys::Loop loop;
    std::vector<std::string> changed;
    sys::FileWatches watches{loop, [this](const std::string& path) { changed.push_back(path); }};

    [[nodiscard]] std::string path(const std::string& name) const { return dir.path() / name; }
    static void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
    // Whatever came before.
    void rest() {
        while (loop.poll() > 0) {
        }
        changed.clear();
    }
    bool hears(const std::string& path) {
        return wait_for(loop, [&] { return std::find(changed.begin(), changed.end(), path) != changed.end(); });
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(file_watches)

BOOST_AUTO_TEST_CASE(a_file_that_is_written_or_replaced_is_heard_and_no_other) {
    Watches w;
    const std::string file = w.path("state");
    w.watches.listen({file});
    BOOST_TEST(w.watches.hears(file));
    Watches::write(file, "0");
    BOOST_TEST(w.hears(file));
    w.rest();
    Watches::write(w.path("other"), "1");
    Watches::write(w.path("new"), "1");
    w.rest();
    BOOST_TEST(w.changed.empty());
    fs::rename(w.path("new"), file);
    BOOST_TEST(w.hears(file));
    w.rest();
    Watches::write(file, "0");                // the new one is heard as well
    BOOST_TEST(w.hears(file));
    w.rest();
    fs::remove(file);
    BOOST_TEST(w.hears(file));
}

BOOST_AUTO_TEST_CASE(a_directory_may_come_later_and_go_and_come_again) {
    Watches w;
    const std::string file = w.path("a/b/state");
    w.watches.listen({file});
    BOOST_TEST(w.watches.hears(file));
    for (int times = 0; times < 3; ++times) {
        fs::create_directories(w.path("a/b"));
        BOOST_TEST(w.hears(file));
        w.rest();
        Watches::write(file, "1");
        BOOST_TEST(w.hears(file));
        w.rest();
        fs::remove_all(w.path("a"));
        BOOST_TEST(w.hears(file));
        w.rest();
    }
}

BOOST_AUTO_TEST_CASE(a_link_is_followed_to_where_it_leads) {
    Watches w;
    fs::create_directory(w.path("real"));
    fs::create_symlink(w.path("real/state"), w.path("state"));
    const std::string file = w.path("state");
    w.watches.listen({file});
    Watches::write(w.path("real/state"), "1");
    BOOST_TEST(w.hears(file));
    w.rest();
    fs::remove(file);
    Watches::write(file, "0");
    BOOST_TEST(w.hears(file));
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_a_link_may_lead_elsewhere) {
    Watches w;
    for (const char* name : {"one", "two"}) fs::create_directory(w.path(name));
    fs::create_directory_symlink(w.path("one"), w.path("current"));
    const std::string file = w.path("current/state");
    w.watches.listen({file});
    Watches::write(w.path("one/state"), "1");
    BOOST_TEST(w.hears(file));
    w.rest();
    fs::create_directory_symlink(w.path("two"), w.path("new"));
    fs::rename(w.path("new"), w.path("current"));
    BOOST_TEST(w.hears(file));
    w.rest();
    Watches::write(w.path("two/state"), "1");
    BOOST_TEST(w.hears(file));
}

BOOST_AUTO_TEST_CASE(what_is_listened_to_no_more_wakes_nobody) {
    Watches w;
    const std::string file = w.path("state");
    w.watches.listen({file});
    w.watches.listen({});
    BOOST_TEST(!w.watches.hears(file));
    Watches::write(file, "0");
    w.rest();
    BOOST_TEST(w.changed.empty());
    w.watches.listen({file, w.path("two")});
    Watches::write(file, "0");
    BOOST_TEST(w.hears(file));
}

BOOST_AUTO_TEST_SUITE_END()
