#include "had/sys/tunables.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <cerrno>
#include <fstream>

using namespace had::core;
using namespace had::sys;
using had::test::TempDir;

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::string text;
    std::getline(std::ifstream(path), text);
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tunables)

BOOST_AUTO_TEST_CASE(each_word_is_a_file_of_its_interface_also_of_one_with_a_dot_in_its_name) {
    const TempDir root;
    root.write("proc/sys/net/ipv4/conf/bond0.5/rp_filter", "1\n");
    root.write("proc/sys/net/ipv6/neigh/bond0.5/ucast_solicit", "3\n");
    const std::vector<std::string> words = {"net.ipv4.conf.rp_filter", "net.ipv6.neigh.ucast_solicit", "txqueuelen",
                                            "net.ipv4.conf.no_such"};
    BOOST_CHECK((read_tunables(root.path(), "bond0.5", words) == Tunables{{"net.ipv4.conf.rp_filter", "1"},
                                                                         {"net.ipv6.neigh.ucast_solicit", "3"}}));
    const LinkRef link{4, "bond0.5"};
    BOOST_TEST(write_tunable(root.path(), {link, "net.ipv4.conf.rp_filter", "2"}).ok());
    BOOST_TEST(text_of(root.path() / "proc/sys/net/ipv4/conf/bond0.5/rp_filter").substr(0, 1) == "2");
    BOOST_TEST(write_tunable(root.path(), {link, "net.ipv4.conf.no_such", "2"}).error == ENOENT);
}

BOOST_AUTO_TEST_SUITE_END()
