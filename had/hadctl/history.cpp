// The verbs that read what had-recorder has written; the daemon need not run.
#include "had/control/client.hpp"
#include "had/control/protocol.hpp"
#include "had/control/view_json.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/utc.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/recorded.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/notify/state.hpp"
#include "had/record/metrics.hpp"
#include "had/sys/file.hpp"

#include <fmt/format.h>

namespace had::hadctl {

namespace {

using control::ClientError;
using record::Availability;
using record::Database;

// A read that fails later is told like one that fails at once.
template <class F>
auto from_history(F f) {
    try {
        return f(recorded());
    } catch (const record::Trouble& e) {
        throw ClientError(Exit::failed, fmt::format("{}: {}", record::database_path(), e.what()));
    }
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

} // namespace

Exit history(const Options& options) {
    record::Wanted wanted{.object = options.object, .event = options.event, .since = {}};
    if (!options.since.empty()) wanted.since = time_of(options, now().time);
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
    if (!options.at_least.empty()) {
        const auto given = core::duration_from(options.at_least);
        if (!given)
            throw ClientError(Exit::usage,
                              fmt::format("--at-least: '{}' is no duration such as 10s", options.at_least));
        least = given->count();
    }
    const auto all = from_history(
        [&](const Database& database) { return measured(database, options.object, period, least); });
    std::string text = fmt::format("from {} to {}\n", core::utc_micros_text(period.from),
                                   core::utc_micros_text(period.to));
    for (const Measured& one : all) text += format(one.figures, period);
    print(options.json ? availability_json(all, period, least) + "\n" : text);
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
