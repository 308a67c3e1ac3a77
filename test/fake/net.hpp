// The network half of the fake kernel: links, bonds, addresses.
//
// It obeys, and refuses with the kernel's own words what the kernel refuses (drivers/net/bonding,
// net/core/rtnetlink.c).  Each change tells the messages that the kernel would send, in its order.
// The monitor reacts at once, as miimon would after its interval.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/world/event.hpp"
#include "had/core/action/kernel.hpp"
#include "had/core/config/route.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace had::test {

using core::ActionResult;
using core::Ifindex;
using core::Mac;

// What a card says of its own link when it is asked, beside its driver's carrier.
struct FakeProbe {
    std::optional<bool> stuck; // says this, whatever the cable
    int error = 0;             // fails like this
    std::string text;
};
// What the driver and the card of an interface are like.
struct FakeNature {
    std::map<core::Probe, FakeProbe> probes; // those that there are
    bool late = false; // the carrier follows the cable only when the driver looks, or as it comes up
    std::uint32_t most_mtu = 0;      // 0: no limit is told
    bool speaks_lacp = true;         // and so does what is at the other end
    bool answers_arp = true;
    bool used_elsewhere = false;     // another namespace's macvlan stands on it
};

struct FakeLink {
    core::Link link;
    Mac own; // what the card brought, and gets back
    std::uint32_t own_mtu = 1500;
    std::vector<std::string> untold; // other names that nobody was told of
    bool cable = true;
    FakeNature nature;
    core::LinkMode mode{1000, core::Duplex::full, true};
    // What a new one has; other words do not exist.
    core::Tunables words{{"rx_ring", "256"},
                         {"offload.rx-gro", "on"},
                         {"net.ipv4.conf.rp_filter", "0"},
                         {"net.ipv4.conf.arp_ignore", "0"},
                         {"net.ipv4.neigh.gc_stale_time", "60"},
                         {"net.ipv6.conf.accept_ra", "1"},
                         {"net.ipv6.conf.addr_gen_mode", "0"},
                         {"net.ipv6.conf.autoconf", "1"},
                         {"net.ipv6.conf.disable_ipv6", "0"}};
    // Bonds only.
    bool mac_set = false; // by somebody, not taken from a port
    std::string primary;  // by name, as the kernel keeps it
    Ifindex active = 0;
    bool no_ipv6 = false;
    std::vector<Ifindex> slaves; // in the order of enslavement
};

struct FakeRoute {
    Ifindex link = 0;
    core::RouteWay way;
    bool foreign = false; // of another protocol: had is told nothing of it
};

class FakeNet {
public:
    explicit FakeNet(core::EventSink tell) : tell_(std::move(tell)) {}

    // The kernel's default is false; most distributions set it.
    bool promotes_secondaries = true;

    // A driver makes its device; the name is the lowest free ethN, the index is never used again.
    Ifindex add_nic(Mac mac, core::PciAddress function, FakeNature nature);
    // As unregister_netdevice does it to a port that may be in a bond.
    void remove_nic(Ifindex index);
    void set_cable(Ifindex index, bool plugged);
    // What is at its other end answers the ARP monitor or not, speaks LACP or not.
    void set_far_end(Ifindex index, bool answers_arp, bool speaks_lacp);
    // Into another namespace: nobody here sees it any more.
    void move_away(Ifindex index);
    // The timer of a driver that is late.
    void look(Ifindex index);
    [[nodiscard]] core::Reading sense(Ifindex index, core::Probe probe) const;
    [[nodiscard]] FakeNature* nature(Ifindex index);
    // A link monitor that sleeps has a long miimon: it has not looked yet.
    void wake_monitor(bool awake);
    ActionResult rename(const std::string& from, const std::string& to);

    ActionResult apply(const core::Operation& operation);
    // What modprobe does with max_bonds=0.  Loaded by the kernel's own hand there is a bond0 at
    // once.
    void load_bonding() { bonding_ = true; }
    void forbid_bonding(bool forbidden) { bonding_forbidden_ = forbidden; }
    [[nodiscard]] bool has_bonding() const { return bonding_; }

    // Another hand adds an address as it likes, or changes it; is answered as `ip addr add`, or `ip addr change`.
    ActionResult add_address(const core::Address& address, bool change);
    ActionResult remove_address(Ifindex link, const core::IpPrefix& prefix, const std::optional<core::IpAddress>& peer);
    // The route of a network is deleted by another hand.
    ActionResult disconnect(Ifindex link, const core::IpPrefix& network);
    // Another machine on the link has the address, or has it no more; the test for it ends.
    void set_taken(const core::IpAddress& address, bool taken);
    void end_dad();
    // ARP off, multicast off.
    ActionResult set_odd(Ifindex link);
    void switch_ipv6(Ifindex link, bool on);
    // One of the words that an interface keeps by itself: nobody is told.
    void tune(Ifindex link, const std::string& word, const std::string& value);
    void set_queue(Ifindex link, std::uint32_t packets);

    // A route of another program's; it takes its place whatever stood there.
    void remove_foreign_route(const core::RouteKey& key);
    void add_foreign_route(Ifindex link, const core::Route& route);
    // Another program's rule, which looks at something else too; or is had's, deleted by another hand.
    void add_foreign_rule(const core::Rule& rule, bool looks_at_more);
    void remove_rule(const core::Rule& rule);

    // Another program's: of any kind, on another link or on none.
    ActionResult add_link(const std::string& kind, const std::string& name, Ifindex lower);
    ActionResult add_name(Ifindex link, const std::string& name);

    [[nodiscard]] Ifindex index_of(const std::string& name) const;
    [[nodiscard]] std::optional<core::Link> link(Ifindex index) const;
    [[nodiscard]] core::LinksDumped dump() const;
    [[nodiscard]] core::Tunables tunables(const core::LinkRef& link, const std::vector<std::string>& words) const;
    // What a program that asks is told of each port's speed.
    [[nodiscard]] std::vector<core::ModeSeen> modes() const;

private:
    using Links = std::map<Ifindex, FakeLink>;

    ActionResult make(const core::CreateBond& o);
    ActionResult make(const core::CreateVlan& o);
    ActionResult make(const core::SetBondOptions& o);
    ActionResult make(const core::SetLink& o);
    ActionResult make(const core::SetLinkMode& o);
    ActionResult make(const core::Enslave& o);
    ActionResult make(const core::Release& o);
    ActionResult make(const core::SetPortOptions& o);
    ActionResult make(const core::AddAddress& o);
    ActionResult make(const core::RemoveAddress& o);
    ActionResult make(const core::Connect& o);
    ActionResult make(const core::AddRoute& o);
    ActionResult make(const core::RemoveRoute& o);
    ActionResult make(const core::ForgetNeighbour& o);
    ActionResult make(const core::AddRule& o);
    ActionResult make(const core::RemoveRule& o);
    ActionResult make(const core::SetTunable& o);
    ActionResult make(const core::RenameLink& o);
    ActionResult make(const core::DeleteLink& o);
    ActionResult make(const auto&) { return {}; }     // a job

    [[nodiscard]] FakeLink* find(Ifindex index);
    void take_away(Ifindex index, bool moved);
    bool is_name_taken(const std::string& name);
    [[nodiscard]] FakeLink* bond_of(const FakeLink& slave) { return find(slave.link.master); }
    void tell(FakeLink& link);
    void set_up(FakeLink& link, bool up);
    void update_carrier(FakeLink& link);
    void set_mtu(FakeLink& link, std::uint32_t mtu);
    [[nodiscard]] std::vector<Ifindex> vlans_on(Ifindex lower) const;
    void carry_vlans(const FakeLink& lower);
    void remove_vlans(Ifindex lower);
    void drop_addresses(Ifindex link, bool only_ipv6);
    void drop_routes(Ifindex link, bool only_ipv4);
    void drop_source(const core::IpAddress& address);
    void insert_address(core::Address address);
    void connect(const core::Address& address);
    void promote(Ifindex link, const core::Address& gone);
    void make_local(const FakeLink& link);
    [[nodiscard]] bool has_usable(const core::IpAddress& wanted) const;
    [[nodiscard]] bool reaches(Ifindex link, const core::IpAddress& gateway) const;
    Mac random_mac();

    // bonding.cpp
    FakeLink new_bond(const std::string& name);
    ActionResult set_option(FakeLink& bond, const core::BondOptionRule& rule,
                            const core::BondValue& value);
    ActionResult set_active(FakeLink& bond, Ifindex index);
    void set_mac(FakeLink& bond, const Mac& mac);
    void let_go(FakeLink& bond, FakeLink& slave, bool unregistered);
    void watch(FakeLink& bond, FakeLink& slave);
    void aggregate(FakeLink& bond);
    [[nodiscard]] bool is_in_use(const FakeLink& port) const;
    [[nodiscard]] ActionResult refuse_mtu(const FakeLink& link, std::uint32_t mtu) const;
    void reselect(FakeLink& bond, bool force_primary = false);
    void make_active(FakeLink& bond, Ifindex best);
    void update_bond_carrier(FakeLink& bond);
    [[nodiscard]] Ifindex choose(FakeLink& bond, bool force_primary);
    [[nodiscard]] bool is_well(Ifindex slave);
    [[nodiscard]] Ifindex primary_of(const FakeLink& bond) const;

    core::EventSink tell_;
    Links links_;
    std::map<Ifindex, std::vector<core::Address>> addresses_;
    std::map<core::RouteKey, FakeRoute> routes_; // of had, and of others
    std::set<core::Connected> connected_;        // the kernel's own
    std::set<core::SeenRule> rules_;
    std::set<core::IpAddress> taken_;            // that other machines have
    Ifindex next_index_ = 2; // 1 is lo
    std::uint8_t random_ = 0;
    bool bonding_ = false, bonding_forbidden_ = false, monitor_awake_ = true;
};

} // namespace had::test
