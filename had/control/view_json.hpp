// The values of the surface as JSON text, and back, so that hadctl formats from the value.
//
// Every key is always there, so that a script need not test for it: what does not exist is null, ""
// or 0.  Reading takes a missing key as its default and ignores an unknown one.  So an older daemon and a newer
// hadctl understand each other, and a newer daemon and an older hadctl too.  doc/protocol.md lists the keys.
#pragma once

#include "had/control/daemon.hpp"
#include "had/core/view/pair.hpp"
#include "had/core/view/view.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::control {

// A step of a plan as it is sent: the receiver can print it, and cannot make it.
struct PlanStep {
    std::string object, text, reason;

    friend bool operator==(const PlanStep&, const PlanStep&) = default;
};
struct Plan {
    std::vector<PlanStep> steps;
    std::vector<std::string> waiting;
    core::Diagnostics diagnostics;

    friend bool operator==(const Plan&, const Plan&) = default;
};
Plan plan_of(const PlanAnswer& answer);

std::string to_json(const core::View& view);
std::string to_json(const core::OrderView& order);
std::string to_json(const core::SlotView& slot);
std::string to_json(const core::Alarm& alarm);
std::string to_json(const std::vector<core::Alarm>& alarms);
std::string to_json(const std::vector<core::ExplainStep>& steps);
std::string to_json(const Plan& plan);
std::string to_json(const ReloadAnswer& answer);
std::string to_json(const core::LinkReport& report);                  // link_json.cpp
std::string to_json(const std::vector<core::PathReport>& paths);       // path_json.cpp
std::string to_json(const std::vector<core::PeerReport>& peers);       // peer_json.cpp
std::string to_json(const std::vector<core::PeerFound>& found);
std::string to_json(const std::vector<core::PairReport>& pairs);       // pair_json.cpp
std::string to_json(std::string_view file, const core::Diagnostics& diagnostics);

// Nothing: not such a value.
std::optional<core::View> view_from_json(std::string_view text);
std::optional<core::OrderView> order_from_json(std::string_view text);
std::optional<core::Alarm> alarm_from_json(std::string_view text);
std::optional<std::vector<core::Alarm>> alarms_from_json(std::string_view text);
std::optional<core::SlotView> slot_from_json(std::string_view text);
std::optional<std::vector<core::ExplainStep>> explain_from_json(std::string_view text);
std::optional<Plan> plan_from_json(std::string_view text);
std::optional<core::LinkReport> link_from_json(std::string_view text);  // link_json.cpp
std::optional<std::vector<core::PathReport>> paths_from_json(std::string_view text);   // path_json.cpp
std::optional<std::vector<core::PeerReport>> peers_from_json(std::string_view text);   // peer_json.cpp
std::optional<std::vector<core::PeerFound>> found_from_json(std::string_view text);
std::optional<std::vector<core::PairReport>> pairs_from_json(std::string_view text);   // pair_json.cpp
std::optional<ReloadAnswer> reload_from_json(std::string_view text);

} // namespace had::control
