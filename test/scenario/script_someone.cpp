// What others do: programs and people beside the daemon, on the same kernel.
#include "test/scenario/script_someone.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::test {

using namespace core;

namespace {

FakeNet& net(Stage& s) { return s.kernel().net(); }

LinkRef ref(Stage& s, const std::string& name) { return {net(s).index_of(name), name}; }

void tell(Stage& s, const ActionResult& result) {
    if (!result.ok()) s.write("  (refused: " + result.text + ")");
}

void make(Stage& s, const Operation& operation) { tell(s, net(s).apply(operation)); }

// PREFIX LINK [peer A] [broadcast A] [for-a-time] [deprecated] [noprefixroute] [link-scope] [label L], as `ip addr` has
// it: without a broadcast address where none is named.  A word that the daemon would say is in force without it.
Address address(Stage& s, const Words& w) {
    Address made{ref(s, w.at(3)).index, prefix(w[2]), std::nullopt, true, false};
    const bool v4 = made.prefix.address.family == IpFamily::v4;
    if (v4 && made.prefix.length < 31) made.broadcast = broadcast_of(made.prefix);
    for (std::size_t i = 4; i < w.size(); ++i) {
        if (w[i] == "peer") made.peer = ip_address_from(w.at(++i)).value();
        else if (w[i] == "broadcast") made.broadcast = ip_address_from(w.at(++i));
        else if (w[i] == "for-a-time") made.permanent = made.preferred = false;
        else if (w[i] == "deprecated") made.preferred = false;
        else if (w[i] == "noprefixroute") made.no_route = true;
        else if (w[i] == "link-scope") made.scope = 253;
        else if (w[i] == "label") made.label = w.at(++i);
        else if (w[i] == "metric") made.metric = number(w.at(++i));
        else wrong(w[i] + "?");
    }
    return made;
}

// As iproute2 flushes: in rounds, until nothing is left.
void flush(Stage& s, const std::string& name) {
    constexpr int most_rounds = 10;
    const LinkRef link = ref(s, name);
    for (int round = 0; round < most_rounds; ++round) {
        bool any = false;
        for (const Address& address : net(s).dump().addresses)
            if (address.link == link.index && !address.link_scope) {
                make(s, RemoveAddress{link, address.prefix});
                any = true;
            }
        s.settle();
        if (!any) return s.write(fmt::format("  (flushed in {} rounds)", round));
    }
    s.write("  (flush remains incomplete)");
}

// w[0] is `someone`, w[1] the verb.
struct Deed {
    std::string_view words;                   // how it is written
    void (*done)(Stage&, const Words&);
};

constexpr Deed deeds[] = {
    {"adds PREFIX LINK WORDS", [](Stage& s, const Words& w) { tell(s, net(s).add_address(address(s, w), false)); }},
    {"changes PREFIX LINK WORDS", [](Stage& s, const Words& w) { tell(s, net(s).add_address(address(s, w), true)); }},
    {"removes PREFIX LINK", [](Stage& s, const Words& w) { make(s, RemoveAddress{ref(s, w.at(3)), prefix(w[2])}); }},
    {"flushes LINK", [](Stage& s, const Words& w) { flush(s, w[2]); }},
    {"disconnects NETWORK LINK",
     [](Stage& s, const Words& w) { tell(s, net(s).disconnect(ref(s, w.at(3)).index, prefix(w[2]))); }},
    {"switches IPv6 on|off LINK",
     [](Stage& s, const Words& w) { net(s).switch_ipv6(ref(s, w.at(4)).index, w.at(3) == "on"); }},
    {"routes LINK ROUTE",
     [](Stage& s, const Words& w) { net(s).add_foreign_route(net(s).index_of(w[2]), route(w, 3)); }},
    {"rules from PREFIX table N priority N [more]",        // another program's rule, which looks at more
     [](Stage& s, const Words& w) { net(s).add_foreign_rule(rule(w, 2), w.size() > 8); }},
    {"unrules from PREFIX table N priority N", [](Stage& s, const Words& w) { net(s).remove_rule(rule(w, 2)); }},
    {"tunes LINK WORD VALUE",                 // of which nobody is told
     [](Stage& s, const Words& w) { net(s).tune(ref(s, w[2]).index, w.at(3), w.at(4)); }},
    {"withdraws ROUTE",                       // another program's
     [](Stage& s, const Words& w) { net(s).remove_foreign_route(route(w, 2).key); }},
    {"renames LINK NAME",
     [](Stage& s, const Words& w) { make(s, RenameLink{.link = ref(s, w[2]), .to = w.at(3)}); }},
    {"unroutes LINK ROUTE", [](Stage& s, const Words& w) { make(s, RemoveRoute{ref(s, w[2]), route(w, 3)}); }},
    {"enslaves PORT BOND",
     [](Stage& s, const Words& w) { make(s, Enslave{ref(s, w[2]), ref(s, w.at(3)), true}); }},
    {"releases PORT", [](Stage& s, const Words& w) { make(s, Release{ref(s, w[2]), {}}); }},
    {"creates BOND",
     [](Stage& s, const Words& w) {
         net(s).load_bonding();
         const BondOptions options{{BondOption::mode, std::uint64_t{1}}, {BondOption::miimon, std::uint64_t{100}}};
         make(s, CreateBond{.name = w[2], .options = options});
     }},
    {"deletes LINK", [](Stage& s, const Words& w) { make(s, DeleteLink{ref(s, w[2])}); }},
    {"raises LINK", [](Stage& s, const Words& w) { make(s, SetLink{.link = ref(s, w[2]), .up = true}); }},
    {"lowers LINK", [](Stage& s, const Words& w) { make(s, SetLink{.link = ref(s, w[2]), .up = false}); }},
    {"readdresses LINK MAC",
     [](Stage& s, const Words& w) {
         make(s, SetLink{.link = ref(s, w[2]), .address = mac_from(w.at(3)).value()});
     }},
    {"resizes LINK MTU",
     [](Stage& s, const Words& w) { make(s, SetLink{.link = ref(s, w[2]), .mtu = number(w.at(3))}); }},
    {"tags NAME LINK ID",
     [](Stage& s, const Words& w) {
         make(s, CreateVlan{.name = w[2], .on = ref(s, w.at(3)), .id = static_cast<std::uint16_t>(number(w.at(4)))});
     }},
    {"activates PORT BOND",                   // as through sysfs
     [](Stage& s, const Words& w) {
         const LinkRef port = ref(s, w[2]);
         make(s, SetBondOptions{ref(s, w.at(3)), {{BondOption::active_slave, std::uint64_t(port.index)}}});
     }},
    {"uses LINK",                             // in another namespace
     [](Stage& s, const Words& w) { net(s).nature(ref(s, w[2]).index)->used_elsewhere = true; }},
    {"frees LINK", [](Stage& s, const Words& w) { net(s).nature(ref(s, w[2]).index)->used_elsewhere = false; }},
    {"takes SLOT",                            // its interfaces, into another namespace
     [](Stage& s, const Words& w) { s.kernel().bus().move(w[2], true); }},
    {"returns SLOT", [](Stage& s, const Words& w) { s.kernel().bus().move(w[2], false); }},
    {"makes NAME KIND [LOWER]",
     [](Stage& s, const Words& w) { net(s).add_link(w.at(3), w[2], w.size() > 4 ? net(s).index_of(w[4]) : 0); }},
    {"calls LINK NAME",                       // another name
     [](Stage& s, const Words& w) { net(s).add_name(net(s).index_of(w[2]), w.at(3)); }},
    {"loads MODULE", [](Stage& s, const Words& w) { s.kernel().bus().load(w[2]); }},
    {"probes SLOT", [](Stage& s, const Words& w) { s.kernel().bus().probe_slot(w[2]); }},
    {"unbinds SLOT", [](Stage& s, const Words& w) { s.kernel().bus().unbind(w[2]); }},
};

} // namespace

void do_someone(Stage& s, const Words& w) {
    const auto deed = std::find_if(std::begin(deeds), std::end(deeds), [&](const Deed& each) {
        return each.words.substr(0, each.words.find(' ')) == w[1];
    });
    if (deed == std::end(deeds)) wrong(w[1] + "?");
    deed->done(s, w);
}

} // namespace had::test
