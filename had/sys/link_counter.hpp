// How much the ports have received, read for all of them at once, and without the RTNL: rtnetlink would take it once a
// port, in the loop.
#pragma once

#include "had/core/base/types.hpp"
#include "had/sys/fd.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace had::sys {

class LinkCounter {
public:
    // Reads them, where the last time is longer ago than a moment.  True: it has.  Throws std::system_error.
    bool look(core::TimePoint now);
    // Frames since the port came, as of the last look.  Nothing: it had gone.
    [[nodiscard]] std::optional<std::uint64_t> received(core::Ifindex port) const;

private:
    UniqueFd file_, names_;                   // opened when they are first needed
    std::optional<core::TimePoint> looked_;
    std::string text_;
    std::map<std::string, std::uint64_t, std::less<>> counts_;            // by interface
};

// The interfaces of /proc/net/dev, and what each has received (net/core/net-procfs.c dev_seq_printf_stats).
std::map<std::string, std::uint64_t, std::less<>> frames_received(std::string_view text);

} // namespace had::sys
