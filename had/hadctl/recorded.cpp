#include "had/hadctl/recorded.hpp"

#include "had/control/client.hpp"
#include "had/control/json_text.hpp"
#include "had/control/protocol.hpp"
#include "had/core/base/utc.hpp"
#include "had/sys/clock.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>
#include <variant>

namespace had::hadctl {

namespace {

using control::ClientError;
using record::Availability;

template <class T>
T meant(std::optional<T> value, const std::string& option, const std::string& text, std::string_view form) {
    if (!value) throw ClientError(Exit::usage, fmt::format("{}: '{}' is no {}", option, text, form));
    return *value;
}

control::JsonText number_or_null(std::optional<std::int64_t> value) {
    return value ? control::JsonText(*value) : control::JsonText(nullptr);
}

control::JsonText json_of(const Availability& a) {
    const auto n = [](std::optional<unsigned> value) {
        return value ? std::optional<std::int64_t>(*value) : std::nullopt;
    };
    const auto each = [&](std::int64_t time) {
        return a.outages > 0 ? std::optional(time / a.outages) : std::nullopt;
    };
    return control::JsonText{{"object", a.object},
                             {"kind", a.kind},
                             {"up_us", a.up},
                             {"down_us", a.down},
                             {"planned_us", a.planned},
                             {"unknown_us", a.unknown},
                             {"unknown_is_guessed", a.guessed},
                             {"unprotected_us", a.unprotected},
                             {"outages", a.outages},
                             {"planned_outages", a.planned_outages},
                             {"longest_us", a.longest},
                             {"mttr_us", number_or_null(each(a.down))},
                             {"mtbf_us", number_or_null(each(a.known() - a.down))},
                             {"total_e8", number_or_null(record::share(a.up, a.known()))},
                             {"adjusted_e8", number_or_null(record::share(a.up + a.planned, a.known()))},
                             {"total_nines", number_or_null(n(record::nines(a.down + a.planned, a.known())))},
                             {"adjusted_nines", number_or_null(n(record::nines(a.down, a.known())))}};
}

// The sentence of an event.
std::string sentence_of(const std::string& json) {
    const auto message = control::decode_message(json);
    const auto* event = message ? std::get_if<control::Event>(&*message) : nullptr;
    return event ? event->text : std::string();
}

} // namespace

record::Moment now() {
    const auto time = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<core::Duration>(time).count(), sys::boot_id(), sys::uptime().count()};
}

record::Database recorded() {
    const std::string path = record::database_path();
    try {
        return {path, record::Database::For::reading};
    } catch (const record::Trouble& e) {
        throw ClientError(Exit::failed, fmt::format("{}: {}; had-recorder writes it: is it running?", path, e.what()));
    }
}

std::int64_t time_of(const Options& options, std::int64_t now) {
    return meant(record::time_from(options.since, now), "--since", options.since, "2026-10-01, RFC 3339 or 30d");
}

record::Period period_of(const Options& options, std::int64_t now) {
    if (!options.month.empty()) return meant(record::month(options.month, now), "--month", options.month, "2026-10");
    if (!options.since.empty()) return {time_of(options, now), now};
    const std::string last = options.last.empty() ? "30d" : options.last;
    return meant(record::last(last, now), "--last", last, "30d or 12h");
}

std::vector<Measured> measured(const record::Database& database, const std::string& object,
                               const record::Period& period, std::int64_t least) {
    std::vector<Measured> all;
    database.hold();
    const record::Mark mark = database.mark();
    const record::Moment at = now();
    for (const auto& [name, open] : database.open_spans()) {
        if (!object.empty() && name != object) continue;
        Measured one;
        one.spans = record::with_open(database.spans(name, period.from), open, mark, at);
        one.figures = record::measure(one.spans, period, least);
        one.figures.object = name;
        one.figures.kind = open.kind;
        all.push_back(std::move(one));
    }
    if (all.empty() && !object.empty())
        throw ClientError(Exit::no_such_object, object + ": of no such bond, VLAN or port there is a record");
    return all;
}

std::string availability_json(const std::vector<Measured>& all, const record::Period& period, std::int64_t least) {
    const auto write = [](const Measured& one) { return json_of(one.figures); };
    return control::JsonText{{"from", core::utc_micros_text(period.from)},
                             {"to", core::utc_micros_text(period.to)},
                             {"at_least_us", least},
                             {"objects", control::texts(all, write)}}
        .text();
}

std::vector<record::Row> rows_of(const record::Database& database, const std::vector<Measured>& all,
                                 const record::Period& period, std::size_t cells) {
    std::map<std::string, std::vector<record::Move>> moves;
    for (record::Failover& one : database.failovers(period.from))
        moves[one.bond].push_back({one.time, std::move(one.json)});
    std::vector<record::Row> rows;
    for (const Measured& one : all) {
        rows.push_back(record::row_of(one.figures, one.spans, moves[one.figures.object], period, cells));
        // Reading it takes time, and only the last are shown.
        for (record::Move& move : rows.back().last_failovers) move.text = sentence_of(move.text);
    }
    return rows;
}

std::string human(std::int64_t micros) {
    constexpr std::pair<std::int64_t, const char*> units[] = {
        {86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "min"}, {1'000'000, "s"}, {1'000, "ms"}, {1, "us"}};
    for (auto unit = std::begin(units); unit != std::end(units); ++unit) {
        if (micros < unit->first) continue;
        const std::int64_t count = micros / unit->first, rest = micros % unit->first;
        const auto next = unit + 1;
        const std::int64_t more = next == std::end(units) ? 0 : rest / next->first;
        return more > 0 ? fmt::format("{} {} {} {}", count, unit->second, more, next->second)
                        : fmt::format("{} {}", count, unit->second);
    }
    return "0 s";
}

std::string percent(std::int64_t bad, std::int64_t known) {
    const auto share = record::share(known - bad, known);
    if (!share) return "unknown";
    const auto nines = record::nines(bad, known);
    return fmt::format("{}.{:06} %{}", *share / 1'000'000, *share % 1'000'000,
                       nines ? fmt::format(" ({} nines)", *nines) : "");
}

} // namespace had::hadctl
