// How much a port has received: one read of a file of sysfs that stays open, whatever else the machine has.
//
// Neither rtnetlink, which would take the RTNL in the loop, nor /proc/net/dev, which has a line for each interface of
// the machine.  An open file of sysfs follows its interface through a change of name, and fails when it has gone
// (fs/kernfs/file.c kernfs_fop_read_iter).
#pragma once

#include "had/core/base/types.hpp"
#include "had/sys/fd.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

namespace had::sys {

class LinkCounter {
public:
    explicit LinkCounter(std::filesystem::path directory = "/sys/class/net") : directory_(std::move(directory)) {}

    // Frames since the port came.  Nothing: it has gone.  Throws std::system_error.
    std::optional<std::uint64_t> received(core::Ifindex port);
    // They are opened again when they are asked for.
    void close() {
        files_.clear();
        names_.reset();
    }
    [[nodiscard]] std::size_t open() const { return files_.size(); }

private:
    UniqueFd open(core::Ifindex port);

    std::filesystem::path directory_;
    UniqueFd names_;                          // a socket, which is asked for names
    std::map<core::Ifindex, UniqueFd> files_;
};

} // namespace had::sys
