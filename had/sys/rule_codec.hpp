// Rules of policy routing, as ip-rule(8) writes them.
#pragma once

#include "had/sys/link_codec.hpp"

#include <optional>
#include <string>

namespace had::sys {

Message ipv4_rule_dump_request();
Message ipv6_rule_dump_request();
// RTM_NEWRULE.  Nothing: another message, or one of those that the kernel itself makes.
std::optional<std::string> decode_rule(const nlmsghdr& message);

} // namespace had::sys
