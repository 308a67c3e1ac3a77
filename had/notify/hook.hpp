// The programs of notify_dir, and who may be trusted.
//
// Files directly in the directory get every event of level notice and up; those in `<event>.d` that event, at any
// level.  They run as root, so nobody else may have a hand in them (sys/trust.hpp).
#pragma once

#include "had/core/config/config.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace had::notify {

inline constexpr std::string_view usual_directory = "/etc/had/notify.d";
std::string directory_of(const core::Settings& settings);     // notify_dir, or the usual one

struct Hook {
    std::string name;                         // "20-mail", "failover.d/20-mail"
    std::filesystem::path path;
    std::string event;                        // the one that it wants; empty: all of level notice and up
    std::string refused;                      // why it is not run; empty: it is

    // As the object of an alarm, which is one word.
    [[nodiscard]] std::string word() const;
    [[nodiscard]] bool wants(std::string_view what, std::string_view level) const;
    friend bool operator==(const Hook&, const Hook&) = default;
};

// In the order of their names: 64, and of more the next one, refused.  Dot files, editors' and packages' left-overs and
// links to /dev/null are none.  A directory that is not there has none.  Throws std::system_error when it cannot be
// read.
std::vector<Hook> find_hooks(const std::filesystem::path& directory);

} // namespace had::notify
