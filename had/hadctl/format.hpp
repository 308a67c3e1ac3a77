// What hadctl prints, as text for people.  Pure; every text ends with a line end.
#pragma once

#include "had/control/protocol.hpp"
#include "had/control/view_json.hpp"
#include "had/core/base/diagnostics.hpp"
#include "had/core/view/pair.hpp"
#include "had/core/view/view.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace had::hadctl {

std::string format(const std::vector<core::ExplainStep>& steps, std::size_t width);
std::string format_link(const core::LinkReport& link, std::size_t width);  // format_link.cpp
std::string format_peers(const std::vector<core::PeerReport>& peers);     // format_peer.cpp
std::string format_pairs(const std::vector<core::PairReport>& pairs);     // format_pair.cpp
std::string format_found(const std::vector<core::PeerFound>& found);
std::string format_paths(const std::vector<core::PathReport>& paths);      // format_path.cpp
std::string format(const control::Plan& plan, std::string_view file);
std::string format(const control::ReloadAnswer& answer);
std::string format(const control::Event& event);
std::string format_alarms(const std::vector<core::Alarm>& alarms, std::size_t width);
std::string format(const core::Diagnostics& diagnostics, std::string_view file);

// Columns as wide as their widest cell, two spaces between them.  A note has a line of its own below its row.
struct TableRow {
    std::vector<std::string> cells;
    std::string note = {};
};
std::string format_table(const std::vector<TableRow>& rows);               // format_table.cpp
std::string milliseconds(core::Duration time);                             // "0.4 ms", as people compare round trips
std::string lasts(core::Duration time);                                    // "4.2s", "41s", "3h"

// Breaks between words; every line but the first is indented by `indent`.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

} // namespace had::hadctl
