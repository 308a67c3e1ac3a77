// Whether this process may do the daemon's work, asked before anything is changed.
#pragma once

namespace had::sys {

bool may_change_the_network();                // CAP_NET_ADMIN is effective

} // namespace had::sys
