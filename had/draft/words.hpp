// What the readers of files share: lines, values, and one form for what cannot be said.
#pragma once

#include "had/draft/found.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::draft {

struct Line {
    unsigned number = 0;
    std::string text;                         // without blanks at both ends
};
// Without comments, which begin with one of `marks` at the start of a line, and empty ones.  With `joins` a line that
// ends in a backslash goes on in the next one, as a part of it.
std::vector<Line> lines_of(std::string_view text, std::string_view marks, bool joins = false);

std::string lower(std::string_view text);
// Between blanks, or any of these characters.
std::vector<std::string_view> words_between(std::string_view text, std::string_view separators);
// yes, true, on, 1, or their opposites.  Nothing: neither.
std::optional<bool> truth(std::string_view text);
// systemd.time(7) and netplan: "100ms", "0.1s", "1s 500ms"; a number alone is in units of `unit` ms.
std::optional<std::uint64_t> milliseconds(std::string_view text, std::uint64_t unit);

// One word of a source: what it is about, where it stands, and the two halves.
struct Said {
    Found& found;
    FoundInterface* of;                       // null: of no interface
    Place at;
    std::string key, value;

    void remark(std::string_view why) const;  // "KEY VALUE: why"
    // had.conf has no such word: says what it has instead, where that is known.
    void unknown() const;
    // "cannot be read as WHAT"
    void unread(std::string_view what) const;
};

inline constexpr std::string_view by_advertisements =
    "'ipv6 = ra' takes addresses by router advertisements";

// A bond's option by the kernel's name, with a value as the kernel's tools spell it.  `primary` is kept as a name.
void bond_option(const Said& said, std::string_view option, std::string_view value);
void address(const Said& said, std::string_view address, std::string_view length = {});
// Behind the addresses.  The usual one needs no word.
void broadcast(const Said& said);
void mtu(const Said& said);
void mac(const Said& said);                   // of a bond; of others it is remarked
void gateway(const Said& said, std::string_view via, std::optional<std::uint32_t> metric = {});
void vlan_id(const Said& said);
// What `ip route add` takes: "10.0.0.0/8 via 10.0.1.254 dev bond0 metric 5 table 100".  False: it is not of this form.
bool ip_route(const Said& said, std::string_view words);
// And `ip rule add`: "from 10.0.0.0/8 table 100 prio 1000".
bool ip_rule(const Said& said, std::string_view words);
// A network, or a host alone.
std::optional<core::IpPrefix> network_from(std::string_view text);
// By a gateway, or to nowhere, as networkd and netplan say it.  False: it cannot be said, and has been remarked.
bool route_goes(const Said& said, core::RouteWay& way, std::string_view via, std::string_view type);
inline constexpr std::string_view no_whole_route = "it is no route of one IP version to somewhere";
// Whether it leads somewhere, and in one IP version.
bool is_whole(const core::RouteConfig& route);
// A whole one.
void route(const Said& said, core::RouteConfig route);

} // namespace had::draft
