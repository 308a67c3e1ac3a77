// What the edges tell the core.  Events only fold into Observed (observed.hpp); they never act.
#pragma once

#include "had/core/world/link.hpp"
#include "had/core/base/link_mode.hpp"
#include "had/core/base/pci.hpp"
#include "had/core/config/route.hpp"
#include "had/core/base/types.hpp"

#include <string>
#include <variant>
#include <vector>

namespace had::core {

struct LinkSeen { Link link; };               // RTM_NEWLINK: the whole value, news or not
struct LinkGone {                             // RTM_DELLINK, not of a bridge port
    Ifindex index = 0;
    bool moved = false;                       // into another network namespace
};
struct AddressSeen { Address address; };
struct AddressGone { Address address; };
struct RouteSeen { Route route; Ifindex link = 0; };  // of the daemon's protocol; also in the place of another
struct RouteGone { Route route; Ifindex link = 0; };
struct ConnectedSeen { Connected route; };    // of the kernel's protocol, without a gateway
struct ConnectedGone { Connected route; };
// Another program's route has taken that place, of which nothing else is told; or is there no more.
struct WayTaken { RouteKey key; };
struct WayFree { RouteKey key; };
// A policy rule that leads to a table, of whatever protocol.
struct SeenRule {
    Rule rule;
    std::uint8_t protocol = route_protocol;
    std::uint32_t rest = 0;                   // a hash of all else that it looks at; 0: of nothing else

    friend auto operator<=>(const SeenRule&, const SeenRule&) = default;
};
struct RuleSeen { SeenRule rule; };
struct RuleGone { SeenRule rule; };
struct Ipv6Seen { Ifindex link = 0; };        // IPv6 has begun there, or its settings are others

// Asked for at the start, and told after a change by the daemon itself.
struct ModeSeen { Ifindex link = 0; LinkMode mode; };

// Read by the daemon itself, or told by the kernel (config/told_word.hpp), also of words that nobody asked for.
struct TunablesSeen {
    Ifindex link = 0;
    Tunables values;
    bool all = false;                         // what is not among them cannot be read
};

// IFLA_EVENT_NOTIFY_PEERS of a bond: the kernel has told its neighbours where to send.
struct PeersTold { Ifindex bond = 0; };      // by the kernel, which of its ports to send to

struct FunctionSeen { PciFunction function; };        // `add`, `bind`, `unbind`, `change`, or the start-up scan
struct FunctionGone { PciAddress address; };
struct NetDeviceSeen { NetDevice device; };           // net `add`, `move`; again when udevd has settled it
struct NetDeviceGone { Ifindex index = 0; };
struct SlotSeen { KernelSlot slot; };
struct SlotGone { std::string name; };
struct SlotStateSeen { std::string slot; SlotState state; };  // looked at: nobody announces it
struct HotplugThreadSeen { bool runs = false; };      // the kernel's, of CompactPCI (slot_watch.hpp)

// A socket lost messages, or a dump was made: here is all there is.  What is not in it is gone.
struct LinksDumped {
    std::vector<Link> links;
    std::vector<Address> addresses;
    std::vector<RouteSeen> routes;
    std::vector<Connected> connected = {};
    std::vector<SeenRule> rules = {};
};
struct DevicesScanned {
    std::vector<PciFunction> functions;
    std::vector<NetDevice> devices;
    std::vector<KernelSlot> slots;
};

using Event = std::variant<LinkSeen, LinkGone, AddressSeen, AddressGone, RouteSeen, RouteGone, ConnectedSeen,
                           ConnectedGone, WayTaken, WayFree, RuleSeen, RuleGone, Ipv6Seen, ModeSeen, TunablesSeen,
                           PeersTold, FunctionSeen, FunctionGone, NetDeviceSeen, NetDeviceGone, SlotSeen, SlotGone,
                           SlotStateSeen, HotplugThreadSeen, LinksDumped, DevicesScanned>;

} // namespace had::core
