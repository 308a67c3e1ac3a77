// A daemon of a few values: answers from them, and keeps what it was asked.
#pragma once

#include "had/control/daemon.hpp"
#include "test/unit/control/chassis_values.hpp"

#include <stdexcept>

namespace had::test {

struct FakeDaemon : control::Daemon {
    core::View shown = whole_chassis();
    control::PlanAnswer planned;
    control::ReloadAnswer reloaded{true, "/etc/had.conf", {}, {}};
    mutable std::optional<std::string> planned_text;
    std::vector<bool> reloads;                // with force?
    bool broken = false;
    int cards_asked = 0;
    mutable int views = 0;

    [[nodiscard]] const core::View& view() const override {
        ++views;
        if (broken) throw std::runtime_error("no view");
        return shown;
    }
    [[nodiscard]] std::vector<core::ExplainStep> explain(std::string_view object) const override {
        if (object != "2.1") return {};
        return {{"2.1 is to join bond0", "had.conf:19: 2 = config2"}, {"2.1 is healthy", ""}};
    }
    [[nodiscard]] control::PlanAnswer plan(std::optional<std::string_view> text) const override {
        planned_text = text;
        return planned;
    }
    [[nodiscard]] std::optional<core::LinkReport> link(std::string_view object, bool ask_card) override {
        if (object != "eth0") return std::nullopt;
        core::LinkReport report = late_link();
        if (ask_card) ++cards_asked;
        else report.card = {};
        return report;
    }
    control::ReloadAnswer reload(bool force) override {
        reloads.push_back(force);
        return reloaded;
    }
    control::OrderAnswer activate(const std::string& bond, const std::string& port,
                                  const std::string& user) override {
        if (bond != "bond0") return {core::Refusal{true, bond + ": had.conf names no such bond"}, {}};
        if (port != "2.1") return {core::Refusal{false, port + " has no link"}, {}};
        return {std::nullopt,
                {"activate", bond, port, "eth1", "", "", user, "2002-05-01T12:00:00Z", "", "as ordered"}};
    }
    control::OrderAnswer end_activation(const std::string& bond, const std::string&) override {
        return {std::nullopt, {"", bond, "", "", "", "", "", "", "", "no order holds"}};
    }
    control::SlotAnswer offline(const control::SlotRequest& request) override {
        asked.push_back(request);
        if (request.slot == "9") return {core::Refusal{false, "slot 9 is not let go: it would cut bond0"}, {}};
        return of_slot(request);
    }
    control::SlotAnswer online(const control::SlotRequest& request) override { return of_slot(request); }
    control::SlotAnswer identify(const control::SlotRequest& request) override { return of_slot(request); }
    control::SlotAnswer accept(const control::SlotRequest& request) override { return of_slot(request); }
    control::OrderAnswer release(const control::DomainRequest& r) override {
        if (r.domain != "B") return {core::Refusal{true, r.domain + ": had.conf names no such domain"}, {}};
        if (!r.force) return {core::Refusal{false, "domain B is not released: it would cut bond0"}, {}};
        return {std::nullopt,
                {"release", "", "", "", "", r.domain, r.user, "2002-05-01T12:00:00Z", "", "as ordered"}};
    }
    control::OrderAnswer take(const control::DomainRequest& r) override {
        return {std::nullopt, {"", "", "", "", "", r.domain, "", "", "", "no order holds"}};
    }
    [[nodiscard]] control::SlotAnswer of_slot(const control::SlotRequest& request) const {
        const core::SlotView* slot = shown.slot(request.slot);
        if (slot) return {std::nullopt, *slot};
        return {core::Refusal{true, request.slot + ": no such slot"}, {}};
    }
    std::vector<control::SlotRequest> asked;
    control::OrderAnswer leave_out(const std::string& port, const std::string& user) override {
        if (port != "2.1") return {core::Refusal{true, port + ": no such port or interface"}, {}};
        return {std::nullopt, {"leave_out", "bond0", port, "eth1", "", "", user, "2002-05-01T12:00:00Z", "", "out"}};
    }
    control::OrderAnswer end_leave_out(const std::string& port, const std::string&) override {
        return {std::nullopt, {"", "", port, "", "", "", "", "", "", "no order holds"}};
    }
    control::OrderAnswer pause(core::Duration duration, const std::string& user) override {
        pauses.push_back(duration);
        return {std::nullopt,
                {"pause", "", "", "", "", "", user, "2002-05-01T12:00:00Z", "2002-05-01T12:30:00Z", "paused"}};
    }
    control::OrderAnswer resume(const std::string& user) override {
        return {std::nullopt, {"", "", "", "", "", "", user, "", "", "the daemon acts"}};
    }
    std::vector<core::Duration> pauses;
};

} // namespace had::test
