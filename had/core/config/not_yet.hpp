// The list of what had.conf may say and had does not do yet, for the parser and for the manual's
// test.
#pragma once

#include <span>
#include <string_view>

namespace had::core {

struct NotYet {
    std::string_view kind, key;
};
std::span<const NotYet> not_yet();

} // namespace had::core
