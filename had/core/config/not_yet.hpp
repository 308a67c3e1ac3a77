// The keys of had.conf that the daemon does not support yet, for the parser and for the test of had.conf(5).
#pragma once

#include <span>
#include <string_view>

namespace had::core {

struct NotYet {
    std::string_view kind, key;
};
std::span<const NotYet> not_yet();

} // namespace had::core
