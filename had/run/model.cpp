#include "had/run/model.hpp"

#include "had/run/tunables.hpp"

#include <utility>

namespace had {

using namespace core;

void Model::take_file(Config read, const Orders& given) {
    Config ordered = read;                    // what memory may be too short for comes first
    given.apply_to(ordered);
    file = std::move(read);
    take_config(std::move(ordered));
}

Config Model::config_with(const Orders& given) const {
    Config ordered = file;
    given.apply_to(ordered);
    return ordered;
}

void Model::take_config(Config ordered) {
    config = std::move(ordered);
    rearrange();
}

const Chassis& Model::chassis() const {
    if (stale_) placed_ = place(config, observed);
    stale_ = false;
    return placed_;
}

Situation Model::situation(const Orders& given) const {
    Situation now = situation({config, table, chassis(), given, observed});
    now.force = force;
    return now;
}

Situation Model::situation(const Wanted& wanted) const {
    return {.config = wanted.config,
            .file = identity_.file,
            .table = wanted.table,
            .chassis = wanted.chassis,
            .observed = wanted.observed,
            .owned = owned,
            .orders = wanted.orders,
            .models = models,
            .attempts = attempts,
            .standings = standings,
            .machine_id = identity_.machine_id,
            .now = now_(),
            .paths = paths,
            .neighbours = neighbours,
            .losses = losses,
            .services = services,
            .devices = devices,
            .peers = peers};
}

Plan Model::plan_now() const {
    Situation now = situation();
    now.ahead = true;
    return plan(now);
}

Plan Model::plan_for(const Config& other_file, const DriverTable& other_table, const Kernel& kernel) const {
    Config other = other_file;
    orders.apply_to(other);
    const Chassis other_chassis = place(other, observed);
    const auto words = tuned_words(situation({other, other_table, other_chassis, orders, observed}));
    Observed looked;
    if (!words.empty()) {
        looked = observed;
        look_at_tunables(kernel, looked, words);      // what cannot be read is planned as if it differed
    }
    Situation then = situation({other, other_table, other_chassis, orders, words.empty() ? observed : looked});
    then.ahead = true;
    return plan(then);
}

} // namespace had
