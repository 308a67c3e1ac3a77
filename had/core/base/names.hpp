// Names that an operator may give: labels of slots, domains and configs, and interface names.
//
// Each function returns what is wrong with the name, as the end of a sentence that begins with it, or
// nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace had::core {

// [A-Za-z0-9_-]{1,31}, but not "1-8", which is a range of slots.
std::optional<std::string> wrong_label(std::string_view name);

// As dev_valid_name() of net/core/dev.c, and without what the kernel takes but cannot serve.
std::optional<std::string> wrong_interface_name(std::string_view name);

// For what the daemon makes itself: an interface's name that cannot be taken for a slot or a port, "2" or "2.1".
std::optional<std::string> wrong_own_name(std::string_view name);

// Whether it is meant to be a port, as "1..0", "2." and ".1" are, or is one.
bool looks_like_port(std::string_view text);

// "eth0", "enp3s0f1", "bond0": a name that the kernel, udevd or another program gives to interfaces.
bool looks_like_interface(std::string_view text);

// Whether it is a range of slots, "1-8", or is meant to be one: "1-", "1-4-8".
bool looks_like_range(std::string_view text);

} // namespace had::core
