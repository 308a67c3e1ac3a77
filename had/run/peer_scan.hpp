// Who is there, on the LANs of [peer] sections: asked by everybody who has the key, and answered to him.
//
// No amplifier: a question and an answer are signed and of one length, and a socket answers so many a second.  Somebody
// who repeats a question that he has recorded gets that, and nothing moves by it.
#pragma once

#include "had/core/base/types.hpp"
#include "had/core/peer/network.hpp"
#include "had/core/peer/state.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace had {

class PeerScan {
public:
    // False: the last one has begun too lately.
    bool begin(std::uint64_t number, core::TimePoint now);
    // Whether an answer to this number is waited for.
    [[nodiscard]] bool waits_for(std::uint64_t number, core::TimePoint now) const;
    [[nodiscard]] std::uint64_t number() const { return number_; }
    [[nodiscard]] bool is_own(std::uint64_t number) const { return number == number_; }
    // Once for each address on a LAN, and no more than limits::peers_found.
    void add(core::PeerFound found);
    [[nodiscard]] const std::vector<core::PeerFound>& found() const { return found_; }

    // Whether a socket may look at one more word of strangers.
    bool may_look(const core::PeerSocketId& socket, core::TimePoint now);
    // Forgets sockets that are not there any more.
    void keep(const std::vector<core::PeerSocketId>& sockets);

private:
    std::uint64_t number_ = 0;                // 0: there was none
    core::TimePoint begun_{};
    std::vector<core::PeerFound> found_;
    std::map<core::PeerSocketId, core::TimePoint> full_;      // when a socket has nothing to wait for again
};

} // namespace had
