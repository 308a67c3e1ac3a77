// What must hold after every step of every scenario.
#include "had/core/base/journal.hpp"
#include "had/core/policy/concern.hpp"
#include "had/core/policy/failover.hpp"
#include "test/boost_test.hpp"
#include "test/fake/whole.hpp"
#include "test/scenario/scenarios.hpp"
#include "test/scenario/stage.hpp"

#include "had/core/view/alarm.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <regex>
#include <set>
#include <utility>

namespace had::test {

using namespace core;

namespace {

// Whether the status says why an action is still wanted.
bool is_told(const View& view, const Action& action) {
    if (view.pause()) return true;
    const auto told = [](const auto& thing) { return !thing.problem.empty(); };
    const ObjectId& object = action.object;
    if (object == module_id("8021q")) return std::any_of(view.vlans.begin(), view.vlans.end(), told);
    if (object == module_id("bonding")) return std::any_of(view.bonds.begin(), view.bonds.end(), told);
    bool is_told = false;
    for_each_object(view, [&](const ObjectId& id, const Status& status) {
        const bool in_slot = id.kind == ObjectKind::port && object == slot_id(port_name_from(id.name)->slot);
        is_told = is_told || ((id == object || in_slot) && (told(status) || !status.doing.empty()));
    });
    return is_told;
}

// Nor is known to another what a driver has refused what serves: it asks once itself.
bool remembers_refusal(const View& view) {
    bool remembers = false;
    for_each_object(view, [&](const ObjectId&, const Status& status) {
        for (const std::string_view words : {"when the port does not serve", "tried again by `hadctl reload`"})
            remembers = remembers || status.problem.find(words) != std::string::npos;
    });
    return remembers;
}

std::string differences(const Observed& heard, const Observed& there) {
    std::string out;
    if (heard.links != there.links) out += " links";
    if (heard.addresses != there.addresses) out += " addresses";
    if (heard.routes != there.routes) out += " routes";
    if (heard.connected != there.connected) out += " connected routes";
    if (heard.rules != there.rules) out += " rules";
    if (heard.functions != there.functions) out += " functions";
    if (heard.devices != there.devices) out += " devices";
    if (heard.slots != there.slots) out += " slots";
    return out;
}

// The fields that etc/had.catalog names, by the id of the event.
const std::map<std::string, std::set<std::string>>& catalog() {
    static const auto fields = [] {
        const std::string text = text_of("etc/had.catalog");
        const std::regex word("(?:^|\n)-- ([0-9a-f]{32})\n|@([A-Z_]+)@");
        std::map<std::string, std::set<std::string>> all;
        std::string id;
        for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at)
            if ((*at)[1].matched) id = (*at)[1];
            else all[id].insert((*at)[2]);
        return all;
    }();
    return fields;
}

} // namespace

void Stage::broken(const std::string& law) const {
    constexpr std::size_t enough = 2000;
    const std::size_t from =
        transcript_.size() < enough ? 0 : transcript_.find('\n', transcript_.size() - enough);
    BOOST_FAIL(law + "\n" + transcript_.substr(from));
}

void Stage::broken(const std::string& law, const Action& action) const {
    broken(fmt::format("{}{} ({})", law, to_string(action.operation), action.reason));
}

// What was decided before a loss is what is decided after it.
void Stage::check_ready(const Operation& operation) {
    const Situation now = had_->model().situation();
    const BondConfig* bond = now.config.bond(std::get<SetBondOptions>(operation).bond.name);
    std::optional<TimePoint> unused;
    const auto action = bond ? failover_of(now, *bond, unused) : std::nullopt;
    const bool same = action && action->operation == operation;
    if (!same) broken("it lay ready, and is not what the plan says: " + to_string(operation));
    if (now.attempts.waits(operation, now.now)) broken("it lay ready, and was to wait: " + to_string(operation));
}

// Two members would take each other's address: at no moment are there processes of both.
void Stage::check_groups() {
    for (const FailoverConfig& group : had_->model().config.failovers) {
        const auto running = std::count_if(group.members.begin(), group.members.end(), [&](const std::string& member) {
            return runner_.runs(std::string(had_->model().config.service_of(member)));
        });
        if (!group.together && running > 1) broken("two members of " + group.name + " run");
    }
}

// `journalctl -x` writes the name of a field that an event does not have: "HAD_BOND is down".
void Stage::check_catalog(const Notice& notice) const {
    const std::string id(message_id(notice.kind));
    const auto named = catalog().find(id);
    if (named == catalog().end()) return;
    std::set<std::string> lacking = named->second;
    for (const JournalField& field : journal_fields(notice, "", 0)) lacking.erase(field.name);
    if (!lacking.empty()) broken(fmt::format("the catalog names {} of: {}", *lacking.begin(), notice.text));
}

void Stage::check_laws() {
    check_plan();
    check_rest();
    check_second_reconcile();
    check_rest();
    check_dump();
    check_memory();
    check_restart();
}

// Only what could be the active port of a bond is worth the kernel's lock.
void Stage::count_look(Ifindex index, Probe probe) {
    const LinksDumped dump = kernel_.net().dump();
    const auto port = std::find_if(dump.links.begin(), dump.links.end(),
                                   [&](const Link& link) { return link.index == index; });
    if (port == dump.links.end() || !port->up || !port->slave)
        broken(fmt::format("it asks interface {}, which is in no bond, or down", index));
    looks_[fmt::format("{} by {}", port->name, to_string(probe))] += 1;
}

void Stage::show_looks() {
    if (looks_.empty()) write("  (no card was asked)");
    for (const auto& [how, times] : looks_) write(fmt::format("  (asked {}: {} times)", how, times));
    looks_.clear();
}

void Stage::show_announcements() {
    if (announced_.empty()) write("  (nothing was announced)");
    for (const auto& [what, times] : announced_) write(fmt::format("  (announced {}: {} times)", what, times));
    announced_.clear();
}

// The plan ends empty, or the status says what keeps it.
void Stage::check_plan() {
    for (const Action& action : whole_plan(had_->model()).actions)
        if (!is_told(had_->view(), action)) broken("nothing says why this is not done: ", action);
}

void Stage::check_second_reconcile() {
    const unsigned before = operations_;
    had_->wake();
    run_out();
    if (operations_ != before) broken("asked twice, it did more");
}

// All that is planned, and all that is told.
std::pair<std::string, View> Stage::told_now() const {
    const Plan plan = whole_plan(had_->model());
    std::string text;
    for (const Action& action : plan.actions) text += to_string(action.operation) + " (" + action.reason + ")\n";
    return {text, derive_view(had_->model().situation(), plan, "kernel")};
}

// What concerns nobody changes nothing.
void Stage::hear(Event event) {
    const bool idle = had_->model().begun && !concerns(had_->model().situation(), event);
    if (!idle) return had_->hear(std::move(event));
    const auto before = told_now();
    had_->hear(std::move(event));
    if (told_now() != before) broken("it concerned the daemon after all");
}

// A plan that is told once more is still the plan.
void Stage::check_rest() {
    const Model& m = had_->model();
    if (!m.rest()) return;
    const Plan now = whole_plan(m);
    if (now.actions != m.rest()->actions || now.notes != m.rest()->notes) broken("at rest, and not");
}

// What is kept from turn to turn is what would be derived from nothing.
void Stage::check_whole() {
    if (!had_ || !had_->model().begun) return;
    if (const std::string unlike = unlike_whole_plan(had_->model()); !unlike.empty()) broken(unlike);
    if (std::exchange(turn_at_, std::nullopt) != loop_.now() || had_->failing_since()) return;
    if (had_->model().view_is_old) return;
    if (is_unlike_whole_view(had_->model(), had_->view())) broken("the view is not that of all objects");
}

// What was heard bit by bit is what a dump shows: so is what is known after messages were lost.
void Stage::check_dump() {
    Observed there = had_->model().observed;
    kernel_.dump_to([&](Event event) { fold(there, std::move(event)); });
    there.modes = had_->model().observed.modes; // asked for, not heard
    there.tunables = had_->model().observed.tunables;          // read anew after it
    if (!(there == had_->model().observed))
        broken("heard otherwise than it is:" + differences(had_->model().observed, there));
}

// Cards come and go for years: what is gone leaves nothing in the file of what had made.
void Stage::check_memory() {
    Owned owned = parse_owned(owned_);
    if (owned.prune(had_->model().observed, &had_->model().config)) broken("had remembers what is gone:\n" + owned_);
}

// Where nothing is left to do, another had would find nothing to do, and tell the same.
void Stage::check_restart() {
    if (!had_->model().plan_now().actions.empty()) return;
    const Files files = read(file_);
    Config config = files.config;
    parse_orders(orders_).orders.apply_to(config);
    Observed observed;
    kernel_.dump_to([&](Event event) { fold(observed, std::move(event)); });
    observed.slot_states = had_->model().observed.slot_states;      // it would look for itself
    observed.hotplug_thread_ended = had_->model().observed.hotplug_thread_ended;
    observed.elsewhere = had_->model().observed.elsewhere;     // it would say that it does not know
    // A driver is asked at a start and when its mode was set: what had could not set it does not know.
    std::erase_if(observed.modes, [&](const auto& mode) { return !had_->model().observed.modes.contains(mode.first); });
    observed.tunables = had_->model().observed.tunables;       // read from time to time, not heard
    Owned owned = parse_owned(owned_);
    owned.prune(observed);
    const Chassis chassis = place(config, observed);
    const Orders orders = parse_orders(orders_).orders;
    const Models models = parse_models(models_);
    const Attempts none;
    std::map<Ifindex, Standing> standings;
    for (const auto& [index, link] : observed.links)
        if (link.slave || owned.raised.contains(index)) hear_link(standings, link, loop_.now());
    // What a card has against its carrier another had would have to find out for itself; and it would not wait
    // for what is on its way to a port that a bond has just left.
    for (const auto& [index, standing] : had_->model().standings)
        if (const Link* link = observed.link(index)) {
            hear_doubt(standings, *link, &Standing::by_card, standing.by_card, loop_.now());
            hear_doubt(standings, *link, &Standing::by_path, standing.by_path, loop_.now());
            if (auto at = standings.find(index); at != standings.end()) at->second.retired = standing.retired;
        }
    const Situation situation{.config = config,
                              .file = "had.conf",
                              .table = files.table,
                              .chassis = chassis,
                              .observed = observed,
                              .owned = owned,
                              .orders = orders,
                              .models = models,
                              .attempts = none,
                              .standings = standings,
                              .machine_id = "0123456789abcdef",
                              .now = loop_.now(),
                              .ahead = true,
                              .paths = had_->model().paths,
                              .neighbours = had_->model().neighbours,
                              .losses = had_->model().losses,
                              .services = had_->model().services,
                              .devices = had_->model().devices,
                              .peers = had_->model().peers};
    const Plan plan = core::plan(situation);
    if (remembers_refusal(had_->view())) return;
    for (const Action& action : plan.actions) {
        if (is_job(action.operation))
            return; // what was tried is not known to another: it tries as well
        broken("another had would do this: ", action);
    }
    View view = derive_view(situation, plan, "kernel");
    remember(had_->view(), view);
    // What a port has earned by its past is not known to another.
    for (std::size_t n = 0; n < view.bonds.size() && n < had_->view().bonds.size(); ++n)
        for (std::size_t m = 0; m < std::min(view.bonds[n].members.size(), had_->view().bonds[n].members.size()); ++m) {
            view.bonds[n].members[m].earned = had_->view().bonds[n].members[m].earned;
            view.bonds[n].members[m].damped = had_->view().bonds[n].members[m].damped;
        }
    check_alarms(find_alarms(view, loop_.wall()));
    view.alarms = had_->view().alarms;         // since when, and how often, is not known to another
    view.started = had_->view().started;
    view.file_taken = had_->view().file_taken;
    view.file_refused = had_->view().file_refused;
    if (!(view == had_->view())) broken("another had would tell otherwise");
}

// Every alarm is there that the state calls for, and no other; one that is being mended need not be raised.
void Stage::check_alarms(const std::vector<Alarm>& found) const {
    const auto find = [](const std::vector<Alarm>& in, const Alarm& alarm) {
        return std::find_if(in.begin(), in.end(), [&](const Alarm& one) { return one.id == alarm.id; });
    };
    const std::vector<Alarm>& told = had_->view().alarms;
    for (const Alarm& alarm : told)
        if (alarm_kind(alarm.type)->find && find(found, alarm) == found.end())
            broken("an alarm without a cause: " + alarm.id);
    for (const Alarm& alarm : found) {
        const auto at = find(told, alarm);
        if (at == told.end() && !alarm.under_way) broken("an alarm is missing: " + alarm.id);
        if (at != told.end() && at->text != alarm.text) broken("an old alarm: " + at->text);
    }
}

} // namespace had::test
