// ethtool's generic netlink (Linux 5.6): what drivers keep of a card.
//
// By netlink and not by ioctl.  A port is named by its index, so a rename cannot come between, and the kernel's own
// words explain a refusal.
#pragma once

#include "had/core/action/action.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_socket.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace had::sys {

class Ethtool {
public:
    // False: this kernel has no such family.  Throws std::system_error when it cannot be asked.
    bool ready();
    // Requires: it is ready.  The attributes of the command are put behind.
    [[nodiscard]] Message request(std::uint8_t command, core::Ifindex link) const;
    core::ActionResult ask(const Message& message, const NetlinkAnswer& answer = {});

private:
    UniqueFd socket_; // opened when it is needed first
    std::vector<std::byte> answers_;
    std::uint16_t family_ = 0;
    std::uint32_t sequence_ = 0;
};

} // namespace had::sys
