// Built without systemd: all services are children of the daemon.
#include "had/sys/systemd_bus.hpp"

namespace had::sys {

std::unique_ptr<UnitManager> connect_systemd(Loop&, const std::string&, std::string&) { return nullptr; }

} // namespace had::sys
