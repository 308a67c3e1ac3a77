// Of which sysctls the kernel tells, asked of the real kernel.
#include "had/core/config/told_word.hpp"
#include "had/sys/tunables.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/rtnl_wire.hpp"
#include "test/unit/skip.hpp"

using namespace had;
using namespace had::core;
using namespace had::sys;
using namespace had::test;

BOOST_AUTO_TEST_SUITE(rtnl_netconf)

BOOST_FIXTURE_TEST_CASE(each_change_of_such_a_word_is_told_whoever_makes_it, Wire) {
    HAD_TRY(there);
    std::vector<std::string> words;
    for (const ToldWord& told : told_words())
        if (v6 || told.family == IpFamily::v4) words.emplace_back(told.word);
    rtnl.drain(sink);
    const Tunables before = read_tunables("/", "had0", words);
    BOOST_TEST(before.size() == words.size());
    sink(TunablesSeen{had0.index, before, true});
    for (const auto& [word, value] : before) {
        const std::string other = value == "0" ? "1" : "0";
        const ActionResult written = write_tunable("/", {had0, word, other});
        HAD_TRY(written.ok());
        rtnl.drain(sink);
        BOOST_TEST(world.tunable(had0.index, word).value_or("untold") == other, word);
    }
    // Nothing is said of the others.
    sink(TunablesSeen{had0.index, {{"net.ipv4.conf.arp_ignore", "0"}}, false});
    HAD_TRY(write_tunable("/", {had0, "net.ipv4.conf.arp_ignore", "1"}).ok());
    rtnl.drain(sink);
    BOOST_TEST(*world.tunable(had0.index, "net.ipv4.conf.arp_ignore") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
