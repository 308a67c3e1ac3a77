#include "had/run/services.hpp"

#include "had/core/config/command_words.hpp"
#include "had/core/policy/failover.hpp"
#include "had/core/service/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

namespace had {

using namespace core;

namespace {

// What one start makes possible the next step sees; what is left is for the next turn.
constexpr int steps_a_pass = 8;
constexpr Duration rebind_limit = std::chrono::seconds(10);

} // namespace

ServiceFacts Services::facts() const {
    return {.config = m_.config,
            .chassis = m_.chassis(),
            .observed = m_.observed,
            .devices = m_.devices,
            .orders = orders_,
            .has_file = [this](const std::string& path) { return runner_.has_file(path); },
            .date = run_.around.date(),
            .minute = runner_.minute_of_day(),
            .force = m_.force,
            .paths = &m_.paths};
}

bool Services::has_none() const {
    const auto has_client = [](const auto& one) { return one.net.dhcp; };
    return m_.services.services.empty() && m_.config.services.empty() &&
           std::none_of(m_.config.bonds.begin(), m_.config.bonds.end(), has_client) &&
           std::none_of(m_.config.vlans.begin(), m_.config.vlans.end(), has_client) &&
           std::none_of(m_.config.configs.begin(), m_.config.configs.end(), has_client);
}

void Services::begin() {
    runner_.watch(m_.config.matches);
    find_devices();
    orders_ = group_orders(m_.orders);
    const ServiceFacts now = facts();
    for (const Adopted& one : runner_.adopt()) take_over(now, m_.services, one, run_.now());
}

void Services::reload() {
    runner_.watch(m_.config.matches);
    devices_changed_ = true;
}

void Services::find_devices() {
    devices_changed_ = false;
    std::map<std::string, std::vector<Device>> found;
    for (const MatchConfig& match : m_.config.matches) found[match.name] = runner_.devices(match);
    if (found == m_.devices) return;
    m_.devices = std::move(found);
    m_.note_change();
}

void Services::hear(const ServiceEvent& event) {
    m_.note_change();
    if (m_.begun) run_.post_turn();           // first: what throws is told again, and must not have been heard then
    if (std::holds_alternative<DevicesChanged>(event)) devices_changed_ = true;
    else core::hear(facts(), m_.services, event, run_.now());
}

void Services::before_plan() {
    next_.reset();
    if (has_none()) return;
    if (devices_changed_) find_devices();
    orders_ = group_orders(m_.orders);
    act_all();
    for (int i = 0; i < steps_a_pass; ++i) {
        ServiceStates next = m_.services;
        Step todo = step(facts(), next, run_.now());
        std::deque<ServiceAct> acts(std::move_iterator(todo.acts.begin()), std::move_iterator(todo.acts.end()));
        const bool changed = next != m_.services;
        if (changed) m_.note_change();
        // From here on nothing throws, until it is known both what the states are and what is to be done for them.
        std::swap(m_.services, next);
        todo_.swap(acts);
        next_ = todo.next;
        if (todo_.empty() && !changed) break;
        act_all();
        if (i + 1 == steps_a_pass) run_.post_turn();
    }
}

// What throws is still there for the next turn, and all that comes behind it.
void Services::act_all() {
    if (!todo_.empty()) m_.note_change();
    for (; !todo_.empty(); todo_.pop_front()) act(todo_.front());
}

void Services::start(const Launch& launch) {
    std::string trouble;
    if (const auto pid = runner_.start(launch, trouble)) return started(m_.services, launch.key, *pid);
    core::hear(facts(), m_.services, ServiceEnded{launch.key, {.trouble = std::move(trouble)}}, run_.now());
}

void Services::act(const ServiceAct& what) {
    std::visit(overloaded{[&](const StartService& a) { start(a.launch); },
                          [&](const StopService& a) { runner_.stop(a.key, a.kill); },
                          [&](const RunHelper& a) {
                              std::string trouble = runner_.run(a.helper, a.words, a.limit);
                              if (trouble.empty()) return;
                              core::hear(facts(), m_.services, HelperEnded{a.helper, {.trouble = std::move(trouble)}},
                                         run_.now());
                          },
                          [&](const EndHelper& a) { runner_.end(a.helper); },
                          [&](const NoteReady& a) { runner_.note_ready(a.key); },
                          [&](const NoteBare& a) { runner_.note_bare(a.key); },
                          [&](const NoteDone& a) { runner_.note_done(a.key, a.device); },
                          [&](const NoteFailed& a) { runner_.note_failed(a.key, a.device, a.failures, a.ended); },
                          [&](const NoteWell& a) { runner_.note_well(a.key); },
                          [&](const ForgetService& a) { runner_.forget(a.key, a.ended); }},
               what);
}

void Services::after_turn() {
    if (has_none() || m_.orders.pause) return;
    tell_clients();
    write_faults();
}

// The lease is of the network behind the port that was left.  A client that renews it learns whether it is still good.
void Services::tell_clients() {
    std::map<std::string, Ifindex> now;
    for (const BondConfig& bond : m_.config.bonds) {
        const Link* link = bond.net.dhcp ? m_.observed.link(bond.name) : nullptr;
        if (!link || !link->bond) continue;
        const Ifindex active = active_of(*link);
        const auto before = actives_.find(bond.name);
        now[bond.name] = active != 0 || before == actives_.end() ? active : before->second;
        const ServiceKey key{"dhcp-" + bond.name, ""};
        const auto state = m_.services.services.find(key);
        const bool up = state != m_.services.services.end() && state->second.phase == Phase::up;
        if (active == 0 || before == actives_.end() || before->second == 0 || before->second == active || !up) continue;
        std::vector<std::string> words = command_words(m_.config.had.dhcp_rebind).value_or(std::vector<std::string>{});
        for (std::string& word : words)
            word = filled(word, [&](std::string_view) { return std::optional(bond.name); }).value_or(word);
        const std::string trouble = runner_.run({key, HelperKind::rebind}, words, rebind_limit);
        if (!trouble.empty()) run_.log(NoticeLevel::warning, fmt::format("{}: {}", to_string(key), trouble));
    }
    actives_ = std::move(now);
}

// Failed is a group of which no member is up and none is on its way.
void Services::write_faults() {
    std::set<std::string_view> serving;
    for (const auto& [key, state] : m_.services.services)
        if (state.phase == Phase::starting || state.phase == Phase::up || state.phase == Phase::idle)
            serving.insert(key.service);
    for (const FailoverConfig& group : m_.config.failovers) {
        if (group.fault_file.empty()) continue;
        const bool serves = std::any_of(group.members.begin(), group.members.end(), [&](const std::string& member) {
            return serving.contains(m_.config.service_of(member));
        });
        faults_.say(group.fault_file, !serves);
    }
}

void Services::tell_order(NoticeKind kind, const std::string& group, const std::string& user, std::string text) const {
    Notice notice;
    notice.group = group;
    notice.user = user;
    notice.text = std::move(text);
    run_.say(kind, NoticeLevel::notice, std::move(notice));
}

std::optional<Refusal> Services::use(const std::string& group, const std::string& member, const std::string& user) {
    if (auto refusal = objection_to_member(m_.situation(), group, member)) return refusal;
    if (m_.config.failover(group)->together)
        return Refusal{false, fmt::format("all members of {} run ('together = yes'), there is none to choose", group)};
    if (m_.orders.held.contains({group, member}))
        return Refusal{false,
                       fmt::format("{} is held by an order: `hadctl failover {} release` ends that", member, group)};
    Orders orders = m_.orders;
    orders.used[group] = {member, user, run_.around.date()};
    run_.keep(std::move(orders));
    vouch(m_.services, m_.config.service_of(member));
    tell_order(NoticeKind::order_given, group, user, fmt::format("{}: {} orders that {} serve", group, user, member));
    run_.turn();
    return std::nullopt;
}

std::optional<Refusal> Services::hold(const std::string& group, const std::string& member, const std::string& user) {
    if (auto refusal = objection_to_member(m_.situation(), group, member)) return refusal;
    Orders orders = m_.orders;
    orders.held[{group, member}] = {user, run_.around.date()};
    if (const auto used = orders.used.find(group); used != orders.used.end() && used->second.member == member)
        orders.used.erase(used);
    run_.keep(std::move(orders));
    tell_order(NoticeKind::order_given, group, user, fmt::format("{}: {} orders that {} not run", group, user, member));
    run_.turn();
    return std::nullopt;
}

std::optional<Refusal> Services::release(const std::string& group, const std::string& user) {
    if (auto refusal = objection_to_group(m_.situation(), group)) return refusal;
    Orders orders = m_.orders;
    orders.used.erase(group);
    std::erase_if(orders.held, [&](const auto& entry) { return entry.first.first == group; });
    if (orders == m_.orders) return std::nullopt;
    run_.keep(std::move(orders));
    tell_order(NoticeKind::order_ended, group, user,
               fmt::format("{}: {} ends the orders, the daemon chooses the member", group, user));
    run_.turn();
    return std::nullopt;
}

} // namespace had
