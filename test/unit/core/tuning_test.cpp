#include "had/core/action/owned.hpp"
#include "had/core/action/tune_operations.hpp"
#include "had/core/action/tuned_key.hpp"
#include "had/core/config/card_word.hpp"
#include "had/core/config/config.hpp"
#include "had/core/config/told_word.hpp"
#include "had/core/config/unread_word.hpp"
#include "had/core/plan/restored.hpp"
#include "had/core/world/observed.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
namespace test = had::test;

namespace {

Link eth0() {
    Link link;
    link.index = 4;
    link.name = "eth0";
    return link;
}

const SetTunable to_two{{4, "eth0"}, "net.ipv4.conf.rp_filter", "2", true};

} // namespace

BOOST_AUTO_TEST_SUITE(tuning)

BOOST_AUTO_TEST_CASE(a_sysctl_outranks_what_ipv6_stands_for) {
    Tuning tuning;
    BOOST_TEST(tunables_of(tuning).empty());
    tuning.ipv6 = Ipv6Use::off;
    BOOST_CHECK((tunables_of(tuning) == Tunables{{"net.ipv6.conf.disable_ipv6", "1"}}));
    tuning.ipv6 = Ipv6Use::ra;
    tuning.words["net.ipv6.conf.accept_ra"] = "1";
    const Tunables all = tunables_of(tuning);
    BOOST_TEST(all.at("net.ipv6.conf.accept_ra") == "1");
    BOOST_TEST(all.at("net.ipv6.conf.autoconf") == "1");
    BOOST_TEST(all.at("net.ipv6.conf.disable_ipv6") == "0");
    tuning.ipv6 = Ipv6Use::fixed;
    BOOST_TEST(tunables_of(tuning).at("net.ipv6.conf.autoconf") == "0");
}

BOOST_AUTO_TEST_CASE(an_offload_of_the_card_may_cut_its_link_and_one_of_the_kernels_own_does_not) {
    for (const char* word : {"offload.rx-checksum", "offload.rx-hashing", "offload.rx-lro", "rx_ring"})
        BOOST_TEST(cuts_link(word), word);
    for (const char* word :
         {"offload.rx-gro", "offload.tx-generic-segmentation", "offload.rx-gro-list", "offload.rx-udp-gro-forwarding",
          "rx_usecs", "net.ipv4.conf.rp_filter"})
        BOOST_TEST(!cuts_link(word), word);
}

BOOST_AUTO_TEST_CASE(what_was_read_anew_takes_the_place_of_all_that_was_known_and_a_single_word_does_not) {
    Observed world;
    BOOST_TEST((fold(world, TunablesSeen{4, {{"a", "1"}}, true}) == Change::nothing));    // there is no such link
    fold(world, LinkSeen{eth0()});
    BOOST_TEST((fold(world, TunablesSeen{4, {{"a", "1"}, {"b", "2"}}, true}) == Change::state));
    BOOST_TEST((fold(world, TunablesSeen{4, {{"a", "1"}}, false}) == Change::nothing));
    BOOST_TEST((fold(world, TunablesSeen{4, {{"a", "3"}}, false}) == Change::state));
    BOOST_TEST(*world.tunable(4, "a") == "3");
    BOOST_TEST(*world.tunable(4, "b") == "2");
    fold(world, TunablesSeen{4, {{"a", "3"}}, true});
    BOOST_TEST(!world.tunable(4, "b"));
    fold(world, LinkGone{4});
    BOOST_TEST(!world.tunable(4, "a"));
}

BOOST_AUTO_TEST_CASE(the_value_before_is_kept_once_survives_a_restart_and_ends_with_its_link) {
    Observed world;
    Owned owned;
    fold(world, LinkSeen{eth0()});
    BOOST_TEST(!to_two.note(owned, world));    // what it was is not known
    fold(world, TunablesSeen{4, {{to_two.word, "1"}}, true});
    BOOST_TEST(to_two.note(owned, world));
    fold(world, TunablesSeen{4, {{to_two.word, "0"}}, true});
    BOOST_TEST(!to_two.note(owned, world));
    BOOST_TEST(print(owned) == "tuned port:4 net.ipv4.conf.rp_filter 1\n");
    BOOST_CHECK(parse_owned(print(owned)) == owned);
    BOOST_CHECK(parse_owned("tuned 4 net.ipv4.conf.rp_filter 1\n") == owned);     // as an older daemon wrote it
    BOOST_TEST(!to_two.forget(owned));
    SetTunable back = to_two;
    back.value = "1";
    Owned restored = owned;
    BOOST_TEST(back.forget(restored));
    BOOST_TEST(restored.tuned.empty());
    BOOST_TEST(!owned.prune(world));
    fold(world, LinkGone{4});
    BOOST_TEST(owned.prune(world));
    BOOST_TEST(owned.tuned.empty());
}

BOOST_AUTO_TEST_CASE(what_the_kernel_tells_counts_only_of_words_that_are_known) {
    Observed world;
    BOOST_TEST((fold(world, TunablesSeen{4, {{to_two.word, "1"}}, false}) == Change::nothing));
    fold(world, LinkSeen{eth0()});
    BOOST_TEST((fold(world, TunablesSeen{4, {{to_two.word, "1"}}, false}) == Change::nothing));   // nobody has asked
    BOOST_TEST(world.tunables.empty());
    fold(world, TunablesSeen{4, {{to_two.word, "0"}}, true});
    const Tunables two{{to_two.word, "1"}, {"net.ipv4.conf.proxy_arp", "1"}};
    BOOST_TEST((fold(world, TunablesSeen{4, two, false}) == Change::state));
    BOOST_TEST(*world.tunable(4, to_two.word) == "1");
    BOOST_TEST(!world.tunable(4, "net.ipv4.conf.proxy_arp"));
    BOOST_TEST((fold(world, TunablesSeen{4, {{to_two.word, "1"}}, false}) == Change::nothing));
}

BOOST_AUTO_TEST_CASE(a_word_that_could_not_be_read_stays_as_it_was_and_is_never_what_was_there_before) {
    Observed world;
    Owned owned;
    const SetTunable off{{4, "eth0"}, "eee", "off", true};
    const std::string odd = unread_because("Input/output error");
    fold(world, LinkSeen{eth0()});
    BOOST_TEST((fold(world, TunablesSeen{4, {{"b", "1"}, {"eee", odd}}, true}) == Change::state));
    BOOST_TEST(why_unread(*world.tunable(4, "eee")) == "Input/output error");
    BOOST_TEST(!off.note(owned, world));
    BOOST_TEST((fold(world, TunablesSeen{4, {{"b", "1"}, {"eee", "on"}}, true}) == Change::state));
    BOOST_TEST((fold(world, TunablesSeen{4, {{"b", "1"}, {"eee", odd}}, true}) == Change::nothing));
    BOOST_TEST(*world.tunable(4, "eee") == "on");
    // It was set, and could not be read then: what it was before it is not.
    BOOST_TEST((fold(world, TunablesSeen{4, {{"eee", odd}}, false}) == Change::state));
    BOOST_TEST(is_unread(*world.tunable(4, "eee")));
}

BOOST_AUTO_TEST_CASE(what_the_kernel_copies_into_interfaces_is_forgotten_where_it_was_read) {
    Observed world;
    Link other = eth0();
    other.index = 5, other.name = "eth1";
    fold(world, LinkSeen{eth0()});
    fold(world, LinkSeen{other});
    fold(world, TunablesSeen{4, {{to_two.word, "0"}}, true});
    fold(world, TunablesSeen{5, {{"rx_ring", "256"}}, true});
    BOOST_TEST((fold(world, TunablesSeen{0, {{"net.ipv4.conf.proxy_arp", "1"}}, false}) == Change::nothing));
    BOOST_TEST((fold(world, TunablesSeen{0, {{to_two.word, "1"}}, false}) == Change::state));
    BOOST_TEST(!world.knows_tunable(4, to_two.word));
    BOOST_TEST(world.knows_tunable(5, "rx_ring"));
}

BOOST_AUTO_TEST_CASE(after_lost_news_only_what_the_kernel_would_have_told_is_unknown) {
    Observed world;
    Link other = eth0();
    other.index = 5, other.name = "eth1";
    LinksDumped same;
    same.links = {eth0(), other};
    fold(world, same);
    fold(world, TunablesSeen{4, {{to_two.word, "0"}, {"rx_ring", "256"}}, true});
    fold(world, TunablesSeen{5, {{"rx_ring", "256"}}, true});
    BOOST_TEST((fold(world, same) == Change::state));
    BOOST_TEST(!world.tunables.contains(4));
    BOOST_TEST(world.tunables.contains(5));
    BOOST_TEST((fold(world, same) == Change::nothing));
}

BOOST_AUTO_TEST_CASE(the_kernel_tells_of_the_queue_and_of_a_few_sysctls) {
    for (const char* word : {"txqueuelen", "net.ipv4.conf.rp_filter", "net.ipv6.conf.proxy_ndp"})
        BOOST_TEST(is_told(word), word);
    for (const char* word :
         {"net.ipv6.conf.rp_filter", "net.ipv4.conf.arp_ignore", "net.ipv6.conf.disable_ipv6", "rx_ring"})
        BOOST_TEST(!is_told(word), word);
}

BOOST_AUTO_TEST_CASE(a_bond_whose_name_is_a_number_is_not_the_port_of_that_index) {
    Observed world;
    Link port = eth0(), named = eth0();
    port.index = 12;
    named.index = 5, named.name = "12", named.kind = "bond";
    fold(world, LinkSeen{port});
    fold(world, LinkSeen{named});
    fold(world, TunablesSeen{12, {{to_two.word, "0"}}, true});
    fold(world, TunablesSeen{5, {{to_two.word, "1"}}, true});
    Owned owned;
    owned.bonds.insert("12");
    BOOST_TEST((SetTunable{{12, "eth0"}, to_two.word, "2", true}.note(owned, world)));
    BOOST_TEST((SetTunable{{5, "12"}, to_two.word, "2", false}.note(owned, world)));
    BOOST_TEST(owned.tuned.size() == 2u);
    BOOST_CHECK(parse_owned(print(owned)) == owned);
}

BOOST_AUTO_TEST_CASE(what_is_as_it_was_again_and_not_wanted_is_recorded_no_more) {
    test::World world("[config it]\naddress = 10.0.0.1/8\n[devices]\n2.0 = it\n");
    test::insert_card(world);
    Link& port = world.observed.links.at(2);
    world.owned.tuned[{tuned_port_key(2), to_two.word}] = "1";
    world.owned.port_mtus[2] = port.mtu;
    const auto forgets = [&](const char* now) {
        world.hear(TunablesSeen{2, {{to_two.word, now}}, true});
        return forget_restored(world.situation(), world.owned);
    };
    port.mtu += 100;
    BOOST_TEST(!forget_restored(world.situation(), world.owned));     // nothing is known of it
    BOOST_TEST(!forgets("2"));
    world.config.configs.at(0).tuning.words[to_two.word] = "2";
    world.config.configs.at(0).net.mtu = port.mtu -= 100;
    BOOST_TEST(!forgets("1"));
    world.config.configs.at(0).tuning = {};
    BOOST_TEST(forgets("1"));
    BOOST_TEST(world.owned.tuned.empty());
    BOOST_TEST(world.owned.port_mtus.size() == 1u);
    world.config.configs.at(0).net.mtu.reset();
    BOOST_TEST(forgets("1"));
    BOOST_TEST(world.owned.port_mtus.empty());
    BOOST_TEST(!forgets("1"));
}

BOOST_AUTO_TEST_SUITE_END()
