// had.conf as values.
//
// parse_config() turns text into a Config and finds every mistake in one run.  print() gives the normal form, which
// parses to the same Config.  Neither looks at the machine: whether slot 2 exists is found in the chassis
// (core/world/chassis.hpp), since a card or a controller may come later.
#pragma once

#include "had/core/config/addressing.hpp"
#include "had/core/config/bond_option.hpp"
#include "had/core/config/failback.hpp"
#include "had/core/config/monitor.hpp"
#include "had/core/config/service.hpp"
#include "had/core/config/peer.hpp"
#include "had/core/config/tuning.hpp"
#include "had/core/base/diagnostics.hpp"
#include "had/core/base/ini.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/base/link_mode.hpp"
#include "had/core/base/named.hpp"
#include "had/core/base/pci.hpp"
#include "had/core/base/types.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace had::core {

enum class EventSource : std::uint8_t { automatic, udev, kernel };
enum class LastPort : std::uint8_t { refuse, allow };

struct Settings {                             // [had]
    std::vector<std::string> domains;         // empty: this host controls every slot
    std::string pcidrivers = "/etc/pcidrivers.conf";
    EventSource event_source = EventSource::automatic;
    bool unload_drivers = false;
    std::string notify_dir, metrics_file, socket_group;
    Line socket_group_line;                   // for had/files.cpp, which looks whether the group exists
    LastPort last_port = LastPort::refuse;
    // For the programs beside the daemon, had-recorder and had-notify, which read the same file.
    std::uint64_t history_size = std::uint64_t{16} << 20;     // bytes; 0: no history
    Duration history_age = std::chrono::hours(400 * 24);
    Duration notify_timeout = std::chrono::seconds(30), notify_after{};
    // The distribution's DHCP client, which stays in the foreground; and what tells it that the way has changed.
    std::string dhcp_client = "dhcpcd -B -q %{interface}", dhcp_rebind = "dhcpcd -n -q %{interface}";

    friend bool operator==(const Settings&, const Settings&) = default;
};

struct Domain {                               // [domain A]
    std::string name;
    std::vector<SlotName> slots;
    Line line;

    friend bool operator==(const Domain&, const Domain&) = default;
};

// Where a slot is.  Without a location, slot N is the kernel's slot directory named N.
struct KernelSlotName {
    std::string name;
    friend bool operator==(const KernelSlotName&, const KernelSlotName&) = default;
};
struct PciDevice {                            // `pci 0000:02:0c`: whatever function
    std::uint32_t domain = 0;
    std::uint8_t bus = 0, device = 0;
    friend bool operator==(const PciDevice&, const PciDevice&) = default;
};
using Location = std::variant<std::monostate, PciPath, KernelSlotName, PciDevice>;
std::string to_string(const Location& location);      // as had.conf spells it

struct ModelId {                              // `accept = 8086:100e`
    std::uint16_t vendor = 0, device = 0;
    friend auto operator<=>(const ModelId&, const ModelId&) = default;
};
// "8086:100e"; nothing: that is no model.
std::optional<ModelId> model_from(std::string_view text);

struct Accept {
    bool any = true;
    bool same_model = false;
    std::vector<ModelId> models;
    friend bool operator==(const Accept&, const Accept&) = default;
};

struct SlotConfig {                           // [slot N]
    SlotName name;
    Location location;
    std::vector<std::string> ports;           // relative paths "00.0/04.0", index = subdevice; empty: counted
    Accept accept;
    Line line;

    friend bool operator==(const SlotConfig&, const SlotConfig&) = default;
};

struct MacStable { friend bool operator==(const MacStable&, const MacStable&) = default; };
struct MacFirst { friend bool operator==(const MacFirst&, const MacFirst&) = default; };
using MacPolicy = std::variant<MacStable, MacFirst, Mac>;
inline bool is_unicast(const Mac& mac) { return (mac.bytes[0] & 1) == 0 && !mac.is_zero(); }

enum class LinkPollKind : std::uint8_t { automatic, off, every };
struct LinkPoll {
    LinkPollKind kind = LinkPollKind::automatic;
    Duration every{};
    friend bool operator==(const LinkPoll&, const LinkPoll&) = default;
};

struct BondConfig {                           // [bond bond0]
    std::string name;
    BondOptions options;                      // only what the file says; without primary and active_slave
    std::string primary, active_slave;        // a port "2.1" or an interface name; empty: not given
    MacPolicy mac;
    bool mac_given = false;                   // false: an adopted bond keeps its own
    Failback failback;
    std::optional<Duration> rise;
    std::optional<bool> damp;
    LinkPoll link_poll;
    Watched watched;
    Tuning tuning;
    Addressing net;
    Line line;

    [[nodiscard]] BondMode mode() const;
    friend bool operator==(const BondConfig&, const BondConfig&) = default;
};

struct PortOptions {                          // per-port bonding options of a config
    std::optional<std::int32_t> prio;
    std::optional<std::uint16_t> queue_id, actor_port_prio;
    friend bool operator==(const PortOptions&, const PortOptions&) = default;
};

struct RoleConfig {                           // [config NAME]
    std::string name;
    std::string bond;                         // empty: plain Ethernet with `net`
    PortOptions port;
    Addressing net;
    Watched watched;                          // of one that stands alone
    std::string expect_neighbour;             // "sw1 Gi0/1", or a system alone; empty: any
    LinkMode mode;
    std::optional<MacPolicy> mac;             // of one that stands alone: stable, or an address
    Tuning tuning;
    Line line;

    friend bool operator==(const RoleConfig&, const RoleConfig&) = default;
};

struct VlanConfig {                           // [vlan NAME]
    std::string name, on;                     // `on`: a bond, a port "2.1", or an interface
    std::uint16_t id = 0;
    Addressing net;
    Watched watched;
    Tuning tuning;
    Line line;

    friend bool operator==(const VlanConfig&, const VlanConfig&) = default;
};

struct DeviceLine {                           // `2.1 = config2`, `16 = config1`
    SlotName slot;
    std::optional<unsigned> subdevice;        // nothing: every subdevice of the card
    unsigned unit = 0;
    std::string config;
    Line line;

    friend bool operator==(const DeviceLine&, const DeviceLine&) = default;
};

struct Config {
    Settings had;
    std::vector<Domain> domains;
    std::vector<SlotConfig> slots;
    std::vector<BondConfig> bonds;
    std::vector<RoleConfig> configs;
    std::vector<VlanConfig> vlans;
    std::vector<MonitorConfig> monitors;
    std::vector<MatchConfig> matches;
    std::vector<ServiceConfig> services;
    std::vector<MemberConfig> members;
    std::vector<FailoverConfig> failovers;
    std::vector<PeerConfig> peers;
    std::vector<DeviceLine> devices;          // by slot; those of one slot as the file has them

    [[nodiscard]] const BondConfig* bond(std::string_view name) const { return named(bonds, name); }
    [[nodiscard]] const RoleConfig* config(std::string_view name) const { return named(configs, name); }
    [[nodiscard]] const VlanConfig* vlan(std::string_view name) const { return named(vlans, name); }
    [[nodiscard]] const MonitorConfig* monitor(std::string_view name) const { return named(monitors, name); }
    [[nodiscard]] const MatchConfig* match(std::string_view name) const { return named(matches, name); }
    [[nodiscard]] const ServiceConfig* service(std::string_view name) const { return named(services, name); }
    [[nodiscard]] const MemberConfig* member(std::string_view name) const { return named(members, name); }
    [[nodiscard]] const FailoverConfig* failover(std::string_view name) const { return named(failovers, name); }
    // The service that a member of a group is; of a name that is no [member], the service of that name.
    [[nodiscard]] std::string_view service_of(std::string_view member) const;
    [[nodiscard]] const PeerConfig* peer(std::string_view name) const { return named(peers, name); }
    [[nodiscard]] const SlotConfig* slot(std::string_view name) const { return named(slots, name); }
    // `2.1` outranks `2`.  Null: had.conf does not name this port.
    [[nodiscard]] const DeviceLine* device(const PortName& port) const;
    [[nodiscard]] std::span<const DeviceLine> lines_of(std::string_view slot) const;
    void sort_devices();
    // The domain a slot belongs to; empty: none.  A slot in no domain is this host's.
    [[nodiscard]] std::string_view domain_of(std::string_view slot) const;
    [[nodiscard]] bool controls(std::string_view slot) const;
    // Whether the domain is this host's.
    [[nodiscard]] bool has_domain(std::string_view domain) const;
    // Whether the file sets the speed, duplex or negotiation of any port.
    [[nodiscard]] bool sets_modes() const;
    // Every slot that the file mentions, in an operator's order.
    [[nodiscard]] std::vector<SlotName> slot_names() const;

    friend bool operator==(const Config&, const Config&) = default;
};

// Calls f with each interface that has a section of its own, whatever it is: bonds, then VLANs.
template <class F>
void for_each_interface(const Config& config, F f) {
    for (const BondConfig& bond : config.bonds) f(bond);
    for (const VlanConfig& vlan : config.vlans) f(vlan);
}

// Even with errors `config` has what could be understood; use it only when there are none.
struct ParsedConfig {
    Config config;
    Diagnostics diagnostics;
};

// Whom a monitor asks that a section with these addresses names: its own targets, or the gateways.
std::vector<IpAddress> targets_of(const MonitorConfig& monitor, const Addressing& net);

ParsedConfig parse_config(std::string_view text);
// Of had.conf and the files that go on with it (had.conf.d), in this order: as read, or as somebody would have them.
using ConfigTexts = std::vector<IniText>;
ParsedConfig parse_config(const ConfigTexts& files);
// What is said of a bond whose ports are all in that slot, by the file or at present.
std::string one_card(std::string_view slot);
std::string print(const Config& config);

// The role of a port: null when had.conf gives it none, or when a whole slot's plain config is already
// served by subdevice 0.
const RoleConfig* role_of(const Config& config, const PortName& port);

} // namespace had::core
