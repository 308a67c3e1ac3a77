#include "had/files.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/wire.hpp"

#include <sys/stat.h>

using namespace had;

namespace {

Files running() {
    Files files;
    files.config.had.pcidrivers = "/etc/cards.conf";
    files.table = core::parse_driver_table("[e1000]\nid = 8086:100e\n").table;
    return files;
}

} // namespace

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(a_text_is_planned_with_the_table_in_force) {
    const Files files = files_of("[had]\npcidrivers = /etc/cards.conf\n", running());
    BOOST_TEST(files.usable());
    BOOST_TEST(files.diagnostics.empty());
    BOOST_TEST((files.table == running().table));
}

// A FIFO would hold whoever opens it until somebody writes.
BOOST_AUTO_TEST_CASE(a_table_that_a_text_names_is_not_opened_whatever_it_is) {
    const test::TempDir dir;
    const std::string fifo = dir.path / "fifo", none = dir.path / "none";
    BOOST_TEST_REQUIRE(::mkfifo(fifo.c_str(), 0666) == 0);
    for (const std::string& path : {fifo, none, std::string("/dev/zero"), std::string("/etc/shadow")}) {
        const Files files = files_of("[had]\npcidrivers = " + path + "\n", running());
        BOOST_TEST(files.usable());
        BOOST_TEST(files.messages("had.conf").size() == 1u);
        BOOST_TEST(files.messages("had.conf").at(0) ==
                   "had.conf: warning: had: the driver table " + path +
                       " is not read for a plan, which is made with that of /etc/cards.conf");
        BOOST_TEST((files.table == running().table));
    }
}

BOOST_AUTO_TEST_SUITE_END()
