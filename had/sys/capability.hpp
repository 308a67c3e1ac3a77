// Whether this process may do had's work, asked before anything is touched.
#pragma once

namespace had::sys {

bool may_change_the_network();                // CAP_NET_ADMIN is effective

} // namespace had::sys
