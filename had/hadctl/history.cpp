// The verbs that read what had-recorder has written; the daemon need not run.
#include "had/control/client.hpp"
#include "had/control/json_text.hpp"
#include "had/control/protocol.hpp"
#include "had/control/view_json.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/utc.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/notify/state.hpp"
#include "had/record/availability.hpp"
#include "had/record/metrics.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace had::hadctl {

namespace {

using control::ClientError;
using record::Availability;
using record::Database;

record::Moment now() {
    const auto time = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<core::Duration>(time).count(), sys::boot_id(), sys::uptime().count()};
}

template <class F>
auto from_history(F f) {
    const std::string path = record::database_path();
    try {
        return f(Database(path, Database::For::reading));
    } catch (const record::Trouble& e) {
        throw ClientError(Exit::failed, fmt::format("{}: {}; had-recorder writes it: is it running?", path, e.what()));
    }
}

template <class T>
T meant(std::optional<T> value, const std::string& option, const std::string& text, std::string_view form) {
    if (!value) throw ClientError(Exit::usage, fmt::format("{}: '{}' is no {}", option, text, form));
    return *value;
}

record::Period period_of(const Options& options, std::int64_t now) {
    if (!options.month.empty()) return meant(record::month(options.month, now), "--month", options.month, "2026-10");
    if (!options.since.empty())
        return {meant(record::time_from(options.since, now), "--since", options.since, "2026-10-01, RFC 3339 or 30d"),
                now};
    const std::string last = options.last.empty() ? "30d" : options.last;
    return meant(record::last(last, now), "--last", last, "30d or 12h");
}

// "3 d 4 h", "2 min 3 s", "1.5 s", "230 us": the two largest units.
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

std::string format(const Availability& a, const record::Period& period) {
    std::string out = fmt::format("{}\n", a.object);
    const auto line = [&](std::string_view name, const std::string& text) {
        out += fmt::format("    {:<13}{}\n", name, text);
    };
    line("total", percent(a.down + a.planned, a.known()));
    line("adjusted", percent(a.down, a.known()));
    line("down", fmt::format("{} of {} that five nines allow, {} outage{}", human(a.down),
                             human((period.to - period.from) / 100'000), a.outages, a.outages == 1 ? "" : "s"));
    if (a.outages > 0)
        line("outages", fmt::format("longest {}, MTTR {}, MTBF {}", human(a.longest), human(a.down / a.outages),
                                    human((a.known() - a.down) / a.outages)));
    line("planned",
         fmt::format("{}, {} time{}", human(a.planned), a.planned_outages, a.planned_outages == 1 ? "" : "s"));
    if (a.kind == "bond") line("unprotected", human(a.unprotected));
    line("unknown", human(a.unknown) + (a.guessed ? ", a part of it a guess" : ""));
    return out;
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

std::vector<Availability> measured(const Database& database, const Options& options, const record::Period& period,
                                   std::int64_t least) {
    std::vector<Availability> all;
    database.hold();
    const record::Mark mark = database.mark();
    const record::Moment at = now();
    for (const auto& [object, open] : database.open_spans()) {
        if (!options.object.empty() && object != options.object) continue;
        auto spans = record::with_open(database.spans(object, period.from), open, mark, at);
        Availability a = record::measure(spans, period, least);
        a.object = object;
        a.kind = open.kind;
        all.push_back(std::move(a));
    }
    return all;
}

} // namespace

Exit history(const Options& options) {
    record::Wanted wanted{.object = options.object, .event = options.event, .since = {}};
    if (!options.since.empty())
        wanted.since = meant(record::time_from(options.since, now().time), "--since", options.since,
                             "2026-10-01, RFC 3339 or 30d");
    from_history([&](const Database& database) {
        database.for_each_event(wanted, [&](std::string_view json) {
            const auto message = options.json ? std::nullopt : control::decode_message(json);
            const auto* event = message ? std::get_if<control::Event>(&*message) : nullptr;
            print(event ? format(*event) : std::string(json) + "\n");
        });
        return 0;
    });
    return Exit::ok;
}

Exit availability(const Options& options) {
    const record::Period period = period_of(options, now().time);
    std::int64_t least = 0;
    if (!options.at_least.empty())
        least = meant(core::duration_from(options.at_least), "--at-least", options.at_least, "duration such as 10s")
                    .count();
    const auto all =
        from_history([&](const Database& database) { return measured(database, options, period, least); });
    if (all.empty() && !options.object.empty())
        throw ClientError(Exit::no_such_object, options.object + ": of no such bond, VLAN or port there is a record");
    const std::string from = core::utc_micros_text(period.from), to = core::utc_micros_text(period.to);
    std::string text = fmt::format("from {} to {}\n", from, to);
    for (const Availability& a : all) text += format(a, period);
    const std::string json =
        control::JsonText{
            {"from", from}, {"to", to}, {"at_least_us", least}, {"objects", control::texts(all, json_of)}}
            .text();
    print(options.json ? json + "\n" : text);
    return Exit::ok;
}

Exit metrics(const Options& options) {
    std::optional<core::View> view;
    record::Figures figures;
    try {
        control::Client client(options.socket);
        view = control::view_from_json(client.call("status"));
        figures.version = client.hello().had;
    } catch (const ClientError& error) {
        if (error.exit != Exit::not_running) throw;
    }
    if (view) figures.view = &*view;
    try {
        const Database database(record::database_path(), Database::For::reading);
        database.hold();
        figures.counters = database.counters();
        figures.open = database.open_spans();
        figures.now = record::known_until(database.mark(), now());
    } catch (const record::Trouble&) {        // no recorder, no counters
    }
    try {
        figures.hooks = notify::parse_state(sys::read_file_if_there(notify::state_path()).value_or("")).hooks;
    } catch (const std::exception&) {         // no had-notify, no programs
    }
    const auto samples = record::samples_of(figures);
    print(options.prometheus ? record::textfile(samples) : record::openmetrics(samples));
    return Exit::ok;
}

} // namespace had::hadctl
