// Rules of policy routing of any program, as ip-rule(8) writes them.
#pragma once

#include "had/sys/link_codec.hpp"

#include <optional>
#include <string>

namespace had::sys {

// RTM_NEWRULE.  Nothing: another message, or one of those that the kernel itself makes.
std::optional<std::string> rule_text(const nlmsghdr& message);

} // namespace had::sys
