#include "had/record/counting.hpp"

#include "had/core/policy/failover.hpp"
#include "had/core/view/view.hpp"
#include "had/core/world/probe.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace had::record {
namespace {

namespace cause = core::cause;
using core::Probe;

struct Cause {
    std::string_view word;
    bool of_had, of_kernel;                   // failovers: made by whom
    bool of_port;                             // losses
};
constexpr Cause causes[] = {                  // doc/protocol.md
    {cause::carrier, true, true, true},
    {cause::mii, true, true, true},
    {cause::removal, true, true, true},
    {cause::release, true, true, true},
    {core::probe_kind(Probe::mii).cause, true, false, true},
    {core::probe_kind(Probe::ethtool).cause, true, false, true},
    {core::probe_kind(Probe::presence).cause, true, false, true},
    {core::probe_kind(Probe::path).cause, true, false, true},
    {cause::extraction, true, false, true},
    {cause::by_operator, true, false, false},
    {cause::failback, true, false, false},
    {cause::kernel, false, true, false},
    {cause::adopted, false, true, false},
    {cause::lacp, false, false, true},
    {cause::config, false, false, true},
};

std::string label_of_cause(std::string_view word) {
    const bool known =
        std::any_of(std::begin(causes), std::end(causes), [&](const Cause& cause) { return cause.word == word; });
    return label("cause", known ? word : "other");
}

CounterKey failovers(std::string_view bond, std::string_view why, std::string_view by) {
    return {"had_bond_failovers", fmt::format("{},{},{}", label("bond", bond), label_of_cause(why), label("by", by))};
}
CounterKey failover_time(std::string_view bond) {
    return {"had_bond_failover_duration_seconds_sum", label("bond", bond)};
}
CounterKey losses(std::string_view port, std::string_view why) {
    return {"had_port_losses", fmt::format("{},{}", label("port", port), label_of_cause(why))};
}
CounterKey insertions(std::string_view slot) { return {"had_slot_insertions", label("slot", slot)}; }
CounterKey removals(std::string_view slot, bool orderly) {
    return {"had_slot_removals", fmt::format("{},orderly=\"{}\"", label("slot", slot), orderly)};
}
CounterKey resyncs() { return {"had_kernel_resyncs", ""}; }
CounterKey alarms_raised(std::string_view severity) { return {"had_alarms_raised", label("severity", severity)}; }

void count_failover(const Told& told, Counters& into) {
    const std::string bond = label("bond", told.bond);
    into[failovers(told.bond, told.cause, told.by)] += 1;
    if (!told.announced_us) return;
    const double seconds = static_cast<double>(*told.announced_us) / 1e6;
    std::string bucket = "+Inf";
    for (auto bound = std::rbegin(failover_bounds); bound != std::rend(failover_bounds) && seconds <= *bound; ++bound)
        bucket = fmt::format("{}", *bound);
    into[{"had_bond_failover_duration_seconds_bucket", fmt::format("{},le=\"{}\"", bond, bucket)}] += 1;
    into[failover_time(told.bond)] += seconds;
}

} // namespace

std::string label(std::string_view name, std::string_view value) {
    std::string escaped;
    for (const char c : value) {
        if (c == '\\' || c == '"') escaped += '\\';
        if (c == '\n') escaped += "\\n";
        else escaped += c;
    }
    return fmt::format("{}=\"{}\"", name, escaped);
}

void begin(std::string_view kind, const std::string& name, Counters& into) {
    const auto begin_at = [&](const CounterKey& key) { into[key] += 0; };
    if (kind == "bond") {
        for (const Cause& c : causes) {
            if (c.of_had) begin_at(failovers(name, c.word, "had"));
            if (c.of_kernel) begin_at(failovers(name, c.word, "kernel"));
        }
        begin_at(failover_time(name));
    } else if (kind == "port") {
        for (const Cause& c : causes)
            if (c.of_port) begin_at(losses(name, c.word));
    } else if (kind == "slot") {
        begin_at(insertions(name));
        for (const bool orderly : {false, true}) begin_at(removals(name, orderly));
    } else if (kind.empty()) {
        begin_at(resyncs());
        for (const auto severity : core::alarm_severities) begin_at(alarms_raised(to_string(severity)));
    }
}

void count(const Told& told, Counters& into) {
    if (told.event == "failover") count_failover(told, into);
    else if (told.event == "port_lost") into[losses(told.port, told.cause)] += 1;
    else if (told.event == "card_in") into[insertions(told.slot)] += 1;
    else if (told.event == "card_out") into[removals(told.slot, told.orderly)] += 1;
    else if (told.event == "resynced") into[resyncs()] += 1;
    else if (told.event == "alarm_raised") into[alarms_raised(told.severity)] += 1;
}

void count(const Span& span, Counters& into) {
    const std::string object = label(span.kind, span.object), prefix = "had_" + span.kind;
    const double seconds = static_cast<double>(span.length) / 1e6;
    switch (span.state) {
    case State::up:
        if (span.unprotected) into[{prefix + "_unprotected_seconds", object}] += seconds;
        return;
    case State::down:
    case State::planned:
        into[{prefix + "_down_seconds",
              fmt::format("{},planned=\"{}\"", object, span.state == State::planned)}] += seconds;
        return;
    case State::unknown: into[{prefix + "_unknown_seconds", object}] += seconds; return;
    }
}

} // namespace had::record
