#include "had/control/methods.hpp"

#include "had/control/view_json.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace had::control {

namespace {

constexpr std::array<ArgRule, 1> explain_args{{{"object", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> link_args{{{"interface", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> plan_args{{{"text", ArgType::text, false, true}}};
constexpr std::array<ArgRule, 1> reload_args{{{"force", ArgType::flag}}};
constexpr std::array<ArgRule, 2> activate_args{
    {{"bond", ArgType::text, true}, {"port", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> auto_args{{{"bond", ArgType::text, true}}};
constexpr std::array<ArgRule, 3> offline_args{
    {{"slot", ArgType::text, true}, {"force", ArgType::flag}, {"wait", ArgType::flag}}};
constexpr std::array<ArgRule, 1> slot_args{{{"slot", ArgType::text, true}}};
constexpr std::array<ArgRule, 2> release_args{{{"domain", ArgType::text, true}, {"force", ArgType::flag}}};
constexpr std::array<ArgRule, 1> take_args{{{"domain", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> port_args{{{"port", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> pause_args{{{"duration_us", ArgType::number}}};
constexpr std::array<ArgRule, 3> subscribe_args{
    {{"instance", ArgType::text}, {"seq", ArgType::number}, {"changes", ArgType::flag}}};

// The name of an object, as it may be told again.  None is as long as what is cut here, so it is not found.
std::string name_in(const Args& args, std::string_view arg) {
    return core::shortened(text_of(args, arg).value_or(""), core::limits::echo_bytes);
}

Outcome explain(Daemon& daemon, const Args& args, const Caller&) {
    const std::string object = name_in(args, "object");
    const auto steps = daemon.explain(object);
    if (steps.empty())
        return Error{ErrorCode::no_such_object,
                     fmt::format("{}: no such slot, port, bond or interface", object),
                     {}};
    return Answer{to_json(steps)};
}

// A card is asked under the kernel's one lock on network settings, which others may hold for seconds: nobody
// has the daemon wait there who may not change things.
Outcome link(Daemon& daemon, const Args& args, const Caller& caller) {
    const std::string object = name_in(args, "interface");
    auto report = daemon.link(object, caller.may_change);
    if (!report)
        return Error{ErrorCode::no_such_object, fmt::format("{}: no such interface", object), {}};
    if (!caller.may_change)
        report->card.driver.no_link_text = report->card.no_mii_text =
            "the card is asked only for root and members of had.conf's socket_group";
    return Answer{to_json(*report)};
}

Error bad_config(std::string_view file, const core::Diagnostics& diagnostics,
                 std::string_view rest) {
    const auto errors =
        std::count_if(diagnostics.begin(), diagnostics.end(), [](const core::Diagnostic& d) {
            return d.severity == core::Severity::error;
        });
    return {ErrorCode::bad_config,
            fmt::format("{} has {} error{}; {}", file.empty() ? "the file" : file, errors,
                        errors == 1 ? "" : "s", rest),
            to_json(file, diagnostics)};
}

Outcome plan(Daemon& daemon, const Args& args, const Caller&) {
    const PlanAnswer answer = daemon.plan(text_of(args, "text"));
    if (core::has_errors(answer.diagnostics))
        return bad_config("", answer.diagnostics, "it would not be taken");
    return Answer{to_json(plan_of(answer))};
}

Outcome reload(Daemon& daemon, const Args& args, const Caller&) {
    const ReloadAnswer answer = daemon.reload(flag_of(args, "force"));
    if (!answer.taken) return bad_config(answer.file, answer.diagnostics, "what was in force stays in force");
    return Answer{to_json(answer)};
}

Error error_of(const core::Refusal& refusal) {
    return {refusal.no_such_object ? ErrorCode::no_such_object : ErrorCode::refused, refusal.text, {}};
}

Outcome outcome_of(const OrderAnswer& answer) {
    if (answer.refusal) return error_of(*answer.refusal);
    return Answer{to_json(answer.order)};
}

Outcome outcome_of(const SlotAnswer& answer) {
    if (answer.refusal) return error_of(*answer.refusal);
    return Answer{to_json(answer.slot)};
}

Outcome activate(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.activate(name_in(args, "bond"),
                                      name_in(args, "port"), caller.user));
}

Outcome end_activation(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.end_activation(name_in(args, "bond"), caller.user));
}

SlotRequest slot_request(const Args& args, const Caller& caller) {
    return {name_in(args, "slot"), flag_of(args, "force"), flag_of(args, "wait"),
            caller.user};
}

Outcome offline(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.offline(slot_request(args, caller)));
}

Outcome online(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.online(slot_request(args, caller)));
}

Outcome identify(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.identify(slot_request(args, caller)));
}

Outcome accept(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.accept(slot_request(args, caller)));
}

DomainRequest domain_request(const Args& args, const Caller& caller) {
    return {name_in(args, "domain"), flag_of(args, "force"), caller.user};
}

Outcome release(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.release(domain_request(args, caller)));
}

Outcome take(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.take(domain_request(args, caller)));
}

Outcome leave_out(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.leave_out(name_in(args, "port"), caller.user));
}

Outcome end_leave_out(Daemon& daemon, const Args& args, const Caller& caller) {
    return outcome_of(daemon.end_leave_out(name_in(args, "port"), caller.user));
}

Outcome pause(Daemon& daemon, const Args& args, const Caller& caller) {
    const core::Duration duration =
        std::chrono::microseconds(number_of(args, "duration_us").value_or(
            std::chrono::duration_cast<std::chrono::microseconds>(core::pause_usual).count()));
    if (duration < core::pause_least || duration > core::pause_most)
        return Error{ErrorCode::usage,
                     fmt::format("a pause lasts {} to {}", core::print_duration(core::pause_least),
                                 core::print_duration(core::pause_most)),
                     {}};
    return outcome_of(daemon.pause(duration, caller.user));
}

Outcome resume(Daemon& daemon, const Args&, const Caller& caller) {
    return outcome_of(daemon.resume(caller.user));
}

constexpr std::array<Verb, 18> table{{
    {"status", false, {}, nullptr},
    {"explain", false, explain_args, explain},
    {"link", false, link_args, link},
    {"plan", false, plan_args, plan},
    {"subscribe", false, subscribe_args, nullptr},
    {"reload", true, reload_args, reload},
    {"bond.activate", true, activate_args, activate},
    {"bond.auto", true, auto_args, end_activation},
    {"slot.offline", true, offline_args, offline},
    {"slot.online", true, slot_args, online},
    {"slot.identify", true, slot_args, identify},
    {"slot.accept", true, slot_args, accept},
    {"domain.release", true, release_args, release},
    {"domain.take", true, take_args, take},
    {"port.release", true, port_args, leave_out},
    {"port.enslave", true, port_args, end_leave_out},
    {"pause", true, pause_args, pause},
    {"resume", true, {}, resume},
}};

bool fits(const Arg& arg, ArgType type) {
    switch (type) {
    case ArgType::flag: return std::holds_alternative<bool>(arg);
    case ArgType::number: return std::holds_alternative<std::int64_t>(arg);
    case ArgType::text: return std::holds_alternative<std::string>(arg);
    }
    return false;
}

std::string_view described(ArgType type) {
    switch (type) {
    case ArgType::flag: return "true or false";
    case ArgType::number: return "a whole number";
    case ArgType::text: return "a text";
    }
    return {};
}

Error usage(std::string text) {
    return {ErrorCode::usage, std::move(text), {}};
}

template <class T>
const T* find(const Args& args, std::string_view name) {
    const auto found = args.find(name);
    return found == args.end() ? nullptr : std::get_if<T>(&found->second);
}

} // namespace

std::span<const Verb> verbs() {
    return table;
}

const Verb* find_verb(std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Verb& verb) { return verb.name == name; });
    return found == table.end() ? nullptr : &*found;
}

std::optional<Error> objection(const Request& request, bool permitted) {
    const Verb* verb = find_verb(request.verb);
    if (verb == nullptr) {
        std::array<std::string_view, table.size()> names;
        std::transform(table.begin(), table.end(), names.begin(),
                       [](const Verb& v) { return v.name; });
        return Error{
            ErrorCode::unknown_verb,
            fmt::format("no verb '{}'{}", core::shortened(request.verb, core::limits::echo_bytes),
                        core::did_you_mean(request.verb, names)),
            {}};
    }
    for (const auto& [name, arg] : request.args) {
        const auto rule = std::find_if(verb->args.begin(), verb->args.end(),
                                       [&n = name](const ArgRule& r) { return r.name == n; });
        if (rule == verb->args.end())
            return usage(fmt::format("{}: no argument '{}'", verb->name,
                                     core::shortened(name, core::limits::echo_bytes)));
        if (!fits(arg, rule->type))
            return usage(fmt::format("{}: '{}' is {}", verb->name, name, described(rule->type)));
        if (rule->restricted && !permitted)
            return Error{ErrorCode::no_permission,
                         fmt::format("{}: only root or a member of had.conf's socket_group may give '{}'; "
                                     "`hadctl check` judges a file and needs no daemon",
                                     verb->name, name),
                         {}};
    }
    for (const ArgRule& rule : verb->args)
        if (rule.required && !request.args.contains(rule.name))
            return usage(
                fmt::format("{}: needs '{}', {}", verb->name, rule.name, described(rule.type)));
    if (verb->changes && !permitted)
        return Error{ErrorCode::no_permission,
                     fmt::format("{}: only root or a member of had.conf's socket_group may do this",
                                 verb->name),
                     {}};
    return std::nullopt;
}

Outcome call(Daemon& daemon, const Request& request, const Caller& caller) {
    return find_verb(request.verb)->call(daemon, request.args, caller);
}

bool flag_of(const Args& args, std::string_view name) {
    const bool* value = find<bool>(args, name);
    return value != nullptr && *value;
}

std::optional<std::int64_t> number_of(const Args& args, std::string_view name) {
    const auto* value = find<std::int64_t>(args, name);
    return value ? std::optional(*value) : std::nullopt;
}

std::optional<std::string_view> text_of(const Args& args, std::string_view name) {
    const auto* value = find<std::string>(args, name);
    return value ? std::optional<std::string_view>(*value) : std::nullopt;
}

} // namespace had::control
