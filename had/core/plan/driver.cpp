#include "had/core/policy/extraction.hpp"
#include "had/core/plan/plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace had::core {
namespace {

// How long after loading its module a driver may take to bind (asynchronous probes); then the next one is tried.
constexpr Duration bind_limit = std::chrono::seconds(1);
// The same for a module that was loaded before: the kernel probes the functions of a new card one after the other.
constexpr Duration probe_limit = std::chrono::seconds(5);
constexpr unsigned most_bindings = 3;         // of a card whose driver will not have it

TimePoint bound_by(const Attempt& attempt) {
    return attempt.at + (attempt.result.was_so ? probe_limit : bind_limit);
}

bool is_running(const Attempt* attempt) {
    return attempt && attempt->state == Attempt::State::running;
}

class SlotDrivers {
public:
    SlotDrivers(const Situation& situation, Plan& plan, const PlacedSlot& slot,
                std::set<std::string>& taken)
        : s_(situation), plan_(plan), slot_(slot), taken_(taken) {}

    void plan() {
        for (const PciAddress& address : slot_.functions) {
            const PciFunction& function = s_.observed.functions.at(address).function;
            if (function.is_virtual) continue;
            if (function.driver.empty()) bind(function);
            else if (function.is_network()) complete(function);
            if (loading_) return;              // one job a slot; the others wait for its outcome
        }
    }

    // Whether each function has a driver, and each that is a network's an interface: then there is nothing to be said.
    [[nodiscard]] bool is_complete() const {
        return std::all_of(slot_.functions.begin(), slot_.functions.end(), [&](const PciAddress& address) {
            const PciFunction& function = s_.observed.functions.at(address).function;
            if (function.is_virtual) return true;
            return !function.driver.empty() && (!function.is_network() || has_interface(function));
        });
    }

private:
    // The driver of a function that has none: the table's candidates in turn, until one binds.
    void bind(const PciFunction& function) {
        if (is_going(function)) return;
        const auto candidates = lookup(s_.table, id_of(function));
        if (candidates.empty()) {
            if (function.is_network()) tell(function, unknown(function), ProblemKind::card_unknown);
            return;
        }
        std::optional<LoadModule> again;
        std::optional<TimePoint> soonest;
        bool was_in = false;                   // before the daemon loaded it
        const bool let_go = s_.observed.functions.at(function.address()).let_go;
        for (const DriverMatch& match : candidates) {
            const LoadModule load = load_of(match);
            const Attempt* attempt = s_.attempts.find(load);
            if (!attempt) return start(load, function);
            if (is_running(attempt)) {
                if (attempt->failures > 0) tell(function, failure(candidates), ProblemKind::driver_failed);
                return start(load, function);
            }
            if (attempt->result.unasked) {     // which says nothing of its driver
                tell(function, failure(candidates));
                return add(load, function);
            }
            if (attempt->state == Attempt::State::acknowledged) {
                was_in = was_in || attempt->result.was_so;
                // It is loaded, and loading again changes nothing.  To one that was in before the card is no news.
                if (s_.now >= bound_by(*attempt) || (let_go && attempt->result.was_so)) continue;
                wait_until(bound_by(*attempt));
                wait(function, fmt::format("waiting for {} to bind", load.module));
                return;
            }
            if (soonest && attempt->retry_at() >= *soonest) continue;
            soonest = attempt->retry_at();
            again = load;
        }
        if (was_in && bind_again(function)) return;
        tell(function, failure(candidates), ProblemKind::driver_failed);
        if (again) add(*again, function);
    }

    // By itself the kernel looks for a driver only when a card or a driver comes.  False: it was tried in vain.
    bool bind_again(const PciFunction& function) {
        const BindDrivers bind{.slot = slot_.name, .functions = unbound(), .insertion = slot_.insertion};
        const Attempt* attempt = s_.attempts.find(bind);
        if (attempt && attempt->failures >= most_bindings) return false;
        loading_ = true;
        if (!s_.owned.left_alone(bind.key(), s_.now))
            wait(function, "its driver is in: it is told to look at the card again");
        plan_.actions.push_back({.operation = bind,
                                 .reason = fmt::format("slot {}: {} at {} has no driver, though its driver is loaded",
                                                       slot_.name, to_pci_id(function.vendor, function.device),
                                                       to_string(function.address())),
                                 .object = object_of(function)});
        return true;
    }

    ObjectId object_of(const PciFunction& function) const {
        for (const PortName& name : slot_.ports)
            if (s_.chassis.ports.at(name).function == function.address()) return port_id(name);
        return slot_id(slot_.name);
    }

    std::vector<PciAddress> unbound() const {
        std::vector<PciAddress> all;
        for (const PciAddress& address : slot_.functions) {
            const PciFunction& function = s_.observed.functions.at(address).function;
            if (!function.is_virtual && function.driver.empty() && !lookup(s_.table, id_of(function)).empty())
                all.push_back(address);
        }
        return all;
    }

    // A card that is pulled loses its drivers before it goes, so loading one for it would be in vain.
    bool is_going(const PciFunction& function) {
        if (!s_.observed.functions.at(function.address()).let_go) return false;
        auto at = s_.attempts.let_go.find(function.address());
        const TimePoint until = (at == s_.attempts.let_go.end() ? s_.now : at->second) + let_go_limit;
        if (s_.now >= until) return false;
        wait_until(until);
        wait(function, "its driver let it go: waiting whether the card goes");
        return true;
    }

    // A function that is bound and has no network device: a bus driver that needs a second module.
    void complete(const PciFunction& function) {
        if (has_interface(function)) return;
        if (auto at = s_.observed.elsewhere.find(function.address()); at != s_.observed.elsewhere.end())
            return tell(function, fmt::format("{} was moved to another network namespace, as a container's would be; "
                                              "it serves when it is back here",
                                              at->second));
        for (const DriverMatch& match : lookup(s_.table, id_of(function)))
            for (const std::string& module : match.entry->also) {
                const LoadModule load{.module = module, .slot = slot_.name, .insertion = slot_.insertion};
                const Attempt* attempt = s_.attempts.find(load);
                if (attempt && attempt->state == Attempt::State::acknowledged) continue;
                if (attempt && attempt->failures > 0)
                    tell(function, fmt::format("{}: {}", module, attempt->result.text),
                         ProblemKind::driver_failed);
                if (!attempt || is_running(attempt)) return start(load, function);
                return add(load, function);
            }
    }

    // Mostly a port that is placed; else its link has not been heard of yet, and all are asked.
    bool has_interface(const PciFunction& function) const {
        auto at = slot_.ports.empty() ? s_.chassis.ports.end() : s_.chassis.ports.find(slot_.ports.front());
        for (std::size_t i = 0; i < slot_.ports.size(); ++i, ++at)           // those of a slot stand together
            if (at->second.function == function.address() && at->second.index) return true;
        return std::any_of(s_.observed.devices.begin(), s_.observed.devices.end(),
                           [&](const auto& entry) { return entry.second.function == function.address(); });
    }

    LoadModule load_of(const DriverMatch& match) const {
        return {.module = match.entry->module,
                .options = match.entry->options,
                .slot = slot_.name,
                .insertion = slot_.insertion};
    }

    void start(const LoadModule& load, const PciFunction& function) {
        wait(function, fmt::format("loading {}", load.module));
        add(load, function);
    }

    void add(const LoadModule& load, const PciFunction& function) {
        loading_ = true;
        if (!taken_.insert(load.module).second) return;    // another slot's job loads it right now
        plan_.actions.push_back(
            {.operation = load,
             .reason = fmt::format("slot {}: {} at {} has no {}, the driver table says {}", slot_.name,
                                   to_pci_id(function.vendor, function.device), to_string(function.address()),
                                   function.driver.empty() ? "driver" : "network device", load.module),
             .object = slot_id(slot_.name)});
    }

    std::string unknown(const PciFunction& function) const {
        const std::string id = to_pci_id(function.vendor, function.device);
        return fmt::format("unknown card {}: no entry in {}, add 'id = {}' to its module's section "
                           "and reload",
                           id, s_.config.had.pcidrivers, id);
    }

    std::string failure(const std::vector<DriverMatch>& candidates) const {
        std::string out;
        for (const DriverMatch& match : candidates) {
            const Attempt* attempt = s_.attempts.find(load_of(match));
            if (!attempt) continue;
            const bool in = attempt->state == Attempt::State::acknowledged;
            out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", match.entry->module,
                               in ? "loaded, but it did not bind the card" : attempt->result.text);
        }
        return out;
    }

    template <class F>
    void note(const PciFunction& function, F fill) {
        for (const PortName& name : slot_.ports)
            if (s_.chassis.ports.at(name).function == function.address()) fill(plan_.notes[port_id(name)]);
    }

    void wait(const PciFunction& function, const std::string& doing) {
        note(function, [&](Note& note) { note.doing = doing; });
    }

    void tell(const PciFunction& function, const std::string& problem, ProblemKind kind = ProblemKind::other) {
        note(function, [&](Note& note) {
            note.problem = problem;
            note.kind = kind;
        });
    }

    void wait_until(TimePoint at) { earlier(plan_.next, at); }

    const Situation& s_;
    Plan& plan_;
    const PlacedSlot& slot_;
    std::set<std::string>& taken_;
    bool loading_ = false;
};

bool is_needed(const Situation& s, const std::string& module) {
    return std::any_of(s.observed.functions.begin(), s.observed.functions.end(), [&](const auto& entry) {
        const PciFunction& function = entry.second.function;
        if (same_module(function.driver, module)) return true;
        const auto matches = lookup(s.table, id_of(function));
        return std::any_of(matches.begin(), matches.end(), [&](const DriverMatch& match) {
            const auto& also = match.entry->also;
            return same_module(match.entry->module, module) ||
                   std::any_of(also.begin(), also.end(),
                               [&](const std::string& each) { return same_module(each, module); });
        });
    });
}

void unload_unused(const Situation& s, Plan& plan, const std::set<std::string>& taken) {
    if (!s.config.had.unload_drivers) return;
    for (const std::string& module : s.owned.modules)
        if (!taken.contains(module) && !is_needed(s, module))
            plan.actions.push_back({.operation = UnloadModule{module},
                                    .reason = "unload_drivers = yes, and the last card that needed it is gone",
                                    .object = module_id(module)});
}

// A job that runs keeps its place in the plan, so that it is not started a second time.
std::set<std::string> running_modules(const Attempts& attempts) {
    std::set<std::string> modules;
    for (const auto& [key, attempt] : attempts.by_key) {
        if (!is_running(&attempt)) continue;
        if (const auto* load = std::get_if<LoadModule>(&attempt.operation)) modules.insert(load->module);
        if (const auto* unload = std::get_if<UnloadModule>(&attempt.operation))
            modules.insert(unload->module);
    }
    return modules;
}

} // namespace

void plan_drivers(const Situation& s, const Worklist& worklist, Plan& plan) {
    if (!worklist.all && worklist.slots.empty() && !s.config.had.unload_drivers) return;
    std::set<std::string> taken = running_modules(s.attempts);
    const auto ask = [&](const PlacedSlot& slot) {
        if (!slot.configured || !slot.controlled || is_withheld(s, slot.name)) return;
        SlotDrivers drivers(s, plan, slot, taken);
        drivers.plan();
        if (!drivers.is_complete()) plan.said.slots.insert(slot.name);
    };
    if (worklist.all)
        for (const auto& [name, slot] : s.chassis.slots) ask(slot);
    else
        for (const SlotName& name : worklist.slots) ask(s.chassis.slots.at(name));
    unload_unused(s, plan, taken);
}

} // namespace had::core
