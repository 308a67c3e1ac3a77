#include "had/record/counting.hpp"

#include <fmt/format.h>
#include <iterator>

namespace had::record {
namespace {

void count_failover(const Told& told, Counters& into) {
    const std::string bond = label("bond", told.bond);
    into[{"had_bond_failovers", fmt::format("{},{},{}", bond, label("cause", told.cause), label("by", told.by))}] += 1;
    if (!told.announced_us) return;
    const double seconds = static_cast<double>(*told.announced_us) / 1e6;
    std::string bucket = "+Inf";
    for (auto bound = std::rbegin(failover_bounds); bound != std::rend(failover_bounds) && seconds <= *bound; ++bound)
        bucket = fmt::format("{}", *bound);
    into[{"had_bond_failover_duration_seconds_bucket", fmt::format("{},le=\"{}\"", bond, bucket)}] += 1;
    into[{"had_bond_failover_duration_seconds_sum", bond}] += seconds;
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

void count(const Told& told, Counters& into) {
    if (told.event == "failover") count_failover(told, into);
    else if (told.event == "port_lost")
        into[{"had_port_losses", fmt::format("{},{}", label("port", told.port), label("cause", told.cause))}] += 1;
    else if (told.event == "card_in") into[{"had_slot_insertions", label("slot", told.slot)}] += 1;
    else if (told.event == "card_out")
        into[{"had_slot_removals", fmt::format("{},orderly=\"{}\"", label("slot", told.slot), told.orderly)}] += 1;
    else if (told.event == "resynced") into[{"had_kernel_resyncs", ""}] += 1;
    else if (told.event == "alarm_raised") into[{"had_alarms_raised", label("severity", told.severity)}] += 1;
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
