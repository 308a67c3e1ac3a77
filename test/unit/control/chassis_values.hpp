// The chassis of the 2002 article as a View: whole, and after a bad day.
#pragma once

#include "had/core/world/link_report.hpp"
#include "had/core/monitor/path_report.hpp"
#include "had/core/view/view.hpp"

#include <vector>

namespace had::test {

core::PortView port_in(const char* name, const char* interface, int index, const char* role);
// An e1000 whose cable was cut a moment ago: its transceiver knows, its driver does not.
core::LinkReport late_link();
std::vector<core::PeerReport> two_lans();
std::vector<core::PathReport> two_paths();
core::SlotView dual_card(const char* slot, const char* domain, const char* first, const char* second, int index);
// `member` is that of a group; both may be empty.
core::ServiceView service_of(const char* name, const char* group, const char* member, core::Phase phase,
                             core::Health health);
core::View whole_chassis();
// A cable of slot 12 is out, a foreign port is in the bond, a change waits, slot 16 is empty, a card in
// slot 17 is still waking up, slot 3 is another host's.
core::View bad_day();

} // namespace had::test
