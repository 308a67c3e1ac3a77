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

BOOST_FIXTURE_TEST_CASE(what_interfaces_get_of_the_default_is_known_no_more, Wire) {
    HAD_TRY(there);
    for (const ToldWord& told : told_words()) {
        if (told.family != IpFamily::v4) continue;
        rtnl.drain(sink);
        const std::string word(told.word);
        // A word that was set for one interface is not copied any more (devinet_conf_proc): this one is new.
        HAD_TRY(shell("ip link add had7 type veth peer name had8"));
        rtnl.drain(sink);
        const Ifindex had7 = world.link("had7")->index;
        const Tunables before = read_tunables("/", "had7", {word});
        sink(TunablesSeen{had7, before, true});
        const std::string other = before.at(word) == "0" ? "1" : "0";
        HAD_TRY(write_tunable("/", {{0, "default"}, word, other}).ok());
        rtnl.drain(sink);
        const bool copied = read_tunables("/", "had7", {word}).at(word) == other;
        BOOST_TEST(copied == (word != "net.ipv4.conf.forwarding"), word);      // devinet_sysctl_forward copies nothing
        BOOST_TEST(!world.knows_tunable(had7, word), word);
        HAD_TRY(shell("ip link del had7"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
