// Against the real kernel, in a network of the test's own.
#include "had/sys/rtnl.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

using namespace had;
using namespace had::core;
using namespace had::sys;

namespace {

struct Ears {
    std::vector<Event> events;
    EventSink sink = [this](Event event) { events.push_back(std::move(event)); };

    [[nodiscard]] const Link* last(const std::string& name) const {
        for (auto it = events.rbegin(); it != events.rend(); ++it)
            if (const auto* seen = std::get_if<LinkSeen>(&*it); seen && seen->link.name == name)
                return &seen->link;
        return nullptr;
    }
};

const Link* find(const LinksDumped& all, const std::string& name) {
    const auto it = std::find_if(all.links.begin(), all.links.end(),
                                 [&](const Link& link) { return link.name == name; });
    return it == all.links.end() ? nullptr : &*it;
}

LinksDumped dump(Rtnl& rtnl) {
    Ears ears;
    rtnl.resync(ears.sink);
    return std::get<LinksDumped>(ears.events.back());
}

LinkRef ref(Rtnl& rtnl, const std::string& name) {
    const auto all = dump(rtnl);
    const auto* link = find(all, name);
    BOOST_REQUIRE(link);
    return {link->index, name};
}

bool pair_of_links() {
    return test::fresh_network() && test::shell("ip link add had0 type veth peer name had1");
}

} // namespace

BOOST_AUTO_TEST_SUITE(rtnl)

BOOST_AUTO_TEST_CASE(what_happens_after_the_dump_is_heard) {
    HAD_TRY(pair_of_links());
    Rtnl rtnl;
    const auto all = dump(rtnl);
    BOOST_REQUIRE(find(all, "had0") && find(all, "had1"));
    const auto index = find(all, "had0")->index;
    BOOST_TEST(find(all, "had0")->kind == "veth");

    const core::SetLink up{{index, "had0"}, true, 1400, Mac{{0x02, 0, 0, 0, 0, 9}}};
    BOOST_CHECK(rtnl.apply(up) == ActionResult{});
    Ears ears;
    rtnl.drain(ears.sink);
    BOOST_REQUIRE(ears.last("had0"));
    const auto& link = *ears.last("had0");
    BOOST_TEST(link.up);
    BOOST_TEST(link.mtu == 1400);
    BOOST_CHECK(link.address == *up.address);

    BOOST_CHECK(rtnl.apply(core::SetTunable{{index, "had0"}, "txqueuelen", "77"}) == ActionResult{});
    rtnl.drain(ears.sink);
    BOOST_TEST(ears.last("had0")->queue == 77u);

    BOOST_CHECK(rtnl.apply(DeleteLink{{index, "had0"}}).ok());
    BOOST_CHECK(rtnl.apply(DeleteLink{{index, "had0"}}).ok()); // gone already
    rtnl.drain(ears.sink);
    BOOST_TEST(test::only<LinkGone>(ears.events).size() == 2); // a pair goes together
}

BOOST_AUTO_TEST_CASE(an_overrun_ends_in_a_dump_of_all_there_is) {
    HAD_TRY(pair_of_links());
    Rtnl rtnl(1); // the kernel's least: a message or two
    static_cast<void>(dump(rtnl));
    const auto overruns = rtnl.counters().overruns;
    HAD_TRY(test::shell("for i in 2 3 4 5 6 7; do ip link add had$i type bridge; done"));
    Ears ears;
    rtnl.drain(ears.sink);
    BOOST_TEST(rtnl.counters().overruns > overruns);
    const auto dumps = test::only<LinksDumped>(ears.events);
    BOOST_REQUIRE(!dumps.empty());
    BOOST_TEST(find(dumps.back(), "had7"));
    BOOST_TEST(dumps.back().links.size() == 9); // lo, the pair, six bridges
    BOOST_TEST(!rtnl.stale());

    // It hears on: the congestion is over.
    HAD_TRY(test::shell("ip link set had7 mtu 1300"));
    ears.events.clear();
    rtnl.drain(ears.sink);
    BOOST_TEST((!ears.events.empty()));
}

BOOST_AUTO_TEST_CASE(ports_are_enslaved_and_released_also_when_they_are_up) {
    HAD_TRY(pair_of_links() && test::shell("ip link add br0 type bridge; ip link set had0 up"));
    Rtnl rtnl;
    const auto port = ref(rtnl, "had0"), bridge = ref(rtnl, "br0");
    BOOST_CHECK(rtnl.apply(Enslave{port, bridge, true}) == ActionResult{});
    Ears ears;
    rtnl.drain(ears.sink);
    BOOST_REQUIRE(ears.last("had0"));
    BOOST_TEST(ears.last("had0")->master == bridge.index);
    BOOST_TEST(ears.last("had0")->up); // what takes it as it is does not have it set down

    BOOST_CHECK(rtnl.apply(Release{port, bridge}) == ActionResult{});
    rtnl.drain(ears.sink);
    BOOST_TEST(ears.last("had0")->master == 0);
    // The bridge told of its port's end with an RTM_DELLINK of its own family.
    BOOST_TEST(test::only<LinkGone>(ears.events).empty());
}

// Needs the bonding driver: where this machine lacks it, the story `edges` runs it.
BOOST_AUTO_TEST_CASE(a_port_that_a_bond_refuses_is_left_as_it_was) {
    if (!std::getenv("HAD_HAS_BONDING")) {
        BOOST_TEST(true);
        return;
    }
    HAD_TRY(pair_of_links() &&
            test::shell("ip link add had-b type bond mode active-backup miimon 100 && ip link set had-b up && "
                        "ip link set had0 up && ip link set had1 up && ip addr add 10.0.1.1/24 dev had0 && "
                        "ip addr add fd00:1::1/64 dev had0 nodad && ip route add 10.2.0.0/16 via 10.0.1.254 && "
                        "ip -6 route add fd00:2::/64 via fd00:1::2"));
    Rtnl rtnl;
    const auto port = ref(rtnl, "had0"), bond = ref(rtnl, "had-b");
    const auto is_as_before = [] {
        return test::shell(
            "ip addr show dev had0 | grep -q 10.0.1.1/24 && ip addr show dev had0 | grep -q fd00:1::1/64 && "
            "ip route show dev had0 | grep -q '10.2.0.0/16 via 10.0.1.254' && "
            "ip -6 route show dev had0 | grep -q 'fd00:2::/64 via fd00:1::2'");
    };
    BOOST_TEST(is_as_before());
    // What the kernel knows while it is up: it is not set down for it.
    HAD_TRY(test::shell("ip link add had-vm link had0 type macvlan"));
    Ears ears;
    rtnl.drain(ears.sink);
    ears.events.clear();
    const ActionResult used = rtnl.apply(Enslave{port, bond, true});
    BOOST_TEST(used.error == EBUSY);
    BOOST_TEST(used.text == "Device is in use and cannot be enslaved");
    rtnl.drain(ears.sink);
    for (const LinkSeen& seen : test::only<LinkSeen>(ears.events)) BOOST_TEST(seen.link.up);
    BOOST_TEST(is_as_before());
    HAD_TRY(test::shell("ip link del had-vm"));

    // What it finds out when it is down: the loopback device takes no MAC address.
    HAD_TRY(test::shell("ip link set lo up && ip addr add fd00:9::1/128 dev lo"));
    BOOST_TEST(rtnl.apply(Enslave{ref(rtnl, "lo"), bond, true}).error == EADDRNOTAVAIL);
    BOOST_TEST(test::shell("ip link show lo | grep -q ,UP && ip addr show lo | grep -q fd00:9::1/128 && "
                           "ip addr show lo | grep -q 127.0.0.1"));
    BOOST_CHECK(rtnl.apply(Enslave{port, bond, true}) == ActionResult{});
}

BOOST_AUTO_TEST_CASE(an_interface_is_found_by_any_name_that_it_has) {
    HAD_TRY(pair_of_links() && test::shell("ip link property add dev had0 altname had-other"));
    Rtnl rtnl;
    const auto link = rtnl.link_now({0, "had-other"});
    BOOST_REQUIRE(link);
    BOOST_TEST(link->name == "had0");
    BOOST_TEST(rtnl.link_now({link->index, ""})->name == "had0");
    BOOST_TEST(!rtnl.link_now({0, "had-none"}));
}

BOOST_AUTO_TEST_CASE(addresses_may_be_there_or_gone_already) {
    HAD_TRY(pair_of_links());
    Rtnl rtnl;
    const auto link = ref(rtnl, "had0");
    for (const char* text : {"10.0.1.1/24", "fd00::1/64"}) {
        const auto prefix = *ip_prefix_from(text);
        HAD_TRY(rtnl.apply(AddAddress{link, prefix, {}}).error != EOPNOTSUPP); // without IPv6
        BOOST_CHECK(rtnl.apply(AddAddress{link, prefix, {}}).ok());
        Ears ears;
        rtnl.drain(ears.sink);
        const auto seen = test::only<AddressSeen>(ears.events);
        BOOST_REQUIRE(!seen.empty());
        BOOST_CHECK(seen.front().address.prefix == prefix);
        BOOST_TEST(seen.front().address.permanent);
        BOOST_TEST(dump(rtnl).addresses.size() == 1);
        BOOST_CHECK(rtnl.apply(RemoveAddress{link, prefix}).ok());
        BOOST_CHECK(rtnl.apply(RemoveAddress{link, prefix}).ok());
        BOOST_TEST(dump(rtnl).addresses.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_keeps_its_errno_and_the_kernels_words) {
    HAD_TRY(pair_of_links());
    Rtnl rtnl;
    const auto link = ref(rtnl, "had0");
    auto result = rtnl.apply(core::SetLink{.link = link, .mtu = 10'000'000});
    BOOST_TEST(result.error == EINVAL);
    BOOST_TEST(result.text == "mtu greater than device maximum");
    // A part of an operation is named.
    SetPortOptions port{link, {}, {}};
    port.bond = link;
    port.options.prio = 5;
    result = rtnl.apply(port);
    BOOST_TEST(!result.ok());
    BOOST_TEST(result.text.find("prio: ") == 0);
}

BOOST_AUTO_TEST_CASE(what_has_no_index_yet_is_found_by_its_name) {
    HAD_TRY(pair_of_links());
    Rtnl rtnl;
    BOOST_CHECK(rtnl.apply(core::SetLink{.link = {0, "had0"}, .up = true}).ok());
    const auto result = rtnl.apply(core::SetLink{{0, "had9"}, true, {}, {}});
    BOOST_CHECK(result == (ActionResult{ENODEV, "had9: no such interface"}));
    BOOST_TEST(rtnl.counters().requests == 1);
}

BOOST_AUTO_TEST_CASE(a_bond_is_made_changed_filled_and_emptied) {
    HAD_TRY(pair_of_links());
    Rtnl rtnl;
    CreateBond make{"bond0", {}, Mac{{0x02, 0, 0, 0, 0, 9}}, {}};
    make.options = {{BondOption::mode, std::uint64_t{1}}, {BondOption::miimon, std::uint64_t{100}}};
    const auto made = rtnl.apply(make);
    // A kernel without the driver: a story has this tried by one that has it, and says so.
    if (made.error == EOPNOTSUPP && !std::getenv("HAD_HAS_BONDING")) {
        BOOST_TEST_MESSAGE(made.text);
        return;
    }
    BOOST_REQUIRE_MESSAGE(made.ok(), made.text);
    BOOST_TEST(rtnl.apply(make).error == EEXIST);

    const auto bond = ref(rtnl, "bond0"), port = ref(rtnl, "had0");
    BOOST_CHECK(rtnl.apply(core::SetLink{.link = bond, .up = true}).ok());
    const auto added = rtnl.apply(Enslave{port, bond, false});
    BOOST_REQUIRE_MESSAGE(added.ok(), added.text);
    SetPortOptions options{port, bond, {}};
    options.options.prio = -7;
    BOOST_CHECK(rtnl.apply(options).ok());

    const SetBondOptions wrong{
        bond,
        {{BondOption::miimon, std::uint64_t{50}}, {BondOption::fail_over_mac, std::uint64_t{1}}}};
    const auto refused = rtnl.apply(wrong);
    BOOST_TEST(refused.error == ENOTEMPTY); // which libnl would call NLE_FAILURE
    BOOST_TEST(refused.text ==
               "fail_over_mac: unable to set option because the bond device has slaves");

    auto all = dump(rtnl);
    BOOST_REQUIRE(find(all, "bond0")->bond);
    BOOST_CHECK(find(all, "bond0")->bond->options.at(BondOption::miimon) ==
                BondValue(std::uint64_t{50}));
    BOOST_REQUIRE(find(all, "had0")->slave);
    BOOST_TEST(find(all, "had0")->slave->prio.value_or(0) == -7);

    BOOST_CHECK(rtnl.apply(Release{port, bond}).ok());
    BOOST_CHECK(rtnl.apply(DeleteLink{bond}).ok());
    all = dump(rtnl);
    BOOST_TEST(!find(all, "bond0"));
    BOOST_TEST(find(all, "had0")->master == 0);
}

BOOST_AUTO_TEST_SUITE_END()
