#include "had/run/model.hpp"

#include "had/run/tunables.hpp"

#include <algorithm>
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

// A change of what is asked for often, and whose effects are on its own links until they are heard.
void Model::note_asked(const Operation& operation) {
    const bool of_its_links = std::holds_alternative<SetBondOptions>(operation) ||
                              std::holds_alternative<SetPortOptions>(operation) ||
                              std::holds_alternative<Enslave>(operation);
    if (!of_its_links) return note_change();
    for_each_link(operation, [this](const LinkRef& link) { note_of(link.index); });
}

// While a card is to be let go, its way out depends on other bonds.
Worklist Model::touched_after(const Touched::Mark& mark) const {
    const bool leaves =
        std::any_of(orders.offline.begin(), orders.offline.end(), [](const auto& one) { return !one.second.out; }) ||
        std::any_of(orders.domains.begin(), orders.domains.end(), [](const auto& one) { return !one.second.take; });
    if (leaves || force || touched.is_everything(mark)) return {};
    Worklist concerned = nobody();
    const Situation now = situation();
    for (const Touched::Entry& entry : touched.since(mark)) touch(concerned, now, entry.link);
    return concerned;
}

Plan Model::plan_pass() {
    Worklist asked = touched_after(planned_);
    asked.merge(said_);
    Plan made = plan(situation(), asked);
    said_ = made.said;
    planned_ = touched.now();
    return made;
}

Plan Model::plan_now() const {
    Situation now = situation();
    now.ahead = true;
    Worklist asked = touched_after(planned_);
    asked.merge(said_);
    return plan(now, asked);
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
