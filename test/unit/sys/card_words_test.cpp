// Against the real kernel: a veth has offloads and channels, and neither rings that can be set nor EEE.
#include "had/core/config/card_word.hpp"
#include "had/sys/card_words.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <linux/ethtool_netlink.h>
#include <net/if.h>

#include <cerrno>
#include <system_error>
#include <tuple>

using namespace had::core;
using namespace had::sys;
namespace test = had::test;

BOOST_AUTO_TEST_SUITE(card_words)

BOOST_AUTO_TEST_CASE(the_numbers_of_the_table_are_the_kernels) {
    const std::tuple<const char*, int, int, int> rows[] = {
        {"rx_ring", ETHTOOL_MSG_RINGS_GET, ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_RX},
        {"tx_ring", ETHTOOL_MSG_RINGS_GET, ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_TX},
        {"rx_channels", ETHTOOL_MSG_CHANNELS_GET, ETHTOOL_MSG_CHANNELS_SET, ETHTOOL_A_CHANNELS_RX_COUNT},
        {"tx_channels", ETHTOOL_MSG_CHANNELS_GET, ETHTOOL_MSG_CHANNELS_SET, ETHTOOL_A_CHANNELS_TX_COUNT},
        {"combined_channels", ETHTOOL_MSG_CHANNELS_GET, ETHTOOL_MSG_CHANNELS_SET, ETHTOOL_A_CHANNELS_COMBINED_COUNT},
        {"rx_usecs", ETHTOOL_MSG_COALESCE_GET, ETHTOOL_MSG_COALESCE_SET, ETHTOOL_A_COALESCE_RX_USECS},
        {"rx_frames", ETHTOOL_MSG_COALESCE_GET, ETHTOOL_MSG_COALESCE_SET, ETHTOOL_A_COALESCE_RX_MAX_FRAMES},
        {"tx_usecs", ETHTOOL_MSG_COALESCE_GET, ETHTOOL_MSG_COALESCE_SET, ETHTOOL_A_COALESCE_TX_USECS},
        {"tx_frames", ETHTOOL_MSG_COALESCE_GET, ETHTOOL_MSG_COALESCE_SET, ETHTOOL_A_COALESCE_TX_MAX_FRAMES},
        {"adaptive_rx", ETHTOOL_MSG_COALESCE_GET, ETHTOOL_MSG_COALESCE_SET, ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX},
        {"adaptive_tx", ETHTOOL_MSG_COALESCE_GET, ETHTOOL_MSG_COALESCE_SET, ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX},
        {"eee", ETHTOOL_MSG_EEE_GET, ETHTOOL_MSG_EEE_SET, ETHTOOL_A_EEE_ENABLED},
        {"wake_on_lan", ETHTOOL_MSG_WOL_GET, ETHTOOL_MSG_WOL_SET, ETHTOOL_A_WOL_MODES}};
    BOOST_TEST(had::core::card_words().size() == std::size(rows));
    for (const auto& [name, get, set, attribute] : rows) {
        const CardWord* word = find_card_word(name);
        BOOST_REQUIRE(word);
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(int{word->get} == get);
            BOOST_TEST(int{word->set} == set);
            BOOST_TEST(int{word->attribute} == attribute);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_offload_is_read_and_set_and_what_a_card_cannot_do_is_told_in_the_kernels_words) {
    HAD_TRY(test::fresh_network() &&
            test::shell("ip link add had0 type veth peer name had1 && ip link set had0 up"));
    const auto had0 = static_cast<Ifindex>(if_nametoindex("had0"));
    const std::string offload = "offload.tx-tcp-segmentation";
    CardWords words;
    HAD_TRY(words.read(had0, {offload}).contains(offload));   // a kernel without ethtool's netlink
    for (const char* value : {"off", "on"}) {
        const ActionResult set = words.set(had0, offload, value);
        BOOST_TEST(set.ok(), set.text);
        BOOST_TEST(words.read(had0, {offload}).at(offload) == value);
    }
    const Tunables values = words.read(had0, {offload, "rx_channels", "eee", "wake_on_lan", "rx_ring"});
    BOOST_TEST(values.at("rx_channels") == "1");
    BOOST_TEST(!values.contains("eee"));
    for (const char* word : {"eee", "wake_on_lan"}) {
        const ActionResult refused = words.set(had0, word, "off");
        BOOST_TEST(refused.error == EOPNOTSUPP, word);
        BOOST_TEST(!refused.text.empty());
    }
    BOOST_TEST(words.set(had0, "offload.no-such-feature", "on").error != 0);
    // What is not known is not taken for what the card has not.
    BOOST_CHECK_EXCEPTION(words.read(had0 + 1000, {offload}), std::system_error,
                          [](const std::system_error& e) { return e.code().value() == ENODEV; });
    BOOST_TEST(words.set(had0 + 1000, offload, "on").error == ENODEV);
}

BOOST_AUTO_TEST_SUITE_END()
