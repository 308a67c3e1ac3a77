// What the control surface may ask of the daemon.  had/daemon.cpp implements it over the reconciler; tests
// implement it over a few values.  No transport is known here.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/base/diagnostics.hpp"
#include "had/core/monitor/path_report.hpp"
#include "had/core/world/link_report.hpp"
#include "had/core/policy/command.hpp"
#include "had/core/view/answer.hpp"
#include "had/core/view/view.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace had::control {

struct PlanAnswer {
    std::vector<core::Action> actions;
    std::vector<std::string> waiting;         // what needs reload --force, a sentence each
    core::Diagnostics diagnostics;
};

struct ReloadAnswer {
    bool taken = false;                       // false: errors in diagnostics, nothing changed
    std::string file;
    core::Diagnostics diagnostics;
    std::vector<std::string> waiting;
};

class Daemon {
public:
    virtual ~Daemon() = default;
    [[nodiscard]] virtual const core::View& view() const = 0;
    // "2", "2.1", "bond0", an interface name.  Empty: no such object.
    [[nodiscard]] virtual std::vector<core::ExplainStep> explain(std::string_view object) const = 0;
    // Of the had.conf in force, or of these texts as if they were reloaded.  No file that a text names is opened.
    [[nodiscard]] virtual PlanAnswer plan(const std::optional<core::ConfigTexts>& texts) const = 0;
    // As if the order were given now: `slot.offline` or `bond.activate`.  Nothing is done.
    [[nodiscard]] virtual std::variant<core::Refusal, PlanAnswer> foresee(const core::Command& command) const = 0;
    virtual ReloadAnswer reload(bool force) = 0;
    // `user` is who gives the command.  Throws when an order cannot be kept; then it is not taken.
    virtual core::CommandAnswer carry_out(const core::Command& command, const std::string& user) = 0;
    // `object` is an interface, or a port that has one.  `ask_card`: also what only the card can tell; that may
    // take as long as others hold the kernel's lock.  Nothing: there is no such interface.
    // Of a bond, a VLAN, an interface or a port; of all, where it is empty.
    [[nodiscard]] virtual std::vector<core::PathReport> paths(std::string_view object) const = 0;
    // Of a peer; of all, where it is empty.
    [[nodiscard]] virtual std::vector<core::PeerReport> peers(std::string_view peer) const = 0;
    // Looks who answers on the LANs of peers: why it cannot, or ""; and who has answered since.
    virtual std::string scan_peers() = 0;
    [[nodiscard]] virtual const std::vector<core::PeerFound>& found_peers() const = 0;
    [[nodiscard]] virtual std::optional<core::LinkReport> link(std::string_view object, bool ask_card) = 0;
};

} // namespace had::control
