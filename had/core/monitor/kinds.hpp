// The kinds of monitors, a file each; monitor.cpp has a row for each.
#pragma once

#include "had/core/monitor/monitor.hpp"
#include "had/core/monitor/track.hpp"

namespace had::core {

std::unique_ptr<Monitor> make_asking(const MonitorConfig& config, const MonitorPlace& place);     // arp, nd, icmp, udp
std::unique_ptr<Monitor> make_peer(const MonitorConfig& config, const MonitorPlace& place);
std::unique_ptr<Monitor> make_traffic(const MonitorConfig& config, const MonitorPlace& place);
std::unique_ptr<Monitor> make_exec(const MonitorConfig& config, const MonitorPlace& place);
std::unique_ptr<Monitor> make_file(const MonitorConfig& config, const MonitorPlace& place);

// Of a long question, as far as the port can send it; zero: they are all short.
std::uint32_t long_size(const MonitorConfig& config, const WatchedPort& port);
// By which the others ask.
std::vector<Mac> addresses_beside(const std::vector<WatchedPort>& ports, const WatchedPort& port);
// One word about all ports: none is doubted by it.
Judgement judge_alike(const std::vector<WatchedPort>& ports, PathState state, TimePoint since,
                      const std::string& text);
PathReport report_of(const std::string& port, std::string who, const Track& track, TimePoint now);

} // namespace had::core
