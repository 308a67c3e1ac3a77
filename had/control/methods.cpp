#include "had/control/methods.hpp"

#include "had/control/view_json.hpp"
#include "had/core/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace had::control {

namespace {

constexpr std::array<ArgRule, 1> explain_args{{{"object", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> link_args{{{"interface", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> plan_args{{{"text", ArgType::text}}};
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

Outcome status(Daemon& daemon, const Args&, const std::string&) {
    return Answer{to_json(daemon.view())};
}

Outcome explain(Daemon& daemon, const Args& args, const std::string&) {
    const std::string_view object = text_of(args, "object").value_or("");
    const auto steps = daemon.explain(object);
    if (steps.empty())
        return Error{ErrorCode::no_such_object,
                     fmt::format("{}: no such slot, port, bond or interface", object),
                     {}};
    return Answer{to_json(steps)};
}

Outcome link(Daemon& daemon, const Args& args, const std::string&) {
    const std::string_view object = text_of(args, "interface").value_or("");
    const auto report = daemon.link(object);
    if (!report)
        return Error{ErrorCode::no_such_object, fmt::format("{}: no such interface", object), {}};
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

Outcome plan(Daemon& daemon, const Args& args, const std::string&) {
    const PlanAnswer answer = daemon.plan(text_of(args, "text"));
    if (core::has_errors(answer.diagnostics))
        return bad_config("", answer.diagnostics, "had would not take it");
    return Answer{to_json(plan_of(answer))};
}

Outcome reload(Daemon& daemon, const Args& args, const std::string&) {
    const ReloadAnswer answer = daemon.reload(flag_of(args, "force"));
    if (!answer.taken) return bad_config(answer.file, answer.diagnostics, "had keeps what it had");
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

Outcome activate(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.activate(std::string(text_of(args, "bond").value_or("")),
                                      std::string(text_of(args, "port").value_or("")), user));
}

Outcome end_activation(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.end_activation(std::string(text_of(args, "bond").value_or("")), user));
}

SlotRequest slot_request(const Args& args, const std::string& user) {
    return {std::string(text_of(args, "slot").value_or("")), flag_of(args, "force"), flag_of(args, "wait"),
            user};
}

Outcome offline(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.offline(slot_request(args, user)));
}

Outcome online(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.online(slot_request(args, user)));
}

Outcome identify(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.identify(slot_request(args, user)));
}

Outcome accept(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.accept(slot_request(args, user)));
}

DomainRequest domain_request(const Args& args, const std::string& user) {
    return {std::string(text_of(args, "domain").value_or("")), flag_of(args, "force"), user};
}

Outcome release(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.release(domain_request(args, user)));
}

Outcome take(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.take(domain_request(args, user)));
}

Outcome leave_out(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.leave_out(std::string(text_of(args, "port").value_or("")), user));
}

Outcome end_leave_out(Daemon& daemon, const Args& args, const std::string& user) {
    return outcome_of(daemon.end_leave_out(std::string(text_of(args, "port").value_or("")), user));
}

Outcome pause(Daemon& daemon, const Args& args, const std::string& user) {
    const core::Duration duration =
        std::chrono::microseconds(number_of(args, "duration_us").value_or(
            std::chrono::duration_cast<std::chrono::microseconds>(core::pause_usual).count()));
    if (duration <= core::Duration{} || duration > core::pause_most)
        return Error{ErrorCode::usage, fmt::format("a pause lasts {} at most, and longer than nothing",
                                                   core::print_duration(core::pause_most)), {}};
    return outcome_of(daemon.pause(duration, user));
}

Outcome resume(Daemon& daemon, const Args&, const std::string& user) {
    return outcome_of(daemon.resume(user));
}

constexpr std::array<Verb, 18> table{{
    {"status", false, {}, status},
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
            fmt::format("no verb '{}'{}", request.verb, core::did_you_mean(request.verb, names)),
            {}};
    }
    for (const auto& [name, arg] : request.args) {
        const auto rule = std::find_if(verb->args.begin(), verb->args.end(),
                                       [&n = name](const ArgRule& r) { return r.name == n; });
        if (rule == verb->args.end())
            return usage(fmt::format("{}: no argument '{}'", verb->name, name));
        if (!fits(arg, rule->type))
            return usage(fmt::format("{}: '{}' is {}", verb->name, name, described(rule->type)));
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

Outcome call(Daemon& daemon, const Request& request, const std::string& user) {
    return find_verb(request.verb)->call(daemon, request.args, user);
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
