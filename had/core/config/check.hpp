// The rules that join sections (config_check.cpp), configs and addresses (config_check_role.cpp),
// a bond's options (config_check_bond.cpp), slots (config_check_slot.cpp), routes (config_check_route.cpp), and
// VLANs (config_check_vlan.cpp).
#pragma once

#include "had/core/config/parse.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace had::core {

void check_bond(Parsing& parsing, BondConfig& bond);
void check_role(Parsing& parsing, const RoleConfig& role);
void check_slots(Parsing& parsing);
void check_ports(Parsing& parsing);
void check_queues(Parsing& parsing);
void check_addresses(Parsing& parsing);
void check_routes(Parsing& parsing);
void check_vlans(Parsing& parsing);
void check_monitors(Parsing& parsing);
void check_services(Parsing& parsing);
void check_unused_services(Parsing& parsing);
void check_peers(Parsing& parsing);
void check_tuning(Parsing& parsing);
void check_files(Parsing& parsing);

// An interface's name, and nothing says where there would be a slot of that name: told already.
bool is_misnamed(const Parsing& parsing, std::string_view slot);
// ", did you mean 'front'?", of the slots that the file says something of besides [devices].
std::string suggest_slot(const Parsing& parsing, std::string_view word);

// Past the limit of mistakes nothing is told, so nothing is guessed.
template <class T>
std::string suggest(const Parsing& parsing, std::string_view word, const std::vector<T>& all) {
    if (is_full(parsing.diagnostics)) return {};
    std::vector<std::string_view> names;
    for (const T& one : all) names.push_back(one.name);
    return did_you_mean(word, names);
}

} // namespace had::core
