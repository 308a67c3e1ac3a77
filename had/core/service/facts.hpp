// What a service of had.conf means with what is there: its interface, its command, its signs.
#pragma once

#include "had/core/service/step.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// The command, or the unit in its place.
const std::string& runs_of(const ServiceConfig& service);
// Null: no such device is there now.
const Device* device_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& name);
// With every %{NAME} filled in.  Nothing: one of them is not there.
std::optional<std::string> filled_for(const ServiceFacts& facts, const ServiceConfig& service,
                                      const std::string& device, std::string_view text);
// The words of a command; empty: something that it names is not there.
std::vector<std::string> words_for(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                                   std::string_view command);
// Of address, carrier, file and monitor.
bool holds(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device, const Sign& sign);
// As it is told when it is missing: "dsl0 has no address".
std::string lack_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                    const Sign& sign);
// A monitor that asks for a service: its name among the watched.  It has a blank, as no interface has.
std::string watched_name(const ServiceKey& key);
bool is_watched_service(std::string_view watched);
// What it has found; nothing: it has not asked yet.
struct WayFound { PathState state; TimePoint since; std::string text; };
std::optional<WayFound> way_found(const ServiceFacts& facts, const ServiceKey& key, const std::string& monitor);
// Of one that is up: until when a sign that does not hold is waited for.  A monitor that is new, as after a change of
// its targets, asks first.  Nothing: it is not.
std::optional<TimePoint> patience(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                                  const Sign& sign, TimePoint now);
// What `interface` of a service or a member means: of a match, its first device.  0: it is not there.
Ifindex interface_named(const ServiceFacts& facts, const std::string& name);
// Whether its `interface` is that one.
bool works_on(const ServiceFacts& facts, const ServiceConfig& service, const Link& link);
// What [service] gives its interface, as the kernel has it: "usb1 has no address 192.168.8.100".  Empty: all is there.
std::string lack_of_interface(const ServiceFacts& facts, const ServiceConfig& service);
bool has_carrier(const ServiceFacts& facts, const std::string& link);

} // namespace had::core
