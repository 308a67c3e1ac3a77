#include "had/plan_once.hpp"

#include "had/host.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/machine.hpp"

#include <map>
#include <utility>

namespace had {

core::Plan plan_once(const std::string& file, const Files& files, const StorePaths& paths) {
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
    return core::plan({.config = config,
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
                       .ahead = true});
}

} // namespace had
