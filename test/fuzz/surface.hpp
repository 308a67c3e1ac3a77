// What the control surface asks of the daemon, over a rig: as had/daemon.cpp answers, but for files, which are
// the samples, and for the card itself, which nobody asks.
#pragma once

#include "had/control/daemon.hpp"
#include "test/fuzz/rig.hpp"

namespace had::test {

class Surface final : public control::Daemon {
public:
    explicit Surface(Rig& rig) : rig_(rig) {}

    // What a reload reads.
    std::size_t file = 0;
    // Nothing fails and nobody tells anything while an order is carried out: then it is in the view.
    bool strict = false;

    [[nodiscard]] const core::View& view() const override { return rig_.had().view(); }
    [[nodiscard]] std::vector<core::ExplainStep> explain(std::string_view object) const override {
        return rig_.had().explain(object);
    }
    [[nodiscard]] control::PlanAnswer plan(const std::optional<core::ConfigTexts>& texts) const override;
    [[nodiscard]] std::variant<core::Refusal, control::PlanAnswer>
    foresee(const core::Command& command) const override;
    control::ReloadAnswer reload(bool force) override;
    core::CommandAnswer carry_out(const core::Command& command, const std::string& user) override;
    [[nodiscard]] std::vector<core::PathReport> paths(std::string_view object) const override {
        return rig_.had().paths(object);
    }
    [[nodiscard]] std::vector<core::PeerReport> peers(std::string_view peer) const override {
        return rig_.had().peers(peer);
    }
    std::string scan_peers() override { return rig_.had().scan_peers(); }
    [[nodiscard]] const std::vector<core::PeerFound>& found_peers() const override { return rig_.had().found_peers(); }
    [[nodiscard]] std::optional<core::LinkReport> link(std::string_view object, bool) override {
        return rig_.had().link(object);
    }

private:
    Rig& rig_;
};

} // namespace had::test
