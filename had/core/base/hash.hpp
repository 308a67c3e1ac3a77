// What is the same on each start, and differs from machine to machine: addresses and marks that nobody configures.
#pragma once

#include "had/core/base/types.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace had::core {

// FNV-1a of the words with a slash between them: it must only spread well, and need not be secure.  For good: another
// value would change the address of every chassis that is upgraded.
std::uint64_t hash_of(std::initializer_list<std::string_view> words);

// Its low six bytes as an address that no card owns: locally administered, unicast.
Mac local_mac(std::uint64_t hash);

} // namespace had::core
