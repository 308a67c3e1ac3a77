// A network as it was found, whoever told of it: what runs, or a file of another tool.
//
// Each source has a reader that gives this value; one translator (draft.hpp) makes had.conf of it.  So a source knows
// nothing of had.conf, and what had.conf cannot say is kept beside the thing that it was said of, with its place.
#pragma once

#include "had/core/config/config.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::draft {

// More of either is not meant, and costs too much.
inline constexpr std::size_t most_interfaces = 256, most_lines = 4096, most_remarks = 4096;

// A word's place in a file.  Line 0: nothing but the file is known; no file: it was seen running.
struct Place {
    std::string file;
    unsigned line = 0;

    friend bool operator==(const Place&, const Place&) = default;
};
std::string to_string(const Place& place);    // "interfaces:12"; or empty

struct Remark {                               // what could not be said, and why
    Place at;
    std::string text;

    friend bool operator==(const Remark&, const Remark&) = default;
};

enum class Kind : std::uint8_t { unknown, port, bond, vlan, other };

struct FoundInterface {
    std::string name;
    Kind kind = Kind::unknown;
    Place at;
    std::optional<core::Mac> card;            // of the card: by it a port may be found

    core::BondOptions options;                // of a bond
    std::vector<std::string> ports;           // their names, in order
    std::string primary;
    std::optional<core::MacPolicy> mac;

    std::string master;                       // of a port: its bond, by name
    core::PortOptions port;

    std::string on;                           // of a VLAN
    std::optional<std::uint16_t> vlan_id;

    core::Addressing net;
    core::Tuning tuning;
    std::vector<Remark> remarks;

    [[nodiscard]] bool has_net() const { return !net.addresses.empty() || !net.routes.empty() || !net.rules.empty(); }
};

struct Found {
    std::vector<FoundInterface> interfaces;
    std::vector<Remark> remarks;              // of no interface
    std::size_t lines = 0, remarked = 0;      // so far

    [[nodiscard]] FoundInterface* find(std::string_view name);
    // The one of that name, which begins here when it is new.  Null: there are too many, which is remarked.
    FoundInterface* at(std::string_view name, const Place& place);
    // Adds one, unless there are too many.
    void remark(FoundInterface* of, const Place& place, std::string text);
    void address(FoundInterface& of, const core::IpPrefix& address);
    void route(FoundInterface& of, const core::RouteConfig& route);
    void rule(FoundInterface& of, const core::Rule& rule);

private:
    bool has_room(FoundInterface& of);
};

// Control characters in names are blanks; a port that names its bond is one of the bond's; what something is when
// nobody has said it.  Readers end with it.
void settle(Found& found);

// Keeps those of these names, what carries them, what they are made of and whose ports they are.  That there is nothing
// to say of one is remarked.  False: there is none of that name.
bool keep_only(Found& found, const std::vector<std::string>& names, std::string& missing);

// "1.2.3.4/24", or an address and a netmask or length of its own.  Nothing: it is none.
std::optional<core::IpPrefix> prefix_from(std::string_view address, std::string_view length = {});

} // namespace had::draft
