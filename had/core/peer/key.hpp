// The secrets that peers share: what a key's file says.
#pragma once

#include "had/core/base/wire.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace had::core {

inline constexpr std::size_t least_secret = 16, most_secret = 64;     // bytes; SHA-256 works on blocks of 64

// By the path of its file.  One that could not be read is not in it.
using PeerSecrets = std::map<std::string, Bytes>;

struct NoSecret {
    std::string why;
};
// Hexadecimal digits on one line, as `openssl rand -hex 32` prints them.  What is wrong never repeats the text.
std::variant<Bytes, NoSecret> peer_secret_from(std::string_view text);

} // namespace had::core
