// The other ends of a scenario's [peer]s: hosts that answer on each LAN, and LANs that die while their links stay.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/peer/key.hpp"
#include "had/core/peer/network.hpp"
#include "had/core/peer/session.hpp"
#include "test/fake/loop.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace had::test {

class FarPeers final : public core::PeerNetwork {
public:
    explicit FarPeers(FakeLoop& loop) : loop_(loop) {}

    // Called behind the handlers that are ready, as packets come in.
    std::function<void(const core::PeerDatagram&)> heard;

    // As the far ends have them, too.
    static core::PeerSecrets secrets_of(const core::Config& config);
    void take(const core::Config& config);

    struct Way {
        bool there = true, back = true;       // what is sent to the peer arrives; and what it sends
        std::optional<std::size_t> strays = {};   // but on this LAN
    };
    // Of a LAN, counted from 0.
    void set_way(const std::string& peer, std::size_t lan, Way way) { ways_[{peer, lan}] = way; }
    void start_again(const std::string& peer);
    // What the peer tells of an address that both share.
    void set_shared(const std::string& peer, const core::SharedWord& word);
    // What keepalived has said here, of the file of that path; nothing: it says nothing.
    void set_vrrp(const std::string& path, core::VrrpNote note) { vrrp_[path] = note; }
    // Somebody without the key says that all is lost.
    void forge(const std::string& peer, std::size_t lan);
    // What the peer has sent last on that LAN comes in once more, there or on another one.
    void replay(const std::string& peer, std::size_t lan, std::size_t on);

    bool listen(const std::vector<core::PeerSocketId>& sockets) override { return sockets_ = sockets, true; }
    int send(const core::PeerSocketId& socket, const core::IpAddress& to,
             std::span<const std::uint8_t> bytes) override;
    int shout(const core::PeerSocketId& socket, std::span<const std::uint8_t> bytes) override;
    core::VrrpNote vrrp(const std::string& path) override;
    core::LanSettings settings(const std::string&) override { return {0, 1, 1}; }
    std::uint64_t random() override { return ++random_; }

private:
    using Lan = std::pair<std::string, std::size_t>;
    struct Far {
        core::PeerConfig config;
        core::PeerSession session;
    };
    Far make(const core::PeerConfig& config);
    void answer(const Far& far, const std::vector<core::PeerSend>& sends, const core::Bytes& secret);
    void bring(const Far& far, std::size_t lan, std::size_t on, const core::Bytes& bytes);

    FakeLoop& loop_;
    std::map<std::string, Far> peers_;
    std::map<Lan, Way> ways_;
    std::map<Lan, core::Ifindex> links_;      // by which the daemon asks
    std::map<Lan, core::Bytes> last_;
    std::vector<core::PeerSocketId> sockets_;
    std::map<std::string, core::VrrpNote> vrrp_;
    std::uint64_t random_ = 100;
};

} // namespace had::test
