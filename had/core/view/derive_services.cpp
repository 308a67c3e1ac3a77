// Services and groups as an operator sees them.
#include "had/core/base/duration.hpp"
#include "had/core/config/group_route.hpp"
#include "had/core/plan/service.hpp"
#include "had/core/view/derive.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {
namespace {

class ServiceDeriver {
public:
    ServiceDeriver(const Situation& situation, const Plan& plan, View& view)
        : s_(situation), plan_(plan), view_(view), services_(all_services(s_.config)) {}

    void derive() {
        for (const auto& [key, state] : s_.services.services) view_.services.push_back(service_view(key, state));
        for (const FailoverConfig& group : s_.config.failovers) view_.failovers.push_back(group_view(group));
    }

private:
    ServiceView service_view(const ServiceKey& key, const ServiceState& state) const {
        ServiceView view;
        view.name = to_string(key);
        take_note(view, plan_);
        view.phase = state.phase;
        view.since = state.since_date;
        view.device = key.device;
        view.pid = static_cast<std::uint64_t>(state.pid);
        view.failures = state.failures;
        view.good_since = state.good_date;
        const Membership in = membership_of(s_.config, key.service);
        if (in.group) view.group = in.group->name;
        view.member = in.member;
        fill_interface(view, key);
        tell_failed(view);
        if (state.another_command)
            view.waiting.push_back(fmt::format("command: needs reload --force, starts {} anew", view.name));
        if (state.stuck) view.add_problem("it does not end, though all of its processes were killed");
        if (is_unheard(state))
            view.add_problem("for 30 seconds nobody has said whether it still runs; none is started in its place");
        fill_words(view, state);
        view.health = health_of(view, state);
        return view;
    }

    // The interface of its DHCP client, or of the sign by which it is known to be alive.
    void fill_interface(ServiceView& view, const ServiceKey& key) const {
        const ServiceConfig* config = named(services_, key.service);
        if (!config) return;
        const ServiceFacts facts = facts_of(s_);
        if (!config->interface.empty()) view.interface = config->interface;
        const Sign& sign = config->alive ? *config->alive : config->ready;
        const bool of_link = sign.kind == SignKind::address || sign.kind == SignKind::carrier;
        const auto object = of_link ? filled_for(facts, *config, key.device, sign.object) : std::nullopt;
        const Ifindex index = object ? s_.chassis.resolve(*object, s_.observed)
                              : config->interface.empty() ? 0 : interface_of(facts, *config, key.device);
        const Link* link = s_.observed.link(index);
        view.interface = link ? link->name : object.value_or(config->interface);
        if (!link) return;
        view.addresses = addresses_of(s_.observed, index);
        view.paths = paths_of(s_, watched_name(key), interface_of(facts, *config, key.device));
        const ServiceConfig* giver = service_at(s_, *link);
        if (giver && giver->name == key.service) view.routes = routes_of(s_, *link);
    }

    // What the kernel has refused.
    template <class V>
    void tell_failed(V& view) const {
        if (const Attempt* failed = failed_attempt(s_, plan_, id_of(view)); failed && view.problem.empty())
            view.problem = failure_text(*failed);
    }

    static bool is_unheard(const ServiceState& state) { return state.unheard && state.phase == Phase::starting; }

    static void fill_words(ServiceView& view, const ServiceState& state) {
        switch (state.phase) {
        case Phase::starting:
            view.doing = state.adopted ? "it was there before the daemon, and is looked at" : "it starts";
            break;
        case Phase::stopping: view.doing = state.killed ? "it is killed" : "it is stopped"; break;
        case Phase::absent:
        case Phase::idle:
        case Phase::up:
        case Phase::done:
        case Phase::failed:
        case Phase::held: break;
        }
        const bool failed = state.phase == Phase::failed || (is_active(state.phase) && state.failures > 0);
        if (failed) view.text = state.why;
        else if (!is_active(state.phase) && state.phase != Phase::done)
            view.text = state.waits.empty() ? state.stops_for : state.waits;
        if (state.phase == Phase::failed && !state.good_date.empty()) view.text += "; " + state.waits;
    }

    static Health health_of(const ServiceView& view, const ServiceState& state) {
        switch (view.phase) {
        case Phase::absent: return Health::absent;
        case Phase::held: return Health::offline;
        case Phase::idle: return view.group.empty() ? Health::absent : Health::healthy;
        case Phase::up:
        case Phase::done:
            return view.contested                                  ? Health::contested
                   : view.waiting.empty() && view.problem.empty() ? Health::healthy
                                                                   : Health::degraded;
        case Phase::stopping: return state.then == Phase::failed || state.stuck ? Health::down : Health::absent;
        case Phase::starting:
            return !is_serving(state)  ? Health::down
                   : is_unheard(state) ? Health::degraded
                                       : Health::healthy;
        case Phase::failed: return Health::down;
        }
        return Health::down;
    }

    FailoverView group_view(const FailoverConfig& config) const {
        FailoverView view;
        view.name = config.name;
        take_note(view, plan_);
        view.members = config.members;
        for (const std::string& member : config.members) view.services.emplace_back(s_.config.service_of(member));
        view.failback = config.together ? "" : to_string(config.failback);
        if (const auto at = s_.services.groups.find(config.name); at != s_.services.groups.end()) {
            view.active = at->second.active;
            view.since = at->second.since_date;
            view.text = at->second.why;
        }
        for (const RouteKey& key : group_route_keys(s_.config, config))
            if (const auto seen = s_.observed.routes.find(key); seen != s_.observed.routes.end())
                view.routes.push_back(to_string(Route{key, seen->second.way}));
        tell_failed(view);
        view.health = health_of(config, view);
        if (view.active.empty()) view.doing = on_its_way(config);
        return view;
    }

    Health health_of(const FailoverConfig& config, const FailoverView& view) const {
        if (view.active.empty()) return Health::down;
        const bool all = std::all_of(view.services.begin(), view.services.end(), [&](const std::string& name) {
            return std::any_of(view_.services.begin(), view_.services.end(), [&](const ServiceView& one) {
                return one.name.substr(0, one.name.find('@')) == name && one.phase == Phase::up;
            });
        });
        const bool first = config.together ? all : view.active == config.members.front();
        if (view.contested) return Health::contested;
        return first && view.problem.empty() ? Health::healthy : Health::degraded;
    }

    [[nodiscard]] std::string on_its_way(const FailoverConfig& config) const {
        for (const ServiceView& one : view_.services)
            if (one.group == config.name && is_active(one.phase))
                return fmt::format("{} {}", one.member, one.phase == Phase::stopping ? "is stopped" : "starts");
        return {};
    }

    const Situation& s_;
    const Plan& plan_;
    View& view_;
    const std::vector<ServiceConfig> services_;
};

} // namespace

void derive_services(const Situation& situation, const Plan& plan, View& view) {
    if (situation.services.services.empty() && situation.config.failovers.empty()) return;
    ServiceDeriver(situation, plan, view).derive();
}

} // namespace had::core
