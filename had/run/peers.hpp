// The hosts of [peer] at work: they are asked and answered on each LAN, and what is found says by which LAN the routes
// lead (core/plan/peer.cpp).  Not the monitors of the kind `peer`, by which a bond's ports ask each other (paths.hpp).
#pragma once

#include "had/core/peer/key.hpp"
#include "had/core/peer/network.hpp"
#include "had/core/peer/session.hpp"
#include "had/run/executor.hpp"
#include "had/run/fault_files.hpp"
#include "had/run/part.hpp"
#include "had/run/peer_scan.hpp"
#include "had/run/peer_shared.hpp"
#include "had/run/run.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace had {

class Peers final : public Part {
public:
    Peers(Run& run, Executor& executor, FaultFiles& faults, core::PeerNetwork& network)
        : run_(run), m_(run.model), executor_(executor), faults_(faults), network_(network) {}

    // Of the file that is taken next.
    void take_secrets(core::PeerSecrets secrets) { secrets_ = std::move(secrets); }
    // Called at the time that ask_peers_at asked for.
    void ask();
    void hear(const core::PeerDatagram& datagram);
    // Of one peer, or of all where nothing is named.
    [[nodiscard]] std::vector<core::PeerReport> report(std::string_view peer) const;
    // Asks on every LAN of a [peer] who is there; what it could not do, or "".  found(): who has answered since.
    std::string scan();
    [[nodiscard]] const std::vector<core::PeerFound>& found() const { return scan_.found(); }
    // Tells the others that the daemon ends, and not the host.
    void end();

    void hear_link(const core::Link& link) override;
    void forget_gone_links() override;
    void reload() override;
    void before_turn() override;
    void after_turn() override;

private:
    // What is known of a LAN besides its session.
    struct Way {
        core::Ifindex link = 0;
        int trouble = 0;                      // errno of the last packet that could not be sent
        std::optional<core::PeerRefusal> complaint;   // of a LAN that is not well: why its packets are not believed
        core::TimePoint complained{};
        core::TimePoint stray_due{};          // when the next packet of another LAN is looked at
        bool left = false;                    // its neighbour is to be forgotten, behind the routes
        core::PeerRefusals refused{};
        core::LanSettings settings;
    };
    struct Peer {
        core::PeerConfig config;              // as the file has it; its LANs are the session's
        core::PeerSession session;
        std::vector<Way> ways;
        core::TimePoint look{};               // at the kernel's settings
        PeerShared shared = {};
        std::optional<core::TimePoint> due = {};  // as in the queue
        bool news = true;
    };
    using Whose = std::pair<std::string, std::size_t>;        // a peer, and its LAN

    // Takes the sections as they are now.  False: nothing has changed.
    bool follow();
    bool follow(const core::PeerConfig& config);
    void follow_shared();
    void find_links();
    void listen();
    void find_link(Peer& peer, std::size_t lan, core::Ifindex link);
    void see_link(Peer& peer, std::size_t lan);
    void look(Peer& peer);
    void look_shared(Peer& peer);
    void hear_scan(const core::PeerDatagram& datagram, const core::PeerEnvelope& envelope);
    void send(Peer& peer, const std::vector<core::PeerSend>& sends);
    void forget_left();
    void complain(Peer& peer, std::size_t lan, core::PeerRefusal refusal);
    // What the packet says, or why it is not believed.
    [[nodiscard]] std::variant<core::PeerPacket, core::PeerRefusal> open(const Peer& peer,
                                                                         std::span<const std::uint8_t> bytes) const;
    void hear_stray(const std::string& name, Peer& peer, std::size_t lan, std::span<const std::uint8_t> bytes);
    [[nodiscard]] std::optional<Whose> whose(const core::PeerDatagram& datagram, bool& crossed) const;
    [[nodiscard]] core::PeerState state_of(const Peer& peer) const;
    // Where something has changed the model knows it, it is told, and a turn follows.
    void settle();
    void settle(const std::string& name, Peer& peer);
    void tell(const core::PeerConfig& config, const core::PeerState& before, const core::PeerState& now);
    void tell_shared(const core::PeerConfig& config, const core::PeerState& before, const core::PeerState& now);
    // When the peer is to be looked at again.  `sooner`: only if that is before what the queue says.
    void schedule(const std::string& name, Peer& peer, bool sooner);
    void unschedule(const std::string& name, Peer& peer);
    void arm();

    Run& run_;
    Model& m_;
    Executor& executor_;
    FaultFiles& faults_;
    core::PeerNetwork& network_;
    core::PeerSecrets secrets_;
    std::map<std::string, Peer, std::less<>> peers_;
    std::set<std::pair<core::TimePoint, std::string>> queue_; // who is next
    std::optional<core::TimePoint> armed_;    // as the timer is set
    bool ways_changed_ = true;                // since whose_ and the sockets were made of them
    std::map<std::pair<core::PeerSocketId, core::IpAddress>, Whose> whose_;
    std::multimap<std::pair<std::uint16_t, core::IpAddress>, std::string> hosts_; // by port and address on any LAN
    std::vector<core::PeerSocketId> sockets_;
    bool any_left_ = false;                   // of the ways
    PeerScan scan_;
    std::set<std::pair<std::string, std::string>> lost_;      // a peer, and a LAN's name; as told
};

} // namespace had
