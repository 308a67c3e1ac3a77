// A uevent's keys to core events.  Pure, except that what no event carries is read below a root.
#pragma once

#include "had/core/action/kernel.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace had::sys {

// ACTION, DEVPATH, SUBSYSTEM, PCI_ID, ...
using Properties = std::map<std::string, std::string, std::less<>>;

// None for an event that is not about a PCI function, a slot, or an interface on a PCI function; two for a
// slot that was renamed.  dev_port, physfn and a slot's files are read below `root`, and may be gone already.
// Everything else comes from the event, since sysfs may have changed by now.
void decode_uevent(const Properties& event, bool settled, const std::filesystem::path& root,
                   const core::EventSink& sink);

} // namespace had::sys
