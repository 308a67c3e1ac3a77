// What services give their interfaces, and by which interface the routes of a group lead.
#pragma once

#include "had/core/policy/situation.hpp"
#include "had/core/service/facts.hpp"

#include <map>
#include <string>

namespace had::core {

// What the names in a service's keys mean.
ServiceFacts facts_of(const Situation& situation);
// Whether a service is up or on its way.
bool has_begun(const Situation& situation, std::string_view service);
// The service that gives the interface its addresses now.  Null: none.
const ServiceConfig* service_at(const Situation& situation, const Link& link);
// Whether a service of the file works on that interface, running or not: then it stays as it is, up.
bool is_of_service(const Situation& situation, const Link& link);
// The member by which the routes of a group lead: the first that serves.  Empty: none does.
std::string leading_member(const Situation& situation, const FailoverConfig& group);
// All routes of groups as they are to be now, on links that are there.
std::map<RouteKey, SeenRoute> group_routes(const Situation& situation);

} // namespace had::core
