// How much a port has received, asked of the kernel by one message.
#pragma once

#include "had/core/base/types.hpp"
#include "had/sys/fd.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace had::sys {

class LinkCounter {
public:
    // Frames since the port came.  Nothing: it has gone, or the kernel does not answer.  Takes the RTNL.  Throws what
    // opening a socket throws.
    std::optional<std::uint64_t> received(core::Ifindex port);

private:
    UniqueFd socket_;                         // opened when it is first needed
    std::vector<std::byte> buffer_;
    std::uint32_t sequence_ = 0;
};

} // namespace had::sys
