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
    mutable std::optional<core::ConfigTexts> planned_texts;
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
    [[nodiscard]] control::PlanAnswer plan(const std::optional<core::ConfigTexts>& texts) const override {
        planned_texts = texts;
        return planned;
    }
    [[nodiscard]] std::variant<core::Refusal, control::PlanAnswer>
    foresee(const core::Command& command) const override {
        foreseen = command;
        if (const auto* c = std::get_if<core::command::Offline>(&command); c && c->slot == "9" && !c->force)
            return refused("slot 9 is not let go: it would cut bond0");
        return planned;
    }
    mutable std::optional<core::Command> foreseen;
    [[nodiscard]] std::vector<core::PathReport> paths(std::string_view object) const override {
        std::vector<core::PathReport> all = two_paths();
        std::erase_if(all, [&](const core::PathReport& path) { return !object.empty() && object != path.port; });
        return all;
    }
    [[nodiscard]] std::vector<core::PeerReport> peers(std::string_view peer) const override {
        std::vector<core::PeerReport> all = two_lans();
        std::erase_if(all, [&](const core::PeerReport& one) { return !peer.empty() && peer != one.peer; });
        return all;
    }
    std::string scan_trouble;
    std::vector<core::PeerFound> found{{"bond0", "bond0", "10.1.0.2", "rtr2", true, 1},
                                       {"bond0", "bond0", "10.1.0.9", "", false, 1}};
    std::string scan_peers() override { return scan_trouble; }
    [[nodiscard]] const std::vector<core::PeerFound>& found_peers() const override { return found; }
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
    core::CommandAnswer carry_out(const core::Command& command, const std::string& user) override {
        asked.push_back(command);
        return std::visit([&](const auto& c) { return answer(c, user); }, command);
    }
    std::vector<core::Command> asked;

private:
    static core::Refusal no_such(const std::string& text) { return {.no_such_object = true, .text = text}; }
    static core::Refusal refused(const std::string& text) { return {.no_such_object = false, .text = text}; }
    static core::OrderView order(core::OrderView about, const std::string& user, std::string text) {
        about.by = user;
        about.since = "2002-05-01T12:00:00Z";
        about.text = std::move(text);
        return about;
    }
    static core::CommandAnswer answer(const core::command::Activate& c, const std::string& user) {
        if (c.bond != "bond0") return no_such(c.bond + ": had.conf names no such bond");
        if (c.port != "2.1") return refused(c.port + " has no link");
        return order({.what = "activate", .bond = c.bond, .port = c.port, .interface = "eth1"}, user, "as ordered");
    }
    static core::CommandAnswer answer(const core::command::Use& c, const std::string& user) {
        if (c.group != "wan") return no_such(c.group + ": had.conf names no such failover");
        return order({.what = "use", .group = c.group, .member = c.member}, user, "as ordered");
    }
    static core::CommandAnswer answer(const core::command::Hold& c, const std::string& user) {
        return order({.what = "hold", .group = c.group, .member = c.member}, user, "as ordered");
    }
    static core::CommandAnswer answer(const core::command::ReleaseGroup& c, const std::string&) {
        return core::OrderView{.group = c.group, .text = "no order holds"};
    }
    static core::CommandAnswer answer(const core::command::Auto& c, const std::string&) {
        return core::OrderView{.bond = c.bond, .text = "no order holds"};
    }
    core::CommandAnswer answer(const core::command::Offline& c, const std::string&) const {
        if (c.slot == "9") return refused("slot 9 is not let go: it would cut bond0");
        return of_slot(c.slot);
    }
    core::CommandAnswer answer(const core::command::Online& c, const std::string&) const { return of_slot(c.slot); }
    core::CommandAnswer answer(const core::command::Identify& c, const std::string&) const { return of_slot(c.slot); }
    core::CommandAnswer answer(const core::command::Accept& c, const std::string&) const { return of_slot(c.slot); }
    static core::CommandAnswer answer(const core::command::Release& c, const std::string& user) {
        if (c.domain != "B") return no_such(c.domain + ": had.conf names no such domain");
        if (!c.force) return refused("domain B is not released: it would cut bond0");
        return order({.what = "release", .domain = c.domain}, user, "as ordered");
    }
    static core::CommandAnswer answer(const core::command::Take& c, const std::string&) {
        return core::OrderView{.domain = c.domain, .text = "no order holds"};
    }
    static core::CommandAnswer answer(const core::command::LeaveOut& c, const std::string& user) {
        if (c.port != "2.1") return no_such(c.port + ": no such port or interface");
        return order({.what = "leave_out", .bond = "bond0", .port = c.port, .interface = "eth1"}, user, "out");
    }
    static core::CommandAnswer answer(const core::command::PutBack& c, const std::string&) {
        return core::OrderView{.port = c.port, .text = "no order holds"};
    }
    static core::CommandAnswer answer(const core::command::Pause&, const std::string& user) {
        return order({.what = "pause", .until = "2002-05-01T12:30:00Z"}, user, "paused");
    }
    static core::CommandAnswer answer(const core::command::Resume&, const std::string& user) {
        return core::OrderView{.by = user, .text = "the daemon acts"};
    }
    static core::CommandAnswer answer(const core::command::Ack& c, const std::string& user) {
        if (c.id != "bond0/redundancy") return no_such(c.id + ": no such alarm");
        return core::Alarm{.id = c.id, .acked = "2002-05-01T12:00:00Z", .acked_by = user};
    }
    static core::CommandAnswer answer(const core::command::Report& c, const std::string&) {
        if (c.text.empty()) return core::Alarm{};
        return core::Alarm{.id = c.object + "/" + c.type, .text = c.text};
    }
    [[nodiscard]] core::CommandAnswer of_slot(const std::string& name) const {
        if (const core::SlotView* slot = shown.slot(name)) return *slot;
        return no_such(name + ": no such slot");
    }
};

} // namespace had::test
