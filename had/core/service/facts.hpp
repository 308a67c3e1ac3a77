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
// Of address, carrier and file.
bool holds(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device, const Sign& sign);
// As it is told when it is missing: "dsl0 has no address".
std::string lack_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                    const Sign& sign);
bool has_carrier(const ServiceFacts& facts, const std::string& link);

} // namespace had::core
