#include "had/plan_once.hpp"

#include "had/core/plan/service.hpp"
#include "had/host.hpp"
#include "had/run/tunables.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/device_finder.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/machine.hpp"
#include "had/sys/rtnl.hpp"
#include "had/sys/service_record.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>

namespace had {
namespace {

// Who chooses among the ports that are good, once the present one is lost.
bool is_choice(const core::Operation& operation) {
    if (const auto* port = std::get_if<core::SetPortOptions>(&operation))
        return port->options.prio && !port->options.queue_id && !port->options.actor_port_prio;
    const auto* bond = std::get_if<core::SetBondOptions>(&operation);
    return bond && std::all_of(bond->options.begin(), bond->options.end(), [](const auto& option) {
               return option.first == core::BondOption::primary || option.first == core::BondOption::primary_reselect;
           });
}

void take_charge(Outlook& outlook) {
    auto& actions = outlook.plan.actions;
    std::optional<sys::Rtnl> kernel;          // asked only for routes
    const auto is_charge = [&](const core::Action& action) {
        const auto* route = std::get_if<core::AddRoute>(&action.operation);
        if (!route) return is_choice(action.operation);
        if (route->link.index == 0 && !route->route.way.blackhole) return false;
        if (!kernel) kernel.emplace();
        return kernel->is_there(*route);
    };
    const auto at = std::stable_partition(actions.begin(), actions.end(),
                                          [&](const core::Action& a) { return !is_charge(a); });
    outlook.charge.assign(at, actions.end());
    actions.erase(at, actions.end());
}

} // namespace

Outlook plan_once(const std::string& file, const Files& files, const StorePaths& paths) {
    core::Observed observed;
    sys::Loop loop;
    sys::MachineOptions look;
    look.read_modes = files.config.sets_modes();
    sys::Machine machine(loop, [&](core::Event event) { fold(observed, std::move(event)); }, look);
    machine.start();
    const Kept kept = Store(paths).read();
    core::Config config = files.config;
    kept.orders.apply_to(config);
    const core::Chassis chassis = core::place(config, observed);
    const core::Attempts none;
    std::map<core::Ifindex, core::Standing> standings;
    for (const auto& [index, link] : observed.links)
        if (link.slave) core::hear_link(standings, link, sys::steady_now());
    const std::string id = machine_id();
    std::map<std::string, std::vector<core::Device>> devices;
    sys::DeviceFinder finder(loop, [] {});
    for (const core::MatchConfig& match : config.matches) devices[match.name] = finder.find(match);
    core::ServiceStates services;
    const core::Situation now{.config = config,
                              .file = file,
                              .table = files.table,
                              .chassis = chassis,
                              .observed = observed,
                              .owned = kept.owned,
                              .orders = kept.orders,
                              .models = kept.models,
                              .attempts = none,
                              .standings = standings,
                              .machine_id = id,
                              .now = sys::steady_now(),
                              .ahead = true,
                              .services = services,
                              .devices = devices};
    // What a daemon has begun has its addresses and routes.
    for (const core::Adopted& one : sys::kept_services(paths.services))
        core::take_over(core::facts_of(now), services, one, now.now);
    look_at_tunables(machine, observed, core::tuned_words(now));
    Outlook outlook{core::plan(now), {}};
    take_charge(outlook);
    return outlook;
}

} // namespace had
