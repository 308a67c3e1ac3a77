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
constexpr std::array<ArgRule, 1> path_args{{{"object", ArgType::text, false}}};
constexpr std::array<ArgRule, 1> peer_args{{{"peer", ArgType::text, false}}};
constexpr std::array<ArgRule, 1> link_args{{{"interface", ArgType::text, true}}};
constexpr std::array<ArgRule, 8> plan_args{{{"text", ArgType::text, false, true},
                                            {"beside", ArgType::texts, false, true},
                                            {"order", ArgType::text, false, true},
                                            {"slot", ArgType::text},
                                            {"bond", ArgType::text},
                                            {"port", ArgType::text},
                                            {"force", ArgType::flag},
                                            {"wait", ArgType::flag}}};
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
constexpr std::array<ArgRule, 2> member_args{{{"group", ArgType::text, true}, {"member", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> group_args{{{"group", ArgType::text, true}}};
constexpr std::array<ArgRule, 1> pause_args{{{"duration_us", ArgType::number}}};
constexpr std::array<ArgRule, 1> ack_args{{{"id", ArgType::text, true}}};
constexpr std::array<ArgRule, 3> report_args{
    {{"type", ArgType::text, true}, {"object", ArgType::text, true}, {"text", ArgType::text}}};
constexpr std::array<ArgRule, 3> subscribe_args{
    {{"instance", ArgType::text}, {"seq", ArgType::number}, {"changes", ArgType::flag}}};

// The name of an object, cut to the length in which an answer may repeat it.  No object has a longer name.
std::string name_in(const Args& args, std::string_view arg) {
    return core::shortened(text_of(args, arg).value_or(""), core::limits::echo_bytes);
}

Outcome explain(Daemon& daemon, const Args& args, const Caller&) {
    const std::string object = name_in(args, "object");
    const auto steps = daemon.explain(object);
    if (steps.empty())
        return Error{ErrorCode::no_such_object,
                     fmt::format("{}: no such slot, port, bond, VLAN, group, service, peer or interface", object),
                     {}};
    return Answer{to_json(steps)};
}

// A card is asked only for callers who may change things: asking waits for the kernel's one lock on network
// settings, which others may hold for seconds.
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

Outcome path(Daemon& daemon, const Args& args, const Caller&) {
    return Answer{to_json(daemon.paths(text_of(args, "object").value_or("")))};
}

Outcome peer(Daemon& daemon, const Args& args, const Caller&) {
    const std::string name = name_in(args, "peer");
    if (!name.empty() && !daemon.view().peer(name))
        return Error{ErrorCode::no_such_object, fmt::format("{}: no such peer", name), {}};
    return Answer{to_json(daemon.peers(name))};
}

Outcome peer_scan(Daemon& daemon, const Args&, const Caller&) {
    const std::string trouble = daemon.scan_peers();
    if (!trouble.empty()) return Error{ErrorCode::refused, trouble, {}};
    return Answer{to_json(daemon.found_peers())};
}

Outcome peer_found(Daemon& daemon, const Args&, const Caller&) { return Answer{to_json(daemon.found_peers())}; }

Outcome pair(Daemon& daemon, const Args&, const Caller&) { return Answer{to_json(core::pairs_of(daemon.view()))}; }

Outcome alarms(Daemon& daemon, const Args&, const Caller&) { return Answer{to_json(daemon.view().alarms)}; }

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

Outcome reload(Daemon& daemon, const Args& args, const Caller&) {
    const ReloadAnswer answer = daemon.reload(flag_of(args, "force"));
    if (!answer.taken) return bad_config(answer.file, answer.diagnostics, "what was in force stays in force");
    return Answer{to_json(answer)};
}

Error error_of(const core::Refusal& refusal) {
    return {refusal.no_such_object ? ErrorCode::no_such_object : ErrorCode::refused, refusal.text, {}};
}

// What the verb of a command does: makes the command from the arguments and carries it out.
template <auto make>
Outcome carry_out(Daemon& daemon, const Args& args, const Caller& caller) {
    const core::CommandAnswer answer = daemon.carry_out(make(args), caller.user);
    return std::visit(core::overloaded{[](const core::Refusal& refusal) -> Outcome { return error_of(refusal); },
                                       [](const auto& value) -> Outcome { return Answer{to_json(value)}; }},
                      answer);
}

core::Command activate(const Args& args) {
    return core::command::Activate{.bond = name_in(args, "bond"), .port = name_in(args, "port")};
}

core::Command offline(const Args& args) {
    return core::command::Offline{
        .slot = name_in(args, "slot"), .force = flag_of(args, "force"), .wait = flag_of(args, "wait")};
}

Outcome plan_order(Daemon& daemon, std::string_view order, const Args& args) {
    if (order != "slot.offline" && order != "bond.activate")
        return Error{ErrorCode::usage,
                     fmt::format("order '{}' has no plan: slot.offline and bond.activate have one",
                                 core::shortened(order, core::limits::echo_bytes)),
                     {}};
    const auto foreseen = daemon.foresee(order == "slot.offline" ? offline(args) : activate(args));
    return std::visit(core::overloaded{[](const core::Refusal& refusal) -> Outcome { return error_of(refusal); },
                                       [](const PlanAnswer& answer) -> Outcome {
                                           return Answer{to_json(plan_of(answer))};
                                       }},
                      foreseen);
}

// Which arguments a plan of this order has.  What it does not look at is told, so that nobody takes it for heeded.
bool belongs_to_plan(std::string_view order, std::string_view arg) {
    if (order.empty()) return arg == "text" || arg == "beside";
    if (arg == "order") return true;
    if (order == "bond.activate") return arg == "bond" || arg == "port";
    return order != "slot.offline" || arg == "slot" || arg == "force" || arg == "wait";
}

Outcome plan(Daemon& daemon, const Args& args, const Caller&) {
    const auto order = text_of(args, "order");
    for (const auto& [name, value] : args)
        if (!belongs_to_plan(order.value_or(""), name))
            return Error{ErrorCode::usage,
                         order ? fmt::format("plan: '{}' does not go with order '{}'", name,
                                             core::shortened(*order, core::limits::echo_bytes))
                               : fmt::format("plan: '{}' is for a plan of an 'order'", name),
                         {}};
    if (order) return plan_order(daemon, *order, args);
    const auto text = text_of(args, "text");
    const auto beside = texts_of(args, "beside");
    if (beside && (!text || beside->size() % 2 != 0))
        return Error{ErrorCode::usage, "plan: 'beside' is path and text of each file that goes on behind 'text'", {}};
    std::optional<core::ConfigTexts> files;
    if (text) files = core::ConfigTexts{{"had.conf", std::string(*text)}};
    for (std::size_t i = 0; beside && i < beside->size(); i += 2) files->push_back({(*beside)[i], (*beside)[i + 1]});
    const PlanAnswer answer = daemon.plan(files);
    if (core::has_errors(answer.diagnostics))
        return bad_config("", answer.diagnostics, "it would not be taken");
    return Answer{to_json(plan_of(answer))};
}

core::Command release(const Args& args) {
    return core::command::Release{.domain = name_in(args, "domain"), .force = flag_of(args, "force")};
}

// A command about one object and nothing else.
template <class C>
core::Command about(std::string_view arg, const Args& args) {
    return C{name_in(args, arg)};
}
template <class C>
core::Command about_bond(const Args& args) { return about<C>("bond", args); }
template <class C>
core::Command about_slot(const Args& args) { return about<C>("slot", args); }
template <class C>
core::Command about_domain(const Args& args) { return about<C>("domain", args); }
template <class C>
core::Command about_port(const Args& args) { return about<C>("port", args); }

template <class C>
core::Command about_group(const Args& args) { return about<C>("group", args); }
template <class C>
core::Command about_member(const Args& args) {
    return C{.group = name_in(args, "group"), .member = name_in(args, "member")};
}

// An id is longer than a name.
core::Command ack(const Args& args) { return core::command::Ack{std::string(text_of(args, "id").value_or(""))}; }

core::Command report(const Args& args) {
    return core::command::Report{.type = name_in(args, "type"),
                                 .object = name_in(args, "object"),
                                 .text = std::string(text_of(args, "text").value_or(""))};
}

core::Command resume(const Args&) { return core::command::Resume{}; }

core::Command pause_for(const Args& args) {
    core::command::Pause pause;
    if (const auto given = number_of(args, "duration_us")) pause.duration = std::chrono::microseconds(*given);
    return pause;
}

Outcome pause(Daemon& daemon, const Args& args, const Caller& caller) {
    const core::Duration duration = std::get<core::command::Pause>(pause_for(args)).duration;
    if (duration < core::pause_least || duration > core::pause_most)
        return Error{ErrorCode::usage,
                     fmt::format("a pause lasts {} to {}", core::print_duration(core::pause_least),
                                 core::print_duration(core::pause_most)),
                     {}};
    return carry_out<pause_for>(daemon, args, caller);
}

constexpr auto table = std::to_array<Verb>({
    {"status", false, {}, nullptr},
    {"explain", false, explain_args, explain},
    {"link", false, link_args, link},
    {"path", false, path_args, path},
    {"peer", false, peer_args, peer},
    {"peer.found", false, {}, peer_found},
    {"pair", false, {}, pair},
    {"plan", false, plan_args, plan},
    {"alarms", false, {}, alarms},
    {"subscribe", false, subscribe_args, nullptr},
    {"peer.scan", true, {}, peer_scan},
    {"reload", true, reload_args, reload},
    {"bond.activate", true, activate_args, carry_out<activate>},
    {"bond.auto", true, auto_args, carry_out<about_bond<core::command::Auto>>},
    {"slot.offline", true, offline_args, carry_out<offline>},
    {"slot.online", true, slot_args, carry_out<about_slot<core::command::Online>>},
    {"slot.identify", true, slot_args, carry_out<about_slot<core::command::Identify>>},
    {"slot.accept", true, slot_args, carry_out<about_slot<core::command::Accept>>},
    {"domain.release", true, release_args, carry_out<release>},
    {"domain.take", true, take_args, carry_out<about_domain<core::command::Take>>},
    {"port.release", true, port_args, carry_out<about_port<core::command::LeaveOut>>},
    {"port.enslave", true, port_args, carry_out<about_port<core::command::PutBack>>},
    {"failover.use", true, member_args, carry_out<about_member<core::command::Use>>},
    {"failover.hold", true, member_args, carry_out<about_member<core::command::Hold>>},
    {"failover.release", true, group_args, carry_out<about_group<core::command::ReleaseGroup>>},
    {"pause", true, pause_args, pause},
    {"resume", true, {}, carry_out<resume>},
    {"alarm.ack", true, ack_args, carry_out<ack>},
    {"alarm.report", true, report_args, carry_out<report>},
});

bool fits(const Arg& arg, ArgType type) {
    switch (type) {
    case ArgType::flag: return std::holds_alternative<bool>(arg);
    case ArgType::number: return std::holds_alternative<std::int64_t>(arg);
    case ArgType::text: return std::holds_alternative<std::string>(arg);
    case ArgType::texts: return std::holds_alternative<Texts>(arg);
    }
    return false;
}

std::string_view described(ArgType type) {
    switch (type) {
    case ArgType::flag: return "true or false";
    case ArgType::number: return "a whole number";
    case ArgType::text: return "a text";
    case ArgType::texts: return "a list of texts";
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

std::optional<Texts> texts_of(const Args& args, std::string_view name) {
    const auto* texts = find<Texts>(args, name);
    return texts ? std::optional(*texts) : std::nullopt;
}

} // namespace had::control
