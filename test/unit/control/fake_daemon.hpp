// A daemon of a few values: answers from them, and keeps what it was asked.
#pragma once

#include "had/control/daemon.hpp"
#include "test/unit/control/chassis_values.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace had::test {

struct FakeDaemon : control::Daemon {
    core::View shown = whole_chassis();
    control::PlanAnswer planned;
    control::ReloadAnswer reloaded{true, "/etc/had.conf", {}, {}};
    mutable std::optional<core::ConfigTexts> planned_texts;
    std::vector<bool> reloads;                // with force?
    bool broken = false;
    int cards_asked = 0;
    mutable int views = 0;
    mutable std::optional<core::Command> foreseen;
    std::vector<core::Command> asked;
    std::string scan_trouble;
    std::vector<core::PeerFound> found{{"bond0", "bond0", "10.1.0.2", "rtr2", true, 1},
                                       {"bond0", "bond0", "10.1.0.9", "", false, 1}};

    // In the source, as all that has many parts: compiled once, not for each test.
    FakeDaemon();
    FakeDaemon(const FakeDaemon&) = delete;
    FakeDaemon& operator=(const FakeDaemon&) = delete;
    ~FakeDaemon() override;

    [[nodiscard]] const core::View& view() const override;
    [[nodiscard]] std::vector<core::ExplainStep> explain(std::string_view object) const override;
    [[nodiscard]] control::PlanAnswer plan(const std::optional<core::ConfigTexts>& texts) const override;
    [[nodiscard]] std::variant<core::Refusal, control::PlanAnswer> foresee(const core::Command& command) const override;
    [[nodiscard]] std::vector<core::PathReport> paths(std::string_view object) const override;
    [[nodiscard]] std::vector<core::PeerReport> peers(std::string_view peer) const override;
    std::string scan_peers() override;
    [[nodiscard]] const std::vector<core::PeerFound>& found_peers() const override;
    [[nodiscard]] std::optional<core::LinkReport> link(std::string_view object, bool ask_card) override;
    control::ReloadAnswer reload(bool force) override;
    core::CommandAnswer carry_out(const core::Command& command, const std::string& user) override;
};

} // namespace had::test
