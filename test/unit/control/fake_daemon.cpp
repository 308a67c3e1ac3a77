#include "test/unit/control/fake_daemon.hpp"

#include <stdexcept>
#include <utility>

namespace had::test {
namespace {

core::Refusal no_such(const std::string& text) { return {.no_such_object = true, .text = text}; }

core::Refusal refused(const std::string& text) { return {.no_such_object = false, .text = text}; }

core::CommandAnswer of_slot(const core::View& shown, const std::string& name) {
    if (const core::SlotView* slot = shown.slot(name)) return *slot;
    return no_such(name + ": no such slot");
}

core::OrderView order(core::OrderView about, const std::string& user, std::string text) {
    about.by = user;
    about.since = "2002-05-01T12:00:00Z";
    about.text = std::move(text);
    return about;
}

core::CommandAnswer answer(const core::View&, const core::command::Activate& c, const std::string& user) {
    if (c.bond != "bond0") return no_such(c.bond + ": had.conf names no such bond");
    if (c.port != "2.1") return refused(c.port + " has no link");
    return order({.what = "activate", .bond = c.bond, .port = c.port, .interface = "eth1"}, user, "as ordered");
}

core::CommandAnswer answer(const core::View&, const core::command::Use& c, const std::string& user) {
    if (c.group != "wan") return no_such(c.group + ": had.conf names no such failover");
    return order({.what = "use", .group = c.group, .member = c.member}, user, "as ordered");
}

core::CommandAnswer answer(const core::View&, const core::command::Hold& c, const std::string& user) {
    return order({.what = "hold", .group = c.group, .member = c.member}, user, "as ordered");
}

core::CommandAnswer answer(const core::View&, const core::command::ReleaseGroup& c, const std::string&) {
    return core::OrderView{.group = c.group, .text = "no order holds"};
}

core::CommandAnswer answer(const core::View&, const core::command::Auto& c, const std::string&) {
    return core::OrderView{.bond = c.bond, .text = "no order holds"};
}

core::CommandAnswer answer(const core::View& shown, const core::command::Offline& c, const std::string&) {
    if (c.slot == "9") return refused("slot 9 is not let go: it would cut bond0");
    return of_slot(shown, c.slot);
}

core::CommandAnswer answer(const core::View& shown, const core::command::Online& c, const std::string&) {
    return of_slot(shown, c.slot);
}

core::CommandAnswer answer(const core::View& shown, const core::command::Identify& c, const std::string&) {
    return of_slot(shown, c.slot);
}

core::CommandAnswer answer(const core::View& shown, const core::command::Accept& c, const std::string&) {
    return of_slot(shown, c.slot);
}

core::CommandAnswer answer(const core::View&, const core::command::Release& c, const std::string& user) {
    if (c.domain != "B") return no_such(c.domain + ": had.conf names no such domain");
    if (!c.force) return refused("domain B is not released: it would cut bond0");
    return order({.what = "release", .domain = c.domain}, user, "as ordered");
}

core::CommandAnswer answer(const core::View&, const core::command::Take& c, const std::string&) {
    return core::OrderView{.domain = c.domain, .text = "no order holds"};
}

core::CommandAnswer answer(const core::View&, const core::command::LeaveOut& c, const std::string& user) {
    if (c.port != "2.1") return no_such(c.port + ": no such port or interface");
    return order({.what = "leave_out", .bond = "bond0", .port = c.port, .interface = "eth1"}, user, "out");
}

core::CommandAnswer answer(const core::View&, const core::command::PutBack& c, const std::string&) {
    return core::OrderView{.port = c.port, .text = "no order holds"};
}

core::CommandAnswer answer(const core::View&, const core::command::Pause&, const std::string& user) {
    return order({.what = "pause", .until = "2002-05-01T12:30:00Z"}, user, "paused");
}

core::CommandAnswer answer(const core::View&, const core::command::Resume&, const std::string& user) {
    return core::OrderView{.by = user, .text = "the daemon acts"};
}

core::CommandAnswer answer(const core::View&, const core::command::Ack& c, const std::string& user) {
    if (c.id != "bond0/redundancy") return no_such(c.id + ": no such alarm");
    return core::Alarm{.id = c.id, .acked = "2002-05-01T12:00:00Z", .acked_by = user};
}

core::CommandAnswer answer(const core::View&, const core::command::Report& c, const std::string&) {
    if (c.text.empty()) return core::Alarm{};
    return core::Alarm{.id = c.object + "/" + c.type, .text = c.text};
}

} // namespace

FakeDaemon::FakeDaemon() = default;
FakeDaemon::~FakeDaemon() = default;

const core::View& FakeDaemon::view() const {
    ++views;
    if (broken) throw std::runtime_error("no view");
    return shown;
}

std::vector<core::ExplainStep> FakeDaemon::explain(std::string_view object) const {
    if (object != "2.1") return {};
    return {{"2.1 is to join bond0", "had.conf:19: 2 = config2"}, {"2.1 is healthy", ""}};
}

control::PlanAnswer FakeDaemon::plan(const std::optional<core::ConfigTexts>& texts) const {
    planned_texts = texts;
    return planned;
}

std::variant<core::Refusal, control::PlanAnswer> FakeDaemon::foresee(const core::Command& command) const {
    foreseen = command;
    if (const auto* c = std::get_if<core::command::Offline>(&command); c && c->slot == "9" && !c->force)
        return refused("slot 9 is not let go: it would cut bond0");
    return planned;
}

std::vector<core::PathReport> FakeDaemon::paths(std::string_view object) const {
    std::vector<core::PathReport> all = two_paths();
    std::erase_if(all, [&](const core::PathReport& path) { return !object.empty() && object != path.port; });
    return all;
}

std::vector<core::PeerReport> FakeDaemon::peers(std::string_view peer) const {
    std::vector<core::PeerReport> all = two_lans();
    std::erase_if(all, [&](const core::PeerReport& one) { return !peer.empty() && peer != one.peer; });
    return all;
}

std::string FakeDaemon::scan_peers() { return scan_trouble; }

const std::vector<core::PeerFound>& FakeDaemon::found_peers() const { return found; }

std::optional<core::LinkReport> FakeDaemon::link(std::string_view object, bool ask_card) {
    if (object != "eth0") return std::nullopt;
    core::LinkReport report = late_link();
    if (ask_card) ++cards_asked;
    else report.card = {};
    return report;
}

control::ReloadAnswer FakeDaemon::reload(bool force) {
    reloads.push_back(force);
    return reloaded;
}

core::CommandAnswer FakeDaemon::carry_out(const core::Command& command, const std::string& user) {
    asked.push_back(command);
    return std::visit([&](const auto& c) { return answer(shown, c, user); }, command);
}

} // namespace had::test
